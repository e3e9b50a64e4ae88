import { isUtf8 } from 'node:buffer';
import {
  type FileHandle,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type ConfigEntry, normalizeKey, parseConfig, setInConfig } from './config-file.ts';
import { hasGitProgram, runGit } from './git-program.ts';
import { QmsError } from '../problem/problem.ts';
import {
  isAbsence,
  readEntries,
  readOwnConfig,
  readText,
  type Repository,
  unreadable,
} from './repository.ts';
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
  await changeOwnConfig(repository, key, () => value);
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

/** How often, and after how many milliseconds each time, a lock that somebody holds is tried. */
const lockTries = 20;
const lockPause = 50;

/**
 * Decide, while nobody else can write, what a setting of the repository's own configuration shall
 * be, and write it as git does: into a lock file that then takes the place of the old file.
 *
 * @param decide Is given the value that stands there; undefined from it leaves all as it is.
 * @throws {QmsError} `git/write-failed`
 */
export async function changeOwnConfig(
  repository: Repository,
  key: string,
  decide: (known: string | undefined) => string | undefined,
): Promise<void> {
  const named = join(repository.commonDir, 'config');
  try {
    // Where it is a link, the file behind it is written, as git does.
    const file = await realpath(named).catch(() => named);
    const lock = `${file}.lock`;
    const handle = await openLock(lock);
    try {
      const written = await write(file, handle, key, decide);
      await handle.close();
      await (written ? rename(lock, file) : rm(lock));
    } catch (error) {
      await handle.close().catch(() => undefined);
      await rm(lock, { force: true });
      throw error;
    }
  } catch (error) {
    throw writeFailed(`the setting ${key}`, error);
  }
}

/** Write into the lock what the file shall hold. @returns Whether that is anything new. */
async function write(
  file: string,
  lock: FileHandle,
  key: string,
  decide: (known: string | undefined) => string | undefined,
): Promise<boolean> {
  const found = await readFile(file).catch((error: unknown) => {
    if (isAbsence(error)) return undefined;
    throw unreadable(file, error);
  });
  const bytes = found ?? new Uint8Array();
  // Names in an older encoding stay as they are: one character for each byte.
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
  const text = Buffer.from(bytes).toString(encoding);
  const entries = readEntries(text, file);
  const wanted = normalizeKey(key);
  const known = entries.findLast((entry) => entry.key === wanted)?.value;
  const value = decide(known === undefined ? undefined : Buffer.from(known, encoding).toString());
  if (value === undefined) return false;
  const next = setInConfig(text, entries, key, Buffer.from(value).toString(encoding));
  await writeFile(lock, next, encoding);
  if (found !== undefined) await lock.chmod((await stat(file)).mode & 0o777);
  await lock.sync();
  return true;
}

/** Make a lock file; one that another program holds is waited for, a second at the most. */
async function openLock(lock: string): Promise<FileHandle> {
  for (let left = lockTries; ; left -= 1) {
    try {
      return await open(lock, 'wx');
    } catch (error) {
      const isHeld = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!isHeld || left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, lockPause));
    }
  }
}
