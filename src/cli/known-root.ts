import { describeFile } from '../document/content.ts';
import { isControlledPath } from '../document/controlled-path.ts';
import { objectSource } from '../document/object-source.ts';
import type { DocumentSource } from '../document/source.ts';
import type { IndexEntry } from '../git/index-file.ts';
import { nodeCryptography } from '../git/node-cryptography.ts';
import type { ObjectStore } from '../git/object-store.ts';
import { QmsError } from '../problem/problem.ts';
import { type KnownRules, rulesPath } from '../rules/read-rules.ts';
import type { KeptCheck } from './kept-check.ts';
import { type DocumentsRoot, rootOf } from './working-documents.ts';

/** A documents root with what is known of its files from an earlier check. */
export interface KnownRoot extends DocumentsRoot {
  readonly knownAt: KnownRules;
}

/**
 * What is staged. The index names the blob of each file, so that only those are read of which
 * nothing is known.
 */
export async function stagedRoot(
  entries: readonly IndexEntry[],
  store: ObjectStore,
  kept: KeptCheck,
): Promise<KnownRoot> {
  const unmerged = entries.find((entry) => entry.stage !== 0);
  if (unmerged !== undefined) {
    throw QmsError.of('git/failed', {
      message: `${unmerged.path} is in the middle of a merge.`,
      place: { file: unmerged.path },
      remedy: 'Finish the merge and stage the result.',
    });
  }
  const plain = entries.filter(({ mode }) => mode.startsWith('100'));
  const blobs = new Map(plain.map(({ path, id }) => [path, id]));
  const known = new Map<string, ReturnType<KnownRules>>();
  const knownAt: KnownRules = (path) => {
    let answer = known.get(path);
    if (answer === undefined) {
      const blob = blobs.get(path);
      answer = Promise.resolve(blob === undefined ? undefined : kept.known(path, blob));
      known.set(path, answer);
    }
    return answer;
  };
  return { ...(await rootOf(objectSource(store, entries, 'what is staged'))), knownAt };
}

/** Files that are read together. */
const batchSize = 200;

/** The working tree: each file is read, and what it says is known by the name Git would give it. */
export async function knownTree(ground: DocumentsRoot, kept: KeptCheck): Promise<KnownRoot> {
  const { root } = ground;
  const known = new Map<string, ReturnType<KeptCheck['known']>>();
  const source: DocumentSource = {
    ...ground.source,
    async read(paths) {
      const files = await ground.source.read(paths);
      // Of a file that somebody writes meanwhile, what is known is that of the bytes read last.
      for (const [path, bytes] of files) {
        known.set(path, kept.known(path, describeFile(path, bytes, nodeCryptography).blob));
      }
      return files;
    },
  };
  const listed = (await source.list(root)).filter(
    ({ path }) => isControlledPath(path, root) || path === rulesPath(root),
  );
  for (let start = 0; start < listed.length; start += batchSize) {
    await source.read(listed.slice(start, start + batchSize).map(({ path }) => path));
  }
  const knownAt: KnownRules = async (path) => {
    if (!known.has(path)) await source.read([path]);
    return known.get(path);
  };
  return { root, source, knownAt };
}
