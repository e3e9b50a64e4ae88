import type { Chain } from './chain.ts';
import type { PlacedFile } from './content.ts';

/** Asked of a Markdown blob that is missing, and where it stood: whether it may be. */
export interface MayBeMissing {
  has(blob: string, path: string): boolean;
}

/** What says that a file is one of a record that is disposed of. */
interface Claim {
  readonly document: string;
  /** The release that put the content with the file, good or not. */
  readonly release: number;
}

/**
 * The records that releases say to have disposed of, whose files may be missing. What is said by a
 * release that turns out to be none excuses nothing, so it is kept what was excused by which.
 */
export class Disposals {
  readonly #ids: ReadonlySet<string>;
  readonly #before: Chain | undefined;
  readonly #upTo: number;
  readonly #byBlob = new Map<string, Claim>();
  readonly #byPath = new Map<string, Map<string, Claim>>();
  /** The good releases by now, and path → documents that had a file there in the first of them. */
  #chain: Chain | undefined;
  #owned = 0;
  readonly #owners = new Map<string, Set<string>>();
  readonly #excused = new Map<string, number>();

  /**
   * @param ids   Of the records that the releases to be judged dispose of.
   * @param chain The good releases before them, with the records that they disposed of.
   * @param upTo  The last release that is believed what stands in the content that it puts.
   */
  constructor(ids: ReadonlySet<string>, chain: Chain | undefined, upTo = Infinity) {
    this.#ids = ids;
    this.#before = chain;
    this.#upTo = upTo;
    this.#chain = chain;
    for (const { id, end, revisions } of chain?.documents.values() ?? []) {
      if (end?.act !== 'dispose' && !ids.has(id)) continue;
      for (const { revision, files, put } of revisions) {
        const placed = chain?.gone.get(`${id} ${revision}`) ?? files;
        for (const file of placed) this.add(id, file, put.release);
      }
    }
  }

  /** Whether a document is said to be disposed of. */
  includes(document: string): boolean {
    return this.#ids.has(document);
  }

  /** Note a file of a document that is disposed of, and the release that puts it. */
  add(document: string, { blob, path }: Pick<PlacedFile, 'blob' | 'path'>, release: number): void {
    if (release > this.#upTo) return;
    const claim = { document, release };
    // The earliest: what a later release says may be no release's word.
    if (release < (this.#byBlob.get(blob)?.release ?? Infinity)) this.#byBlob.set(blob, claim);
    const there = this.#byPath.get(path) ?? new Map<string, Claim>();
    if (release < (there.get(document)?.release ?? Infinity)) there.set(document, claim);
    this.#byPath.set(path, there);
  }

  /** Note the good releases before the one that is judged next. */
  follow(chain: Chain): void {
    this.#chain = chain;
  }

  /** The documents of good releases that had a file at a path. */
  #ownersOf(path: string): ReadonlySet<string> {
    const { releases = [], documents, gone } = this.#chain ?? {};
    for (const act of releases.slice(this.#owned).flatMap((one) => one.acts)) {
      const its = documents?.get(act.document)?.revisions.find((one) => one.put === act);
      const placed = gone?.get(`${act.document} ${act.revision}`) ?? its?.files ?? [];
      for (const file of placed) {
        const owners = this.#owners.get(file.path) ?? new Set();
        this.#owners.set(file.path, owners.add(act.document));
      }
    }
    this.#owned = releases.length;
    return this.#owners.get(path) ?? new Set();
  }

  /** A document whose missing files were passed over. */
  excuse(document: string, release = 0): void {
    this.#excused.set(document, Math.max(release, this.#excused.get(document) ?? 0));
  }

  /**
   * Asked of a Markdown blob that is missing from the work: whether it may be. It may where it was
   * released, and as a draft at the path of the record, unless other documents have that path too.
   */
  has(blob: string, path: string): boolean {
    const released = this.#byBlob.get(blob);
    const there = this.#byPath.get(path) ?? new Map<string, Claim>();
    // Without this, the draft of another document could be taken out, and with it who wrote it.
    const isShared = [...this.#ownersOf(path)].some((owner) => !there.has(owner));
    const claims = released !== undefined ? [released] : isShared ? [] : [...there.values()];
    for (const { document, release } of claims) this.excuse(document, release);
    return claims.length > 0;
  }

  /**
   * Those of the disposals that a chain really holds, if others excused a file, to judge anew;
   * else undefined.
   */
  foundWanting(chain: Chain | undefined): Disposals | undefined {
    const good = chain?.releases.length ?? 0;
    const isDisposed = (id: string) => chain?.documents.get(id)?.end?.act === 'dispose';
    const isGood = ([id, release]: [string, number]) => isDisposed(id) && release <= good;
    if ([...this.#excused].every(isGood)) return undefined;
    return new Disposals(new Set([...this.#ids].filter(isDisposed)), this.#before, good);
  }
}
