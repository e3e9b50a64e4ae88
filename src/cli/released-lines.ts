import type { Digest } from '../document/document.ts';
import { encodeUtf8 } from '../git/header.ts';
import { nodeCryptography } from '../git/node-cryptography.ts';
import type { ObjectStore, Ref } from '../git/object-store.ts';
import { digestRefFiles } from '../git/ref-files.ts';
import type { Repository } from '../git/repository.ts';
import type { ReleasedDocument } from '../rules/check-released.ts';

interface Lines extends ReleasedDocument {
  /** The first revision and the last. */
  readonly revisions: { readonly revision: string; readonly digest: Digest }[];
  end: object | undefined;
}

/** What the first releases of a repository say of each document. */
export interface ReleasedLines {
  /** How many there are. */
  readonly releases: number;
  /** Digest of their names and tags; undefined where one of the tags could not be read. */
  readonly tags: string | undefined;
  /** Of the revisions of each, the first and the last. */
  readonly documents: ReadonlyMap<string, ReleasedDocument>;
}

/** Lines that hold for as long as the files do in which the refs stand. */
export interface KeptLines extends ReleasedLines {
  /** See `digestRefFiles`. */
  readonly refFiles: string | undefined;
}

const folder = 'refs/tags/qms/release/';

/**
 * What the releases of a repository say of each document, by their statements alone and without
 * verifying any: quick enough for a hook, and good enough for advice to authors, who lose nothing
 * by believing it.
 *
 * @param known What was read before; only releases after it are read, where its tags still stand.
 */
export async function readReleasedLines(
  store: ObjectStore,
  known?: ReleasedLines,
): Promise<ReleasedLines> {
  const refs = [...(await store.refs(folder))]
    .filter((ref) => /^[1-9][0-9]*$/u.test(ref.name.slice(folder.length)))
    .sort((a, b) => Number(a.name.slice(folder.length)) - Number(b.name.slice(folder.length)));
  const isStanding = known?.tags !== undefined && known.tags === digestOf(refs, known.releases);
  const start = isStanding ? known.releases : 0;
  if (isStanding && start === refs.length) return known;
  const documents = new Map<string, Lines>();
  if (isStanding) {
    for (const [id, { revisions, end }] of known.documents) {
      documents.set(id, { revisions: [...revisions], end });
    }
  }
  const isWhole = await readInto(documents, refs.slice(start), store);
  const tags = isWhole ? digestOf(refs, refs.length) : undefined;
  return { releases: refs.length, tags, documents };
}

/**
 * What `readReleasedLines` reads, without looking at any ref where their files are those that were
 * known: to parse tens of thousands of packed refs takes longer than the rest of a check.
 */
export async function readKeptLines(
  repository: Repository,
  store: ObjectStore,
  known: KeptLines | undefined,
): Promise<KeptLines> {
  const before = await digestRefFiles(repository, [folder]);
  if (known !== undefined && before !== undefined && known.refFiles === before) return known;
  const lines = await readReleasedLines(store, known);
  // Without this, lines of refs that changed meanwhile would stand for those before the change.
  const isSame = before === (await digestRefFiles(repository, [folder]));
  // A tag that could not be read may be there the next time.
  const isLasting = isSame && lines.tags !== undefined;
  return { ...lines, refFiles: isLasting ? before : undefined };
}

function digestOf(refs: readonly Ref[], count: number): string | undefined {
  if (refs.length < count) return undefined;
  const lines = refs.slice(0, count).map(({ name, id }) => `${name} ${id}\n`);
  return nodeCryptography.sha256(encodeUtf8(lines.join('')));
}

/** Add what releases say, in their order. @returns Whether all of them could be read. */
async function readInto(
  documents: Map<string, Lines>,
  refs: readonly Ref[],
  store: ObjectStore,
): Promise<boolean> {
  const objects = await store.read(refs.map((ref) => ref.id));
  if (refs.length === 0) return true;
  // Loaded where it is needed: with the readers of signatures, that takes a third of a start.
  const { isRelease, parseStatementTag } = await import('../approval/statement-tag.ts');
  let isWhole = true;
  for (const ref of refs) {
    const object = objects.get(ref.id);
    if (object === undefined || 'fault' in object) {
      isWhole = false;
      continue;
    }
    if (object.type !== 'tag') continue;
    const name = ref.name.slice('refs/tags/'.length);
    const { tag } = parseStatementTag(object.bytes, name, { ref: ref.name }, nodeCryptography);
    if (tag === undefined || !isRelease(tag)) continue;
    const { put, withdraw, dispose } = tag.statement;
    for (const { id, revision, digest } of put) {
      const lines = documents.get(id) ?? { revisions: [], end: undefined };
      lines.revisions.splice(1, 1);
      lines.revisions.push({ revision, digest });
      documents.set(id, lines);
    }
    for (const line of [...withdraw, ...dispose]) {
      const lines = documents.get(line.id);
      if (lines !== undefined) lines.end = line;
    }
  }
  return isWhole;
}
