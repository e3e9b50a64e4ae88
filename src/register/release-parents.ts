import type { Commit } from '../git/objects.ts';
import type { PlacedFile } from './content.ts';
import type { Findings } from './findings.ts';
import type { FoundingContent, History } from './history.ts';
import type { ObjectReader } from './object-reader.ts';
import { holdsFiles } from './release-approvals.ts';

/**
 * Judge the parents of a release commit and walk the history that they bring: the release before,
 * one commit that holds what is put, and the approvals' commits that are not yet reachable.
 *
 * @param previous  Commit of release n−1.
 * @param put       Every file that the release puts, at its path.
 * @param approvals Commits of the approvals, in the order of the lines.
 * @returns The second and further parents, or undefined where history can't be followed.
 * @see shared register format, "The release commit", Parents
 */
export async function judgeParents(
  commit: Commit,
  release: number,
  previous: string,
  put: readonly PlacedFile[] | undefined,
  approvals: readonly string[],
  history: History,
  reader: ObjectReader,
  founding: FoundingContent,
  mayBeMissing: ReadonlySet<string>,
  findings: Findings,
): Promise<readonly string[] | undefined> {
  const [first, ...further] = commit.parents;
  if (first !== previous) {
    findings.find(
      'release/parents',
      `The first parent of the release commit is ${first ?? 'missing'}, expected ${previous}, the commit of release ${String(release - 1)}.`,
    );
    return undefined;
  }
  const walk = (from: string) =>
    findings.attempt(async () => {
      await history.walk(from, release, reader, founding, mayBeMissing);
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
  for (const approved of approvals) {
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
