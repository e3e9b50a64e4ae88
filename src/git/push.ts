import { lockRemedy } from './left-lock.ts';
import { QmsError } from '../problem/problem.ts';
import type { Repository } from './repository.ts';
import { type GitResult, runGit } from './git-program.ts';

/**
 * Push refs to a remote, all or none, as if the user had typed it: their credentials, prompts
 * and pre-push hook.
 *
 * @param remote A configured name or an address.
 * @param refspecs `refs/tags/a:refs/tags/a`, or the id of an object in front of the colon; a `+`
 *   before one would allow to move it, so none is accepted.
 * @returns What git said.
 * @throws {QmsError} `git/push-failed`, `git/program-missing`
 */
export async function pushRefs(
  repository: Repository,
  remote: string,
  refspecs: readonly string[],
): Promise<string> {
  const odd = refspecs.find(
    (refspec) => !/^(?:refs\/[^:+]+(?::refs\/[^:]+)?|[0-9a-f]{40}:refs\/[^:]+)$/.test(refspec),
  );
  if (odd !== undefined) throw new Error(`${odd} is no refspec to create a ref with.`);
  const { gitDir, workTree, env } = repository;
  try {
    const result = await runGit(['push', '--porcelain', '--atomic', '--', remote, ...refspecs], {
      cwd: workTree ?? gitDir,
      gitDir,
      env,
      asUser: true,
      allowExit: [1],
    });
    if (result.exit !== 0) throw refused(remote, result);
    return result.stderr;
  } catch (error) {
    if (!(error instanceof QmsError) || error.code !== 'git/failed') throw error;
    throw QmsError.of('git/push-failed', {
      message: `The push to ${remote} failed. ${error.message}`,
      place: {},
    });
  }
}

/** A refusal in words: what the other side holds already, or what it said. */
function refused(remote: string, { stdout, stderr }: GitResult): QmsError {
  const refused: string[] = [];
  const held: string[] = [];
  for (const line of new TextDecoder().decode(stdout).split('\n')) {
    const [flag, refspec = '', summary = ''] = line.split('\t');
    if (flag !== '!') continue;
    const ref = refspec.slice(refspec.indexOf(':') + 1);
    refused.push(ref);
    if (/\((?:already exists|fetch first|non-fast-forward)\)/.test(summary)) held.push(ref);
  }
  const [first] = tagsFirst(held);
  if (first !== undefined) {
    return QmsError.of('git/push-failed', {
      message: `${remote} moved on: it holds another ${namesOf(held)} already, and took nothing.`,
      place: { ref: first },
      remedy: `Fetch what is there (git fetch ${remote} --tags), look at it, and run the command again.`,
    });
  }
  if (/cannot lock ref '[^']+': (?:is at|reference already exists)/.test(stderr)) {
    return QmsError.of('git/push-failed', {
      message: `${remote} moved on while this was pushed, and took nothing of ${namesOf(refused)}.`,
      place: {},
      remedy: `Fetch what is there (git fetch ${remote} --tags), look at it, and run the command again.`,
    });
  }
  const said = (from: string) =>
    stderr
      .split('\n')
      .filter((line) => line.startsWith(from))
      .map((line) => line.slice(from.length).trim())
      .filter((line) => line !== '')
      .join(' ');
  const remedy = lockRemedy(stderr);
  return QmsError.of('git/push-failed', {
    message: `${remote} took nothing of the push: ${said('remote:') || said('error:') || stderr || 'it said nothing'}`,
    place: {},
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** Where a tag is taken the branch is behind as well, and follows by itself. */
function tagsFirst(refs: readonly string[]): readonly string[] {
  const tags = refs.filter((ref) => ref.startsWith('refs/tags/'));
  return [...(tags.length > 0 ? tags : refs)].sort();
}

const namesOf = (refs: readonly string[]): string =>
  tagsFirst(refs)
    .map((ref) => ref.replace(/^refs\/[a-z]+\//, ''))
    .join(', ');
