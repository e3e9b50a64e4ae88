import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { hasGitProgram, runGit } from '../git/git-program.ts';
import type { ObjectStore } from '../git/object-store.ts';
import { updateRefs } from '../git/ref-transaction.ts';
import type { Repository } from '../git/repository.ts';
import { QmsError } from '../problem/problem.ts';
import { registerBranch } from '../register/register-branch.ts';
import type { Register } from '../register/register.ts';
import { topOf } from './making-ground.ts';

/**
 * Refuse to release while the branch `register` is checked out: it would move beneath the files
 * of that folder, and Git would take the difference for somebody's work.
 * @throws {QmsError} `cli/register-checked-out`, with the folder.
 */
export async function requireRegisterNotCheckedOut(repository: Repository): Promise<void> {
  const folder = await folderOnRegister(repository);
  if (folder === undefined) return;
  throw QmsError.of('cli/register-checked-out', {
    message: `The branch register is checked out in ${folder}.`,
    place: { file: folder },
  });
}

async function folderOnRegister(repository: Repository): Promise<string | undefined> {
  const { gitDir, workTree, env } = repository;
  if (!(await hasGitProgram(env))) {
    if (workTree === undefined) return undefined;
    const head = await readFile(join(gitDir, 'HEAD'), 'utf8');
    return head.trim() === `ref: ${registerBranch}` ? workTree : undefined;
  }
  // A linked working tree may have the branch as well as this one; a bare repository has no files.
  const { stdout } = await runGit(['worktree', 'list', '--porcelain'], {
    cwd: topOf(repository),
    gitDir,
    env,
  });
  let folder: string | undefined;
  for (const line of new TextDecoder().decode(stdout).split('\n')) {
    if (line.startsWith('worktree ')) folder = line.slice('worktree '.length);
    else if (line === `branch ${registerBranch}`) return folder;
  }
  return undefined;
}

/**
 * Move the branch `register` to the newest release, where an earlier command was ended between
 * the tag and the branch. A branch that holds something else than a release is left alone; a clone
 * that has none does not need it.
 */
export async function moveRegisterOn(
  repository: Repository,
  store: ObjectStore,
  { releases }: Register,
  absent: 'create' | 'leave',
): Promise<void> {
  const [branch] = (await store.refs(registerBranch)).filter((ref) => ref.name === registerBranch);
  const newest = releases.at(-1)?.commit;
  const ours = branch === undefined || releases.some((one) => one.commit === branch.id);
  if (newest === undefined || branch?.id === newest || !ours) return;
  if (branch === undefined && absent === 'leave') return;
  const from = branch?.id ?? 'absent';
  await updateRefs(repository, [{ name: registerBranch, to: newest, from }]);
}
