import type { Commit } from '../git/objects.ts';
import { QmsError } from '../problem/problem.ts';
import { changedPaths, type ChangedPath, movesIn } from './changed-paths.ts';
import type { MayBeMissing } from './disposals.ts';
import type { ObjectReader } from './object-reader.ts';
import { parentsFirst } from './parents-first.ts';

/** A commit of the work that releases rest on, with what it changed. Immutable. */
export interface WorkCommit {
  readonly id: string;
  readonly commit: Commit;
  /** Parents have smaller ones. */
  readonly sequence: number;
  /** Path of a file → paths at which the commit removes the same bytes. */
  readonly moves: ReadonlyMap<string, readonly string[]>;
  /** Document id → paths of changed `*.md` files whose front matter names it, before or after. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

/** What identifies the founding content: the blob of `QMS 1` and its path. */
export interface FoundingContent {
  readonly path: string;
  readonly blob: string;
}

/** What a history knows, as plain data: see the fields of `History`. */
export interface HistoryFacts {
  readonly reach: ReadonlyMap<string, number>;
  readonly work: ReadonlyMap<string, WorkCommit>;
  readonly byPath: ReadonlyMap<string, WorkCommit[]>;
  readonly byDocument: ReadonlyMap<string, WorkCommit[]>;
  readonly founded: ReadonlySet<string>;
  readonly holders: ReadonlySet<string>;
  readonly before: ReadonlySet<string>;
  readonly foundingRelease: number | undefined;
  readonly releases: ReadonlyMap<string, Commit>;
}

/**
 * The commits on which releases rest, each with the first release that reaches it. Grows from
 * release to release and visits each commit once, so that a whole verification is linear.
 *
 * A release that may turn out to be none is walked in a history over the one before it, which is
 * settled into it, or forgotten.
 */
export class History {
  /** What this one goes on from; it stays as it is until `settle`. */
  readonly #base: History | undefined;
  /** Commit → number of the first release from which it can be reached. */
  readonly #reach: Map<string, number>;
  readonly #work: Map<string, WorkCommit>;
  readonly #byPath: Map<string, WorkCommit[]>;
  readonly #byDocument: Map<string, WorkCommit[]>;
  /** Commits that hold the content of `QMS 1` or have an ancestor that does. */
  readonly #founded: Set<string>;
  /** Commits that hold the content of `QMS 1` themselves, as long as `QMS 2` is not released. */
  readonly #holders: Set<string>;
  /** Strict ancestors of every founding commit: work from before the register. */
  #before: ReadonlySet<string>;
  /** The release whose history brought the founding commit. */
  #foundingRelease: number | undefined;
  /** Release commits, in order; work only where somebody merged the register into their work. */
  readonly #releases: Map<string, Commit>;
  /** Lists that were begun here and belong to no other history yet. */
  readonly #ownLists = new WeakSet<readonly WorkCommit[]>();

  /** @param from A history to go on over, or what one knew, which is copied. */
  constructor(from?: History | HistoryFacts) {
    this.#base = from instanceof History ? from : undefined;
    const copied = from instanceof History ? undefined : from;
    this.#reach = new Map(copied?.reach);
    this.#work = new Map(copied?.work);
    this.#byPath = new Map(copied?.byPath);
    this.#byDocument = new Map(copied?.byDocument);
    this.#founded = new Set(copied?.founded);
    this.#holders = new Set(copied?.holders);
    this.#releases = new Map(copied?.releases);
    const known = this.#base?.facts() ?? copied;
    this.#before = known?.before ?? new Set();
    this.#foundingRelease = known?.foundingRelease;
  }

  /** Add what was found here to the history that this one goes on over. */
  settle(): void {
    const base = this.#base;
    if (base === undefined) return;
    for (const [id, release] of this.#reach) base.#reach.set(id, release);
    for (const [id, work] of this.#work) base.#work.set(id, work);
    for (const [path, works] of this.#byPath) base.#append(base.#byPath, path, works);
    for (const [document, works] of this.#byDocument) {
      base.#append(base.#byDocument, document, works);
    }
    for (const id of this.#founded) base.#founded.add(id);
    for (const id of this.#holders) base.#holders.add(id);
    for (const [id, commit] of this.#releases) base.#releases.set(id, commit);
    base.#before = this.#before;
    base.#foundingRelease = this.#foundingRelease;
  }

  /** Everything that it knows by itself; not to be changed. */
  facts(): HistoryFacts {
    return {
      reach: this.#reach,
      work: this.#work,
      byPath: this.#byPath,
      byDocument: this.#byDocument,
      founded: this.#founded,
      holders: this.#holders,
      before: this.#before,
      foundingRelease: this.#foundingRelease,
      releases: this.#releases,
    };
  }

  /** The first release from which a commit can be reached, among those walked so far. */
  reachedBy(commit: string): number | undefined {
    return this.#reach.get(commit) ?? this.#base?.reachedBy(commit);
  }

  #workOf(id: string): WorkCommit | undefined {
    const below = this.#base;
    return this.#work.get(id) ?? (below === undefined ? undefined : below.#workOf(id));
  }

  #releaseOf(id: string): Commit | undefined {
    const below = this.#base;
    return this.#releases.get(id) ?? (below === undefined ? undefined : below.#releaseOf(id));
  }

  #isFounded(id: string): boolean {
    return this.#founded.has(id) || (this.#base !== undefined && this.#base.#isFounded(id));
  }

  get #size(): number {
    return this.#work.size + (this.#base === undefined ? 0 : this.#base.#size);
  }

  /** What this one and those below it hold, the oldest first. */
  *#layers<T>(part: (history: History) => Iterable<T> | undefined): Iterable<T> {
    if (this.#base !== undefined) yield* this.#base.#layers(part);
    yield* part(this) ?? [];
  }

  /** Whether a commit is that of a release. */
  isRelease(commit: string): boolean {
    return this.#releaseOf(commit) !== undefined;
  }

  isBeforeFounding(commit: string): boolean {
    return this.#before.has(commit);
  }

  /** A good release's commit: the first parent of the next release, so reached from there. */
  addRelease(id: string, commit: Commit, release: number): void {
    this.#releases.set(id, commit);
    this.#reach.set(id, release + 1);
  }

  #parentsOf(id: string): readonly string[] {
    return (this.#workOf(id)?.commit ?? this.#releaseOf(id))?.parents ?? [];
  }

  /** Commits that changed a file whose front matter named the document, before or after. */
  naming(document: string): readonly WorkCommit[] {
    return [...this.#layers((one) => one.#byDocument.get(document))];
  }

  /** Commits that changed the file at a path. */
  changing(path: string): readonly WorkCommit[] {
    return [...this.#layers((one) => one.#byPath.get(path))];
  }

  /**
   * Walk from a commit to everything that no earlier release reaches and mark it.
   * @throws {QmsError} where a commit, tree or Markdown blob can't be read.
   */
  async walk(
    from: string,
    release: number,
    reader: ObjectReader,
    founding: FoundingContent,
    mayBeMissing: MayBeMissing,
  ): Promise<void> {
    const fresh: { id: string; commit: Commit }[] = [];
    const merged = new Set<string>(this.isRelease(from) ? [from] : []);
    let frontier = this.reachedBy(from) === undefined ? [from] : [];
    const seen = new Set(frontier);
    while (frontier.length > 0) {
      await reader.prefetch(frontier);
      const next: string[] = [];
      for (const id of frontier) {
        const commit = await reader.commit(id, 'any');
        fresh.push({ id, commit });
        for (const parent of commit.parents) {
          if (this.isRelease(parent)) merged.add(parent);
          if (seen.has(parent) || this.reachedBy(parent) !== undefined) continue;
          seen.add(parent);
          next.push(parent);
        }
      }
      frontier = next;
    }
    await this.#addMergedReleases(merged, reader, mayBeMissing);
    for (const { id, commit } of parentsFirst(fresh)) {
      await this.#add(id, commit, release, reader, founding, mayBeMissing);
    }
  }

  async #add(
    id: string,
    commit: Commit,
    release: number,
    reader: ObjectReader,
    founding: FoundingContent,
    mayBeMissing: MayBeMissing,
  ): Promise<void> {
    await this.#index(id, commit, reader, mayBeMissing);
    this.#reach.set(id, release);
    await this.#noteFounding(id, commit, release, reader, founding);
  }

  /** Releases that were merged into the work are work as well, with all before them. */
  async #addMergedReleases(
    merged: ReadonlySet<string>,
    reader: ObjectReader,
    mayBeMissing: MayBeMissing,
  ): Promise<void> {
    if (merged.size === 0) return;
    const order = [...this.#layers((one) => one.#releases)];
    const last = order.findLastIndex(([id]) => merged.has(id));
    for (const [id, commit] of order.slice(0, last + 1)) {
      if (this.#workOf(id) === undefined) await this.#index(id, commit, reader, mayBeMissing);
    }
  }

  async #index(
    id: string,
    commit: Commit,
    reader: ObjectReader,
    mayBeMissing: MayBeMissing,
  ): Promise<void> {
    const parents = [];
    for (const parent of commit.parents) parents.push(await this.#treeOf(parent, reader));
    const changed = await changedPaths(reader, commit.tree, parents);
    const names = await this.#namesIn(changed, reader, mayBeMissing);
    const moves = movesIn(changed);
    const work: WorkCommit = { id, commit, sequence: this.#size, moves, names };
    this.#work.set(id, work);
    for (const path of new Set(changed.map((one) => one.path))) {
      this.#append(this.#byPath, path, [work]);
    }
    for (const document of names.keys()) this.#append(this.#byDocument, document, [work]);
  }

  /** Add to a list; one that another history shares is copied first, but only once. */
  #append(lists: Map<string, WorkCommit[]>, key: string, works: readonly WorkCommit[]): void {
    let list = lists.get(key);
    if (list === undefined || !this.#ownLists.has(list)) {
      list = list === undefined ? [] : [...list];
      this.#ownLists.add(list);
      lists.set(key, list);
    }
    for (const work of works) list.push(work);
  }

  /** Trees of parents: of work commits, or of release commits that work was merged from. */
  async #treeOf(commit: string, reader: ObjectReader): Promise<string> {
    const known = this.#workOf(commit)?.commit ?? this.#releaseOf(commit);
    return (known ?? (await reader.commit(commit, 'any'))).tree;
  }

  async #namesIn(
    changed: readonly ChangedPath[],
    reader: ObjectReader,
    mayBeMissing: MayBeMissing,
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const names = new Map<string, string[]>();
    const markdown = changed.filter((one) => one.path.endsWith('.md'));
    const blobs = new Set(markdown.flatMap((one) => one.blobs));
    await reader.prefetch([...blobs].filter((blob) => !reader.knowsIds(blob)));
    for (const { path, blobs: versions } of markdown) {
      for (const blob of versions) {
        for (const document of await this.#idsIn(blob, path, reader, mayBeMissing)) {
          const paths = names.get(document) ?? [];
          if (!paths.includes(path)) paths.push(path);
          names.set(document, paths);
        }
      }
    }
    return names;
  }

  async #idsIn(
    blob: string,
    path: string,
    reader: ObjectReader,
    mayBeMissing: MayBeMissing,
  ): Promise<readonly string[]> {
    try {
      return await reader.idsIn(blob);
    } catch (error) {
      // What was written of a record that was disposed of may be gone from the history as well.
      const gone = error instanceof QmsError && error.code === 'git/object-missing';
      if (gone && mayBeMissing.has(blob, path)) return [];
      throw error;
    }
  }

  /** Keep track of the founding commit: the first that holds `QMS 1` on its line of history. */
  async #noteFounding(
    id: string,
    commit: Commit,
    release: number,
    reader: ObjectReader,
    founding: FoundingContent,
  ): Promise<void> {
    const descends = commit.parents.some((parent) => this.#isFounded(parent));
    const found = await reader.find(commit.tree, founding.path);
    const holds = found?.id === founding.blob;
    if (holds) this.#holders.add(id);
    if (descends || holds) this.#founded.add(id);
    // A later return to the first rules founds nothing: it would hide who wrote what came before.
    if (!holds || descends) return;
    // Nor does another line of history that begins with them anew: its author could add the first
    // rules on top of their own work, and so approve it. Where the founding itself stands in
    // history twice, before it is what lies before each of the two.
    if (this.#foundingRelease !== undefined && this.#foundingRelease !== release) return;
    const before = new Set<string>();
    this.#markAncestors(commit.parents, before);
    const isFirst = this.#foundingRelease === undefined;
    this.#before = isFirst ? before : new Set([...this.#before].filter((one) => before.has(one)));
    this.#foundingRelease = release;
  }

  #markAncestors(from: Iterable<string>, into: Set<string>): void {
    const stack = [...from];
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (into.has(id)) continue;
      into.add(id);
      for (const parent of this.#parentsOf(id)) stack.push(parent);
    }
  }

  /** Commits that can be reached from a commit that holds the content of `QMS 1`. */
  upToFirstRules(): ReadonlySet<string> {
    const reached = new Set<string>();
    this.#markAncestors(
      this.#layers((one) => one.#holders),
      reached,
    );
    return reached;
  }

  /** Commits that can be reached from these without passing one that release `bound` reaches. */
  reachableAfter(from: readonly string[], bound: number): ReadonlySet<string> {
    const reached = new Set<string>();
    const stack = [...from];
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (reached.has(id) || (this.reachedBy(id) ?? 0) <= bound) continue;
      reached.add(id);
      for (const parent of this.#parentsOf(id)) stack.push(parent);
    }
    return reached;
  }

  /** Which of the commits descend from `ancestor`: one walk, however many are asked about. */
  descendantsAmong(ancestor: string, commits: Iterable<string>): ReadonlySet<string> {
    const answers = new Map<string, boolean>([[ancestor, true]]);
    const oldest = this.#workOf(ancestor)?.sequence ?? 0;
    const found = new Set<string>();
    for (const commit of commits) {
      const stack = [commit];
      for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
        if (answers.has(id)) {
          stack.pop();
          continue;
        }
        // What stands before the ancestor in the order of history can't descend from it.
        const parents = this.#parentsOf(id).filter(
          (parent) => (this.#workOf(parent)?.sequence ?? oldest) >= oldest,
        );
        const open = parents.filter((parent) => !answers.has(parent));
        if (open.length === 0) {
          answers.set(
            id,
            parents.some((parent) => answers.get(parent) === true),
          );
          stack.pop();
        } else {
          for (const parent of open) stack.push(parent);
        }
      }
      if (answers.get(commit) === true) found.add(commit);
    }
    return found;
  }
}
