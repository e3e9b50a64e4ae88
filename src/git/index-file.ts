import type { Repository } from './repository.ts';
import { QmsError } from '../problem/problem.ts';
import { decodeUtf8 } from './header.ts';
import { runGit } from './git-program.ts';

/** One entry of the index: what the next commit holds. */
export interface IndexEntry {
  /** From the top of the work tree, parts joined by `/`. */
  readonly path: string;
  readonly mode: string;
  readonly id: string;
  /** 0, or 1 to 3 in an unfinished merge. */
  readonly stage: number;
}

/**
 * List the index, sorted by path and stage. In a hook of `git commit` it is the index of that
 * commit (`GIT_INDEX_FILE`), also for `git commit <path>`.
 *
 * @throws {QmsError} `git/program-missing`, `git/failed`; `git/failed` for a path that is not UTF-8.
 */
export async function listIndex(repository: Repository): Promise<readonly IndexEntry[]> {
  const { gitDir, workTree, env } = repository;
  const index = env['GIT_INDEX_FILE'];
  const result = await runGit(['ls-files', '--stage', '-z', '--full-name'], {
    cwd: workTree ?? gitDir,
    gitDir,
    env,
    ...(index === undefined ? {} : { indexFile: index }),
  });
  const entries: IndexEntry[] = [];
  // A NUL ends each entry, so that nothing stands behind the last one.
  const lines = decodeUtf8(result.stdout)?.split('\0') ?? ['', ''];
  const rest = lines.pop();
  for (const line of lines) {
    const parts = /^([0-7]{6}) ([0-9a-f]{40}) ([0-3])\t([^]+)$/.exec(line);
    if (parts === null || rest !== '') {
      throw QmsError.of('git/failed', {
        message: 'The index holds an entry that can not be read: a file name that is not UTF-8.',
        place: {},
        remedy: 'Look at git ls-files --stage, and rename the file.',
      });
    }
    const [, mode = '', id = '', stage = '', path = ''] = parts;
    entries.push({ path, mode, id, stage: Number(stage) });
  }
  return entries;
}
