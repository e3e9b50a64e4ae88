import { type Parsed, parsed } from '../problem/parsed.ts';
import type { TreeEntry } from './objects.ts';
import { idInTree, noObject, parseTree } from './tree.ts';

const idBytes = 20;
/** Trees with fewer entries are searched one by one. */
const searched = 16;

/** What trees with the same names and modes share. */
interface Layout {
  /** Where the id of each entry begins. */
  readonly idsAt: Uint32Array;
  /** Name → which entry; made when somebody looks for a name. */
  positions?: ReadonlyMap<string, number>;
}

/**
 * Where two lists of bytes of one length differ, from a place on; their length where they do not.
 * Four bytes at a time, where they lie so that this can be done.
 */
function differing(a: Uint8Array, b: Uint8Array): (from: number) => number {
  const isAligned = a.byteOffset % 4 === 0 && b.byteOffset % 4 === 0;
  const words = isAligned ? a.length >> 2 : 0;
  const wordsOf = (bytes: Uint8Array) =>
    new Int32Array(bytes.buffer, isAligned ? bytes.byteOffset : 0, words);
  const [someWords, otherWords] = [wordsOf(a), wordsOf(b)];
  return (from) => {
    let at = from;
    for (; at < a.length && at % 4 !== 0; at++) if (a[at] !== b[at]) return at;
    let word = at >> 2;
    while (word < words && someWords[word] === otherWords[word]) word++;
    for (at = Math.max(at, word << 2); at < a.length && a[at] === b[at]; at++);
    return at;
  };
}

/**
 * A parsed tree that knows its bytes, so that the next one with the same names costs no more than
 * comparing: from one commit to the next a folder with thousands of files changes in a few ids.
 */
export class KnownTree {
  readonly entries: readonly TreeEntry[];
  readonly #bytes: Uint8Array;
  readonly #layout: Layout;

  private constructor(bytes: Uint8Array, entries: readonly TreeEntry[], layout: Layout) {
    this.#bytes = bytes;
    this.entries = entries;
    this.#layout = layout;
  }

  /**
   * Parse a tree, see `parseTree`.
   * @param like A tree that it may resemble; the result is the same whichever it is. Entries that
   *             are the same in both are the same objects.
   */
  static parse(bytes: Uint8Array, like?: KnownTree): Parsed<KnownTree> {
    const alike = like === undefined ? undefined : like.#withOtherIds(bytes);
    if (alike !== undefined) return parsed(alike);
    const found = parseTree(bytes);
    if (!found.ok) return found;
    const idsAt = new Uint32Array(found.value.length);
    let at = 0;
    found.value.forEach(({ mode, nameBytes }, index) => {
      idsAt[index] = at + mode.length + nameBytes.length + 2;
      at = (idsAt[index] ?? 0) + idBytes;
    });
    return parsed(new KnownTree(bytes, found.value, { idsAt }));
  }

  /** A tree that differs from this one in ids alone; undefined where it does not. */
  #withOtherIds(bytes: Uint8Array): KnownTree | undefined {
    if (bytes.length !== this.#bytes.length) return undefined;
    const { idsAt } = this.#layout;
    const differs = differing(bytes, this.#bytes);
    const entries = [...this.entries];
    let index = 0;
    for (let at = differs(0); at < bytes.length; at = differs(at)) {
      while (at >= (idsAt[index] ?? Infinity) + idBytes) index++;
      const idAt = idsAt[index];
      const entry = entries[index];
      if (idAt === undefined || entry === undefined || at < idAt) return undefined;
      const id = idInTree(bytes, idAt);
      if (id === noObject) return undefined;
      entries[index] = { ...entry, id };
      at = idAt + idBytes;
    }
    return new KnownTree(bytes, entries, this.#layout);
  }

  /** The entry of a name, or undefined where there is none. */
  find(name: string): TreeEntry | undefined {
    if (this.entries.length <= searched) return this.entries.find((one) => one.name === name);
    this.#layout.positions ??= new Map(
      this.entries.flatMap((one, index) => (one.name === undefined ? [] : [[one.name, index]])),
    );
    return this.entries[this.#layout.positions.get(name) ?? -1];
  }
}
