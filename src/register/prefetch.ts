import type { StatementTag } from '../approval/statement-tag.ts';
import type { ReleaseStatement } from '../approval/statement.ts';
import { idPrefix } from '../document/identity.ts';
import { QmsError } from '../problem/problem.ts';
import { listContent } from './content.ts';
import type { Disposals } from './disposals.ts';
import type { ObjectReader } from './object-reader.ts';

/**
 * Read ahead, level by level and in bulk, what a window of releases will ask for. Judges nothing:
 * what can't be read here is met again, and reported, where it is needed.
 *
 * @param disposals Told of the files of content that a later release disposes of.
 */
export async function prefetchReleases(
  tags: readonly StatementTag<ReleaseStatement>[],
  reader: ObjectReader,
  disposals: Disposals,
): Promise<void> {
  await reader.prefetch(tags.map((tag) => tag.tag.object));
  const contents: { readonly id: string; readonly tree: string; readonly release: number }[] = [];
  const roots = await forEachReadable(tags, async (tag) => ({
    tag,
    root: (await reader.commit(tag.tag.object, 'release')).tree,
  }));
  await reader.prefetch(roots.map((one) => one.root));
  const folders = await forEachReadable(roots, async ({ tag, root }) => {
    const entries = await reader.tree(root);
    const of = (name: string) => entries.find((entry) => entry.name === name)?.id;
    return { tag, documents: of('documents'), evidence: of('evidence') };
  });
  await reader.prefetch(
    folders.flatMap((one) => [one.documents, one.evidence].filter((id) => id !== undefined)),
  );
  const prefixes = await forEachReadable(folders, async ({ tag, documents, evidence }) => {
    const wanted = new Set(tag.statement.put.map((line) => idPrefix(line.id)));
    const trees = documents === undefined ? [] : await reader.tree(documents);
    const evidenceBlobs = evidence === undefined ? [] : await reader.tree(evidence);
    return {
      tag,
      trees: trees.filter((entry) => wanted.has(entry.name ?? '')).map((entry) => entry.id),
      blobs: evidenceBlobs.map((entry) => entry.id),
    };
  });
  await reader.prefetch(prefixes.flatMap((one) => [...one.trees, ...one.blobs]));
  for (const { tag, trees } of prefixes) {
    const put = new Set(tag.statement.put.map((line) => line.id));
    const found = await forEachReadable(trees, async (tree) =>
      (await reader.tree(tree)).filter((entry) => put.has(entry.name ?? '')),
    );
    const release = Number(tag.name.slice(tag.name.lastIndexOf('/') + 1));
    for (const { name = '', id } of found.flat()) contents.push({ id: name, tree: id, release });
  }
  await reader.prefetch(contents.map((one) => one.tree));
  const files = await forEachReadable(contents, async ({ id, tree, release }) => {
    const placed = await listContent(reader, tree);
    if (disposals.includes(id)) for (const file of placed) disposals.add(id, file, release);
    return placed;
  });
  // Pictures and attachments may be large: each is read when its turn comes.
  const text = files.flat().filter(({ path }) => path.endsWith('.md') || path.endsWith('.yaml'));
  await reader.prefetch(text.map((file) => file.blob));
}

async function forEachReadable<T, R>(
  items: readonly T[],
  step: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) {
    try {
      results.push(await step(item));
    } catch (error) {
      if (!(error instanceof QmsError)) throw error;
    }
  }
  return results;
}
