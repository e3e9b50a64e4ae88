import type { Problem } from '../problem/problem.ts';

/**
 * Whether an error is about what stands beyond the good releases, where the register ends: a tag
 * that anybody could push, and that whoever goes on from what is good need not care about. What
 * could not be read, or says that something good is gone, is no such thing.
 *
 * @param last Number of the newest good release.
 */
export function isBeyond({ code, severity, release }: Problem, last: number): boolean {
  if (severity !== 'error' || /^(?:anchor|head)\//.test(code)) return false;
  return code === 'chain/name' || (release !== undefined && release > last);
}
