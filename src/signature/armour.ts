import { type Parsed, parsed, refused } from '../problem/parsed.ts';
import { formatBase64, parseBase64 } from './base64.ts';
import { encodeUtf8, joinAll, joinBytes } from '../git/header.ts';

/** What an armour holds, and how its lines are cut. */
export interface SshArmour {
  readonly bytes: Uint8Array;
  /** Characters in each line but the last, 64 to 76; `ssh-keygen` writes 70, `gpg` 64. */
  readonly lineLength: number;
}

/** Kinds of armour by their first line; X.509 can not be checked by this version. */
export type ArmourKind = 'ssh' | 'openpgp' | 'x509';

const begin = encodeUtf8('-----BEGIN SSH SIGNATURE-----\n');
const end = encodeUtf8('-----END SSH SIGNATURE-----\n');
const shortestLine = 64;
const longestLine = 76;
/** Above anything that a key of the supported kinds can make. */
const mostBytes = 16 * 1024;

const lineFeed = 0x0a;

/** The blocks of signatures, by their label. A PGP MESSAGE, which Git knows too, is none. */
const kinds: readonly (readonly [label: string, kind: ArmourKind])[] = [
  ['SSH SIGNATURE', 'ssh'],
  ['PGP SIGNATURE', 'openpgp'],
  ['SIGNED MESSAGE', 'x509'],
];

/**
 * Tell which kind of armour the bytes begin with, or undefined.
 *
 * Of a kind that can not be checked it is still asked that there is one block and nothing after
 * it: several signatures, or text behind one, are malformed whatever their kind.
 */
export function armourKind(bytes: Uint8Array): Parsed<ArmourKind> {
  for (const [label, kind] of kinds) {
    const first = encodeUtf8(`-----BEGIN ${label}-----\n`);
    if (!standsAt(bytes, 0, first)) continue;
    if (kind !== 'x509') return parsed(kind);
    const last = encodeUtf8(`\n-----END ${label}-----\n`);
    if (!standsAt(bytes, bytes.length - last.length, last)) {
      return refused('the signature does not end with its END line and one line end');
    }
    if (countLines(bytes, encodeUtf8('-----')) !== 2)
      return refused('there are several signatures');
    return parsed(kind);
  }
  return refused('it does not begin with the BEGIN line of a signature');
}

/**
 * Parse the armour of an SSH signature, from the BEGIN line at byte 0 to the one line end after
 * the END line (shared register format, "Statements").
 *
 * Stricter than OpenSSH, which passes over white space in the base64 and over anything behind the
 * END line. Bytes behind the END line are not signed.
 */
export function parseSshArmour(bytes: Uint8Array): Parsed<SshArmour> {
  if (bytes.length > 2 * mostBytes) return refused('the signature is too long');
  if (!standsAt(bytes, 0, begin)) {
    return refused('it does not begin with the line -----BEGIN SSH SIGNATURE-----');
  }
  const lines: Uint8Array[] = [];
  let at = begin.length;
  while (!standsAt(bytes, at, end)) {
    const lineEnd = bytes.indexOf(lineFeed, at);
    if (lineEnd < 0) return refused('the line -----END SSH SIGNATURE----- is missing');
    lines.push(bytes.subarray(at, lineEnd));
    at = lineEnd + 1;
  }
  // Without this, text or a second signature behind the first would pass for part of the statement.
  if (at + end.length !== bytes.length) {
    return refused('there is text or another signature after its END line');
  }
  const text = parseArmourLines(lines);
  if (!text.ok) return text;
  if (text.value.bytes.length > mostBytes) return refused('the signature is too long');
  return text;
}

/** The inverse of `parseSshArmour`. */
export function formatSshArmour(armour: SshArmour): Uint8Array {
  return joinBytes(begin, formatArmourLines(armour), end);
}

/**
 * The base64 of an armour in lines of equal length, 64 to 76 characters, the last not longer
 * (shared register format, "Statements").
 */
export function parseArmourLines(lines: readonly Uint8Array[]): Parsed<SshArmour> {
  const last = lines.at(-1);
  if (last === undefined || last.length === 0) return refused('it is empty or has an empty line');
  const only = lines.length === 1;
  const lineLength = only ? Math.max(shortestLine, last.length) : (lines[0]?.length ?? 0);
  if (lineLength < shortestLine || lineLength > longestLine) {
    return refused(`its lines have ${lineLength} characters, not 64 to 76`);
  }
  for (const line of lines) {
    if (line === last ? line.length > lineLength : line.length !== lineLength) {
      return refused('its lines are not of equal length, the last one not longer');
    }
  }
  const content = parseBase64(joinAll(lines));
  if (content === undefined) return refused('its text is not canonical base64');
  return parsed({ bytes: content, lineLength });
}

/** The inverse of `parseArmourLines`, each line with its line end. */
export function formatArmourLines({ bytes, lineLength }: SshArmour): Uint8Array {
  const text = formatBase64(bytes);
  let lines = '';
  for (let at = 0; at < text.length; at += lineLength) {
    lines += `${text.slice(at, at + lineLength)}\n`;
  }
  return encodeUtf8(lines);
}

/** Whether these bytes stand in others at a place. */
export function standsAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  if (at < 0 || at + wanted.length > bytes.length) return false;
  return wanted.every((byte, index) => bytes[at + index] === byte);
}

/** How many lines begin with these bytes. */
function countLines(bytes: Uint8Array, wanted: Uint8Array): number {
  let count = 0;
  for (let at = 0; at >= 0 && at < bytes.length;) {
    if (standsAt(bytes, at, wanted)) count++;
    const lineEnd = bytes.indexOf(lineFeed, at);
    at = lineEnd < 0 ? -1 : lineEnd + 1;
  }
  return count;
}
