import type { StatementTag } from '../approval/statement-tag.ts';
import type { ReleaseStatement } from '../approval/statement.ts';
import { idPrefix } from '../document/identity.ts';
import type { Commit } from '../git/objects.ts';
import { QmsError } from '../problem/problem.ts';
import type { BlobTask } from './blob-reading.ts';
import { changedPaths } from './changed-paths.ts';
import { listContent, type PlacedFile } from './content.ts';
import type { Disposals } from './disposals.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Readings } from './readings.ts';

type ReleaseTag = StatementTag<ReleaseStatement>;

/** What reading ahead is done with. */
export interface Ahead {
  readonly reader: ObjectReader;
  readonly readings: Readings;
  /** Told of the files of content that a later release disposes of. */
  readonly disposals: Disposals;
  /** Whether an earlier release reaches a commit. */
  readonly isReached: (commit: string) => boolean;
  /** Commits of work that were read ahead, to be added to. */
  readonly walked: Set<string>;
}

/** Commits of work that are read ahead together. */
const mostWork = 1000;

/**
 * Read ahead, level by level and in bulk, what a window of releases will ask for. Judges nothing:
 * what can't be read here is met again, and reported, where it is needed.
 */
export async function prefetchReleases(tags: readonly ReleaseTag[], ahead: Ahead): Promise<void> {
  if (tags.length === 0) return;
  const { reader, readings, disposals } = ahead;
  const { placed, evidence } = await findFiles(tags, reader);
  note(placed, disposals);
  const tasks: BlobTask[] = [];
  for (const { file } of placed) {
    if (file.path.endsWith('.md')) {
      tasks.push({ kind: 'document', blob: file.blob, name: file.path });
    }
  }
  for (const { tag, blobs } of evidence) {
    for (const { digest, name } of tag.statement.approvals) {
      const blob = blobs.get(digest.slice('sha256:'.length));
      if (blob !== undefined) tasks.push({ kind: 'approval', blob, name });
    }
  }
  await readings.readAhead(tasks);
  // Pictures and attachments may be large: each is read when its turn comes.
  const rules = placed.filter(({ file }) => file.path.endsWith('.yaml'));
  await reader.prefetch(rules.map(({ file }) => file.blob));
  const read = new Set(tasks.map((task) => task.blob));
  await prefetchWork(tags, ahead, (blob) => read.has(blob) || reader.knowsIds(blob));
}

/** Tell of the files of content that a later release disposes of, as far as they can be read. */
export async function noteDisposed(
  tags: readonly ReleaseTag[],
  reader: ObjectReader,
  disposals: Disposals,
): Promise<void> {
  note((await findFiles(tags, reader)).placed, disposals);
}

function note(placed: FoundFiles['placed'], disposals: Disposals): void {
  for (const { document, file, release } of placed) {
    if (disposals.includes(document)) disposals.add(document, file, release);
  }
}

interface FoundFiles {
  /** Files of the content that the releases put. */
  readonly placed: readonly {
    readonly document: string;
    readonly file: PlacedFile;
    readonly release: number;
  }[];
  /** SHA-256 in the name → blob, of what stands below `evidence/`. */
  readonly evidence: readonly {
    readonly tag: ReleaseTag;
    readonly blobs: ReadonlyMap<string, string>;
  }[];
}

/** Read the trees of releases, as far as they can be read. */
async function findFiles(tags: readonly ReleaseTag[], reader: ObjectReader): Promise<FoundFiles> {
  await reader.prefetch(tags.map((tag) => tag.tag.object));
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
    const files = evidence === undefined ? [] : await reader.tree(evidence);
    return {
      tag,
      trees: trees.filter((entry) => wanted.has(entry.name ?? '')).map((entry) => entry.id),
      blobs: new Map(files.map((entry) => [entry.name ?? '', entry.id])),
    };
  });
  await reader.prefetch(prefixes.flatMap((one) => one.trees));
  const contents: { readonly document: string; readonly tree: string; readonly release: number }[] =
    [];
  for (const { tag, trees } of prefixes) {
    const put = new Set(tag.statement.put.map((line) => line.id));
    const found = await forEachReadable(trees, async (tree) =>
      (await reader.tree(tree)).filter((entry) => put.has(entry.name ?? '')),
    );
    const release = Number(tag.name.slice(tag.name.lastIndexOf('/') + 1));
    for (const { name = '', id } of found.flat()) {
      contents.push({ document: name, tree: id, release });
    }
  }
  await reader.prefetch(contents.map((one) => one.tree));
  const placed = await forEachReadable(contents, async ({ document, tree, release }) =>
    (await listContent(reader, tree)).map((file) => ({ document, file, release })),
  );
  return { placed: placed.flat(), evidence: prefixes };
}

/**
 * Read the commits on which releases rest, as far as no earlier one reaches them, and what they
 * changed.
 *
 * @param isRead Whether a blob is read elsewhere.
 */
async function prefetchWork(
  tags: readonly ReleaseTag[],
  { reader, isReached, walked }: Ahead,
  isRead: (blob: string) => boolean,
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
      walked.add(id);
      for (const parent of commit.parents) parents.add(parent);
    });
    frontier = [...parents].filter((id) => !walked.has(id) && !isReached(id));
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
      const blobs = drafts.flatMap((draft) => draft.blobs);
      await reader.prefetch(blobs.filter((blob) => !isRead(blob)));
    }),
  );
}

/** All at once, so that what they read is asked for together; in the order of the items. */
async function forEachReadable<T, R>(
  items: readonly T[],
  step: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = await Promise.all(
    items.map(async (item): Promise<R[]> => {
      try {
        return [await step(item)];
      } catch (error) {
        if (!(error instanceof QmsError)) throw error;
        return [];
      }
    }),
  );
  return results.flatMap((found) => found);
}
