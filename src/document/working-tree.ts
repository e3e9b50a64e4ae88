import { lstat, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { QmsError } from '../problem/problem.ts';
import { compareCodePoints } from '../git/code-point-order.ts';
import type { DocumentSource, SourceFile } from './source.ts';

interface Entry {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/**
 * The working tree as a source of documents. It does not ask Git, so that files count before they
 * are added; and it looks names up in their folders, so that upper and lower case count on every
 * file system, and nothing is reached through a symbolic link.
 *
 * @param root Absolute path of the repository.
 */
export function workingTree(root: string): DocumentSource {
  return {
    label: 'the working tree',
    list: async (folder = '') => listBelow(root, folder),
    modes: async (paths) => modesOf(root, paths),
    read: async (paths) => readFiles(root, paths),
  };
}

/** Run something of the file system; what is not there is undefined, all else can't be checked. */
async function attempt<T>(path: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw QmsError.of('document/unreadable', {
      message: `${path} can not be read: ${error instanceof Error ? error.message : String(error)}.`,
      place: { file: path },
    });
  }
}

async function entriesOf(root: string, folder: string): Promise<ReadonlyMap<string, Entry>> {
  const entries = await attempt(folder, () => readdir(join(root, folder), { withFileTypes: true }));
  return new Map(
    (entries ?? []).map((entry) => [
      entry.name,
      {
        kind: entry.isFile()
          ? 'file'
          : entry.isDirectory()
            ? 'folder'
            : entry.isSymbolicLink()
              ? 'link'
              : 'other',
      },
    ]),
  );
}

async function modeOf(root: string, path: string, entry: Entry): Promise<string | undefined> {
  if (entry.kind === 'link') return '120000';
  if (entry.kind !== 'file') return undefined;
  const status = await attempt(path, () => lstat(join(root, path)));
  if (status === undefined) return undefined;
  // Windows has no such bit; there Git's index decides, and the commit is checked again.
  return (status.mode & 0o100) !== 0 && process.platform !== 'win32' ? '100755' : '100644';
}

function isPassedOver(name: string): boolean {
  return name.startsWith('_') || name.startsWith('.') || name === 'node_modules';
}

async function listBelow(root: string, start: string): Promise<readonly SourceFile[]> {
  const files: SourceFile[] = [];
  const folders = [start];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const [name, entry] of await entriesOf(root, folder)) {
      if (isPassedOver(name)) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      if (entry.kind === 'folder') {
        folders.push(path);
        continue;
      }
      const mode = await modeOf(root, path, entry);
      if (mode !== undefined) files.push({ path, mode });
    }
  }
  return files.sort((a, b) => compareCodePoints(a.path, b.path));
}

async function modesOf(
  root: string,
  paths: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, Promise<ReadonlyMap<string, Entry>>>();
  const entries = (folder: string): Promise<ReadonlyMap<string, Entry>> => {
    let listing = known.get(folder);
    if (listing === undefined) {
      listing = entriesOf(root, folder);
      known.set(folder, listing);
    }
    return listing;
  };
  const modes = new Map<string, string>();
  for (const path of paths) {
    const mode = await lookUp(root, path, entries);
    if (mode !== undefined) modes.set(path, mode);
  }
  return modes;
}

/** Go down from the root, part by part, through real folders only. */
async function lookUp(
  root: string,
  path: string,
  entries: (folder: string) => Promise<ReadonlyMap<string, Entry>>,
): Promise<string | undefined> {
  let folder = '';
  const parts = path.split('/');
  const last = parts.pop() ?? '';
  for (const part of parts) {
    if ((await entries(folder)).get(part)?.kind !== 'folder') return undefined;
    folder = folder === '' ? part : `${folder}/${part}`;
  }
  const entry = (await entries(folder)).get(last);
  return entry === undefined ? undefined : modeOf(root, path, entry);
}

async function readFiles(
  root: string,
  paths: Iterable<string>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const wanted = [...paths];
  const modes = await modesOf(root, wanted);
  const files = new Map<string, Uint8Array>();
  for (const path of wanted) {
    // Without this, a link would bring in a file from outside the repository.
    if (modes.get(path)?.startsWith('100') !== true) continue;
    const bytes = await attempt(path, () => readFile(join(root, path)));
    if (bytes !== undefined) files.set(path, new Uint8Array(bytes));
  }
  return files;
}
