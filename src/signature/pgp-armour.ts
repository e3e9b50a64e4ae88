import { decodeUtf8, encodeUtf8, joinBytes } from '../git/header.ts';
import { type Parsed, parsed, refused } from '../problem/parsed.ts';
import { formatArmourLines, parseArmourLines, standsAt } from './armour.ts';
import { formatBase64 } from './base64.ts';
import { asciiText } from './ssh-wire.ts';

/** What an armour of OpenPGP holds, and all that is needed to write the same bytes again. */
export interface PgpArmour {
  readonly bytes: Uint8Array;
  /** Characters in each line but the last, 64 to 76; `gpg` writes 64. */
  readonly lineLength: number;
  /** The `Name: value` lines; they say nothing. */
  readonly headers: readonly string[];
  /** Whether the CRC-24 stands behind the base64. */
  readonly checksum: boolean;
}

/** What the block is, as its BEGIN and END lines say. */
export type PgpLabel = 'PGP SIGNATURE' | 'PGP PUBLIC KEY BLOCK';

const mostBytes = { 'PGP SIGNATURE': 16 * 1024, 'PGP PUBLIC KEY BLOCK': 64 * 1024 } as const;
const mostHeaders = 32;
const mostHeaderBytes = 256;

const lineFeed = 0x0a;
const equalsSign = 0x3d;

/** `Name: value`, as gpg writes `Version` and `Comment`. */
const headerForm = /^[A-Za-z0-9-]+: [^\u0000-\u001f\u007f-\u009f]*$/u;

/**
 * Parse an armour of OpenPGP from its BEGIN line at byte 0 to the one line end after its END line:
 * `Name: value` lines, an empty line, canonical base64 in equal lines, and a right CRC-24 or none
 * (shared register format, "Statements"; RFC 9580, section 6.2).
 *
 * Stricter than GnuPG, which passes over white space, text around the block, and what stands
 * behind the padding.
 */
export function parsePgpArmour(bytes: Uint8Array, label: PgpLabel): Parsed<PgpArmour> {
  const begin = encodeUtf8(`-----BEGIN ${label}-----\n`);
  const end = encodeUtf8(`-----END ${label}-----\n`);
  if (bytes.length > 2 * mostBytes[label]) return refused('the armour is too long');
  if (!standsAt(bytes, 0, begin)) {
    return refused(`it does not begin with the line -----BEGIN ${label}-----`);
  }
  const lines: Uint8Array[] = [];
  let at = begin.length;
  while (!standsAt(bytes, at, end)) {
    const lineEnd = bytes.indexOf(lineFeed, at);
    if (lineEnd < 0) return refused(`the line -----END ${label}----- is missing`);
    lines.push(bytes.subarray(at, lineEnd));
    at = lineEnd + 1;
  }
  // Without this, text or a second signature behind the first would pass for part of the statement.
  if (at + end.length !== bytes.length) {
    return refused('there is text or another block after its END line');
  }
  const empty = lines.findIndex((line) => line.length === 0);
  if (empty < 0) return refused('the empty line before the base64 is missing');
  const headers = readHeaders(lines.slice(0, empty));
  if (!headers.ok) return headers;
  const body = lines.slice(empty + 1);
  const last = body.at(-1);
  const checksum = last?.length === 5 && last[0] === equalsSign;
  const text = parseArmourLines(checksum ? body.slice(0, -1) : body);
  if (!text.ok) return text;
  const content = text.value;
  if (content.bytes.length > mostBytes[label]) return refused('the armour is too long');
  if (checksum && asciiText(last) !== checksumOf(content.bytes)) {
    return refused('the checksum (CRC-24) behind its base64 is wrong');
  }
  return parsed({ ...content, headers: headers.value, checksum });
}

/** The inverse of `parsePgpArmour`. */
export function formatPgpArmour(armour: PgpArmour, label: PgpLabel): Uint8Array {
  const headers = armour.headers.map((line) => `${line}\n`).join('');
  return joinBytes(
    encodeUtf8(`-----BEGIN ${label}-----\n${headers}\n`),
    formatArmourLines(armour),
    encodeUtf8(armour.checksum ? `${checksumOf(armour.bytes)}\n` : ''),
    encodeUtf8(`-----END ${label}-----\n`),
  );
}

function readHeaders(lines: readonly Uint8Array[]): Parsed<readonly string[]> {
  if (lines.length > mostHeaders) return refused(`it has more than ${mostHeaders} header lines`);
  const headers: string[] = [];
  for (const line of lines) {
    const text = line.length > mostHeaderBytes ? undefined : decodeUtf8(line);
    if (text === undefined || !headerForm.test(text)) {
      return refused('a line before the empty line is not "Name: value"');
    }
    headers.push(text);
  }
  return parsed(headers);
}

/** The line with the CRC-24 of the bytes (RFC 9580, section 6.1.1). */
function checksumOf(bytes: Uint8Array): string {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) {
      crc <<= 1;
      if ((crc & 0x1000000) !== 0) crc ^= 0x1864cfb;
    }
  }
  return `=${formatBase64(Uint8Array.of((crc >> 16) & 0xff, (crc >> 8) & 0xff, crc & 0xff))}`;
}
