import { compareCodePoints } from '../../git/code-point-order.ts';
import type { Cryptography } from '../../git/cryptography.ts';
import { objectName } from '../../git/object-name.ts';
import type { ObjectStore, ObjectType, RawObject, Ref } from '../../git/object-store.ts';
import { formatTree, type TreeDraftEntry } from '../../git/tree.ts';

/** Objects that were made and are not yet in any repository. */
export class NewObjects {
  readonly #cryptography: Cryptography;
  readonly #objects = new Map<string, RawObject>();

  constructor(cryptography: Cryptography) {
    this.#cryptography = cryptography;
  }

  /** Add an object; the same bytes twice are one. @returns Its id. */
  add(type: ObjectType, bytes: Uint8Array): string {
    const id = objectName(type, bytes, this.#cryptography);
    this.#objects.set(id, { id, type, bytes });
    return id;
  }

  /**
   * Add the trees of a folder.
   * @param entries  Files, and folders that exist as trees already, by their path.
   * @returns The id of the root tree.
   */
  addTree(entries: readonly PlacedEntry[]): string {
    const here: TreeDraftEntry[] = [];
    const below = new Map<string, PlacedEntry[]>();
    for (const entry of entries) {
      const slash = entry.path.indexOf('/');
      if (slash < 0) {
        here.push({ mode: entry.mode, name: entry.path, id: entry.id });
        continue;
      }
      const folder = entry.path.slice(0, slash);
      const inside = below.get(folder) ?? [];
      inside.push({ ...entry, path: entry.path.slice(slash + 1) });
      below.set(folder, inside);
    }
    for (const [name, inside] of below) {
      here.push({ mode: '40000', name, id: this.addTree(inside) });
    }
    return this.add('tree', formatTree(here));
  }

  get(id: string): RawObject | undefined {
    return this.#objects.get(id);
  }

  /** In the order in which they were made: what an object names stands before it. */
  values(): readonly RawObject[] {
    return [...this.#objects.values()];
  }
}

/** A file or a whole tree at a path. */
export interface PlacedEntry {
  readonly path: string;
  readonly mode: '100644' | '40000';
  readonly id: string;
}

/**
 * The repository as it will be: a store that reads through new objects and refs to the one
 * beneath, so that a release is verified before anything of it is written.
 */
export function storeWith(
  store: ObjectStore,
  objects: NewObjects,
  refs: readonly Ref[],
): ObjectStore {
  const names = new Set(refs.map((ref) => ref.name));
  return {
    state: () => store.state(),
    async refs(prefix) {
      const present = await store.refs(prefix);
      return [
        ...present.filter((ref) => !names.has(ref.name)),
        ...refs.filter((ref) => ref.name.startsWith(prefix)),
      ].sort((a, b) => compareCodePoints(a.name, b.name));
    },
    async read(ids) {
      const wanted = [...ids];
      const absent = wanted.filter((id) => objects.get(id) === undefined);
      const answer = new Map(await store.read(absent));
      for (const id of wanted) {
        const made = objects.get(id);
        if (made !== undefined) answer.set(id, made);
      }
      return answer;
    },
    async has(ids) {
      const wanted = [...ids];
      const present = new Set(await store.has(wanted));
      for (const id of wanted) if (objects.get(id) !== undefined) present.add(id);
      return present;
    },
    close: () => store.close(),
  };
}
