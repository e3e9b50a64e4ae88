import { checkObject } from '../../src/git/checked-object.ts';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import type {
  ObjectFault,
  ObjectStore,
  ObjectType,
  RawObject,
  Ref,
} from '../../src/git/object-store.ts';
import { objectName } from '../../src/git/object-name.ts';
import { RawRepository } from './raw-repository.ts';

/** An object as it was written. */
export interface WrittenObject {
  readonly type: ObjectType;
  readonly bytes: Buffer;
}

/** What a store answers otherwise than the repository would. */
export interface StoreChange {
  /** Objects that are not there. */
  readonly missing?: ReadonlySet<string>;
  /** Bytes delivered for an id. */
  readonly bytes?: ReadonlyMap<string, Buffer>;
  /** The refs, in the order in which they are given out. */
  readonly refs?: readonly Ref[];
  /** Is told of each id that is read or asked for. */
  readonly asked?: Set<string>;
}

/** A repository in memory: the same raw bytes as `RawRepository` writes, without files or git. */
export class MemoryRepository extends RawRepository {
  readonly objects = new Map<string, WrittenObject>();

  constructor() {
    super(null);
  }

  override object(type: ObjectType, content: Uint8Array | string): string {
    const bytes = Buffer.from(content);
    const id = objectName(type, bytes, nodeCryptography);
    if (type === 'blob') this.blobs.set(id, bytes);
    this.objects.set(id, { type, bytes });
    return id;
  }

  override ref(name: string, id: string): void {
    this.refs.set(name, id);
  }

  override deleteRef(name: string): void {
    this.refs.delete(name);
  }

  override fork(): MemoryRepository {
    const copy = new MemoryRepository();
    for (const [id, object] of this.objects) copy.objects.set(id, object);
    for (const [id, parents] of this.parents) copy.parents.set(id, parents);
    for (const [id, bytes] of this.blobs) copy.blobs.set(id, bytes);
    for (const [name, id] of this.refs) copy.refs.set(name, id);
    return copy;
  }

  /** Every ref, sorted by name. */
  sortedRefs(): readonly Ref[] {
    return [...this.refs]
      .map(([name, id]) => ({ name, id }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A store over these objects, which hashes whatever it delivers. */
  store(change: StoreChange = {}): ObjectStore {
    const { missing = new Set(), bytes: doctored = new Map<string, Buffer>(), asked } = change;
    const { objects } = this;
    const refs = change.refs ?? this.sortedRefs();
    const readOne = (id: string): RawObject | ObjectFault => {
      asked?.add(id);
      const written = missing.has(id) ? undefined : objects.get(id);
      if (written === undefined) return { id, fault: 'missing', detail: 'it is not there' };
      const bytes = doctored.get(id) ?? written.bytes;
      return checkObject(id, written.type, bytes, nodeCryptography);
    };
    return {
      state: () =>
        Promise.resolve({
          objectFormat: 'sha1',
          refStorage: 'files',
          shallow: false,
          partial: false,
          grafts: false,
          replaceRefs: [],
          missingAlternates: [],
        }),
      refs: (prefix) => Promise.resolve(refs.filter(({ name }) => name.startsWith(prefix))),
      read: (ids) => Promise.resolve(new Map([...ids].map((id) => [id, readOne(id)] as const))),
      has(ids) {
        const there = [...ids].filter((id) => objects.has(id) && !missing.has(id));
        for (const id of there) asked?.add(id);
        return Promise.resolve(new Set(there));
      },
      close: () => Promise.resolve(),
    };
  }
}
