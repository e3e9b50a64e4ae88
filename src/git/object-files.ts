import { constants } from 'node:fs';
import { access, readFile, readdir, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { type Repository, isAbsence, readText, unreadable } from './repository.ts';
import { isObjectId } from './header.ts';

/** As Git: alternates of alternates, but not for ever. */
const alternateDepth = 5;

/**
 * Which objects the files of a repository claim to hold, without reading any: loose files and
 * pack indexes (gitformat-pack), quarantine and alternates included. Tells an object that is
 * absent from one that is there and can't be read.
 */
export class ObjectFiles {
  readonly #repository: Repository;
  readonly #indexes = new Map<string, PackIndex>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** Which of the ids have a loose file or stand in the index of a pack. */
  async having(ids: Iterable<string>): Promise<ReadonlySet<string>> {
    const wanted = new Set(ids);
    const found = new Set<string>();
    for (const folder of await this.folders()) {
      const indexes = await this.#readIndexes(folder);
      for (const id of wanted) {
        const there =
          isObjectId(id) &&
          (indexes.some((index) => index.has(id)) || (await exists(loosePath(folder, id))));
        if (!there) continue;
        found.add(id);
        wanted.delete(id);
      }
    }
    return found;
  }

  /**
   * Where an object should be that could not be read, in words; undefined where it is absent.
   * @throws {QmsError} `git/failed` where permissions or the disk are the reason.
   */
  async findUnreadable(id: string): Promise<string | undefined> {
    let broken: string | undefined;
    for (const folder of await this.folders()) {
      const loose = loosePath(folder, id);
      if (await exists(loose)) {
        await requireAccess(loose);
        return `the file ${loose} is there and can not be read`;
      }
      for (const index of await this.#readIndexes(folder)) {
        const pack = index.file.replace(/\.idx$/, '.pack');
        if (index.has(id)) {
          if (await exists(pack)) await requireAccess(pack);
          return `the pack ${pack} should hold it and can not be read`;
        }
        // Without this, an object behind a broken index would seem never to have been fetched.
        if (index.fault !== undefined) broken ??= `the pack index ${index.file} ${index.fault}`;
      }
    }
    return broken;
  }

  /** Every id that begins with the hex digits. */
  async withPrefix(prefix: string): Promise<readonly string[]> {
    const found = new Set<string>();
    for (const folder of await this.folders()) {
      const start = prefix.slice(0, 2);
      for (const rest of await names(join(folder, start))) {
        const id = start + rest;
        if (isObjectId(id) && id.startsWith(prefix)) found.add(id);
      }
      for (const index of await this.#readIndexes(folder)) {
        for (const id of index.withPrefix(prefix)) found.add(id);
      }
    }
    return [...found].sort();
  }

  /** Whether objects also lie elsewhere than in the repository's own folder. */
  async hasAlternates(): Promise<boolean> {
    const own = join(this.#repository.commonDir, 'objects');
    return (await this.folders()).some((folder) => folder !== own);
  }

  /** The folders with objects: quarantine, own, alternates. */
  async folders(): Promise<readonly string[]> {
    const { env, commonDir, gitDir } = this.#repository;
    const own = env['GIT_OBJECT_DIRECTORY'];
    const found = new Set<string>();
    await addFolder(
      own === undefined ? join(commonDir, 'objects') : resolve(gitDir, own),
      found,
      0,
    );
    for (const path of (env['GIT_ALTERNATE_OBJECT_DIRECTORIES'] ?? '').split(delimiter)) {
      if (path !== '') await addFolder(resolve(gitDir, unquote(path)), found, 0);
    }
    return [...found];
  }

  async #readIndexes(folder: string): Promise<readonly PackIndex[]> {
    const packs = join(folder, 'pack');
    const indexes: PackIndex[] = [];
    for (const name of await names(packs)) {
      if (!name.endsWith('.idx')) continue;
      const file = join(packs, name);
      const now = await stat(file).catch(() => undefined);
      if (now === undefined) continue;
      const key = `${file} ${String(now.size)} ${String(now.mtimeMs)}`;
      let index = this.#indexes.get(key);
      if (index === undefined) {
        index = await readPackIndex(file);
        if (index === undefined) continue;
        this.#indexes.set(key, index);
      }
      indexes.push(index);
    }
    return indexes;
  }
}

async function addFolder(folder: string, found: Set<string>, depth: number): Promise<void> {
  if (found.has(folder) || depth > alternateDepth) return;
  found.add(folder);
  const text = await readText(join(folder, 'info', 'alternates'));
  for (const line of (text ?? '').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const path = unquote(line);
    await addFolder(isAbsolute(path) ? path : resolve(folder, path), found, depth + 1);
  }
}

/** Git writes odd paths in double quotes with backslashes; the simple escapes are enough here. */
function unquote(path: string): string {
  return /^".*"$/.test(path) ? path.slice(1, -1).replace(/\\(.)/g, '$1') : path;
}

function loosePath(folder: string, id: string): string {
  return join(folder, id.slice(0, 2), id.slice(2));
}

async function names(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsence(error)) return [];
    throw unreadable(folder, error);
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file, constants.F_OK);
    return true;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw unreadable(file, error);
  }
}

async function requireAccess(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** The sorted object ids of one pack. */
class PackIndex {
  readonly file: string;
  /** Why the index can't be used, where it can't. */
  readonly fault: string | undefined;
  readonly #bytes: Buffer;
  /** Version 2 begins with a magic number; in version 1 each id stands behind its offset. */
  readonly #second: boolean;
  readonly #count: number;

  constructor(file: string, bytes: Buffer) {
    this.file = file;
    this.#bytes = bytes;
    this.#second = bytes.length >= 8 && bytes.readUInt32BE(0) === 0xff744f63;
    const fanout = this.#second ? 8 : 0;
    const count = bytes.length < fanout + 1024 ? -1 : bytes.readUInt32BE(fanout + 1020);
    const needed = fanout + 1024 + count * (this.#second ? 28 : 24) + 40;
    const broken = count < 0 || bytes.length < needed || (this.#second && bytes[7] !== 2);
    this.fault = broken ? 'is cut off or of another version' : undefined;
    this.#count = broken ? 0 : count;
  }

  has(id: string): boolean {
    const at = this.#firstFrom(id);
    return at < this.#count && this.#idAt(at) === id;
  }

  withPrefix(prefix: string): readonly string[] {
    const found: string[] = [];
    for (let at = this.#firstFrom(prefix); at < this.#count; at++) {
      const id = this.#idAt(at);
      if (!id.startsWith(prefix)) break;
      found.push(id);
    }
    return found;
  }

  #firstFrom(text: string): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#idAt(middle) < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #idAt(position: number): string {
    const start = this.#second ? 8 + 1024 + position * 20 : 1024 + position * 24 + 4;
    return this.#bytes.toString('hex', start, start + 20);
  }
}

async function readPackIndex(file: string): Promise<PackIndex | undefined> {
  try {
    return new PackIndex(file, await readFile(file));
  } catch (error) {
    // Repacked meanwhile: another index lists the same objects.
    if (isAbsence(error)) return undefined;
    throw unreadable(file, error);
  }
}
