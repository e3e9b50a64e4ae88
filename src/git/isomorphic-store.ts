import fs from 'node:fs';
import {
  type ObjectFault,
  type ObjectStore,
  type ObjectType,
  type RawObject,
  type Ref,
  type RepositoryState,
  limits,
} from './object-store.ts';
import { readRepositoryFormat, readRepositoryState, requireReadable } from './repository-state.ts';
import { ObjectFiles } from './object-files.ts';
import { QmsError } from '../problem/problem.ts';
import type { Repository } from './repository.ts';
import { checkObject, tooLarge } from './checked-object.ts';
import { isObjectId } from './header.ts';
import { readObject } from 'isomorphic-git';
import { PackedRefsFile } from './packed-refs.ts';
import { readRefFiles } from './ref-files.ts';
import { nodeCryptography } from './node-cryptography.ts';

/** Objects read at once; more only means more files open. */
const atOnce = 8;
const types: readonly unknown[] = ['commit', 'tree', 'blob', 'tag'];

/**
 * Read a repository without the program git: objects through isomorphic-git as raw bytes, refs
 * from their files (its own `listTags` is quadratic in packed refs). Knows no alternates.
 */
export function openIsomorphicStore(repository: Repository): ObjectStore {
  return new IsomorphicStore(repository);
}

class IsomorphicStore implements ObjectStore {
  readonly #repository: Repository;
  readonly #files: ObjectFiles;
  readonly #packedRefs: PackedRefsFile;
  /** One cache for the whole life of the store: without it every read parses the pack again. */
  #cache: object = {};
  #readable: Promise<void> | undefined;

  constructor(repository: Repository) {
    this.#repository = repository;
    this.#files = new ObjectFiles(repository);
    this.#packedRefs = new PackedRefsFile(repository);
  }

  state(): Promise<RepositoryState> {
    return readRepositoryState(this.#repository, this.#packedRefs);
  }

  async refs(prefix: string): Promise<readonly Ref[]> {
    await this.#requireReadable();
    return readRefFiles(this.#repository, prefix, this.#packedRefs);
  }

  async read(
    ids: Iterable<string>,
    mostBytes?: number,
  ): Promise<ReadonlyMap<string, RawObject | ObjectFault>> {
    await this.#requireReadable();
    await this.#requireOwnObjects();
    let room = mostBytes ?? Infinity;
    const wanted = [...new Set(ids)];
    const answers = new Map<string, RawObject | ObjectFault>();
    let next = 0;
    const work = async (): Promise<void> => {
      for (let id = wanted[next++]; id !== undefined; id = wanted[next++]) {
        if (room <= 0) return;
        const answer = await this.#readOne(id).catch((error: unknown) => {
          const skip = mostBytes !== undefined && error instanceof QmsError;
          if (skip && error.code === 'git/object-too-large') return undefined;
          throw error;
        });
        if (answer === undefined) continue;
        const size = 'bytes' in answer ? answer.bytes.length : 0;
        if (size > room) continue;
        room -= size;
        answers.set(id, answer);
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, wanted.length) }, work));
    return answers;
  }

  async has(ids: Iterable<string>): Promise<ReadonlySet<string>> {
    await this.#requireReadable();
    await this.#requireOwnObjects();
    return this.#files.having(ids);
  }

  close(): Promise<void> {
    this.#cache = {};
    return Promise.resolve();
  }

  async #readOne(id: string): Promise<RawObject | ObjectFault> {
    if (!isObjectId(id)) return { id, fault: 'missing', detail: 'it is no object id' };
    let said = '';
    try {
      // readBlob and the like parse what they read, and misread tags and commits.
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else gives raw bytes
      const { type, object } = await readObject({
        fs,
        gitdir: this.#repository.commonDir,
        oid: id,
        format: 'content',
        cache: this.#cache,
      });
      if (!isObjectType(type) || !(object instanceof Uint8Array)) {
        return { id, fault: 'corrupt', detail: `its type is ${type}` };
      }
      if (object.length > limits.objectBytes) throw tooLarge(id, object.length);
      // A Buffer is a Uint8Array that compares and prints otherwise; the port promises plain ones.
      const bytes = new Uint8Array(object.buffer, object.byteOffset, object.byteLength);
      return checkObject(id, type, bytes, nodeCryptography);
    } catch (error) {
      if (error instanceof QmsError) throw error;
      const absent = error instanceof Error && 'code' in error && error.code === 'NotFoundError';
      // What isomorphic-git means stands behind a long advice to report a bug in it.
      const message = error instanceof Error ? error.message : String(error);
      if (!absent) said = message.split('this error message: ').at(-1)?.trim() ?? '';
    }
    const where = await this.#files.findUnreadable(id);
    if (where === undefined) {
      return { id, fault: 'missing', detail: 'the repository does not hold it' };
    }
    return { id, fault: 'corrupt', detail: said === '' ? where : `${where} (${said})` };
  }

  #requireReadable(): Promise<void> {
    this.#readable ??= readRepositoryFormat(this.#repository).then((format) => {
      requireReadable(format, this.#repository);
    });
    return this.#readable;
  }

  async #requireOwnObjects(): Promise<void> {
    if (!(await this.#files.hasAlternates())) return;
    throw QmsError.of('git/alternates-unsupported', {
      message: `The repository ${this.#repository.commonDir} borrows objects from another folder, which can not be read without git.`,
      place: { file: this.#repository.commonDir },
    });
  }
}

function isObjectType(value: unknown): value is ObjectType {
  return types.includes(value);
}
