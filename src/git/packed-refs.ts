import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { QmsError } from '../problem/problem.ts';
import { compareCodePoints } from './code-point-order.ts';
import type { Ref } from './object-store.ts';
import { laidOver, type LooseRef, refsBelow } from './refs-below.ts';
import { isValidRefName } from './ref-name.ts';
import { type Repository, isAbsence, unreadable } from './repository.ts';

/** The refs of `packed-refs`. */
export interface PackedRefs {
  /** Sorted by name, each name once. */
  readonly refs: readonly Ref[];
  /** Names among them that Git does not allow. */
  readonly invalid: ReadonlySet<string>;
}

const none: PackedRefs = { refs: [], invalid: new Set() };

/** How long a change of a file may leave its times as another change set them, in ms. */
const racyMs = 3000;

interface Overlaid {
  readonly packed: readonly Ref[];
  readonly loose: readonly LooseRef[];
  readonly refs: readonly Ref[];
}

const isSame = (one: readonly LooseRef[], other: readonly LooseRef[]): boolean =>
  one.length === other.length &&
  one.every((ref, at) => {
    const there = other[at];
    return ref.name === there?.name && ref.id === there.id;
  });

async function stampOfFile(file: string): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/**
 * Reads `packed-refs`, and reads it again only where it is another file than the one before.
 *
 * As Git does, it believes the file's identity, size and times, but only what it read when they
 * had been what they are for a while: a file may be replaced twice within a tick of its clock.
 */
export class PackedRefsFile {
  readonly #file: string;
  #known: PackedRefs = none;
  /** Of what was read last, until its stamp can be relied on. */
  #bytes: Buffer | undefined;
  #stamp = '';
  #stampSince = 0;
  readonly #overlaid = new Map<string, Overlaid>();
  readonly #now: () => number;
  readonly #stampOf: (file: string) => Promise<string>;

  /**
   * @param now A clock that is never set back, in ms.
   * @param stampOf What tells a file from another one, without reading it.
   */
  constructor(repository: Repository, now = () => performance.now(), stampOf = stampOfFile) {
    this.#file = join(repository.commonDir, 'packed-refs');
    this.#now = now;
    this.#stampOf = stampOf;
  }

  /**
   * Those below a prefix, with loose ones in their places. The same value for as long as both stay:
   * who looks each second at tens of thousands of refs leaves nothing to be cleared away.
   *
   * @param loose Sorted by name.
   */
  overlaid(packed: readonly Ref[], prefix: string, loose: readonly LooseRef[]): readonly Ref[] {
    const known = this.#overlaid.get(prefix);
    if (known?.packed === packed && isSame(known.loose, loose)) return known.refs;
    const refs = laidOver(refsBelow(packed, prefix), loose);
    this.#overlaid.set(prefix, { packed, loose, refs });
    return refs;
  }

  /**
   * The same value for as long as the file is the same. Of a file that was written again, refs
   * that are the same are the same objects.
   * @throws {QmsError} `git/ref-invalid`, `git/failed`
   */
  async read(): Promise<PackedRefs> {
    try {
      // Before the bytes: what is replaced in between has another stamp the next time.
      const stamp = await this.#stampOf(this.#file);
      const isSame = stamp === this.#stamp;
      if (isSame && this.#bytes === undefined) return this.#known;
      const now = this.#now();
      if (!isSame) this.#stampSince = now;
      const bytes = await readFile(this.#file);
      if (this.#bytes?.equals(bytes) !== true) {
        this.#stamp = '';
        this.#known = parsePackedRefs(bytes, this.#file, this.#known.refs);
      }
      this.#stamp = stamp;
      const isOld = isSame && now - this.#stampSince > racyMs;
      this.#bytes = isOld ? undefined : bytes;
      return this.#known;
    } catch (error) {
      this.#stamp = '';
      this.#bytes = undefined;
      if (isAbsence(error)) return none;
      if (error instanceof QmsError) throw error;
      throw unreadable(this.#file, error);
    }
  }
}

const newline = 10;
const space = 32;
const slash = 47;
const caret = 94;
const hash = 35;
const idLength = 40;

/** By byte: 1 for a digit of an id, 2 for what stands in any name and makes none invalid. */
const kinds = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const character = String.fromCharCode(byte);
  kinds[byte] = (/[0-9a-f]/.test(character) ? 1 : 0) | (/[A-Za-z0-9_-]/.test(character) ? 2 : 0);
}

/** Whether 40 digits of an id stand there. */
function isIdAt(bytes: Uint8Array, at: number): boolean {
  if (at + idLength > bytes.length) return false;
  for (let i = at; i < at + idLength; i++)
    if (((kinds[bytes[i] ?? 0] ?? 0) & 1) === 0) return false;
  return true;
}

/**
 * Parse `packed-refs` (gitrepository-layout): a comment in the first line, then lines with an
 * object id and a ref name, each perhaps followed by `^` and what it peels to.
 *
 * @param known Refs of an earlier reading, whose objects are used again.
 * @throws {QmsError} `git/ref-invalid` for any other line, and for a name that stands there twice.
 */
export function parsePackedRefs(
  bytes: Buffer,
  file: string,
  known: readonly Ref[] = [],
): PackedRefs {
  const refs: Ref[] = [];
  const invalid = new Set<string>();
  let isPlain = true;
  let last = '';
  let next = 0;
  let mayPeel = false;
  let end = 0;
  for (let at = 0; at < bytes.length; at = end + 1) {
    end = bytes.indexOf(newline, at);
    if (at === 0 && bytes[0] === hash && end >= 0) continue;
    const peels = bytes[at] === caret;
    const idAt = peels ? at + 1 : at;
    const hasId = isIdAt(bytes, idAt);
    const behind = idAt + idLength;
    // Without this, a file that was cut off would be a register with fewer releases.
    if (end < 0 || !hasId || (peels ? behind !== end || !mayPeel : bytes[behind] !== space)) {
      throw malformed(file);
    }
    mayPeel = !peels;
    if (peels) continue;
    const nameAt = behind + 1;
    // Not \s: a space that is not of ASCII may stand in a name, and anybody can push such a branch.
    if (end === nameAt) throw malformed(file);
    let isOdd = false;
    let slashes = 0;
    for (let i = nameAt; i < end; i++) {
      const byte = bytes[i] ?? 0;
      if (byte <= space) throw malformed(file);
      if (((kinds[byte] ?? 0) & 2) !== 0) continue;
      slashes++;
      isOdd ||= byte !== slash || i === nameAt || i === end - 1 || bytes[i + 1] === slash;
    }
    // By bytes: git allows names that are no UTF-8, and two of these could read the same.
    const raw = bytes.toString('latin1', nameAt, end);
    isPlain &&= raw > last && !/[\u0080-\u00ff]/.test(raw);
    last = raw;
    const id = bytes.toString('latin1', at, behind);
    while ((known[next]?.name ?? raw) < raw) next++;
    const same = known[next];
    refs.push(same?.name === raw && same.id === id ? same : { name: raw, id });
    if ((isOdd || slashes === 0) && !isValidRefName(raw)) invalid.add(raw);
  }
  return isPlain ? { refs, invalid } : rearranged(refs, invalid, file);
}

/** The refs of a file that is not sorted, or holds names that are not of ASCII. */
function rearranged(refs: readonly Ref[], invalid: ReadonlySet<string>, file: string): PackedRefs {
  if (new Set(refs.map(({ name }) => name)).size !== refs.length) throw malformed(file);
  const decode = (name: string): string =>
    /[\u0080-\u00ff]/.test(name) ? Buffer.from(name, 'latin1').toString('utf8') : name;
  const byName = new Map(refs.map((ref) => [decode(ref.name), ref]));
  const sorted = Array.from(byName, ([name, ref]) => (name === ref.name ? ref : { ...ref, name }));
  sorted.sort((a, b) => compareCodePoints(a.name, b.name));
  return { refs: sorted, invalid: new Set(Array.from(invalid, decode)) };
}

function malformed(file: string): QmsError {
  return QmsError.of('git/ref-invalid', {
    message: `The file ${file} holds a line that is not an object id and a ref name, or a name twice.`,
    place: { file },
  });
}
