import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deflate } from 'node:zlib';
import { promisify } from 'node:util';
import { hasGitProgram, runGit } from './git-program.ts';
import type { ObjectType } from './object-store.ts';
import { QmsError } from '../problem/problem.ts';
import type { Repository } from './repository.ts';
import { encodeUtf8, joinBytes } from './header.ts';
import { nodeCryptography } from './node-cryptography.ts';
import { objectName } from './object-name.ts';
import { writeFailed } from './ref-transaction.ts';

const compress = promisify(deflate);
/** Writers at once: each is a process that waits for the disk. */
const atOnce = 4;

/** An object to be written. */
export interface NewObject {
  readonly type: ObjectType;
  readonly bytes: Uint8Array;
}

/**
 * Write one object to the disk, and be sure that it is there.
 * @returns Its id, 40 hex digits.
 * @throws {QmsError} `git/write-failed` for a full disk, permissions, or an object git refuses.
 */
export async function writeObject(
  repository: Repository,
  type: ObjectType,
  bytes: Uint8Array,
): Promise<string> {
  const id = objectName(type, bytes, nodeCryptography);
  try {
    if (await hasGitProgram(repository.env)) await writeThroughGit(repository, type, bytes, id);
    else await writeLoose(repository, type, bytes, id);
  } catch (error) {
    if (error instanceof QmsError && error.code === 'git/write-failed') throw error;
    throw writeFailed(`The ${type} ${id}`, error);
  }
  return id;
}

/** Write many objects, in any order. @returns Their ids, in the order given. */
export async function writeObjects(
  repository: Repository,
  objects: readonly NewObject[],
): Promise<readonly string[]> {
  const ids = new Array<string>(objects.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < objects.length; at = next++) {
      const object = objects[at];
      if (object !== undefined) ids[at] = await writeObject(repository, object.type, object.bytes);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, objects.length) }, work));
  return ids;
}

async function writeThroughGit(
  { gitDir, workTree, env }: Repository,
  type: ObjectType,
  bytes: Uint8Array,
  id: string,
): Promise<void> {
  const result = await runGit(['hash-object', '-w', '-t', type, '--stdin'], {
    cwd: workTree ?? gitDir,
    gitDir,
    env,
    input: bytes,
  });
  const written = Buffer.from(result.stdout).toString('latin1').trim();
  if (written !== id) throw new Error(`git wrote ${written} instead of ${id}`);
}

/** Write a loose object as git does: whole and synced under another name first. */
async function writeLoose(
  { commonDir }: Repository,
  type: ObjectType,
  bytes: Uint8Array,
  id: string,
): Promise<void> {
  const file = join(commonDir, 'objects', id.slice(0, 2), id.slice(2));
  const temporary = join(dirname(file), `tmp_obj_${randomBytes(6).toString('hex')}`);
  const data = await compress(joinBytes(encodeUtf8(`${type} ${String(bytes.length)}\0`), bytes));
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(temporary, 'wx', 0o444);
  try {
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(temporary, file).catch((error: unknown) => {
      // Somebody else wrote the same object; the same name means the same bytes.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  } finally {
    await rm(temporary, { force: true });
  }
}
