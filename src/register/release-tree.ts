import { idPrefix, isDocumentId } from '../document/identity.ts';
import type { TreeEntry } from '../git/objects.ts';
import { QmsError } from '../problem/problem.ts';
import type { ObjectReader } from './object-reader.ts';
import { differences } from './tree-differences.ts';

/** The tree of one release commit, taken apart as far as its layout is fixed. */
export interface ReleaseTree {
  /** Prefix → its folder below `documents/`, every one. */
  readonly folders: ReadonlyMap<string, string>;
  /**
   * Document id → tree of its content, of those that stand below `documents/` otherwise than in
   * the release before; undefined where one is no longer there.
   */
  readonly changed: ReadonlyMap<string, string | undefined>;
  /** SHA-256 in the file name → blob, every one below `evidence/`. */
  readonly evidence: ReadonlyMap<string, string>;
  /** What stands where the format has no place for it, in words. */
  readonly faults: readonly string[];
}

const evidenceName = /^[0-9a-f]{64}$/;

/** More things in the wrong place than this are not listed: what is there is no release. */
const mostFaults = 100;

/** Add a fault. Trees may name each other millions of times, so nobody waits for all of them. */
function add(faults: string[], fault: string): void {
  faults.push(fault);
  if (faults.length < mostFaults) return;
  throw QmsError.of('release/tree', {
    message: `In the tree of the release more than ${String(mostFaults)} things are out of place: ${faults.slice(0, 3).join('; ')}.`,
    place: {},
  });
}

function nameOf(entry: TreeEntry): string {
  return entry.name ?? 'a name that is not UTF-8';
}

/**
 * Take the tree of a release commit apart: `documents/<prefix>/<id>/…` and `evidence/<sha256>`,
 * nothing else, no empty folders.
 * @throws {QmsError} where a tree can't be read, and `release/tree` where very much is wrong.
 *
 * @param before The folders of the release before: what is in one that did not change, or stands
 *               there as it did, was looked at with that release.
 * @see shared register format, "The release commit"
 */
export async function readReleaseTree(
  reader: ObjectReader,
  root: string,
  before: ReadonlyMap<string, string>,
): Promise<ReleaseTree> {
  const folders = new Map<string, string>();
  const changed = new Map<string, string | undefined>();
  const evidence = new Map<string, string>();
  const faults: string[] = [];
  let documentsTree: string | undefined;
  for (const entry of await reader.tree(root)) {
    if (entry.name === 'documents' && entry.mode === '40000') {
      documentsTree = entry.id;
    } else if (entry.name === 'evidence' && entry.mode === '40000') {
      const files = await reader.tree(entry.id);
      if (files.length === 0) faults.push('evidence/ is empty');
      for (const file of files) {
        const name = nameOf(file);
        if (file.mode === '100644' && evidenceName.test(name)) evidence.set(name, file.id);
        else add(faults, `evidence/${name} is not a plain file named by its SHA-256`);
      }
    } else {
      add(faults, `${nameOf(entry)} stands beside documents/ and evidence/`);
    }
  }
  const prefixes = documentsTree === undefined ? [] : await reader.tree(documentsTree);
  if (prefixes.length === 0) faults.push('documents/ is missing or empty');
  for (const prefix of prefixes) {
    const name = nameOf(prefix);
    if (prefix.mode !== '40000') {
      add(faults, `documents/${name} is not a folder`);
      continue;
    }
    folders.set(name, prefix.id);
    const then = before.get(name);
    if (then === prefix.id) continue;
    const entries = await reader.tree(prefix.id);
    if (entries.length === 0) add(faults, `documents/${name} is empty`);
    for (const [now, was] of differences(
      entries,
      then === undefined ? [] : await reader.tree(then),
    )) {
      if (was?.name !== undefined) changed.set(was.name, undefined);
      if (now === undefined) continue;
      const id = nameOf(now);
      if (now.mode === '40000' && isDocumentId(id) && idPrefix(id) === name) {
        changed.set(id, now.id);
      } else {
        add(faults, `documents/${name}/${id} is not the folder of a document with this prefix`);
      }
    }
  }
  for (const [name, then] of before) {
    if (folders.has(name)) continue;
    for (const was of await reader.tree(then)) changed.set(nameOf(was), undefined);
  }
  return { folders, changed, evidence, faults };
}

/** The tree of a document's content in a release, or undefined where it holds none. */
export function treeOf(
  id: string,
  before: ReadonlyMap<string, string> | undefined,
  changed: ReleaseTree['changed'],
): string | undefined {
  return changed.has(id) ? changed.get(id) : before?.get(id);
}

/**
 * Compare a release's documents with those of the release before.
 *
 * @param before  Document id → tree, of the release before.
 * @param changed What stands otherwise in the release, see `ReleaseTree`.
 * @param put     Ids that the release puts: their trees may be anything here.
 * @param removed Ids that it withdraws or disposes of, and records of the release before.
 * @returns What differs and should not, in words, by id.
 */
export function unexpectedChanges(
  before: ReadonlyMap<string, string>,
  changed: ReadonlyMap<string, string | undefined>,
  put: ReadonlySet<string>,
  removed: ReadonlySet<string>,
): readonly string[] {
  const faults: string[] = [];
  for (const [id, now] of changed) {
    if (put.has(id)) continue;
    if (!before.has(id)) {
      if (now !== undefined) faults.push(`${id} was added, though the release does not say so`);
    } else if (removed.has(id)) {
      if (now !== undefined) faults.push(stillThere(id));
    } else if (now === undefined) {
      faults.push(`${id} is gone, though the release does not say so`);
    } else {
      faults.push(`the content of ${id} differs, though the release does not say so`);
    }
  }
  for (const id of removed) {
    if (before.has(id) && !put.has(id) && !changed.has(id)) faults.push(stillThere(id));
  }
  for (const id of put) {
    if (treeOf(id, before, changed) === undefined)
      faults.push(`${id} is missing, though the release puts it in force`);
  }
  return faults.sort().slice(0, mostFaults);
}

const stillThere = (id: string): string =>
  `${id} is still there, though it leaves with this release`;
