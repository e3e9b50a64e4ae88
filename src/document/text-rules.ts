import { type Place, type Problem, makeProblem } from '../problem/problem.ts';
import { decodeUtf8 } from '../git/header.ts';

/** Bytes of the largest controlled text (shared register format, "Documents"). */
export const textBytesLimit = 1024 * 1024;

/** Something the text rules refuse, at its first place. */
export interface TextFault {
  readonly fault: 'utf8' | 'line-end' | 'character' | 'not-normalized' | 'too-large';
  /** Line and column, counted from 1; the column in UTF-16 code units. */
  readonly line: number;
  readonly column: number;
  /** For `character`: the code point. */
  readonly codePoint?: number;
  /** How often it occurs in the text. */
  readonly count: number;
}

const cr = 0x0d;
const lf = 0x0a;

/**
 * Whether the text rules refuse a code point wherever it stands. U+200C and U+200D depend on
 * their neighbours and are not among these. LF and TAB are allowed, CR is not.
 */
export function isRefusedCodePoint(point: number): boolean {
  if (point < 0x20) return point !== lf && point !== 0x09;
  if (point < 0x7f) return false;
  if (point <= 0x9f) return true;
  if (point < 0x061c) return false;
  if (point === 0x061c || point === 0x180e || point === 0x200b || point === 0xfeff) return true;
  if (point < 0x200e) return false;
  if (point <= 0x206f) {
    return (
      point <= 0x200f ||
      (point >= 0x2028 && point <= 0x2029) ||
      (point >= 0x202a && point <= 0x202e) ||
      point >= 0x2060
    );
  }
  return point >= 0xe0000 && point <= 0xe007f;
}

/** Joiners are part of the writing of some languages and of emoji, and invisible elsewhere. */
function isJoiner(point: number): boolean {
  return point === 0x200c || point === 0x200d;
}

function allowsJoiner(neighbour: number): boolean {
  return neighbour >= 0x80 && !/\s/u.test(String.fromCodePoint(neighbour));
}

/** Fold repeated faults into one with a count, so that a file with CRLF is one finding. */
class Faults {
  readonly #found = new Map<string, TextFault>();

  add(fault: TextFault['fault'], line: number, column: number, codePoint?: number): void {
    const key = codePoint === undefined ? fault : `${fault} ${codePoint}`;
    const known = this.#found.get(key);
    this.#found.set(
      key,
      known === undefined
        ? { fault, line, column, count: 1, ...(codePoint === undefined ? {} : { codePoint }) }
        : { ...known, count: known.count + 1 },
    );
  }

  list(): readonly TextFault[] {
    return [...this.#found.values()];
  }
}

/** One pass over the characters of a text; see `findTextFaults`. */
function findCharacterFaults(text: string, faults: Faults): void {
  let line = 1;
  let lineStart = 0;
  let before = -1;
  for (let index = 0; index < text.length;) {
    const point = text.codePointAt(index) ?? 0;
    const width = point > 0xffff ? 2 : 1;
    const column = index - lineStart + 1;
    if (point === cr) {
      faults.add('line-end', line, column);
    } else if (isRefusedCodePoint(point) || (point >= 0xd800 && point <= 0xdfff)) {
      faults.add('character', line, column, point);
    } else if (isJoiner(point)) {
      const after = text.codePointAt(index + 1) ?? -1;
      // Without this, two ids that look the same could differ by an invisible joiner.
      if (!allowsJoiner(before) || !allowsJoiner(after))
        faults.add('character', line, column, point);
    }
    if (point === lf) {
      line += 1;
      lineStart = index + 1;
    }
    before = point;
    index += width;
  }
}

/** Line and column of an offset. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (;;) {
    const next = text.indexOf('\n', lineStart);
    if (next === -1 || next >= offset) return { line, column: offset - lineStart + 1 };
    line += 1;
    lineStart = next + 1;
  }
}

/**
 * Texts in which nothing can be refused: no control character, and of the letters beyond ASCII
 * only some that stand alone in NFC. Nearly every text is one; the others are looked at closely.
 */
const surelyGood = /^[\t\n\x20-\x7e\xa0-\u02ff\u2010-\u2027\u2190-\u21ff]*$/;

/**
 * What the text rules refuse in a string that was decoded already: a scalar of YAML, a comment.
 * Without it, `"\u202e"` in YAML would bring in what the file itself may not hold.
 */
export function findStringFaults(text: string): readonly TextFault[] {
  if (surelyGood.test(text)) return [];
  const faults = new Faults();
  findCharacterFaults(text, faults);
  const index = findNotNormalized(text);
  if (index !== undefined) {
    const { line, column } = positionAt(text, index);
    faults.add('not-normalized', line, column);
  }
  return faults.list();
}

const pieceLength = 512;

/**
 * Where a text first differs from its NFC; undefined where it does not. Pieces come first, each
 * with the beginning of the next: every piece of a text in NFC is in NFC (UAX #15), and to
 * normalize marks that stand in disorder takes time that grows with the square of their number
 * (measured: minutes for 1 MiB of them).
 */
export function findNotNormalized(text: string): number | undefined {
  for (let start = 0; start < text.length; start += pieceLength) {
    // Four units more: two characters that stand at the border, even if each takes two units.
    const found = firstDifference(text.slice(start, start + pieceLength + 4));
    if (found !== undefined) return start + found;
  }
  return text.length <= pieceLength + 4 ? undefined : firstDifference(text);
}

function firstDifference(text: string): number | undefined {
  const normalized = text.normalize('NFC');
  if (normalized === text) return undefined;
  let index = 0;
  while (index < text.length && text[index] === normalized[index]) index += 1;
  return index;
}

/**
 * Decode bytes by the text rules of the register (shared register format, "Documents").
 *
 * @returns The text, or undefined where the bytes are no UTF-8 or too many; and every kind of
 *   fault with its first place and how often it occurs. A text with faults is only good for
 *   finding more problems in it.
 */
export function findTextFaults(bytes: Uint8Array): {
  readonly text: string | undefined;
  readonly faults: readonly TextFault[];
} {
  if (bytes.length > textBytesLimit) {
    return { text: undefined, faults: [{ fault: 'too-large', line: 1, column: 1, count: 1 }] };
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) return { text: undefined, faults: [findBadByte(bytes)] };
  return { text, faults: findStringFaults(text) };
}

/** The place of the first byte that is not UTF-8: decoding what stands before it succeeds. */
function findBadByte(bytes: Uint8Array): TextFault {
  const lossy = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let good = '';
  const step = 256;
  for (let start = 0; start < bytes.length; start += step) {
    try {
      good += decoder.decode(bytes.subarray(start, start + step), { stream: true });
    } catch {
      break;
    }
  }
  // `good` ends at most one step before the bad byte; the replacement character marks it.
  const bad = lossy.indexOf('\ufffd', good.length);
  return { fault: 'utf8', count: 1, ...positionAt(lossy, bad === -1 ? good.length : bad) };
}

function codePointName(point: number): string {
  return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
}

function describe(fault: TextFault): string {
  const often = fault.count === 1 ? '' : ` (${fault.count} times in this file, here first)`;
  switch (fault.fault) {
    case 'utf8':
      return 'The file is not UTF-8: the bytes here are none of its characters.';
    case 'line-end':
      return `The line ends in CR${often}; lines end in LF alone.`;
    case 'not-normalized':
      return 'The text is not in Unicode NFC: here an accent stands apart from its letter, or a character has a form that NFC replaces.';
    case 'too-large':
      return `The file has more than ${textBytesLimit} bytes.`;
    case 'character': {
      const point = fault.codePoint ?? 0;
      if (point === 0xfeff && fault.line === 1 && fault.column === 1) {
        return 'The file begins with a byte-order mark (U+FEFF).';
      }
      const name = codePointName(point);
      if (isJoiner(point)) {
        return `The invisible joiner ${name} stands beside an ASCII character, white space or nothing${often}.`;
      }
      return `The character ${name} is invisible or changes how text reads, and is not allowed${often}.`;
    }
  }
}

const faultCodes = {
  utf8: 'text/utf8',
  'line-end': 'text/line-end',
  character: 'text/character',
  'not-normalized': 'text/not-normalized',
  'too-large': 'text/too-large',
} as const;

/**
 * Check the text rules of a file.
 *
 * @param place The file; line and column are added.
 * @returns The text where the bytes could be decoded (also where there are problems, so that
 *   more can be found at once), and a problem for each kind of fault.
 */
export function checkText(
  bytes: Uint8Array,
  place: Place,
): { readonly text?: string; readonly problems: readonly Problem[] } {
  const { text, faults } = findTextFaults(bytes);
  const problems = faults.map((fault) =>
    makeProblem(faultCodes[fault.fault], {
      message: describe(fault),
      place: { ...place, line: fault.line, column: fault.column },
    }),
  );
  return text === undefined ? { problems } : { text, problems };
}
