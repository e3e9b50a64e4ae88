import type { ObjectFault, ObjectStore, RawObject, Ref, RepositoryState } from './object-store.ts';

/** A store that is opened when it is first asked for something: most questions ask nothing. */
export class DeferredStore implements ObjectStore {
  readonly #open: () => Promise<ObjectStore>;
  #opened: Promise<ObjectStore> | undefined;

  constructor(open: () => Promise<ObjectStore>) {
    this.#open = open;
  }

  #store(): Promise<ObjectStore> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  /** Open it now: what keeps it from being opened is no fault of the first question. */
  async open(): Promise<void> {
    await this.#store();
  }

  async state(): Promise<RepositoryState> {
    return (await this.#store()).state();
  }

  async refs(prefix: string): Promise<readonly Ref[]> {
    return (await this.#store()).refs(prefix);
  }

  async read(
    ids: Iterable<string>,
    mostBytes?: number,
  ): Promise<ReadonlyMap<string, RawObject | ObjectFault>> {
    return (await this.#store()).read(ids, mostBytes);
  }

  async has(ids: Iterable<string>): Promise<ReadonlySet<string>> {
    return (await this.#store()).has(ids);
  }

  async close(): Promise<void> {
    await (await this.#opened)?.close();
  }
}
