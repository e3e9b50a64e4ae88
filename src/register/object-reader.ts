import type { ObjectStore, ObjectType, RawObject } from '../git/object-store.ts';
import type { Commit, TreeEntry } from '../git/objects.ts';
import { type CommitStrictness, parseCommit } from '../git/commit.ts';
import { latin1Text } from '../git/header.ts';
import { KnownTree } from '../git/known-tree.ts';
import { QmsError } from '../problem/problem.ts';
import { documentIdsIn } from './document-lines.ts';

/** Bytes of raw objects that are kept for a second look before the oldest go. */
const rawBudgetBytes = 16 * 1024 * 1024;
/** Entries of parsed trees that are kept, over all trees. */
const treeBudgetEntries = 300_000;
/** Bytes of parsed commits that are kept; each approval asks for the commit at which it points. */
const commitBudgetBytes = 8 * 1024 * 1024;
/** Trees from this many bytes on are kept for comparison with the next, and how many. */
const likeFrom = 1024;
const mostLikes = 64;
/** Blobs of which it is remembered whom they name, with these names. */
const mostIds = 200_000;

/** What trees with the same names mostly have in common: their length and how they begin. */
const likeness = (bytes: Uint8Array): string =>
  `${String(bytes.length)} ${latin1Text(bytes.subarray(0, 40))}`;

/** A map that forgets its oldest entries once their weight is over the budget. */
class BoundedMap<V> {
  readonly #entries = new Map<string, { value: V; weight: number }>();
  /** Goes on where it stopped: begun anew, it would pass over all that is gone each time. */
  readonly #oldest = this.#entries.entries();
  readonly #budget: number;
  #weight = 0;

  constructor(budget: number) {
    this.#budget = budget;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)?.value;
  }

  delete(key: string): void {
    this.#weight -= this.#entries.get(key)?.weight ?? 0;
    this.#entries.delete(key);
  }

  /** Keep a value in the place of an older one. */
  replace(key: string, value: V): void {
    const old = this.#entries.get(key);
    if (old === undefined) this.set(key, value, 1);
    else old.value = value;
  }

  set(key: string, value: V, weight: number): void {
    if (this.#entries.has(key)) return;
    this.#entries.set(key, { value, weight });
    this.#weight += weight;
    while (this.#weight > this.#budget && this.#entries.size > 1) {
      const { value: oldest } = this.#oldest.next();
      if (oldest === undefined) break;
      this.#entries.delete(oldest[0]);
      this.#weight -= oldest[1].weight;
    }
  }
}

/** A file or folder found in a tree. */
export interface FoundEntry {
  readonly mode: string;
  readonly id: string;
}

/**
 * Objects as verification needs them: by type, parsed strictly, read in bulk ahead of their use.
 * What can't be had is a thrown `QmsError`: `git/object-missing` (unknown), or `git/object-corrupt`,
 * `git/object-type`, `git/tree-malformed`, `git/commit-malformed` (errors).
 */
export class ObjectReader {
  readonly #store: ObjectStore;
  readonly #rawBudget: number;
  readonly #raw: BoundedMap<RawObject>;
  readonly #trees = new BoundedMap<KnownTree>(treeBudgetEntries);
  readonly #commits = new BoundedMap<Commit>(commitBudgetBytes);
  /** The last tree of each length and beginning: the next one is mostly like it. */
  readonly #likes = new BoundedMap<KnownTree>(mostLikes);

  /** Blob → ids that its front matter names. */
  readonly #ids = new BoundedMap<readonly string[]>(mostIds);

  /** @param rawBudget Bytes of raw objects that are kept for a second look. */
  constructor(store: ObjectStore, rawBudget = rawBudgetBytes) {
    this.#store = store;
    this.#rawBudget = rawBudget;
    this.#raw = new BoundedMap(rawBudget);
  }

  /**
   * Read objects ahead, in bulk, as far as they can be kept. Faults are left for the one who asks
   * for the object.
   */
  async prefetch(ids: Iterable<string>): Promise<void> {
    const wanted = new Set<string>();
    for (const id of ids) {
      if (this.#raw.get(id) === undefined && this.#trees.get(id) === undefined) wanted.add(id);
    }
    if (wanted.size === 0) return;
    for (const object of (await this.#store.read(wanted, this.#rawBudget)).values()) {
      if (!('fault' in object)) this.#keep(object);
    }
  }

  /** One large picture would take the place of all that was read ahead. */
  #keep(object: RawObject): void {
    const weight = object.bytes.length + 200;
    if (weight <= this.#rawBudget / 8) this.#raw.set(object.id, object, weight);
  }

  /** One object of the type, or a `QmsError` that says why it can't be had. */
  async object(id: string, type: ObjectType): Promise<RawObject> {
    let object = this.#raw.get(id);
    if (object === undefined) {
      const read = (await this.#store.read([id])).get(id);
      if (read === undefined || 'fault' in read) {
        const missing = read?.fault !== 'corrupt';
        throw QmsError.of(missing ? 'git/object-missing' : 'git/object-corrupt', {
          message: missing
            ? `The ${type} ${id} is not in the repository.`
            : `The ${type} ${id} can not be believed: ${read.detail}.`,
          place: { object: id },
        });
      }
      object = read;
      this.#keep(object);
    }
    if (object.type !== type) {
      throw QmsError.of('git/object-type', {
        message: `The object ${id} is a ${object.type}, expected a ${type}.`,
        place: { object: id },
      });
    }
    return object;
  }

  /**
   * Ids that the front matter of a Markdown file names, see `documentIdsIn`.
   * @throws {QmsError} where the blob can't be read.
   */
  async idsIn(blob: string): Promise<readonly string[]> {
    const known = this.#ids.get(blob);
    if (known !== undefined) return known;
    const ids = documentIdsIn((await this.object(blob, 'blob')).bytes);
    this.rememberIds(blob, ids);
    return ids;
  }

  /** What `idsIn` is to answer of a blob that was read elsewhere. */
  rememberIds(blob: string, ids: readonly string[]): void {
    this.#ids.set(blob, ids, 1 + ids.length);
  }

  /** Whether `idsIn` knows the answer. */
  knowsIds(blob: string): boolean {
    return this.#ids.get(blob) !== undefined;
  }

  /** Which of the objects exist; says nothing about their bytes. */
  has(ids: Iterable<string>): Promise<ReadonlySet<string>> {
    return this.#store.has(ids);
  }

  async commit(id: string, strictness: CommitStrictness): Promise<Commit> {
    const key = `${strictness} ${id}`;
    const known = this.#commits.get(key);
    if (known !== undefined) return known;
    const { bytes } = await this.object(id, 'commit');
    const parsed = parseCommit(bytes, strictness);
    if (parsed.ok) {
      this.#commits.set(key, parsed.value, bytes.length + 500);
      return parsed.value;
    }
    throw QmsError.of('git/commit-malformed', {
      message: `The commit ${id}: ${parsed.reason}.`,
      place: { object: id },
    });
  }

  /** The entries of a tree; canonical, or a `QmsError`. */
  async tree(id: string): Promise<readonly TreeEntry[]> {
    return (await this.#tree(id)).entries;
  }

  async #tree(id: string): Promise<KnownTree> {
    const known = this.#trees.get(id);
    if (known !== undefined) return known;
    const { bytes } = await this.object(id, 'tree');
    const key = bytes.length < likeFrom ? undefined : likeness(bytes);
    const parsed = KnownTree.parse(bytes, key === undefined ? undefined : this.#likes.get(key));
    if (!parsed.ok) {
      throw QmsError.of('git/tree-malformed', {
        message: `The tree ${id}: ${parsed.reason}.`,
        place: { object: id },
      });
    }
    this.#trees.set(id, parsed.value, parsed.value.entries.length + 1);
    // What is parsed need not be kept twice: what lives long costs more to collect.
    this.#raw.delete(id);
    if (key !== undefined) this.#likes.replace(key, parsed.value);
    return parsed.value;
  }

  /** The entry at a path below a tree, or undefined where there is none. */
  async find(tree: string, path: string): Promise<FoundEntry | undefined> {
    let here = tree;
    const names = path.split('/');
    for (const [depth, name] of names.entries()) {
      const entry = (await this.#tree(here)).find(name);
      if (entry === undefined) return undefined;
      if (depth === names.length - 1) return { mode: entry.mode, id: entry.id };
      if (entry.mode !== '40000') return undefined;
      here = entry.id;
    }
    return undefined;
  }
}
