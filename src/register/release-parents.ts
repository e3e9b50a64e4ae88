import type { Commit } from '../git/objects.ts';
import type { Chain } from './chain.ts';
import type { PlacedFile } from './content.ts';
import type { FoundingContent, History } from './history.ts';
import { holdsFiles, type JudgedApprovals } from './release-approvals.ts';
import type { Judging } from './release-candidate.ts';

/** Where the rules began, which tells work from before the register. */
export function foundingContent(chain: Chain): FoundingContent {
  const file = chain.documents.get('QMS')?.revisions[0]?.files[0];
  if (file === undefined) throw new Error('a chain begins with the content of QMS 1');
  return { path: file.path, blob: file.blob };
}

/**
 * Judge the parents of a release commit and walk the history that they bring: the release before,
 * one commit that holds what is put, and the approvals' commits that are not yet reachable.
 *
 * @param put       Every file that the release puts, at its path; undefined where it puts nothing.
 * @param approvals Commits of the approvals, in the order of the lines, and whether they are all.
 * @returns The second and further parents, or undefined where history can't be followed.
 * @see shared register format, "The release commit", Parents
 */
export async function judgeParents(
  { candidate, chain, reader, disposals, findings }: Judging,
  commit: Commit,
  put: readonly PlacedFile[] | undefined,
  approvals: Pick<JudgedApprovals, 'commits' | 'complete'>,
  history: History,
): Promise<readonly string[] | undefined> {
  const release = candidate.number;
  const previous = chain.releases.at(-1)?.commit;
  const founding = foundingContent(chain);
  const [first, ...further] = commit.parents;
  if (first !== previous) {
    findings.find(
      'release/parents',
      `The first parent of the release commit is ${first ?? 'missing'}, expected ${previous ?? ''}, the commit of release ${String(release - 1)}.`,
    );
    return undefined;
  }
  const walk = (from: string) =>
    findings.attempt(async () => {
      await history.walk(from, release, reader, founding, disposals);
      return true;
    });
  let next = 0;
  if (put !== undefined) {
    const holder = further[next++];
    if (holder === undefined) {
      findings.find(
        'release/parents',
        'The release commit has no second parent, expected a commit that holds what it puts.',
      );
      return undefined;
    }
    const holds = await findings.attempt(() => holdsFiles(holder, put, '', reader));
    if (holds === undefined || (await walk(holder)) === undefined) return undefined;
    if (!holds) {
      findings.find(
        'release/parents',
        `The second parent ${holder} does not hold at their paths the files that the release puts.`,
      );
    }
  }
  if (!approvals.complete) {
    // Where an approval points that can't be read is not known, so no parent is one too many.
    for (const parent of further.slice(next)) {
      if ((await walk(parent)) === undefined) return undefined;
    }
    return further;
  }
  for (const approved of approvals.commits) {
    if (history.reachedBy(approved) !== undefined) continue;
    const parent = further[next];
    if (parent !== approved) {
      findings.find(
        'release/parents',
        `Parent ${String(next + 2)} of the release commit is ${parent ?? 'missing'}, expected ${approved}, at which an approval points.`,
      );
      return undefined;
    }
    next++;
    if ((await walk(approved)) === undefined) return undefined;
  }
  if (next < further.length) {
    findings.find(
      'release/parents',
      `The release commit has ${String(further.length + 1)} parents, expected ${String(next + 1)}: ${further.slice(next).join(', ')} should not be there.`,
    );
  }
  return further;
}
