import type { Repository } from './repository.ts';
import { isObjectId } from './header.ts';
import { limits, type Ref } from './object-store.ts';
import { QmsError } from '../problem/problem.ts';
import { runGit } from './git-program.ts';

/** A new object that is larger than anything of a register may be. */
export interface LargeObject {
  readonly id: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * The objects over `limits.objectBytes` among those that a push has brought and Git has not yet
 * accepted (git receive-pack, "Quarantine environment"). Where there is no quarantine, the push
 * brought no objects.
 * @throws {QmsError} where the quarantine can't be listed.
 */
export async function largeNewObjects(repository: Repository): Promise<readonly LargeObject[]> {
  const { gitDir, env } = repository;
  const quarantine = env['GIT_QUARANTINE_PATH'];
  if (quarantine === undefined) return [];
  const format = '%(objectname) %(objectsize)';
  const args = ['cat-file', '--batch-all-objects', '--unordered', `--batch-check=${format}`];
  const { stdout } = await runGit(args, {
    cwd: gitDir,
    gitDir,
    // The alternate is the repository itself: what it holds already is not asked.
    env: { ...env, GIT_OBJECT_DIRECTORY: quarantine, GIT_ALTERNATE_OBJECT_DIRECTORIES: undefined },
  });
  const large: LargeObject[] = [];
  for (const line of Buffer.from(stdout).toString('latin1').split('\n')) {
    if (line === '') continue;
    const [id = '', text = ''] = line.split(' ');
    const size = Number(text);
    if (!isObjectId(id) || !Number.isSafeInteger(size)) throw unlisted(quarantine, line);
    if (size > limits.objectBytes) large.push({ id, size });
  }
  return large;
}

function unlisted(folder: string, line: string): QmsError {
  return QmsError.of('git/failed', {
    message: `Git lists "${line.slice(0, 80)}" among the new objects, expected an id and a size.`,
    place: { file: folder },
  });
}

/**
 * Whether a commit is another or one of its descendants.
 * @throws {QmsError} `git/failed` where one of them is no commit or can't be read.
 */
export async function isFastForward(
  { gitDir, env }: Repository,
  from: Ref['id'],
  to: Ref['id'],
): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', from, to];
  const { exit } = await runGit(args, { cwd: gitDir, gitDir, env, allowExit: [1] });
  return exit === 0;
}
