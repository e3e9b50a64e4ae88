import type { ObjectStore } from './object-store.ts';
import { QmsError } from '../problem/problem.ts';
import type { Repository } from './repository.ts';
import { hasGitProgram } from './git-program.ts';
import { openGitProcessStore } from './git-process-store.ts';

/**
 * Open the way to read a repository: through the program git where there is one, otherwise
 * through isomorphic-git. The environment variable `QMS_GIT_STORE` (`git`, `isomorphic`)
 * decides instead. Both give the same answers; git is faster and knows alternates.
 */
export async function openStore(repository: Repository): Promise<ObjectStore> {
  const wish = repository.env['QMS_GIT_STORE'];
  if (wish !== undefined && wish !== '' && wish !== 'git' && wish !== 'isomorphic') {
    throw QmsError.of('git/failed', {
      message: `The environment variable QMS_GIT_STORE is ${JSON.stringify(wish)}; it can be git or isomorphic.`,
      place: {},
      remedy: 'Correct or remove the variable.',
    });
  }
  if (wish === 'git' || (await hasGitProgram(repository.env))) {
    return openGitProcessStore(repository);
  }
  // Loading isomorphic-git takes longer than starting git: only where it is needed.
  const { openIsomorphicStore } = await import('./isomorphic-store.ts');
  return openIsomorphicStore(repository);
}
