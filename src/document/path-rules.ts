import { isRefusedCodePoint } from './text-rules.ts';
import { compareCodePoints } from '../git/code-point-order.ts';
import { encodeUtf8, isPlainAscii } from '../git/header.ts';

/** Longest path of a file of content, in bytes of UTF-8. */
export const pathBytesLimit = 180;

const refusedSigns = '\\:*?"<>|';
const deviceName = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)$/i;

/**
 * Whether a path may belong to the content of a revision (shared register format, "Content and
 * its digest"): it must name the same file on every system, and never leave the repository.
 *
 * @param path From the repository root, parts joined by `/`.
 * @returns Undefined where it may, otherwise why not, as a clause: `a part is ".."`.
 */
export function checkContentPath(path: string): string | undefined {
  if (path === '') return 'it is empty';
  const bytes = encodeUtf8(path).length;
  if (bytes > pathBytesLimit) return `it has ${bytes} bytes, more than ${pathBytesLimit}`;
  if (path.normalize('NFC') !== path) return 'it is not in Unicode NFC';
  for (const sign of path) {
    const point = sign.codePointAt(0) ?? 0;
    if (point === 0x09 || point === 0x0a || isRefusedCodePoint(point)) {
      return 'it holds a control character';
    }
    if (point >= 0xd800 && point <= 0xdfff) return 'it is not UTF-8';
    if (refusedSigns.includes(sign)) return `it holds ${sign}`;
  }
  for (const part of path.split('/')) {
    const reason = checkPart(part);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function checkPart(part: string): string | undefined {
  if (part === '') return 'a part of it is empty';
  if (part === '.' || part === '..') return `a part of it is "${part}"`;
  // Without this, a checkout of the content could write into a repository's own folder.
  if (part.toLowerCase() === '.git') return `a part of it is "${part}"`;
  if (part.endsWith(' ') || part.endsWith('.')) {
    return `the part "${part}" ends in a ${part.endsWith('.') ? 'dot' : 'blank'}`;
  }
  // Windows takes "nul.txt" for the device too.
  const stem = (part.split('.')[0] ?? '').trimEnd();
  if (deviceName.test(stem)) return `the part "${part}" is the name of a device on Windows`;
  return undefined;
}

/**
 * Paths that some file systems take for one: equal after NFC and lower-casing.
 *
 * @returns Each later path with the earlier one that it collides with, sorted.
 */
export function collidingPaths(
  paths: Iterable<string>,
): readonly { readonly path: string; readonly with: string }[] {
  const seen = new Map<string, string>();
  const collisions: { path: string; with: string }[] = [];
  for (const path of [...paths].sort(compareCodePoints)) {
    // A path over the limit is refused anyway, and to fold one of megabytes takes minutes.
    if (path.length > pathBytesLimit) continue;
    const folded = isPlainAscii(path)
      ? path.toLowerCase()
      : path.normalize('NFC').toLowerCase().normalize('NFC');
    const first = seen.get(folded);
    if (first === undefined) seen.set(folded, path);
    else collisions.push({ path, with: first });
  }
  return collisions;
}
