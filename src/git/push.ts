import { QmsError } from '../problem/problem.ts';
import type { Repository } from './repository.ts';
import { runGit } from './git-program.ts';

/**
 * Push refs to a remote, all or none, as if the user had typed it: their credentials, prompts
 * and pre-push hook.
 *
 * @param remote A configured name or an address.
 * @param refspecs `refs/tags/a:refs/tags/a`; a `+` before one would allow to move it, so none is
 *   accepted.
 * @returns What git said.
 * @throws {QmsError} `git/push-failed`, `git/program-missing`
 */
export async function pushRefs(
  repository: Repository,
  remote: string,
  refspecs: readonly string[],
): Promise<string> {
  const odd = refspecs.find((refspec) => !/^refs\/[^:+]+(?::refs\/[^:]+)?$/.test(refspec));
  if (odd !== undefined) throw new Error(`${odd} is no refspec to create a ref with.`);
  const { gitDir, workTree, env } = repository;
  try {
    const result = await runGit(['push', '--atomic', '--', remote, ...refspecs], {
      cwd: workTree ?? gitDir,
      gitDir,
      env,
      asUser: true,
    });
    return result.stderr;
  } catch (error) {
    if (!(error instanceof QmsError) || error.code !== 'git/failed') throw error;
    throw QmsError.of('git/push-failed', {
      message: `The push to ${remote} failed. ${error.message}`,
      place: {},
    });
  }
}
