import type { ObjectStore, ObjectType, RawObject } from './object-store.ts';
import { type Place, type Problem, QmsError, makeProblem } from '../problem/problem.ts';
import type { TreeEntry } from './objects.ts';
import { compareCodePoints } from './code-point-order.ts';
import { parseTree } from './tree.ts';

/** A file below a tree. */
export interface TreeFile {
  /** From the tree that was asked for (or from the folder `under`), parts joined by `/`. */
  readonly path: string;
  /** `100644`, `100755`, `120000` or `160000`: submodules are listed, not entered. */
  readonly mode: string;
  readonly id: string;
}

/** Sizes beyond which a walk stops: a tree of few kilobytes can unfold to billions of files. */
export const treeLimits = { depth: 128, entries: 500_000 } as const;

/**
 * Read one object of a type.
 * @param place Where its id was found; the object's id is added.
 * @throws {QmsError} `git/object-missing`, `git/object-corrupt`, `git/object-type`
 */
export async function readObject(
  store: ObjectStore,
  id: string,
  type: ObjectType,
  place: Place = {},
): Promise<RawObject> {
  const object = (await readObjects(store, [id], type, place)).get(id);
  if (object === undefined) throw new Error(`The store answered nothing for ${id}.`);
  return object;
}

/**
 * Read many objects of one type.
 * @returns The objects by id; every id that was asked for is there.
 * @throws {QmsError} with a problem for each object that is missing, corrupt or of another type.
 */
export async function readObjects(
  store: ObjectStore,
  ids: Iterable<string>,
  type: ObjectType,
  place: Place = {},
): Promise<ReadonlyMap<string, RawObject>> {
  const objects = new Map<string, RawObject>();
  const problems: Problem[] = [];
  for (const [id, answer] of await store.read(ids)) {
    const at = { ...place, object: id };
    if ('fault' in answer) {
      problems.push(
        answer.fault === 'missing'
          ? makeProblem('git/object-missing', {
              message: `The ${type} ${id} is missing: ${answer.detail}.`,
              place: at,
            })
          : makeProblem('git/object-corrupt', {
              message: `The ${type} ${id} is damaged: ${answer.detail}.`,
              place: at,
            }),
      );
    } else if (answer.type !== type) {
      problems.push(
        makeProblem('git/object-type', {
          message: `The object ${id} is a ${answer.type}; a ${type} was expected.`,
          place: at,
        }),
      );
    } else {
      objects.set(id, answer);
    }
  }
  const [first, ...rest] = problems;
  if (first !== undefined) throw new QmsError(first, ...rest);
  return objects;
}

interface Folder {
  readonly path: string;
  readonly id: string;
}

/**
 * List every file below a tree, sorted by the bytes of its path. Reads a whole level at once.
 *
 * @param under A folder below the tree, parts joined by `/`: only that one is walked, and paths
 *   begin there. No such folder: an empty list.
 * @throws {QmsError} `git/tree-malformed` also for a name that is not UTF-8, since it has no
 *   path as text; `git/object-too-large` beyond `treeLimits`; otherwise as `readObjects`.
 */
export async function listTree(
  store: ObjectStore,
  treeId: string,
  options: { readonly under?: string; readonly place?: Place } = {},
): Promise<readonly TreeFile[]> {
  const { place = {} } = options;
  const known = new Map<string, readonly TreeEntry[]>();
  const root = await findFolder(store, treeId, options.under ?? '', known, place);
  const files: TreeFile[] = [];
  let entries = 0;
  let level: Folder[] = root === undefined ? [] : [{ path: '', id: root }];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > treeLimits.depth) throw tooDeep(treeId, `${String(depth)} folders deep`, place);
    await readTrees(
      store,
      level.map(({ id }) => id),
      known,
      place,
    );
    const next: Folder[] = [];
    for (const folder of level) {
      for (const entry of known.get(folder.id) ?? []) {
        entries++;
        if (entries > treeLimits.entries) throw tooDeep(treeId, 'of too many entries', place);
        if (entry.name === undefined) throw notUtf8(folder, place);
        const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
        if (entry.mode === '40000') next.push({ path, id: entry.id });
        else files.push({ path, mode: entry.mode, id: entry.id });
      }
    }
    level = next;
  }
  return files.sort((a, b) => compareCodePoints(a.path, b.path));
}

/** The tree of a folder below a tree, or undefined where no folder has that path. */
async function findFolder(
  store: ObjectStore,
  treeId: string,
  path: string,
  known: Map<string, readonly TreeEntry[]>,
  place: Place,
): Promise<string | undefined> {
  let id = treeId;
  for (const part of path.split('/').filter((name) => name !== '')) {
    await readTrees(store, [id], known, place);
    const entry = known.get(id)?.find(({ name }) => name === part);
    if (entry?.mode !== '40000') return undefined;
    id = entry.id;
  }
  return id;
}

async function readTrees(
  store: ObjectStore,
  ids: readonly string[],
  known: Map<string, readonly TreeEntry[]>,
  place: Place,
): Promise<void> {
  const unknown = new Set(ids.filter((id) => !known.has(id)));
  for (const [id, { bytes }] of await readObjects(store, unknown, 'tree', place)) {
    const tree = parseTree(bytes);
    if (!tree.ok) {
      throw QmsError.of('git/tree-malformed', {
        message: `The tree ${id} is malformed: ${tree.reason}.`,
        place: { ...place, object: id },
      });
    }
    known.set(id, tree.value);
  }
}

function tooDeep(treeId: string, what: string, place: Place): QmsError {
  return QmsError.of('git/object-too-large', {
    message: `The tree ${treeId} is ${what}; at most ${String(treeLimits.depth)} folders deep and ${String(treeLimits.entries)} entries are read.`,
    place: { ...place, object: treeId },
  });
}

function notUtf8(folder: Folder, place: Place): QmsError {
  const where = folder.path === '' ? 'its first level' : `the folder ${folder.path}`;
  return QmsError.of('git/tree-malformed', {
    message: `The tree ${folder.id} holds a file name that is not UTF-8, in ${where}.`,
    place: { ...place, object: folder.id },
    remedy: 'Rename the file.',
  });
}
