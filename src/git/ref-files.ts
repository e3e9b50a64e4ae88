import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { QmsError } from '../problem/problem.ts';
import type { Ref } from './object-store.ts';
import { type Repository, isAbsence, readText, unreadable } from './repository.ts';
import { compareCodePoints } from './code-point-order.ts';
import { encodeUtf8 } from './header.ts';
import { nodeCryptography } from './node-cryptography.ts';
import { PackedRefsFile } from './packed-refs.ts';
import { isValidRefName } from './ref-name.ts';
import type { LooseRef } from './refs-below.ts';
import { join } from 'node:path';

/** As Git: a symbolic ref may lead to another, but not for ever. */
const symbolicDepth = 5;

/**
 * Read the refs with a prefix from their files (gitrepository-layout: loose files, then
 * `packed-refs`), not peeled, sorted by name. In this order a ref that is packed meanwhile is
 * found in one place or the other.
 *
 * @param packedFile Who reads again and again keeps it, so that what stays is not read again.
 * @throws {QmsError} `git/ref-invalid` for a ref that holds no object id.
 */
export async function readRefFiles(
  repository: Repository,
  prefix: string,
  packedFile = new PackedRefsFile(repository),
): Promise<readonly Ref[]> {
  // The last part of a prefix may be the beginning of a name: `refs/tags/qms/rel`.
  const folder = prefix.startsWith('refs/') ? prefix.slice(0, prefix.lastIndexOf('/')) : 'refs';
  const loose = await readLoose(repository, folder, prefix);
  const { refs, invalid } = await packedFile.read();
  // Git passes over such a name with a warning; here that would be a silent gap.
  for (const name of invalid) {
    if (name.startsWith(prefix)) throw invalidRef(name, 'Git does not allow its name');
  }
  const own: LooseRef[] = [];
  for (const [name, content] of loose) {
    own.push({ name, id: await resolveContent(repository, name, content, symbolicDepth) });
  }
  own.sort((a, b) => compareCodePoints(a.name, b.name));
  return packedFile.overlaid(refs, prefix, own);
}

/**
 * A digest of the files that hold the refs with some prefixes: as long as it stays the same, so do
 * these refs. Of packed refs all count, because that file is read as a whole, unparsed.
 *
 * @returns Undefined where one of the refs leads to another or can't be read, and where there is no
 *   such file: then refs may be kept in another way.
 */
export async function digestRefFiles(
  repository: Repository,
  prefixes: readonly string[],
): Promise<string | undefined> {
  const parts: string[] = [];
  for (const prefix of prefixes) {
    const folder = prefix.slice(0, prefix.lastIndexOf('/'));
    for (const [name, content] of await readLoose(repository, folder, prefix)) {
      if (!holdsId(content)) return undefined;
      parts.push(`${content.slice(0, 40)} ${name}\n`);
    }
  }
  // As above: last, so that a ref that is packed meanwhile is found in one place or the other.
  const packed = await readBytes(join(repository.commonDir, 'packed-refs'));
  if (parts.length === 0 && packed.length === 0) return undefined;
  return nodeCryptography.sha256(encodeUtf8(parts.sort().join('')), lineFeed, packed);
}

const lineFeed = new Uint8Array([0x0a]);

/** The bytes of a file, none where there is no such file. @throws {QmsError} `git/failed` */
async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isAbsence(error)) return new Uint8Array();
    throw unreadable(file, error);
  }
}

/**
 * What one ref or HEAD holds: its object id, or undefined where it does not exist.
 * @throws {QmsError} `git/ref-invalid`
 */
export async function readRefFile(
  repository: Repository,
  name: string,
): Promise<string | undefined> {
  return readOne(repository, name, symbolicDepth);
}

async function readOne(
  repository: Repository,
  name: string,
  depth: number,
): Promise<string | undefined> {
  if (name !== 'HEAD' && !isValidRefName(name)) return undefined;
  const base = name.startsWith('refs/') ? repository.commonDir : repository.gitDir;
  const content = await readText(join(base, name));
  // Only now: read before, it would lack a ref that git has packed meanwhile.
  if (content === undefined) {
    const { refs } = await new PackedRefsFile(repository).read();
    return refs.find((ref) => ref.name === name)?.id;
  }
  return resolveContent(repository, name, content, depth);
}

async function resolveContent(
  repository: Repository,
  name: string,
  content: string,
  depth: number,
): Promise<string | undefined> {
  if (holdsId(content)) return content.slice(0, 40).toLowerCase();
  const target = targetIn(content);
  if (target?.startsWith('refs/') === true && depth > 0) {
    return readOne(repository, target, depth - 1);
  }
  if (content === '') throw invalidRef(name, 'its file is empty');
  if (target !== undefined && depth === 0) throw invalidRef(name, 'it leads in a circle');
  throw invalidRef(name, 'it holds no object id');
}

const holdsId = (content: string): boolean => /^[0-9a-f]{40}\s*$/i.test(content);

/** The name in the file of a symbolic ref; undefined where it is none. */
function targetIn(content: string): string | undefined {
  return /^ref:\s*([^\u0000-\u0020]+)\s*$/.exec(content)?.[1];
}

/**
 * The refs to which a symbolic ref, or HEAD, leads: the next one first, the last one holds the
 * object. None where it is not symbolic. A link in the file system that leads to a name below
 * `refs/` is a symbolic ref too, the oldest kind.
 * @throws {QmsError} `git/ref-invalid`
 */
export async function symbolicTargets(
  repository: Repository,
  name: string,
): Promise<readonly string[]> {
  const targets: string[] = [];
  let at = name;
  while (targets.length <= symbolicDepth && (at === 'HEAD' || isValidRefName(at))) {
    const base = at.startsWith('refs/') ? repository.commonDir : repository.gitDir;
    const file = join(base, at);
    const link = await readlink(file).catch(() => '');
    const content = link.startsWith('refs/') ? `ref: ${link}` : await readText(file);
    if (content === undefined || holdsId(content)) break;
    const target = targetIn(content);
    // Without this, a branch would be unprotected for a HEAD that git reads more leniently.
    if (target === undefined) throw invalidRef(at, 'it holds neither an object id nor a name');
    targets.push(target);
    at = target;
  }
  return targets;
}

/** A ref that can't be read. */
export function invalidRef(name: string, what: string): QmsError {
  return QmsError.of('git/ref-invalid', {
    message: `The ref ${name} can not be read: ${what}.`,
    place: { ref: name },
  });
}

/** How many files or folders are read before others get their turn. */
const atOnce = 64;

/** Small files are read many times faster one after the other than through threads. */
async function forEachInTurns<T>(items: readonly T[], step: (item: T) => void): Promise<void> {
  for (let at = 0; at < items.length; at += atOnce) {
    for (const item of items.slice(at, at + atOnce)) step(item);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The contents of the loose files below a folder whose names start with a prefix. */
async function readLoose(
  repository: Repository,
  folder: string,
  prefix: string,
): Promise<ReadonlyMap<string, string>> {
  const files: string[] = [];
  for (let level = [folder]; level.length > 0;) {
    const next: string[] = [];
    await forEachInTurns(level, (each) => {
      listLoose(repository, each, prefix, next, files);
    });
    level = next;
  }
  const found = new Map<string, string>();
  await forEachInTurns(files, (name) => {
    const file = join(repository.commonDir, name);
    const content = ifThere(file, () => readFileSync(file, 'utf8'));
    if (content !== undefined) found.set(name, content);
  });
  return found;
}

/** Add what lies in one folder to the folders that are to be listed and the files to be read. */
function listLoose(
  repository: Repository,
  folder: string,
  prefix: string,
  folders: string[],
  files: string[],
): void {
  const path = join(repository.commonDir, folder);
  for (const entry of ifThere(path, () => readdirSync(path, { withFileTypes: true })) ?? []) {
    const name = `${folder}/${entry.name}`;
    // What Git does not take for a ref: locks, files that start with a dot, other odd names.
    if (!isValidRefName(name)) continue;
    if (entry.isDirectory()) {
      if (prefix.startsWith(`${name}/`) || `${name}/`.startsWith(prefix)) folders.push(name);
    } else if (name.startsWith(prefix)) {
      if (!entry.isFile()) requireFile(repository, name);
      files.push(name);
    }
  }
}

/** Undefined where there is nothing of that name. @throws {QmsError} `git/failed` */
function ifThere<T>(path: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw unreadable(path, error);
  }
}

/**
 * A link that leads to a file is read as Git reads it; anything else is no ref.
 * @throws {QmsError} `git/ref-invalid`
 */
function requireFile(repository: Repository, name: string): void {
  const file = join(repository.commonDir, name);
  const found = ifThere(file, () => statSync(file));
  // Without this, refs behind a linked folder would be none, and a pipe would be waited for.
  if (found?.isFile() !== true) throw invalidRef(name, 'it is neither a file nor a folder');
}
