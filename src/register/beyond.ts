import type { Problem } from '../problem/problem.ts';

/**
 * Whether an error is about what stands beyond the good releases, where the register ends: a tag
 * that anybody could push, and that whoever goes on from what is good need not care about. What
 * could not be read, or says that something good is gone, is no such thing.
 *
 * @param last Number of the newest good release.
 */
export function isBeyond(problem: Problem, last: number): boolean {
  if (problem.severity !== 'error' || /^(?:anchor|head)\//.test(problem.code)) return false;
  return standsBeyond(problem, last);
}

/** The same of its place alone, whatever the problem is. */
export function standsBeyond({ code, release }: Problem, last: number): boolean {
  return code === 'chain/name' || (release !== undefined && release > last);
}
