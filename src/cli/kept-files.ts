import type { ContentFile } from '../document/document.ts';
import type { ObjectStore } from '../git/object-store.ts';
import { readObject } from '../git/tree-walk.ts';
import { QmsError } from '../problem/problem.ts';
import { stateOf } from '../register/in-force.ts';
import type { Register } from '../register/register.ts';

/** Bytes of released files that are kept in memory. */
const budgetBytes = 96 * 1024 * 1024;

/**
 * The files of what is in force or planned, kept in memory as they were verified, so that damage
 * to the repository takes nothing away from those who work by it. Files over the budget, and
 * those of past revisions, are read when they are asked for.
 */
export class KeptFiles {
  readonly #store: ObjectStore;
  #kept = new Map<string, Uint8Array>();
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

  /** Keep the files of a state that was verified just now, the small ones first. */
  async keep(register: Register, at: number): Promise<void> {
    const wanted = new Map<string, ContentFile>();
    for (const document of register.documents.values()) {
      for (const [index, revision] of document.revisions.entries()) {
        const { state } = stateOf(document, index, at);
        if (state !== 'effective' && state !== 'pending') continue;
        for (const file of revision.files) wanted.set(file.blob, file);
      }
    }
    let left = budgetBytes;
    const chosen: ContentFile[] = [];
    for (const file of [...wanted.values()].sort((a, b) => a.size - b.size)) {
      if (file.size > left) break;
      left -= file.size;
      chosen.push(file);
    }
    const kept = new Map<string, Uint8Array>();
    const missing: string[] = [];
    for (const { blob } of chosen) {
      const known = this.#kept.get(blob);
      if (known === undefined) missing.push(blob);
      else kept.set(blob, known);
    }
    for (const object of (await this.#store.read(missing)).values()) {
      if (!('fault' in object)) kept.set(object.id, object.bytes);
    }
    this.#kept = kept;
    this.#looked = false;
  }
}
