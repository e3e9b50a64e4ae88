import {
  checkContent,
  type ContentCandidate,
  contentDigest,
  contentLimits,
  isLfsPointer,
} from '../document/content.ts';
import type { ContentFile, Digest } from '../document/document.ts';
import { idPrefix } from '../document/identity.ts';
import type { Cryptography } from '../git/cryptography.ts';
import { QmsError } from '../problem/problem.ts';
import type { ObjectReader } from './object-reader.ts';

/** A file below a document's folder in a release tree, before its bytes are looked at. */
export interface PlacedFile {
  readonly path: string;
  readonly mode: string;
  readonly blob: string;
}

/** The folder of a document in a release: `documents/SOP/SOP-001`. */
export function releaseFolder(id: string): string {
  return `documents/${idPrefix(id)}/${id}`;
}

/** More folders than this below one document are nobody's content. */
const depthLimit = 64;
/** Files of which size and hash are remembered; others are read again. */
const mostKnown = 500_000;
const filesLimit = contentLimits.files;

/**
 * List the files below a document's folder in a release tree.
 * @throws {QmsError} where a tree can't be read, and `release/content-file` over the limits.
 */
export async function listContent(
  reader: ObjectReader,
  tree: string,
): Promise<readonly PlacedFile[]> {
  const files: PlacedFile[] = [];
  let level: { readonly tree: string; readonly prefix: string }[] = [{ tree, prefix: '' }];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > depthLimit || files.length + level.length > 2 * filesLimit) throw tooMany(tree);
    await reader.prefetch(level.map((one) => one.tree));
    const next: typeof level = [];
    for (const { tree: here, prefix } of level) {
      for (const entry of await reader.tree(here)) {
        if (entry.name === undefined) {
          throw QmsError.of('release/content-file', {
            message: `The folder ${prefix === '' ? '/' : prefix} in tree ${tree} holds a name that is not UTF-8.`,
            place: { object: here },
          });
        }
        const path = `${prefix}${entry.name}`;
        if (entry.mode === '40000') next.push({ tree: entry.id, prefix: `${path}/` });
        else files.push({ path, mode: entry.mode, blob: entry.id });
        if (files.length > filesLimit) throw tooMany(tree);
      }
    }
    level = next;
  }
  return files;
}

function tooMany(tree: string): QmsError {
  return QmsError.of('release/content-file', {
    message: `The content in tree ${tree} has more than ${String(filesLimit)} files or ${String(depthLimit)} levels.`,
    place: { object: tree },
  });
}

/** What is known of a blob that was read. */
export interface FileFact {
  readonly size: number;
  readonly sha256: string;
  /** Its beginning, only where that shows a Git LFS pointer. */
  readonly start?: Uint8Array;
}

/** What there is to know of the bytes of a blob. */
export function factOf(bytes: Uint8Array, cryptography: Cryptography): FileFact {
  const beginning = bytes.slice(0, 200);
  return {
    size: bytes.length,
    sha256: cryptography.sha256(bytes),
    ...(isLfsPointer(beginning) ? { start: beginning } : {}),
  };
}

export interface ReadContent {
  readonly files: readonly ContentFile[];
  readonly digest: Digest;
  /** What content can't hold: modes, paths, sizes, collisions, in words. */
  readonly faults: readonly string[];
}

/**
 * Hash the files of a content and compute its digest from the blobs' bytes.
 * @throws {QmsError} `git/object-missing` and the like where a blob can't be read.
 * @see shared register format, "Content and its digest"
 */
export async function readContentFiles(
  reader: ObjectReader,
  placed: readonly PlacedFile[],
  known: Map<string, FileFact>,
  cryptography: Cryptography,
): Promise<ReadContent> {
  const files: ContentFile[] = [];
  const candidates: ContentCandidate[] = [];
  let total = 0;
  for (const { path, mode, blob } of placed) {
    if (mode === '160000') {
      // A submodule's commit is in another repository: there are no bytes to read.
      candidates.push({ path, mode, size: 0 });
      continue;
    }
    let fact = known.get(blob);
    if (fact === undefined) {
      fact = factOf((await reader.object(blob, 'blob')).bytes, cryptography);
      // Kept whatever is wrong with the content: or files would be read again for each document.
      if (known.size < mostKnown) known.set(blob, fact);
    }
    total += fact.size;
    // Without this, a thousand files of 64 MiB would be read only to say that they are too many.
    if (total > contentLimits.totalBytes) {
      throw QmsError.of('release/content-file', {
        message: `The content with ${path} has more than ${String(contentLimits.totalBytes)} bytes.`,
        place: { file: path },
      });
    }
    const { size, sha256, start } = fact;
    files.push({ path, blob, size, sha256 });
    candidates.push({
      path,
      mode,
      size,
      ...(start === undefined ? {} : { bytes: start }),
    });
  }
  const faults = checkContent(candidates).map((problem) => problem.message);
  return { files, digest: contentDigest(files, cryptography), faults };
}
