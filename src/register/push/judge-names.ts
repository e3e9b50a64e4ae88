import type { ProblemCode } from '../../problem/codes.ts';
import { makeProblem, type Problem } from '../../problem/problem.ts';
import { type PushedRef, registerTags } from './pushed-refs.ts';

/** What the names and branches of a push are judged by; needs no verification. */
export interface NameRules {
  /** Full names of the branches that only grow. */
  readonly protectedBranches: readonly string[];
  /** Whether a commit is another or one of its descendants. */
  readonly isFastForward: (from: string, to: string) => Promise<boolean>;
}

/**
 * Judge one pushed ref by its name alone, and protected branches by their history.
 * @see shared register format, "The server's hook"
 */
export async function judgeName(pushed: PushedRef, rules: NameRules): Promise<Problem | undefined> {
  const { name, from, to } = pushed;
  const refuse = (code: ProblemCode, message: string): Problem =>
    makeProblem(code, { message, place: { ref: name } });
  if (rules.protectedBranches.includes(name)) return judgeProtected(pushed, rules);
  // Whatever stands where it should not may go.
  if (to === undefined) return undefined;
  const lower = name.toLowerCase();
  if (lower.startsWith('refs/replace/')) {
    return refuse('push/replace-ref', `${name} would make git show another object.`);
  }
  if (lower.startsWith('refs/heads/qms/')) {
    return refuse('push/branch-name', `${name} is a branch among the names of the register.`);
  }
  const isLookAlike = `${lower}/`.startsWith(registerTags) && !name.startsWith(registerTags);
  if (isLookAlike && from !== to) {
    return refuse('push/tag-name', `${name} looks like a tag of the register and is none.`);
  }
  return undefined;
}

async function judgeProtected(
  { name, from, to }: PushedRef,
  { isFastForward }: NameRules,
): Promise<Problem | undefined> {
  const place = { ref: name };
  if (to === undefined) {
    return makeProblem('push/branch-deleted', { message: `${name} is protected.`, place });
  }
  if (from === undefined || (await isFastForward(from, to))) return undefined;
  const message = `${name} holds ${from.slice(0, 12)} on the server, which ${to.slice(0, 12)} does not contain.`;
  return makeProblem('push/not-fast-forward', { message, place });
}
