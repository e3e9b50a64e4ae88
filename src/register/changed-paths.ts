import type { TreeEntry } from '../git/objects.ts';
import { QmsError } from '../problem/problem.ts';
import type { ObjectReader } from './object-reader.ts';
import { byName, differences, nameKey } from './tree-differences.ts';

/** A file that a commit makes new, changes or removes, compared with every parent. */
export interface ChangedPath {
  readonly path: string;
  /** Its blob in the commit; undefined where the commit removes it. */
  readonly here: string | undefined;
  /** That blob and those that it had in the parents. */
  readonly blobs: readonly string[];
}

/** Deeper trees than this are no work of people. */
const depthLimit = 64;

interface Level {
  readonly prefix: string;
  readonly here: string | undefined;
  /** The tree of each parent at this place, or undefined where it has none. */
  readonly parents: readonly (string | undefined)[];
}

const isTree = (entry: TreeEntry | undefined): boolean => entry?.mode === '40000';
const state = (entry: TreeEntry | undefined): string | undefined =>
  entry === undefined || isTree(entry) ? undefined : `${entry.mode} ${entry.id}`;

/**
 * Files whose state in a tree differs from their state in every parent's tree; with no parents,
 * every file. Folders that equal one parent's are not entered: nothing in them can differ from
 * that parent.
 * @see shared register format, "Independence": "make new, change or remove, compared with every parent"
 */
export async function changedPaths(
  reader: ObjectReader,
  tree: string,
  parents: readonly string[],
): Promise<readonly ChangedPath[]> {
  const changed: ChangedPath[] = [];
  // Parents with the same tree are asked once: a commit may name one parent a million times.
  const distinct = [...new Set(parents)];
  let level: Level[] = distinct.includes(tree)
    ? []
    : [{ prefix: '', here: tree, parents: distinct }];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > depthLimit) {
      throw QmsError.of('git/object-too-large', {
        message: `The tree ${tree} is more than ${String(depthLimit)} folders deep.`,
        place: { object: tree },
      });
    }
    await reader.prefetch(
      level.flatMap((one) => [one.here, ...one.parents].filter((id) => id !== undefined)),
    );
    const next: Level[] = [];
    for (const one of level) {
      const here = one.here === undefined ? [] : await reader.tree(one.here);
      const before: (readonly TreeEntry[])[] = [];
      for (const id of one.parents) before.push(id === undefined ? [] : await reader.tree(id));
      compare(one.prefix, here, before, changed, next);
    }
    level = next;
  }
  return changed;
}

/** Compare a folder with those of the parents, and add what is to be told and to be looked into. */
function compare(
  prefix: string,
  here: readonly TreeEntry[],
  before: readonly (readonly TreeEntry[])[],
  changed: ChangedPath[],
  next: Level[],
): void {
  // What equals the first parent does not differ from every parent.
  const [first = [], ...further] = before;
  const others = further.map(byName);
  for (const [now, was] of differences(here, first)) {
    const entry = now ?? was;
    if (entry === undefined) continue;
    const name = nameKey(entry);
    const then = before.length === 0 ? [] : [was, ...others.map((all) => all.get(name))];
    const file = state(now);
    const wasFile = then.map(state);
    const path = `${prefix}${name}`;
    const present = file !== undefined || wasFile.some((was) => was !== undefined);
    if (present && wasFile.every((was) => was !== file)) {
      const versions = [now, ...then].filter((entry) => state(entry) !== undefined);
      const blobs = versions.filter((entry) => entry?.mode !== '160000');
      changed.push({
        path,
        here: file === undefined ? undefined : now?.id,
        blobs: [...new Set(blobs.map((entry) => entry?.id ?? ''))],
      });
    }
    const subtree = isTree(now) ? now?.id : undefined;
    const subtrees = then.map((entry) => (isTree(entry) ? entry?.id : undefined));
    const anyTree = subtree !== undefined || subtrees.some((id) => id !== undefined);
    if (anyTree && subtrees.every((id) => id !== subtree)) {
      next.push({ prefix: `${path}/`, here: subtree, parents: [...new Set(subtrees)] });
    }
  }
}

/**
 * Files that a commit makes new at one path and removes at others, byte for byte: path → the paths
 * from which it was moved. Files with the same bytes have the same list.
 */
export function movesIn(changed: readonly ChangedPath[]): ReadonlyMap<string, readonly string[]> {
  const removed = new Map<string, string[]>();
  for (const { path, here, blobs } of changed) {
    if (here !== undefined) continue;
    for (const blob of blobs) {
      const paths = removed.get(blob);
      if (paths === undefined) removed.set(blob, [path]);
      else paths.push(path);
    }
  }
  const moves = new Map<string, readonly string[]>();
  for (const { path, here } of changed) {
    const from = here === undefined ? undefined : removed.get(here);
    if (from !== undefined) moves.set(path, from);
  }
  return moves;
}
