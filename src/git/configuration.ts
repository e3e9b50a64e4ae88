import { open, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type ConfigEntry, normalizeKey, parseConfig, setInConfig } from './config-file.ts';
import { hasGitProgram, runGit } from './git-program.ts';
import { QmsError } from '../problem/problem.ts';
import { type Repository, readOwnConfig, readText } from './repository.ts';
import { writeFailed } from './ref-transaction.ts';

/**
 * One setting as Git sees it for this repository: system, user, repository, command line, the
 * last one counts.
 * @returns undefined where it is not set.
 */
export async function readConfig(repository: Repository, key: string): Promise<string | undefined> {
  return (await readConfigAll(repository, key)).at(-1);
}

/** Every value of a setting that may repeat, in Git's order. */
export async function readConfigAll(
  repository: Repository,
  key: string,
): Promise<readonly string[]> {
  if (await hasGitProgram(repository.env)) return askGit(repository, key, []);
  const wanted = normalizeKey(key);
  const entries = [...(await readUserConfig(repository)), ...(await readOwnConfig(repository))];
  return entries.filter((entry) => entry.key === wanted).map(({ value }) => value);
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

/**
 * Set a setting in the repository's own configuration.
 * @throws {QmsError} `git/write-failed`
 */
export async function writeConfig(
  repository: Repository,
  key: string,
  value: string,
): Promise<void> {
  if (await hasGitProgram(repository.env)) {
    try {
      await runGit(['config', '--local', '--replace-all', key, value], location(repository));
    } catch (error) {
      throw writeFailed(`the setting ${key}`, error);
    }
    return;
  }
  await writeOwnConfig(repository, key, value);
}

async function askGit(
  repository: Repository,
  key: string,
  options: readonly string[],
): Promise<readonly string[]> {
  const args = ['config', ...options, '-z', '--get-all', key];
  const result = await runGit(args, { ...location(repository), allowExit: [1] });
  const text = Buffer.from(result.stdout).toString('utf8');
  return text === '' ? [] : text.slice(0, -1).split('\0');
}

function location({ gitDir, workTree, env }: Repository): {
  cwd: string;
  gitDir: string;
  env: Repository['env'];
} {
  return { cwd: workTree ?? gitDir, gitDir, env };
}

/** The files that Git reads before the repository's own, without includes. */
async function readUserConfig({ env }: Repository): Promise<readonly ConfigEntry[]> {
  const home = env['HOME'] ?? homedir();
  const global = env['GIT_CONFIG_GLOBAL'];
  const files = [
    ...(env['GIT_CONFIG_NOSYSTEM'] === '1' ? [] : [env['GIT_CONFIG_SYSTEM'] ?? '/etc/gitconfig']),
    ...(global === undefined
      ? [
          join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'git', 'config'),
          join(home, '.gitconfig'),
        ]
      : [global]),
  ];
  const entries: ConfigEntry[] = [];
  for (const file of files) {
    const config = parseConfig((await readText(file)) ?? '');
    if (!config.ok) {
      throw QmsError.of('git/failed', {
        message: `The configuration ${file} can not be read: ${config.reason}.`,
        place: { file },
        remedy: 'Correct the file: git config --global --edit.',
      });
    }
    entries.push(...config.value);
  }
  return entries;
}

/** Write without git as git does: into a lock file that then takes the place of the old file. */
async function writeOwnConfig(repository: Repository, key: string, value: string): Promise<void> {
  const file = join(repository.commonDir, 'config');
  const lock = `${file}.lock`;
  try {
    const handle = await open(lock, 'wx');
    try {
      const text = (await readText(file)) ?? '';
      await writeFile(handle, setInConfig(text, await readOwnConfig(repository), key, value));
      await handle.sync();
      await handle.close();
      await rename(lock, file);
    } catch (error) {
      await handle.close().catch(() => undefined);
      await rm(lock, { force: true });
      throw error;
    }
  } catch (error) {
    throw writeFailed(`the setting ${key}`, error);
  }
}
