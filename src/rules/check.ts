import type { Cryptography } from '../git/cryptography.ts';
import { type Place, type Problem, makeProblem } from '../problem/problem.ts';
import { isControlledPath } from '../document/controlled-path.ts';
import type { ContentFile, Digest, NamedHead } from '../document/document.ts';
import { rulesId } from '../document/identity.ts';
import { compareCodePoints } from '../git/code-point-order.ts';
import { collidingPaths } from '../document/path-rules.ts';
import {
  type ReadContent,
  readContent,
  readHeads,
  readRulesContent,
} from '../document/read-documents.ts';
import { nothingKnown } from '../document/known-files.ts';
import type { DocumentSource } from '../document/source.ts';
import { checkAgainstReleased, type ReleasedDocument } from './check-released.ts';
import { checkForRelease } from './document-rules.ts';
import { checkFitness } from './fitness.ts';
import { type KnownRules, readRules, rulesPath } from './read-rules.ts';
import type { Rules } from './rules.ts';
import { typeOfId } from './type-of.ts';

/** The content of one document as it stands in the source. */
export interface CheckedContent {
  readonly id: string;
  readonly revision: string;
  /** Path of the Markdown file, or of the rules. */
  readonly path: string;
  readonly files: readonly ContentFile[];
  /** Undefined where an error stands in the way of approving it. */
  readonly digest: Digest | undefined;
}

/** Everything that a tree of documents says, and what is wrong with it. */
export interface CheckedTree {
  readonly rules: Rules | undefined;
  /** Those that could be parsed, sorted by path. */
  readonly documents: readonly NamedHead[];
  /** By id; of two documents with one id the first by path. `QMS` is the rules. */
  readonly contents: ReadonlyMap<string, CheckedContent>;
  /** Sorted by file, line and column. */
  readonly problems: readonly Problem[];
}

export interface CheckOptions {
  /** What was released, by id, to compare with; `Register.documents` fits. */
  readonly released?: ReadonlyMap<string, ReleasedDocument>;
  /** Look at these files only: other documents are parsed, their content is not read. */
  readonly only?: ReadonlySet<string>;
  /** What is known of the files; it is used instead of kept them again. */
  readonly knownAt?: KnownRules;
}

/**
 * Check a tree of documents: the rules, each document by itself and against the rules, ids that
 * occur twice, links and images, content, and what was released before. This is all that
 * `qms check` reports.
 *
 * @param root Documents root, without a slash at its end; empty for the repository root.
 */
export async function checkDocuments(
  source: DocumentSource,
  root: string,
  cryptography: Cryptography,
  options: CheckOptions = {},
): Promise<CheckedTree> {
  const { released = new Map<string, ReleasedDocument>(), only } = options;
  const knownAt: KnownRules = options.knownAt ?? nothingKnown;
  const {
    rules,
    place: rulesPlace,
    problems: ruleProblems,
  } = await readRules(source, root, cryptography, options.knownAt);
  const { documents, problems: parseProblems } = await readHeads(source, root, knownAt);
  const problems: Problem[] = [...ruleProblems, ...parseProblems, ...checkTogether(documents)];
  const contents = new Map<string, CheckedContent>();
  const ids = new Set([...documents.map(({ id }) => id), ...released.keys()]);
  const isRules = (path: string): boolean => path === rulesPath(root);
  const isControlled = (path: string): boolean => isControlledPath(path, root) || isRules(path);

  if (rules !== undefined) {
    const path = rulesPath(root);
    const content = await readRulesContent(source, path, cryptography, knownAt);
    const { revision } = rules;
    const { files, digest } = content;
    contents.set(rulesId, { id: rulesId, revision, path, files, digest });
    problems.push(...content.problems);
    const facts = { id: rulesId, revision, digest, place: rulesPlace };
    problems.push(...checkAgainstReleased(facts, 'number', released.get(rulesId)));
  }

  const read = new Map<string, ReadContent>();
  for (const document of documents) {
    const { id, revision } = document;
    const looked = only?.has(document.path) ?? true;
    const past = released.get(id);
    if (rules !== undefined && looked) {
      const laterRevision = past !== undefined && past.revisions[0]?.revision !== revision;
      const kept = await knownAt(document.path);
      const digest = contents.get(rulesId)?.digest;
      const under = digest === undefined ? undefined : `${digest} ${String(laterRevision)}`;
      if (under === undefined || kept?.fits !== under) {
        const found = [
          ...checkForRelease(document, rules, { laterRevision }),
          ...checkFitness(document, rules, ids),
        ];
        problems.push(...found);
        const isFit = found.length === 0 && asksNoOther(document);
        if (kept !== undefined && under !== undefined && isFit) kept.fits = under;
      }
    }
    if (!looked) continue;
    const content = await readContent(source, document, isControlled, cryptography, knownAt);
    read.set(document.path, content);
    problems.push(...content.problems);
    const { files, digest } = content;
    if (!contents.has(id)) contents.set(id, { id, revision, path: document.path, files, digest });
    const scheme = rules === undefined ? undefined : typeOfId(rules, id)?.revisions;
    const standing = {
      ...{ id, revision, digest },
      get place(): Place {
        return { file: document.path, ...document.places.get('revision') };
      },
    };
    problems.push(...checkAgainstReleased(standing, scheme, past));
  }
  problems.push(...(await checkHeadings(read, documents)));
  const shown = only === undefined ? problems : problems.filter((each) => concerns(each, only));
  return { rules, documents, contents, problems: sortProblems(shown) };
}

/** Whether what a document says can be judged without knowing which other documents there are. */
function asksNoOther({ frontMatter }: NamedHead): boolean {
  return frontMatter.supersedes.length === 0 && frontMatter.fields === undefined;
}

/** What documents say about each other. */
function checkTogether(documents: readonly NamedHead[]): readonly Problem[] {
  const problems: Problem[] = [];
  const first = new Map<string, NamedHead>();
  for (const document of documents) {
    const { id, revision } = document;
    const earlier = first.get(id);
    if (earlier === undefined) {
      first.set(id, document);
      continue;
    }
    problems.push(
      makeProblem('document/duplicate-id', {
        message: `The id ${id} belongs to ${earlier.path} already.`,
        place: { file: document.path, ...document.places.get('id'), field: 'id' },
        related: { file: earlier.path, ...earlier.places.get('id'), field: 'id' },
        document: id,
        revision,
      }),
    );
  }
  for (const collision of collidingPaths(documents.map(({ path }) => path))) {
    problems.push(
      makeProblem('content/collision', {
        message: `${collision.path} and ${collision.with} are one path where case or Unicode form is ignored.`,
        place: { file: collision.path },
        related: { file: collision.with },
      }),
    );
  }
  return problems;
}

/** Links to headings of other documents, as far as those were read. */
async function checkHeadings(
  read: ReadonlyMap<string, ReadContent>,
  documents: readonly NamedHead[],
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const document of documents) {
    const { id, revision } = document;
    for (const { path, fragment, place } of read.get(document.path)?.references ?? []) {
      const target = read.get(path);
      if (target === undefined || fragment === undefined || fragment === '') continue;
      if ((await target.headings()).has(fragment)) continue;
      const message = `${path} has no heading that makes #${fragment}.`;
      problems.push(
        makeProblem('reference/anchor', {
          message,
          place,
          related: { file: path },
          document: id,
          revision,
        }),
      );
    }
  }
  return problems;
}

function concerns(problem: Problem, only: ReadonlySet<string>): boolean {
  const { file } = problem.place;
  const related = problem.related?.file;
  return file === undefined || only.has(file) || (related !== undefined && only.has(related));
}

/** By file, line, column, then code, so that the order never depends on the machine. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort(
    (a, b) =>
      compareCodePoints(a.place.file ?? '', b.place.file ?? '') ||
      (a.place.line ?? 0) - (b.place.line ?? 0) ||
      (a.place.column ?? 0) - (b.place.column ?? 0) ||
      compareCodePoints(a.code, b.code) ||
      compareCodePoints(a.message, b.message),
  );
}
