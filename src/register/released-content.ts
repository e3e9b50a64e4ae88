import type { PutLine } from '../approval/statement.ts';
import type { ContentFile, FrontMatter } from '../document/document.ts';
import { isControlledPath } from '../document/controlled-path.ts';
import { parseDocument } from '../document/parse-document.ts';
import { checkForRelease } from '../rules/document-rules.ts';
import { parseRules } from '../rules/parse-rules.ts';
import type { DocumentType, Rules } from '../rules/rules.ts';
import { typeOfId } from '../rules/type-of.ts';
import type { Chain } from './chain.ts';
import { type FileFact, listContent, type PlacedFile, readContentFiles } from './content.ts';
import type { Findings } from './findings.ts';
import type { ObjectReader } from './object-reader.ts';
import type { ReleaseContext } from './release-candidate.ts';

/** What a line `Put` brings, read from the release's own tree. */
export interface PutContent {
  readonly line: PutLine;
  readonly type: DocumentType;
  /** Path of the controlled document, or of `qms.yaml`. */
  readonly path: string;
  readonly files: readonly ContentFile[];
  readonly placed: readonly PlacedFile[];
  /** Undefined for `QMS`, and for a record whose bytes are gone after it was disposed of. */
  readonly frontMatter: FrontMatter | undefined;
  /** For `QMS`: the rules that it puts in force. */
  readonly rules: Rules | undefined;
}

/** The folder of a path, empty for the repository root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/**
 * Read and judge the content that one line puts in force: files and digest, the one controlled
 * document in it, its fields, its id, revision and type.
 *
 * @param chain Undefined for release 1.
 * @returns Undefined where it is not what the line says; the findings say why.
 * @see shared register format, "The release commit" and "Verification" 5
 */
export async function readPutContent(
  line: PutLine,
  tree: string,
  chain: Chain | undefined,
  { reader, readings, cryptography, disposals }: ReleaseContext,
  findings: Findings,
): Promise<PutContent | undefined> {
  const about = { document: line.id, revision: line.revision };
  const placed = await findings.attempt(() => listContent(reader, tree));
  if (placed === undefined) return undefined;
  const type = typeOfPut(line, chain, findings);
  const path = documentPath(line, placed, chain, findings);
  if (disposals.includes(line.id) && (await isGone(placed, reader))) {
    disposals.excuse(line.id);
    findings.find(
      'release/disposed-missing',
      `Files of ${line.id} revision ${line.revision} are no longer in the repository; it was disposed of.`,
      about,
    );
    if (type === undefined || path === undefined) return undefined;
    return { line, type, path, files: [], placed, frontMatter: undefined, rules: undefined };
  }
  const known = chain?.files ?? new Map<string, FileFact>();
  const main = line.id === 'QMS' ? undefined : placed.find((file) => file.path === path);
  const reading =
    main === undefined
      ? undefined
      : await findings.attempt(() => readings.document(main.blob, main.path));
  if (main !== undefined) {
    if (reading === undefined) return undefined;
    known.set(main.blob, reading.fact);
  }
  const content = await findings.attempt(() =>
    readContentFiles(reader, placed, known, cryptography),
  );
  if (content === undefined) return undefined;
  for (const fault of content.faults) {
    findings.find('release/content-file', `In ${line.id}: ${fault}`, about);
  }
  // Without this, an image could be swapped between approval and release.
  if (content.digest !== line.digest) {
    findings.find(
      'release/content-digest',
      `The files of ${line.id} revision ${line.revision} have the digest ${content.digest}, the release says ${line.digest}.`,
      about,
    );
  }
  if (path === undefined) return undefined;
  const common = { line, path, files: content.files, placed };
  if (reading === undefined) {
    const blob = placed.find((file) => file.path === path)?.blob ?? '';
    const object = await findings.attempt(() => reader.object(blob, 'blob'));
    if (object === undefined) return undefined;
    const { rules, problems } = await parseRules(path, object.bytes, cryptography);
    findings.take(problems.filter(isError), about);
    if (rules === undefined) return undefined;
    if (rules.revision !== line.revision) {
      findings.find(
        'release/revision-mismatch',
        `${path} is revision ${rules.revision}, the release says ${line.revision}.`,
        about,
      );
    }
    const own = type ?? rules.types.get('rules');
    return own === undefined ? undefined : { ...common, type: own, frontMatter: undefined, rules };
  }
  findings.take(reading.problems.filter(isError), about);
  const { frontMatter } = reading;
  if (frontMatter === undefined || type === undefined || chain === undefined) return undefined;
  // Without these, the approvals of one document or revision would put another one in force.
  if (frontMatter.id !== line.id) {
    findings.find(
      'release/id-mismatch',
      `${path} says that it is ${frontMatter.id}, the release says ${line.id}.`,
      about,
    );
  }
  if (frontMatter.revision !== line.revision) {
    findings.find(
      'release/revision-mismatch',
      `${path} says that it is revision ${frontMatter.revision}, the release says ${line.revision}.`,
      about,
    );
  }
  // Without this, an author could name a type that needs fewer approvals.
  if (frontMatter.type !== type.id) {
    findings.find(
      'release/type',
      `${path} says that its type is ${frontMatter.type}; the id ${line.id} belongs to the type ${type.id}.`,
      about,
    );
    return undefined;
  }
  const later = (chain.documents.get(line.id)?.revisions.length ?? 0) > 0;
  const rules = chain.rulesHistory.at(-1);
  if (rules === undefined) return undefined;
  const head = { path, frontMatter, places: new Map() };
  if (checkForRelease(head, rules, { laterRevision: later }).some(isError)) {
    // Where a field stands is asked only of what is wrong.
    const object = await findings.attempt(() => reader.object(main?.blob ?? '', 'blob'));
    if (object === undefined) return undefined;
    const { document = head } = parseDocument(path, object.bytes);
    const faults = checkForRelease(document, rules, { laterRevision: later });
    findings.take(faults.filter(isError), about);
  }
  return { ...common, type, frontMatter, rules: undefined };
}

const isError = (problem: { readonly severity: string }): boolean => problem.severity === 'error';

function typeOfPut(
  line: PutLine,
  chain: Chain | undefined,
  findings: Findings,
): DocumentType | undefined {
  const rules = chain?.rulesHistory.at(-1);
  if (rules === undefined) return undefined;
  const type = typeOfId(rules, line.id);
  if (type === undefined) {
    findings.find(
      'release/type',
      `The id ${line.id} begins with the prefix of no type of the rules in force.`,
      { document: line.id },
    );
  }
  return type;
}

/** The one file of the content that is a controlled document by its name. */
function documentPath(
  line: PutLine,
  placed: readonly PlacedFile[],
  chain: Chain | undefined,
  findings: Findings,
): string | undefined {
  const isRules = line.id === 'QMS';
  const found = placed.filter(({ path }) =>
    isRules
      ? path === 'qms.yaml' || path.endsWith('/qms.yaml')
      : isControlledPath(path, chain?.root ?? ''),
  );
  const [only] = found;
  // Two documents in one content would leave open which one people work by.
  const wrong = isRules ? placed.length !== 1 || found.length !== 1 : found.length !== 1;
  if (only === undefined || wrong) {
    const what = isRules ? 'exactly one file, qms.yaml' : 'exactly one controlled document';
    const list = (isRules ? placed : found).map((file) => file.path).sort();
    findings.find(
      'release/document-file',
      `The content of ${line.id} holds ${list.length === 0 ? 'none' : list.slice(0, 5).join(', ')}, expected ${what}.`,
      { document: line.id, revision: line.revision },
    );
    return undefined;
  }
  return only.path;
}

async function isGone(placed: readonly PlacedFile[], reader: ObjectReader): Promise<boolean> {
  const present = await reader.has(placed.map((file) => file.blob));
  return placed.some((file) => !present.has(file.blob));
}
