import { open, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasGitProgram, runGit } from './git-program.ts';
import { lockRemedy } from './left-lock.ts';
import { readRefFile, readRefFiles } from './ref-files.ts';
import { isObjectId } from './header.ts';
import { isValidRefName } from './ref-name.ts';
import { QmsError } from '../problem/problem.ts';
import type { Repository } from './repository.ts';

/** One ref to be written. */
export interface RefChange {
  /** Full name, `refs/tags/qms/release/3`. */
  readonly name: string;
  /** The object id that it shall hold. */
  readonly to: string;
  /** The object id that it must hold now, or `absent` where it must not exist. */
  readonly from: string;
}

/**
 * Write refs, all or none, each only if it still holds what it is expected to hold.
 *
 * @throws {QmsError} `git/ref-exists` where one exists that should not, or was moved by somebody
 *   else; `git/write-failed` for locks, permissions and a full disk; `git/ref-invalid` for a name
 *   or id that can be none. Nothing was written then, unless the disk took the first refs and not
 *   the last: refs are written in the order given, so that what follows can be moved on later.
 */
export async function updateRefs(
  repository: Repository,
  changes: readonly RefChange[],
): Promise<void> {
  if (changes.length === 0) return;
  for (const change of changes) requireWellFormed(change);
  const withGit = await hasGitProgram(repository.env);
  try {
    if (withGit) await updateThroughGit(repository, changes);
    else await updateFiles(repository, changes);
  } catch (error) {
    if (error instanceof QmsError && error.code === 'git/ref-exists') throw error;
    // Git says the same in many words; what the refs hold now says which of them it was.
    const conflict = /already exists|but expected/u.test(
      error instanceof Error ? error.message : '',
    );
    // Where it names no conflict, it may have come half way itself: a full disk, say.
    await requireExpected(repository, changes, !conflict);
    throw writeFailed(changes.map(({ name }) => name).join(', '), error);
  }
}

/** A write that failed, in words. */
export function writeFailed(what: string, error: unknown): QmsError {
  const reason = error instanceof Error ? error.message : String(error);
  const remedy = lockRemedy(reason);
  return QmsError.of('git/write-failed', {
    message: `${what} could not be written: ${reason}`,
    place: {},
    ...(remedy === undefined ? {} : { remedy }),
  });
}

function requireWellFormed({ name, to, from }: RefChange): void {
  const fault =
    !name.startsWith('refs/') || !isValidRefName(name)
      ? 'Git allows no such name'
      : isObjectId(to) && (from === 'absent' || isObjectId(from))
        ? undefined
        : 'it can hold only an object id';
  if (fault === undefined) return;
  throw QmsError.of('git/ref-invalid', {
    message: `The ref ${JSON.stringify(name)} can not be written: ${fault}.`,
    place: { ref: name },
    remedy: 'Choose another name.',
  });
}

async function updateThroughGit(
  { gitDir, workTree, env }: Repository,
  changes: readonly RefChange[],
): Promise<void> {
  const input = changes
    .map(({ name, to, from }) =>
      from === 'absent'
        ? `option no-deref\0create ${name}\0${to}\0`
        : `option no-deref\0update ${name}\0${to}\0${from}\0`,
    )
    .join('');
  await runGit(['update-ref', '--stdin', '-z'], { cwd: workTree ?? gitDir, gitDir, env, input });
}

/** Compare what the refs hold with what they should. */
async function requireExpected(
  repository: Repository,
  changes: readonly RefChange[],
  perhapsWritten = false,
): Promise<void> {
  for (const { name, from, to } of changes) {
    const now = (await readRefFile(repository, name)) ?? 'absent';
    if (now === to && perhapsWritten) continue;
    if (now !== from) throw exists(name, now, from);
    const inTheWay = await refInTheWay(repository, name);
    if (inTheWay !== undefined) {
      throw QmsError.of('git/ref-exists', {
        message: `${name} can not be created beside ${inTheWay}: one would be a folder of the other.`,
        place: { ref: inTheWay },
        remedy:
          'Choose another name; that of an approval is chosen with qms approve --change-order <name>.',
      });
    }
  }
}

function exists(name: string, now: string, from: string): QmsError {
  return QmsError.of('git/ref-exists', {
    message:
      from === 'absent'
        ? `${name} exists already and holds ${now}; it was to be created.`
        : `${name} is ${now === 'absent' ? 'gone' : `at ${now}`}; ${from} was expected.`,
    place: { ref: name },
  });
}

/** A ref whose name is a folder of this one, or below it. */
async function refInTheWay(repository: Repository, name: string): Promise<string | undefined> {
  const [below] = await readRefFiles(repository, `${name}/`);
  if (below !== undefined) return below.name;
  const parts = name.split('/');
  for (let count = 2; count < parts.length; count++) {
    const above = parts.slice(0, count).join('/');
    if ((await readRefFile(repository, above)) !== undefined) return above;
  }
  return undefined;
}

/** The same without git: take every lock as git does, compare, write, and only then rename. */
async function updateFiles(repository: Repository, changes: readonly RefChange[]): Promise<void> {
  const locks: string[] = [];
  try {
    const sorted = [...changes].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { name, to } of sorted) {
      const lock = `${join(repository.commonDir, name)}.lock`;
      await mkdir(dirname(lock), { recursive: true });
      // Without `x`, two processes could each believe that they alone create the ref.
      const handle = await open(lock, 'wx');
      locks.push(lock);
      try {
        await handle.writeFile(`${to}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
    await requireExpected(repository, sorted);
    // In the order given, as git does: a release's tag before the branch that follows it.
    for (const { name } of changes) {
      const file = join(repository.commonDir, name);
      await removeEmptyFolders(file);
      await rename(`${file}.lock`, file);
      locks.splice(locks.indexOf(`${file}.lock`), 1);
    }
  } finally {
    for (const lock of locks) await rm(lock, { force: true });
  }
}

/** Deleted refs may leave empty folders where a ref shall stand now. */
async function removeEmptyFolders(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return;
  for (const entry of entries) {
    if (entry.isDirectory()) await removeEmptyFolders(join(path, entry.name));
  }
  await rmdir(path);
}
