import { type Parsed, parsed, refused } from '../problem/parsed.ts';
import {
  SPACE,
  latin1Text,
  decodeUtf8,
  encodeUtf8,
  isObjectId,
  joinAll,
  startsWithAt,
} from './header.ts';
import { QmsError } from '../problem/problem.ts';
import type { TreeEntry } from './objects.ts';
import { isGitFolderName } from './git-folder-name.ts';

/** The modes Git writes: a file, an executable, a symbolic link, a submodule, a folder. */
const modes = ['100644', '100755', '120000', '160000', '40000'] as const;
const folderMode = '40000';

const SLASH = 47;
/** The id that names no object. */
export const noObject = '0'.repeat(40);

/**
 * Parse a canonical tree: entries in Git's order, none twice, modes as Git writes them, names
 * that are one part of a path and never Git's own folder. What `git fsck --strict` warns about
 * or refuses is refused.
 */
export function parseTree(bytes: Uint8Array): Parsed<readonly TreeEntry[]> {
  const entries: TreeEntry[] = [];
  let folders = 0;
  let previous: { readonly bytes: Uint8Array; readonly folder: boolean } | undefined;
  let at = 0;
  while (at < bytes.length) {
    // Comparing whole modes refuses zero-padded ones, which hash differently for the same tree.
    const mode = modes.find(
      (text) => startsWithAt(bytes, at, text) && bytes[at + text.length] === SPACE,
    );
    if (mode === undefined)
      return refused(`entry ${String(entries.length + 1)} has an unknown mode`);
    const start = at + mode.length + 1;
    const end = bytes.indexOf(0, start);
    if (end < 0 || end + 21 > bytes.length) {
      return refused(`entry ${String(entries.length + 1)} is cut off`);
    }
    const nameBytes = bytes.subarray(start, end);
    const name = decodeUtf8(nameBytes);
    const fault = nameFault(nameBytes, name);
    if (fault !== undefined) return refused(`entry ${String(entries.length + 1)} ${fault}`);
    const current = { bytes: nameBytes, folder: mode === folderMode };
    if (
      previous !== undefined &&
      compareInTree(previous.bytes, previous.folder, nameBytes, current.folder) >= 0
    ) {
      return refused(`entry ${String(entries.length + 1)} is out of order or a duplicate`);
    }
    if (current.folder) folders += 1;
    const id = idInTree(bytes, end + 1);
    if (id === noObject) return refused(`entry ${String(entries.length + 1)} names no object`);
    entries.push({ mode, nameBytes, name, id });
    previous = current;
    at = end + 21;
  }
  // A file and a folder of one name are not neighbours in Git's order (`a`, `a.b`, `a/`).
  const twice = folders > 0 && folders < entries.length ? nameTwice(entries) : undefined;
  if (twice !== undefined) return refused(`the name ${JSON.stringify(twice)} stands twice`);
  return parsed(entries);
}

function nameTwice(entries: readonly TreeEntry[]): string | undefined {
  const names = new Set<string>();
  for (const { name, nameBytes } of entries) {
    const key = name ?? Array.from(nameBytes, (byte) => String.fromCharCode(byte)).join('') + '\0';
    if (names.has(key)) return name ?? key;
    names.add(key);
  }
  return undefined;
}

function nameFault(bytes: Uint8Array, name: string | undefined): string | undefined {
  if (bytes.length === 0) return 'has no name';
  if (bytes.includes(SLASH)) return 'has a name with a slash';
  if (name === '.' || name === '..') return 'is named . or ..';
  // Without this, checking out the tree could write Git's configuration and so run programs.
  if (name !== undefined && isGitFolderName(name)) return `is named like Git's own folder`;
  return undefined;
}

/** Git's order: by bytes, a folder as if its name ended in a slash. */
function compareInTree(a: Uint8Array, aFolder: boolean, b: Uint8Array, bFolder: boolean): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  const ending = (name: Uint8Array, folder: boolean): number =>
    name[length] ?? (folder ? SLASH : 0);
  return ending(a, aFolder) - ending(b, bFolder) || 0;
}

const hexCodes = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const idCodes = new Uint8Array(40);

/** The id whose 20 bytes begin there. */
export function idInTree(bytes: Uint8Array, at: number): string {
  for (let index = 0; index < 20; index++) {
    const byte = bytes[at + index] ?? 0;
    idCodes[2 * index] = hexCodes[byte >> 4] ?? 0;
    idCodes[2 * index + 1] = hexCodes[byte & 15] ?? 0;
  }
  return latin1Text(idCodes);
}

/** One entry to be written; the name as text, or as bytes where it has to be those. */
export type TreeDraftEntry = { readonly mode: string; readonly id: string } & (
  | { readonly name: string; readonly nameBytes?: undefined }
  | { readonly nameBytes: Uint8Array; readonly name?: string | undefined }
);

/**
 * The bytes of a tree object with these entries, put into Git's order; the inverse of
 * `parseTree`.
 * @throws {QmsError} `git/tree-malformed` for entries that make no canonical tree.
 */
export function formatTree(entries: readonly TreeDraftEntry[]): Uint8Array {
  const ready = entries.map((entry) => ({
    mode: entry.mode,
    name: entry.nameBytes ?? encodeUtf8(entry.name),
    id: entry.id,
  }));
  ready.sort((a, b) => compareInTree(a.name, a.mode === folderMode, b.name, b.mode === folderMode));
  const parts: Uint8Array[] = [];
  for (const { mode, name, id } of ready) {
    if (!isObjectId(id)) throw malformed(`${JSON.stringify(id)} is not an object id`);
    parts.push(encodeUtf8(`${mode} `), name, new Uint8Array(1), unhex(id));
  }
  const bytes = joinAll(parts);
  const again = parseTree(bytes);
  if (!again.ok) throw malformed(again.reason);
  if (again.value.length !== entries.length) throw malformed('a name holds NUL');
  return bytes;
}

function unhex(id: string): Uint8Array {
  return Uint8Array.from({ length: 20 }, (_, at) => parseInt(id.slice(at * 2, at * 2 + 2), 16));
}

function malformed(reason: string): QmsError {
  return QmsError.of('git/tree-malformed', {
    message: `A tree can not be made: ${reason}.`,
    place: {},
    remedy: 'Give the file another name.',
  });
}
