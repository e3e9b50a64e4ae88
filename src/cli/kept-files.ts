import type { ContentFile } from '../document/document.ts';
import type { ObjectStore } from '../git/object-store.ts';
import { readObject } from '../git/tree-walk.ts';
import { QmsError } from '../problem/problem.ts';
import { stateOf } from '../register/in-force.ts';
import type { Register, RegisteredDocument } from '../register/register.ts';

/** Bytes of released files that are kept in memory. */
const budgetBytes = 96 * 1024 * 1024;
/** Documents that are looked at, or files that are read, before others get their turn. */
const atOnce = 32;

/**
 * The files of what is in force or planned, kept in memory as they were verified, so that damage
 * to the repository takes nothing away from those who work by it. Files over the budget, and
 * those of past revisions, are read when they are asked for.
 */
export class KeptFiles {
  readonly #store: ObjectStore;
  #kept = new Map<string, Uint8Array>();
  #wanted: ReadonlyMap<RegisteredDocument, readonly ContentFile[]> = new Map();
  #damaged = false;
  /** One full look at a damage is enough: asking for the file again tells nothing new. */
  #looked = false;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** Whether a file of a verified state could not be read since the last full look. */
  get damaged(): boolean {
    return this.#damaged;
  }

  /** A full verification is on its way: it says what is damaged. */
  forgetDamage(): void {
    this.#looked ||= this.#damaged;
    this.#damaged = false;
  }

  /** @throws {QmsError} where the repository no longer has the bytes. */
  async read(file: ContentFile): Promise<Uint8Array> {
    const kept = this.#kept.get(file.blob);
    if (kept !== undefined) return kept;
    try {
      return (await readObject(this.#store, file.blob, 'blob')).bytes;
    } catch (error) {
      if (error instanceof QmsError) this.#damaged = !this.#looked;
      throw error;
    }
  }

  /**
   * Keep the files of a state that was verified just now, the small ones first. Looks only at
   * documents that are not what they were the last time.
   */
  async keep(register: Register, at: number): Promise<void> {
    const before = this.#wanted;
    const wanted = new Map<RegisteredDocument, readonly ContentFile[]>();
    let looked = 0;
    for (const document of register.documents.values()) {
      let files = before.get(document);
      if (files === undefined) {
        files = filesInUse(document, at);
        // What was kept on a disk is read there: others get their turn in between.
        if (++looked % atOnce === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      wanted.set(document, files);
    }
    this.#wanted = wanted;
    const chosen = chosenOf([...wanted.values()].flat());
    const kept = new Map<string, Uint8Array>();
    const missing: string[] = [];
    for (const blob of chosen) {
      const known = this.#kept.get(blob);
      if (known === undefined) missing.push(blob);
      else kept.set(blob, known);
    }
    for (let from = 0; from < missing.length; from += atOnce) {
      const read = await this.#store.read(missing.slice(from, from + atOnce));
      for (const object of read.values()) {
        if (!('fault' in object)) kept.set(object.id, object.bytes.slice());
      }
    }
    this.#kept = kept;
    this.#looked = false;
  }
}

/** The files of a document's revisions that are in force or planned. */
function filesInUse(document: RegisteredDocument, at: number): readonly ContentFile[] {
  return document.revisions.flatMap((revision, index) => {
    const { state } = stateOf(document, index, at);
    return state === 'effective' || state === 'pending' ? revision.files : [];
  });
}

/** The blobs of files, each once, as far as they fit, the small ones first. */
function chosenOf(files: readonly ContentFile[]): Iterable<string> {
  const sizes = new Map(files.map(({ blob, size }) => [blob, size]));
  let all = 0;
  for (const size of sizes.values()) all += size;
  if (all <= budgetBytes) return sizes.keys();
  const chosen: string[] = [];
  let left = budgetBytes;
  for (const [blob, size] of [...sizes].sort(([, a], [, b]) => a - b)) {
    left -= size;
    if (left < 0) break;
    chosen.push(blob);
  }
  return chosen;
}
