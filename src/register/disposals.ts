import type { Chain } from './chain.ts';

/**
 * The records that releases say to have disposed of, whose files may be missing. What is said by a
 * release that turns out to be none excuses nothing, so it is kept who was excused.
 */
export class Disposals {
  readonly #ids: ReadonlySet<string>;
  readonly #documentOf = new Map<string, string>();
  readonly #excused = new Set<string>();

  /**
   * @param ids   Of the records that the releases to be judged dispose of.
   * @param chain The good releases before them, with the records that they disposed of.
   */
  constructor(ids: ReadonlySet<string>, chain: Chain | undefined) {
    this.#ids = ids;
    for (const document of chain?.documents.values() ?? []) {
      if (document.end?.act !== 'dispose' && !ids.has(document.id)) continue;
      for (const { revision, files } of document.revisions) {
        const gone = chain?.gone.get(`${document.id} ${revision}`) ?? files;
        for (const { blob } of gone) this.add(document.id, blob);
      }
    }
  }

  /** Whether a document is said to be disposed of. */
  includes(document: string): boolean {
    return this.#ids.has(document);
  }

  /** Note a file of a document that is disposed of. */
  add(document: string, blob: string): void {
    this.#documentOf.set(blob, document);
  }

  /** A document whose missing files were passed over. */
  excuse(document: string): void {
    this.#excused.add(document);
  }

  /** Asked of a blob that is missing: whether it may be. */
  has(blob: string): boolean {
    const document = this.#documentOf.get(blob);
    if (document !== undefined) this.excuse(document);
    return document !== undefined;
  }

  /** Those of the ids that a chain really disposed of, if others were excused; else undefined. */
  foundWanting(chain: Chain | undefined): ReadonlySet<string> | undefined {
    const isDisposed = (id: string) => chain?.documents.get(id)?.end?.act === 'dispose';
    if ([...this.#excused].every(isDisposed)) return undefined;
    return new Set([...this.#ids].filter(isDisposed));
  }
}
