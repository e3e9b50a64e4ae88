import type { Cryptography } from '../git/cryptography.ts';
import { type Place, type Problem, makeProblem } from '../problem/problem.ts';
import type { KnownFile } from '../document/known-files.ts';
import type { DocumentSource } from '../document/source.ts';
import { rulesFileName } from './rules-file-name.ts';
import type { Rules } from './rules.ts';

/** Where a QMS stands in a repository unless somebody decided otherwise. */
const usualRoot = 'qms-docs';

/** Path of the rules below a documents root. */
export function rulesPath(root: string): string {
  return root === '' ? rulesFileName : `${root}/${rulesFileName}`;
}

/**
 * Find the documents root: the folder of `qms.yaml`. `qms-docs/` comes first; otherwise there
 * must be exactly one.
 *
 * @returns The folder without a slash at its end (empty for the repository root), or why there
 *   is none.
 */
export async function findRoot(
  source: DocumentSource,
): Promise<{ readonly root: string | undefined; readonly problems: readonly Problem[] }> {
  const usual = rulesPath(usualRoot);
  if ((await source.modes([usual])).has(usual)) return { root: usualRoot, problems: [] };
  const found = (await source.list())
    .map(({ path }) => path)
    .filter((path) => path === rulesFileName || path.endsWith(`/${rulesFileName}`))
    .filter((path) => !path.split('/').some((part) => /^[_.]/.test(part)));
  const [first, second] = found;
  if (first === undefined) {
    const message = `There is no ${rulesFileName} in ${source.label}.`;
    return { root: undefined, problems: [makeProblem('rules/missing', { message, place: {} })] };
  }
  if (second !== undefined) {
    const message = `There are several ${rulesFileName} in ${source.label}: ${found.slice(0, 5).join(', ')}.`;
    const problem = makeProblem('rules/several', {
      message,
      place: { file: second },
      related: { file: first },
    });
    return { root: undefined, problems: [problem] };
  }
  return { root: first.slice(0, -rulesFileName.length).replace(/\/$/, ''), problems: [] };
}

/** Rules as they stand in a source. */
export interface ReadRules {
  readonly rules: Rules | undefined;
  /** Where their revision stands. */
  readonly place: Place;
  readonly problems: readonly Problem[];
}

/** What is known of a file by itself, and under rules. */
export interface KnownUnderRules extends KnownFile {
  /** Of the rules. */
  rules?: ReadRules;
  /** Of a document: under which rules nothing was wrong with what it says. */
  fits?: string;
}

/** As `KnownFiles`. */
export type KnownRules = (path: string) => Promise<KnownUnderRules | undefined>;

/** Read the rules below a documents root, and whether they could be changed again. */
export async function readRules(
  source: DocumentSource,
  root: string,
  cryptography: Cryptography,
  knownAt?: KnownRules,
): Promise<ReadRules> {
  const path = rulesPath(root);
  const kept = await knownAt?.(path);
  if (kept?.rules !== undefined) return kept.rules;
  const place = { file: path };
  const bytes = (await source.read([path])).get(path);
  if (bytes === undefined) {
    const message = `${path} is no plain file in ${source.label}.`;
    return {
      rules: undefined,
      place,
      problems: [makeProblem('rules/missing', { message, place })],
    };
  }
  // Loaded where they are needed: that takes longer than to check a document.
  const [{ parseRules }, { canChangeRules }] = await Promise.all([
    import('./parse-rules.ts'),
    import('./lock-out.ts'),
  ]);
  const parsed = await parseRules(path, bytes, cryptography);
  if (parsed.rules === undefined) return { ...parsed, place };
  const { rules, places } = parsed;
  const problems = canChangeRules(rules, place).map((problem) => ({
    ...problem,
    place: { ...problem.place, ...places.key(problem.place.field?.split('.') ?? []) },
  }));
  const read = { rules, place: { ...place, ...places.key(['revision']) }, problems };
  if (kept !== undefined) kept.rules = read;
  return read;
}
