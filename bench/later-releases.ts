/** Releases that come after a corpus was made, and their way to a server: `git push`. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { changeOrders, type Corpus } from './corpus.ts';
import { timeOfProgram } from './program.ts';
import { RegisterWriter, type WrittenRelease } from './register-writer.ts';

/**
 * Write further releases into a repository that holds the corpus, by the second writer of the
 * format, going on where the corpus ended.
 *
 * @param repository A bare one, with the corpus's branches.
 */
export async function writeLaterReleases(
  corpus: Corpus,
  repository: string,
  count: number,
): Promise<readonly WrittenRelease[]> {
  const writer = RegisterWriter.goOn(repository, corpus.state);
  const orders = changeOrders(corpus.size, corpus.size.revisions + 1);
  const releases: WrittenRelease[] = [];
  while (releases.length < count) releases.push(await writer.release(orders.next().value));
  await writer.end();
  return releases;
}

/** What only the new revision's page says: the chapters that it changed name it. */
export const markOf = ({ revision }: WrittenRelease): string =>
  `stands as of its change ${revision},`;

/**
 * Push one release with its approvals and both branches, and tell when the server's repository
 * had its tag, by `performance.now()`.
 *
 * @param from The repository in which it was written.
 * @param to   The repository that is served.
 */
export async function pushRelease(
  release: WrittenRelease,
  from: string,
  to: string,
): Promise<number> {
  const name = `refs/tags/qms/release/${release.number}`;
  const tags = release.approvals.map((tag) => `refs/tags/${tag}`);
  const { main, register } = release.state;
  const refs = [
    ...[...tags, name].map((ref) => `${ref}:${ref}`),
    `${main}:refs/heads/main`,
    `${register}:refs/heads/register`,
  ];
  const push = ['git', 'push', '-q', '--atomic', to, ...refs] as const;
  await timeOfProgram(push, { cwd: from });
  // When Git renamed the lock to the ref: what the file system says does not depend on when this
  // process got a turn to look.
  return statSync(path.join(to, name)).ctimeMs - (Date.now() - performance.now());
}
