import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type ConfigEntry, isTrue, normalizeKey, parseConfig } from './config-file.ts';
import type { Environment } from './git-program.ts';
import { QmsError } from '../problem/problem.ts';

/** Where a repository is. All paths are absolute. */
export interface Repository {
  /** Holds HEAD and the index; in a linked work tree a folder of its own. */
  readonly gitDir: string;
  /** Holds objects, refs and config; the same as `gitDir` but in a linked work tree. */
  readonly commonDir: string;
  /** The folder with the files, or undefined in a bare repository. */
  readonly workTree: string | undefined;
  readonly env: Environment;
}

/**
 * Find the repository that holds a folder, looking upwards as Git does; no program is started.
 * The folder alone decides: `GIT_DIR` and `GIT_WORK_TREE` are not asked, because a hook runs
 * with those of another repository than the one a command may be pointed at.
 *
 * @throws {QmsError} `git/not-a-repository` where there is none.
 */
export async function openRepository(folder: string, env: Environment): Promise<Repository> {
  const start = await realpath(folder).catch(() => undefined);
  if (start !== undefined) {
    for (let at = start; ; at = dirname(at)) {
      const found = await repositoryAt(at, env);
      if (found !== undefined) return found;
      if (dirname(at) === at) break;
    }
  }
  throw QmsError.of('git/not-a-repository', {
    message:
      start === undefined
        ? `The folder ${folder} does not exist.`
        : `Neither ${start} nor a folder above it is a Git repository.`,
    place: { file: folder },
  });
}

async function repositoryAt(folder: string, env: Environment): Promise<Repository | undefined> {
  const dotGit = join(folder, '.git');
  const link = await readText(dotGit);
  if (link !== undefined) {
    const target = /^gitdir: ([^\n\r]+)\s*$/.exec(link)?.[1];
    const gitDir = target === undefined ? undefined : resolve(folder, target);
    if (gitDir !== undefined && (await isGitDir(gitDir))) {
      return { gitDir, commonDir: await commonDirOf(gitDir), workTree: folder, env };
    }
    throw QmsError.of('git/not-a-repository', {
      message: `The file ${dotGit} does not lead to a Git folder.`,
      place: { file: dotGit },
      remedy: 'Make the work tree or submodule again: git worktree repair.',
    });
  }
  if (await isGitDir(dotGit)) {
    const workTree = (await isBare(dotGit)) === true ? undefined : folder;
    return { gitDir: dotGit, commonDir: await commonDirOf(dotGit), workTree, env };
  }
  if (!(await isGitDir(folder))) return undefined;
  const commonDir = await commonDirOf(folder);
  return { gitDir: folder, commonDir, workTree: await workTreeOf(folder, commonDir), env };
}

/** The work tree that belongs to a Git folder in which somebody stands. */
async function workTreeOf(gitDir: string, commonDir: string): Promise<string | undefined> {
  const linked = await readText(join(gitDir, 'gitdir'));
  if (commonDir !== gitDir && linked !== undefined) return dirname(resolve(gitDir, linked.trim()));
  const bare = await isBare(commonDir);
  if (bare ?? !gitDir.endsWith('.git')) return undefined;
  const parent = dirname(gitDir);
  return join(parent, '.git') === gitDir ? parent : undefined;
}

async function isGitDir(folder: string): Promise<boolean> {
  if ((await readText(join(folder, 'HEAD'))) === undefined) return false;
  const common = await commonDirOf(folder);
  return (await isFolder(join(common, 'objects'))) && (await isFolder(join(common, 'refs')));
}

async function commonDirOf(gitDir: string): Promise<string> {
  const text = await readText(join(gitDir, 'commondir'));
  return text === undefined ? gitDir : resolve(gitDir, text.trim());
}

async function isBare(commonDir: string): Promise<boolean | undefined> {
  const text = await readText(join(commonDir, 'config'));
  const config = parseConfig(text ?? '');
  if (!config.ok) return undefined;
  const entry = config.value.findLast(({ key }) => key === 'core.bare');
  return entry === undefined ? undefined : isTrue(entry.value);
}

/**
 * The settings of the repository's own file `config`.
 * @throws {QmsError} `git/failed` where it is there and can't be read.
 */
export async function readOwnConfig(repository: Repository): Promise<readonly ConfigEntry[]> {
  const file = join(repository.commonDir, 'config');
  return readEntries((await readText(file)) ?? '', file);
}

/**
 * One setting of the repository's own configuration alone, includes not followed. For `qms.*`:
 * what a repository is trusted by must come from a file that only its owner writes.
 */
export async function readLocalConfig(
  repository: Repository,
  key: string,
): Promise<string | undefined> {
  const wanted = normalizeKey(key);
  return (await readOwnConfig(repository)).findLast((entry) => entry.key === wanted)?.value;
}

/** The settings in the text of a configuration file. @throws {QmsError} `git/failed` */
export function readEntries(text: string, file: string): readonly ConfigEntry[] {
  const config = parseConfig(text);
  if (config.ok) return config.value;
  throw QmsError.of('git/failed', {
    message: `The configuration ${file} can not be read: ${config.reason}.`,
    place: { file },
    remedy: 'Correct the file: git config --local --edit.',
  });
}

/**
 * The text of a file, or undefined where there is no file of that name.
 * @throws {QmsError} `git/failed` where it is there and can't be read.
 */
export async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw unreadable(file, error);
  }
}

/** Whether a failed call of the file system only says that nothing is there. */
export function isAbsence(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}

/** A file that is there and can't be read. */
export function unreadable(file: string, error: unknown): QmsError {
  return QmsError.of('git/failed', {
    message: `${file} can not be read: ${error instanceof Error ? error.message : String(error)}`,
    place: { file },
    remedy: 'Check permissions and disk, and run the command again.',
  });
}

/** Whether there is a folder of that name. */
export async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() === true;
}
