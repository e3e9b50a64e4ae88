import { idPrefix, isDocumentId } from '../document/identity.ts';
import type { TreeEntry } from '../git/objects.ts';
import { QmsError } from '../problem/problem.ts';
import type { ObjectReader } from './object-reader.ts';

/** The tree of one release commit, taken apart as far as its layout is fixed. */
export interface ReleaseTree {
  /** Document id → tree of its content, every one that stands below `documents/`. */
  readonly documents: ReadonlyMap<string, string>;
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
 * @param known Folder tree below `documents/` → its documents, from the release before, so that
 *              a folder in which nothing changed is not read again.
 * @see shared register format, "The release commit"
 */
export async function readReleaseTree(
  reader: ObjectReader,
  root: string,
  known: Map<string, ReadonlyMap<string, string>>,
): Promise<ReleaseTree> {
  const documents = new Map<string, string>();
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
    const seen = known.get(`${nameOf(prefix)} ${prefix.id}`);
    if (seen !== undefined && prefix.mode === '40000') {
      for (const [id, tree] of seen) documents.set(id, tree);
      continue;
    }
    const folder = `documents/${nameOf(prefix)}`;
    if (prefix.mode !== '40000') {
      add(faults, `${folder} is not a folder`);
      continue;
    }
    const entries = await reader.tree(prefix.id);
    if (entries.length === 0) add(faults, `${folder} is empty`);
    const found = new Map<string, string>();
    for (const entry of entries) {
      const id = nameOf(entry);
      if (entry.mode !== '40000' || !isDocumentId(id) || idPrefix(id) !== prefix.name) {
        add(faults, `${folder}/${id} is not the folder of a document with this prefix`);
      } else {
        found.set(id, entry.id);
        documents.set(id, entry.id);
      }
    }
    // Only a folder without faults is kept: a fault must be found again at each look.
    if (found.size > 0 && found.size === entries.length)
      known.set(`${nameOf(prefix)} ${prefix.id}`, found);
  }
  return { documents, evidence, faults };
}

/**
 * Compare a release's documents with those of the release before.
 *
 * @param put     Ids that the release puts: their trees may be anything here.
 * @param removed Ids that it withdraws or disposes of, and records of the release before.
 * @returns What differs and should not, in words, by id.
 */
export function unexpectedChanges(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  put: ReadonlySet<string>,
  removed: ReadonlySet<string>,
): readonly string[] {
  const faults: string[] = [];
  for (const [id, tree] of before) {
    if (put.has(id)) continue;
    const now = after.get(id);
    if (removed.has(id)) {
      if (now !== undefined)
        faults.push(`${id} is still there, though it leaves with this release`);
    } else if (now === undefined) {
      faults.push(`${id} is gone, though the release does not say so`);
    } else if (now !== tree) {
      faults.push(`the content of ${id} differs, though the release does not say so`);
    }
  }
  for (const id of after.keys()) {
    if (!before.has(id) && !put.has(id)) {
      faults.push(`${id} was added, though the release does not say so`);
    }
  }
  for (const id of put) {
    if (!after.has(id)) faults.push(`${id} is missing, though the release puts it in force`);
  }
  return faults.sort().slice(0, mostFaults);
}
