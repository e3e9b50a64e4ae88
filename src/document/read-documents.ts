import type { Cryptography } from '../git/cryptography.ts';
import { type Place, type Problem, makeProblem } from '../problem/problem.ts';
import {
  type ContentCandidate,
  checkContent,
  contentDigest,
  describeFile,
  isLfsPointer,
} from './content.ts';
import { isControlledPath } from './controlled-path.ts';
import type { ContentFile, Digest, Document, DocumentHead, NamedHead } from './document.ts';
import { compareCodePoints } from '../git/code-point-order.ts';
import { type KnownFiles, type KnownReferences, nothingKnown } from './known-files.ts';
import { parsePlainDocument } from './plain-document.ts';
import {
  type FoundReferences,
  type Reference,
  findReferences,
  namesNothing,
} from './references.ts';
import type { DocumentSource, SourceFile } from './source.ts';

/** More files than this are read at a time at most, so that memory stays small. */
const batchSize = 200;

/**
 * Read and parse every controlled document below the documents root.
 *
 * @param root Folder of the rules, without a slash at its end; empty for the repository root.
 * @param only Where given, only these paths are read.
 * @returns Documents without problems, sorted by path, and the problems of the others.
 */
export async function readDocuments(
  source: DocumentSource,
  root: string,
  only?: ReadonlySet<string>,
): Promise<{ readonly documents: readonly Document[]; readonly problems: readonly Problem[] }> {
  const listed = (await source.list(root)).filter(
    ({ path }) => isControlledPath(path, root) && (only?.has(path) ?? true),
  );
  return parseListed(source, listed);
}

async function parseListed(
  source: DocumentSource,
  listed: readonly SourceFile[],
): Promise<{ readonly documents: readonly Document[]; readonly problems: readonly Problem[] }> {
  const documents: Document[] = [];
  const problems: Problem[] = [];
  if (listed.length === 0) return { documents, problems };
  for (let start = 0; start < listed.length; start += batchSize) {
    const batch = listed.slice(start, start + batchSize);
    const files = await source.read(batch.map(({ path }) => path));
    for (const { path, mode } of batch) {
      const bytes = files.get(path);
      // Its mode is checked with the rest of its content; what is no file has no bytes to parse.
      if (bytes === undefined) {
        problems.push(...checkContent([{ path, mode, size: 0 }]));
        continue;
      }
      const parsed = await parse(path, bytes);
      problems.push(...parsed.problems);
      if (parsed.document !== undefined) documents.push(parsed.document);
    }
  }
  documents.sort((a, b) => compareCodePoints(a.path, b.path));
  return { documents, problems };
}

async function parse(
  path: string,
  bytes: Uint8Array,
): Promise<{ readonly document: Document | undefined; readonly problems: readonly Problem[] }> {
  const document = parsePlainDocument(path, bytes);
  if (document !== undefined) return { document, problems: [] };
  const { parseDocument } = await import('./parse-document.ts');
  return parseDocument(path, bytes);
}

/**
 * Read what stands above the texts of all controlled documents below the documents root; only
 * those are parsed of which it is not known.
 *
 * @param root Folder of the rules, without a slash at its end; empty for the repository root.
 * @returns As `readDocuments`.
 */
export async function readHeads(
  source: DocumentSource,
  root: string,
  knownAt: KnownFiles,
): Promise<{ readonly documents: readonly NamedHead[]; readonly problems: readonly Problem[] }> {
  const known: NamedHead[] = [];
  const unknown: SourceFile[] = [];
  for (const file of (await source.list(root)).filter(({ path }) => isControlledPath(path, root))) {
    const head = (await knownAt(file.path))?.head;
    if (head === undefined) unknown.push(file);
    else known.push(head);
  }
  const { documents, problems } = await parseListed(source, unknown);
  const named = documents.map((document) => {
    const { id, revision } = document.frontMatter;
    return { ...document, id, revision };
  });
  for (const { path, id, revision, frontMatter, places } of named) {
    const kept = await knownAt(path);
    if (kept !== undefined) kept.head = { path, id, revision, frontMatter, places };
  }
  const all = [...known, ...named];
  return { documents: all.sort((a, b) => compareCodePoints(a.path, b.path)), problems };
}

/** The content of one revision as it stands in a source. */
export interface ReadContent {
  /** Sorted by path. */
  readonly files: readonly ContentFile[];
  /** Undefined where an error stands among the problems: such content is not to be approved. */
  readonly digest: Digest | undefined;
  /** Every local file that the document shows or links to, controlled documents included. */
  readonly references: readonly Reference[];
  /** Names of the document's headings that links can lead to. */
  readonly headings: () => Promise<ReadonlySet<string>>;
  readonly problems: readonly Problem[];
}

/**
 * Read the content of a document: the Markdown file and every local file that it shows or links
 * to, except other controlled documents and the rules (shared register format, "Content and its
 * digest").
 *
 * @param isControlled Whether a path is a controlled document or the rules.
 * @param knownAt      What is known of the files of the source.
 */
export async function readContent(
  source: DocumentSource,
  document: DocumentHead,
  isControlled: (path: string) => boolean,
  cryptography: Pick<Cryptography, 'sha1' | 'sha256'>,
  knownAt: KnownFiles = nothingKnown,
): Promise<ReadContent> {
  const kept = await knownAt(document.path);
  const found = kept?.references ?? (await referencesOf(source, document, knownAt, 'names'));
  const { references } = found;
  const problems = [...found.problems];
  const headings = async (): Promise<ReadonlySet<string>> =>
    found.headings ??
    (await referencesOf(source, document, knownAt, 'headings')).headings ??
    new Set();
  const targets = new Map<string, Reference>();
  for (const reference of references) {
    if (!targets.has(reference.path)) targets.set(reference.path, reference);
  }
  const modes = await source.modes([document.path, ...targets.keys()]);
  const paths = new Set([document.path]);
  for (const [path, reference] of targets) {
    if (!modes.has(path)) problems.push(missing(reference, document, source));
    else if (!isControlled(path)) paths.add(path);
  }
  const isPlain = [...paths].every((path) => modes.get(path) === '100644');
  if (isPlain && problems.length === 0 && kept?.content !== undefined) {
    const files = await knownFiles(paths, knownAt);
    if (files !== undefined && otherFiles(document, files) === kept.content.others) {
      return { files, digest: kept.content.digest, references, headings, problems };
    }
  }
  const read = await readFiles(source, [...paths], modes, cryptography, knownAt);
  for (const problem of read.problems) {
    problems.push(withReference(problem, targets, document));
  }
  const failed = problems.some((problem) => problem.severity === 'error');
  const digest = failed ? undefined : contentDigest(read.files, cryptography);
  // Where somebody writes the file meanwhile, what was read first is not what was read last.
  const isSteady = kept !== undefined && kept === (await knownAt(document.path));
  if (isPlain && isSteady && digest !== undefined && problems.length === 0) {
    kept.content = { digest, others: otherFiles(document, read.files) };
  }
  return { files: read.files, digest, references, headings, problems };
}

/** The files of a content, sorted by path, where each of them is known. */
async function knownFiles(
  paths: ReadonlySet<string>,
  knownAt: KnownFiles,
): Promise<readonly ContentFile[] | undefined> {
  const files: ContentFile[] = [];
  for (const path of paths) {
    const file = (await knownAt(path))?.file;
    if (file === undefined) return undefined;
    files.push(file);
  }
  return files.sort((a, b) => compareCodePoints(a.path, b.path));
}

/** What tells the content of a document from another one, beside the document itself. */
function otherFiles(document: DocumentHead, files: readonly ContentFile[]): string {
  const others = files.filter(({ path }) => path !== document.path);
  return others.map(({ blob, path }) => `${blob} ${path}`).join('\n');
}

async function referencesOf(
  source: DocumentSource,
  document: DocumentHead,
  knownAt: KnownFiles,
  wanted: 'names' | 'headings',
): Promise<KnownReferences> {
  const before = (await knownAt(document.path))?.references;
  const isEnough = wanted === 'names' || before?.headings !== undefined;
  if (before !== undefined && isEnough) return before;
  const { document: whole, problems: faults } = await withText(source, document);
  if (whole === undefined) return { ...nothingNamed, problems: faults };
  // To load and run the parser takes longer than all else that a check of one document does.
  const isQuiet = wanted === 'names' && namesNothing(whole);
  const found = isQuiet ? nothingNamed : await find(whole);
  const kept = await knownAt(document.path);
  if (kept !== undefined) kept.references = found;
  return found;
}

const nothingNamed: KnownReferences = { references: [], problems: [], headings: undefined };

async function find(document: Document): Promise<FoundReferences> {
  const { references, headings, problems } = await findReferences(document);
  return { references, headings, problems };
}

/** The document as it was parsed just now, or parsed again where only its head is known. */
async function withText(
  source: DocumentSource,
  head: DocumentHead,
): Promise<{ readonly document: Document | undefined; readonly problems: readonly Problem[] }> {
  if (isWhole(head)) return { document: head, problems: [] };
  const { documents, problems } = await parseListed(source, [{ path: head.path, mode: '100644' }]);
  return { document: documents[0], problems };
}

function isWhole(document: DocumentHead | Document): document is Document {
  return 'body' in document;
}

/**
 * Read the content of the rules: `qms.yaml` alone.
 *
 * @param path From the repository root.
 */
export async function readRulesContent(
  source: DocumentSource,
  path: string,
  cryptography: Pick<Cryptography, 'sha1' | 'sha256'>,
  knownAt: KnownFiles = nothingKnown,
): Promise<Pick<ReadContent, 'files' | 'digest' | 'problems'>> {
  const modes = await source.modes([path]);
  const { files, problems } = await readFiles(source, [path], modes, cryptography, knownAt);
  const digest = problems.length > 0 ? undefined : contentDigest(files, cryptography);
  return { files, digest, problems };
}

async function readFiles(
  source: DocumentSource,
  paths: readonly string[],
  modes: ReadonlyMap<string, string>,
  cryptography: Pick<Cryptography, 'sha1' | 'sha256'>,
  knownAt: KnownFiles,
): Promise<{ readonly files: readonly ContentFile[]; readonly problems: readonly Problem[] }> {
  const known = new Map<string, ContentFile>();
  for (const path of paths) {
    const file = (await knownAt(path))?.file;
    if (file !== undefined) known.set(path, file);
  }
  const bytes = await source.read(paths.filter((path) => !known.has(path)));
  const candidates: ContentCandidate[] = [];
  const files: ContentFile[] = [];
  for (const path of [...paths].sort(compareCodePoints)) {
    const mode = modes.get(path) ?? '100644';
    const read = bytes.get(path);
    const file = known.get(path) ?? (read && describeFile(path, read, cryptography));
    if (file === undefined) {
      candidates.push({ path, mode, size: 0 });
      continue;
    }
    files.push(file);
    const beginning = read?.subarray(0, 200);
    const { size } = file;
    candidates.push({ path, mode, size, ...(beginning && { bytes: beginning }) });
    const kept = await knownAt(path);
    if (kept !== undefined && !(beginning && isLfsPointer(beginning))) kept.file = file;
  }
  return { files, problems: checkContent(candidates) };
}

function missing(reference: Reference, document: DocumentHead, source: DocumentSource): Problem {
  const { id, revision } = document.frontMatter;
  const what = reference.embedded ? 'shows' : 'links to';
  return makeProblem('reference/missing', {
    message: `The document ${what} ${reference.path}, which is no file in ${source.label}.`,
    place: reference.place,
    document: id,
    revision,
  });
}

/** A problem of a file of the content, told where the document refers to it. */
function withReference(
  problem: Problem,
  targets: ReadonlyMap<string, Reference>,
  document: DocumentHead,
): Problem {
  const { id, revision } = document.frontMatter;
  const reference = targets.get(problem.place.file ?? '');
  const named = { ...problem, document: id, revision };
  if (reference === undefined) return named;
  const related: Place = problem.related ?? problem.place;
  return { ...named, place: reference.place, related };
}
