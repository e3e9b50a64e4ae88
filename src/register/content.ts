import { checkContent, type ContentCandidate, contentDigest } from '../document/content.ts';
import type { ContentFile, Digest } from '../document/document.ts';
import type { Cryptography } from '../git/cryptography.ts';
import { QmsError } from '../problem/problem.ts';
import type { ObjectReader } from './object-reader.ts';

/** A file below a document's folder in a release tree, before its bytes are looked at. */
export interface PlacedFile {
  readonly path: string;
  readonly mode: string;
  readonly blob: string;
}

/** More folders than this below one document are nobody's content. */
const depthLimit = 64;
const filesLimit = 1000;

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
    if (depth > depthLimit || files.length + level.length > 2 * filesLimit) {
      throw QmsError.of('release/content-file', {
        message: `The content in tree ${tree} has more than ${String(filesLimit)} files or ${String(depthLimit)} levels.`,
        place: { object: tree },
      });
    }
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
      }
    }
    level = next;
  }
  return files;
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
  known: Map<string, Pick<ContentFile, 'size' | 'sha256'>>,
  cryptography: Cryptography,
): Promise<ReadContent> {
  const files: ContentFile[] = [];
  const candidates: ContentCandidate[] = [];
  const fresh = new Map<string, Pick<ContentFile, 'size' | 'sha256'>>();
  for (const { path, mode, blob } of placed) {
    if (mode === '160000') {
      // A submodule's commit is in another repository: there are no bytes to read.
      candidates.push({ path, mode, size: 0 });
      continue;
    }
    let fact = known.get(blob) ?? fresh.get(blob);
    let start: Uint8Array | undefined;
    if (fact === undefined) {
      const { bytes } = await reader.object(blob, 'blob');
      fact = { size: bytes.length, sha256: cryptography.sha256(bytes) };
      start = bytes.subarray(0, 200);
      fresh.set(blob, fact);
    }
    files.push({ path, blob, ...fact });
    candidates.push({
      path,
      mode,
      size: fact.size,
      ...(start === undefined ? {} : { bytes: start }),
    });
  }
  const faults = checkContent(candidates).map((problem) => problem.message);
  // Only files without faults are kept: the beginning of a known one is not looked at again.
  if (faults.length === 0) for (const [blob, fact] of fresh) known.set(blob, fact);
  return { files, digest: contentDigest(files, cryptography), faults };
}
