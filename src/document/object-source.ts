import { type ObjectStore } from '../git/object-store.ts';
import { QmsError } from '../problem/problem.ts';
import { compareCodePoints } from '../git/code-point-order.ts';
import type { DocumentSource, SourceFile } from './source.ts';

/** A file of a commit's tree or of the index. */
export interface StoredFile extends SourceFile {
  /** Id of its blob. */
  readonly id: string;
}

/**
 * A commit's tree or the index as a source of documents: the bytes are those of Git's blobs,
 * whatever filters and checkouts make of them.
 *
 * @param label In words, for messages: `commit 1a2b3c4`, `the index`.
 */
export function objectSource(
  store: Pick<ObjectStore, 'read'>,
  files: readonly StoredFile[],
  label: string,
): DocumentSource {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const sorted = [...files].sort((a, b) => compareCodePoints(a.path, b.path));
  return {
    label,
    list(folder = '') {
      const start = folder === '' ? '' : `${folder}/`;
      return Promise.resolve(
        sorted
          .filter(({ path }) => path.startsWith(start))
          .map(({ path, mode }) => ({ path, mode })),
      );
    },
    modes(paths) {
      const modes = new Map<string, string>();
      for (const path of paths) {
        const file = byPath.get(path);
        if (file !== undefined) modes.set(path, file.mode);
      }
      return Promise.resolve(modes);
    },
    read: async (paths) => readBlobs(store, byPath, paths),
  };
}

async function readBlobs(
  store: Pick<ObjectStore, 'read'>,
  byPath: ReadonlyMap<string, StoredFile>,
  paths: Iterable<string>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const wanted = new Map<string, StoredFile>();
  for (const path of paths) {
    const file = byPath.get(path);
    if (file?.mode.startsWith('100') === true) wanted.set(path, file);
  }
  const objects = await store.read(new Set([...wanted.values()].map(({ id }) => id)));
  const files = new Map<string, Uint8Array>();
  for (const [path, { id }] of wanted) {
    const object = objects.get(id);
    if (object === undefined || 'fault' in object) {
      const corrupt = object?.fault === 'corrupt';
      throw QmsError.of(corrupt ? 'git/object-corrupt' : 'git/object-missing', {
        message: `The blob ${id} of ${path} ${corrupt ? 'does not match its name' : 'is not in the repository'}.`,
        place: { file: path, object: id },
      });
    }
    if (object.type !== 'blob') {
      throw QmsError.of('git/object-type', {
        message: `The object ${id} of ${path} is a ${object.type}, not a blob.`,
        place: { file: path, object: id },
      });
    }
    files.set(path, object.bytes);
  }
  return files;
}
