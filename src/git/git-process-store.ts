import { CatFile } from './cat-file.ts';
import { checkObject, tooLarge } from './checked-object.ts';
import {
  type ObjectFault,
  type ObjectStore,
  type RawObject,
  type Ref,
  type RepositoryState,
  limits,
} from './object-store.ts';
import { PackedRefsFile } from './packed-refs.ts';
import { readRefFiles } from './ref-files.ts';
import { readRepositoryFormat, readRepositoryState, requireReadable } from './repository-state.ts';
import { ObjectFiles } from './object-files.ts';
import type { QmsError } from '../problem/problem.ts';
import type { Repository } from './repository.ts';
import { isObjectId } from './header.ts';
import { nodeCryptography } from './node-cryptography.ts';

/**
 * Read a repository through the program git: objects come from one long-lived
 * `git cat-file --batch`, which knows alternates and the quarantine of server hooks. Refs are read
 * from their files: what git says about broken ones is a warning that nobody could rely on.
 */
export function openGitProcessStore(repository: Repository): ObjectStore {
  return new GitProcessStore(repository);
}

class GitProcessStore implements ObjectStore {
  readonly #repository: Repository;
  readonly #files: ObjectFiles;
  readonly #packedRefs: PackedRefsFile;
  readonly #catFile: CatFile;
  #readable: Promise<void> | undefined;

  constructor(repository: Repository) {
    this.#repository = repository;
    this.#files = new ObjectFiles(repository);
    this.#packedRefs = new PackedRefsFile(repository);
    this.#catFile = new CatFile(repository, limits.objectBytes);
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
    let room = mostBytes ?? Infinity;
    const answers = new Map<string, RawObject | ObjectFault>();
    const wanted = [...new Set(ids)];
    for (const id of wanted) {
      if (!isObjectId(id)) answers.set(id, { id, fault: 'missing', detail: 'it is no object id' });
    }
    const unanswered: { readonly id: string; readonly detail: string }[] = [];
    let large: QmsError | undefined;
    await this.#catFile.request(wanted.filter(isObjectId), (id, answer) => {
      if (answer.kind === 'too-large') {
        large ??= tooLarge(id, answer.size);
      } else if (answer.kind === 'object') {
        // Without this, a handful of bytes in a pack could fill the memory when they are read ahead.
        if (answer.bytes.length > room) return;
        room -= answer.bytes.length;
        answers.set(id, checkObject(id, answer.type, answer.bytes, nodeCryptography));
      } else {
        unanswered.push({ id, detail: answer.kind === 'unreadable' ? answer.detail : '' });
      }
    });
    if (large !== undefined && mostBytes === undefined) throw large;
    for (const { id, detail } of unanswered) answers.set(id, await this.#fault(id, detail));
    return answers;
  }

  async has(ids: Iterable<string>): Promise<ReadonlySet<string>> {
    await this.#requireReadable();
    return this.#files.having(ids);
  }

  close(): Promise<void> {
    this.#catFile.close();
    return Promise.resolve();
  }

  /** An object that git did not give: absent, or there and unreadable. */
  async #fault(id: string, said: string): Promise<ObjectFault> {
    const where = await this.#files.findUnreadable(id);
    if (where === undefined) {
      return { id, fault: 'missing', detail: 'the repository does not hold it' };
    }
    return { id, fault: 'corrupt', detail: said === '' ? where : `${where} (git: ${said})` };
  }

  #requireReadable(): Promise<void> {
    this.#readable ??= readRepositoryFormat(this.#repository).then((format) => {
      requireReadable(format, this.#repository);
    });
    return this.#readable;
  }
}
