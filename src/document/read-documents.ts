import type { Cryptography } from '../git/cryptography.ts';
import { type Place, type Problem, makeProblem } from '../problem/problem.ts';
import { type ContentCandidate, checkContent, contentDigest, describeFile } from './content.ts';
import { isControlledPath } from './controlled-path.ts';
import type { ContentFile, Digest, Document } from './document.ts';
import { compareCodePoints } from '../git/code-point-order.ts';
import { parseDocument } from './parse-document.ts';
import { type Reference, findReferences } from './references.ts';
import type { DocumentSource } from './source.ts';

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
  const documents: Document[] = [];
  const problems: Problem[] = [];
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
      const parsed = parseDocument(path, bytes);
      problems.push(...parsed.problems);
      if (parsed.document !== undefined) documents.push(parsed.document);
    }
  }
  documents.sort((a, b) => compareCodePoints(a.path, b.path));
  return { documents, problems };
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
  readonly headings: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/**
 * Read the content of a document: the Markdown file and every local file that it shows or links
 * to, except other controlled documents and the rules (shared register format, "Content and its
 * digest").
 *
 * @param isControlled Whether a path is a controlled document or the rules.
 */
export async function readContent(
  source: DocumentSource,
  document: Document,
  isControlled: (path: string) => boolean,
  cryptography: Pick<Cryptography, 'sha1' | 'sha256'>,
): Promise<ReadContent> {
  const { references, headings, problems: found } = await findReferences(document);
  const problems = [...found];
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
  const read = await readFiles(source, [...paths], modes, cryptography);
  for (const problem of read.problems) {
    problems.push(withReference(problem, targets, document));
  }
  const failed = problems.some((problem) => problem.severity === 'error');
  const digest = failed ? undefined : contentDigest(read.files, cryptography);
  return { files: read.files, digest, references, headings, problems };
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
): Promise<Pick<ReadContent, 'files' | 'digest' | 'problems'>> {
  const modes = await source.modes([path]);
  const { files, problems } = await readFiles(source, [path], modes, cryptography);
  const digest = problems.length > 0 ? undefined : contentDigest(files, cryptography);
  return { files, digest, problems };
}

async function readFiles(
  source: DocumentSource,
  paths: readonly string[],
  modes: ReadonlyMap<string, string>,
  cryptography: Pick<Cryptography, 'sha1' | 'sha256'>,
): Promise<{ readonly files: readonly ContentFile[]; readonly problems: readonly Problem[] }> {
  const bytes = await source.read(paths);
  const candidates: ContentCandidate[] = [];
  const files: ContentFile[] = [];
  for (const path of [...paths].sort(compareCodePoints)) {
    const file = bytes.get(path);
    const mode = modes.get(path) ?? '100644';
    candidates.push(
      file === undefined
        ? { path, mode, size: 0 }
        : { path, mode, size: file.length, bytes: file.subarray(0, 200) },
    );
    if (file !== undefined) files.push(describeFile(path, file, cryptography));
  }
  return { files, problems: checkContent(candidates) };
}

function missing(reference: Reference, document: Document, source: DocumentSource): Problem {
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
  document: Document,
): Problem {
  const { id, revision } = document.frontMatter;
  const reference = targets.get(problem.place.file ?? '');
  const named = { ...problem, document: id, revision };
  if (reference === undefined) return named;
  const related: Place = problem.related ?? problem.place;
  return { ...named, place: reference.place, related };
}
