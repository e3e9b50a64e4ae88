const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const latin1 = new TextDecoder('latin1');
const encoder = new TextEncoder();

export const LF = 10;
export const SPACE = 32;

/** The text of valid UTF-8, or undefined. A byte-order mark is a character like any other. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  const ascii = shortAscii(bytes);
  if (ascii !== undefined) return ascii;
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Text for display: what is not UTF-8 becomes U+FFFD. Never compare it. */
export function displayUtf8(bytes: Uint8Array): string {
  return shortAscii(bytes) ?? lenient.decode(bytes);
}

/** The text of a few bytes of ASCII, as names are: decoding UTF-8 costs more than reading them. */
function shortAscii(bytes: Uint8Array): string | undefined {
  if (bytes.length > 255) return undefined;
  for (const byte of bytes) if (byte >= 0x80) return undefined;
  return latin1Text(bytes);
}

/** A character for each byte: of ASCII the text that it is, and quicker than decoding UTF-8. */
export function latin1Text(bytes: Uint8Array): string {
  return latin1.decode(bytes);
}

/** Whether a text consists of printable ASCII alone, as nearly every name does. */
export function isPlainAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

/** UTF-8 of a text. */
export function encodeUtf8(text: string): Uint8Array {
  if (text.length > 64) return encoder.encode(text);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x80) return encoder.encode(text);
    bytes[at] = unit;
  }
  return bytes;
}

/** The parts, one after the other, in a new array. */
export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return joinAll(parts);
}

/** The same for parts of any number: a call has only so many arguments. */
export function joinAll(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Whether the same bytes stand in both. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** Whether `bytes` hold the ASCII text `text` at `at`. */
export function startsWithAt(bytes: Uint8Array, at: number, text: string): boolean {
  if (at + text.length > bytes.length) return false;
  for (let index = 0; index < text.length; index++) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

/** Whether the text is an object id as Git writes it: 40 lower-case hex digits. */
export function isObjectId(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** One header line of a commit or tag. */
export interface HeaderLine {
  /** The bytes between the name's space and the LF. */
  readonly value: Uint8Array;
  /** Where the next line begins. */
  readonly next: number;
}

/**
 * Read the header line `<name> <value>` that begins exactly at `at`.
 * @returns undefined where another line stands there, or one without its LF.
 */
export function readHeader(bytes: Uint8Array, at: number, name: string): HeaderLine | undefined {
  if (!startsWithAt(bytes, at, name) || bytes[at + name.length] !== SPACE) return undefined;
  const start = at + name.length + 1;
  const end = bytes.indexOf(LF, start);
  if (end < 0) return undefined;
  return { value: bytes.subarray(start, end), next: end + 1 };
}

/** Read a header whose value is an object id; undefined where it is not exactly that. */
export function readIdHeader(
  bytes: Uint8Array,
  at: number,
  name: string,
): { readonly id: string; readonly next: number } | undefined {
  const line = readHeader(bytes, at, name);
  if (line?.value.length !== 40) return undefined;
  const id = displayUtf8(line.value);
  // Git reads upper-case hex digits too; two spellings of one name would be two byte sequences.
  return isObjectId(id) ? { id, next: line.next } : undefined;
}
