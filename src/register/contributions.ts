import type { Contribution } from '../approval/contributors.ts';
import type { Cryptography } from '../git/cryptography.ts';
import type { SignatureVerdict } from '../signature/verdict.ts';
import { verifySignatures } from '../signature/verify.ts';
import type { History, WorkCommit } from './history.ts';
import type { ObjectReader } from './object-reader.ts';

/** The revision whose contributions are asked for. */
export interface RevisionUnderRelease {
  readonly document: string;
  readonly paths: readonly string[];
  readonly release: number;
  /** Second and further parents of the release commit. */
  readonly workParents: readonly string[];
  /** Number of the release that put the previous revision; undefined for a first revision. */
  readonly previousRelease: number | undefined;
  /** `QMS 2` counts from the commits that hold `QMS 1` on, for release 1 has no parents. */
  readonly afterFirstRules: boolean;
}

/**
 * The commits that made a revision: those that touched its paths or a file with its id, can be
 * reached from the release's second or further parents, and not from any parent of the release
 * that put the previous revision.
 * @see shared register format, "Independence"
 */
export async function contributionsTo(
  revision: RevisionUnderRelease,
  history: History,
  reader: ObjectReader,
  cryptography: Cryptography,
): Promise<readonly Contribution[]> {
  const counted = countedCommits(revision, history);
  const verdicts = await signatureVerdicts(counted, cryptography);
  const paths = new Set(revision.paths);
  for (const work of counted) {
    for (const path of work.names.get(revision.document) ?? []) paths.add(path);
  }
  const broughtOver = await findBroughtOver(counted, [...paths], history, reader);
  return counted.map((work) => ({
    id: work.id,
    commit: work.commit,
    verdict: verdicts.get(work.id),
    broughtOver: broughtOver.has(work),
  }));
}

function countedCommits(revision: RevisionUnderRelease, history: History): readonly WorkCommit[] {
  const { document, paths, release, workParents, previousRelease } = revision;
  const bound = previousRelease ?? 0;
  const excluded = revision.afterFirstRules ? history.upToFirstRules() : undefined;
  let reachable: ReadonlySet<string> | undefined;
  return history.touching(document, paths).filter(({ id }) => {
    const reach = history.reachedBy(id) ?? Infinity;
    if (reach > release) return false;
    if (excluded !== undefined) {
      if (excluded.has(id)) return false;
    } else if (previousRelease === undefined) {
      if (history.isBeforeFounding(id)) return false;
    } else if (reach <= previousRelease) {
      return false;
    }
    if (reach === release && !history.isRelease(id)) return true;
    reachable ??= history.reachableAfter(workParents, excluded === undefined ? bound : 0);
    return reachable.has(id);
  });
}

async function signatureVerdicts(
  commits: readonly WorkCommit[],
  cryptography: Cryptography,
): Promise<ReadonlyMap<string, SignatureVerdict>> {
  const signed = commits.filter((work) => work.commit.signature !== undefined);
  const verdicts = await verifySignatures(
    signed.map((work) => ({ payload: work.commit.payload, armour: work.commit.signature })),
    cryptography,
  );
  const byCommit = new Map<string, SignatureVerdict>();
  signed.forEach((work, i) => {
    const verdict = verdicts[i];
    if (verdict !== undefined) byCommit.set(work.id, verdict);
  });
  return byCommit;
}

/**
 * Commits whose files at the paths are those of another counted commit that is not their
 * descendant. Only those are told whose committer is not the author; others are never asked.
 */
async function findBroughtOver(
  counted: readonly WorkCommit[],
  paths: readonly string[],
  history: History,
  reader: ObjectReader,
): Promise<ReadonlySet<WorkCommit>> {
  const broughtOver = new Set<WorkCommit>();
  const isAsked = ({ commit }: WorkCommit) => commit.author.email !== commit.committer.email;
  if (!counted.some(isAsked)) return broughtOver;
  const byFiles = new Map<string, WorkCommit[]>();
  for (const work of counted) {
    const files = [];
    for (const path of paths) {
      const found = await reader.find(work.commit.tree, path);
      files.push(found === undefined ? '' : `${found.mode} ${found.id}`);
    }
    const key = files.join('\n');
    const same = byFiles.get(key);
    if (same === undefined) byFiles.set(key, [work]);
    else same.push(work);
  }
  for (const same of byFiles.values()) {
    const [first, ...others] = same.sort((a, b) => a.sequence - b.sequence);
    if (first === undefined || others.length === 0) continue;
    // The first is nobody's descendant, so each of the others has it for its example.
    for (const other of others) if (isAsked(other)) broughtOver.add(other);
    if (!isAsked(first)) continue;
    const ids = others.map((other) => other.id);
    if (history.descendantsAmong(first.id, ids).size < ids.length) broughtOver.add(first);
  }
  return broughtOver;
}
