import type { StatementTag } from '../approval/statement-tag.ts';
import type { ReleaseStatement } from '../approval/statement.ts';
import { idPrefix } from '../document/identity.ts';
import { QmsError } from '../problem/problem.ts';
import type { Commit } from '../git/objects.ts';
import { changedPaths } from './changed-paths.ts';
import { listContent } from './content.ts';
import type { Disposals } from './disposals.ts';
import type { ObjectReader } from './object-reader.ts';

/** Commits of work that are read ahead together. */
const mostWork = 1000;

/**
 * Read ahead, level by level and in bulk, what a window of releases will ask for. Judges nothing:
 * what can't be read here is met again, and reported, where it is needed.
 *
 * @param disposals Told of the files of content that a later release disposes of.
 * @param isReached Whether an earlier release reaches a commit.
 */
export async function prefetchReleases(
  tags: readonly StatementTag<ReleaseStatement>[],
  reader: ObjectReader,
  disposals: Disposals,
  isReached: (commit: string) => boolean,
): Promise<void> {
  await reader.prefetch(tags.map((tag) => tag.tag.object));
  await prefetchWork(tags, reader, isReached);
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

/**
 * Read the commits on which releases rest, as far as no earlier one reaches them, and what they
 * changed.
 */
async function prefetchWork(
  tags: readonly StatementTag<ReleaseStatement>[],
  reader: ObjectReader,
  isReached: (commit: string) => boolean,
): Promise<void> {
  const releases = new Set(tags.map((tag) => tag.tag.object));
  const works = new Map<string, Commit>();
  let frontier = [...releases];
  while (frontier.length > 0 && works.size < mostWork) {
    await reader.prefetch(frontier);
    const parents = new Set<string>();
    await forEachReadable(frontier, async (id) => {
      const commit = await reader.commit(id, 'any');
      if (!releases.has(id)) works.set(id, commit);
      for (const parent of commit.parents) parents.add(parent);
    });
    frontier = [...parents].filter((id) => !works.has(id) && !releases.has(id) && !isReached(id));
  }
  await Promise.all(
    [...works.values()].map(async (commit) => {
      const parents = await forEachReadable(
        commit.parents,
        async (id) => (works.get(id) ?? (await reader.commit(id, 'any'))).tree,
      );
      const [changed = []] = await forEachReadable([commit.tree], (tree) =>
        changedPaths(reader, tree, parents),
      );
      const drafts = changed.filter(({ path }) => path.endsWith('.md'));
      await reader.prefetch(drafts.flatMap(({ blobs }) => blobs));
    }),
  );
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
