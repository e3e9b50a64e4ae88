import type { RepositoryState } from '../git/object-store.ts';
import type { ProblemCode } from '../problem/codes.ts';
import { makeProblem, type Problem } from '../problem/problem.ts';

/**
 * What the repository itself says that bears on the verification: incomplete clones are
 * unknowns, replace refs and grafts are errors because ordinary git then shows something else.
 * @see shared register format, "Verification" 1
 */
export function judgeRepository(state: RepositoryState): readonly Problem[] {
  const problems: Problem[] = [];
  const find = (code: ProblemCode, message: string, ref?: string): void => {
    problems.push(makeProblem(code, { message, place: ref === undefined ? {} : { ref } }));
  };
  if (state.shallow) find('git/shallow', 'The clone is shallow: its history has been cut off.');
  if (state.partial) {
    find('git/partial-clone', 'The clone is partial: objects may be left out.');
  }
  for (const folder of state.missingAlternates) {
    find('git/alternate-missing', `Objects are borrowed from ${folder}, which is not there.`);
  }
  if (state.grafts) find('git/grafts', 'The file info/grafts changes the history that git shows.');
  for (const name of state.replaceRefs) {
    find('git/replace-refs', `${name} makes git show another object than the real one.`, name);
  }
  return problems;
}
