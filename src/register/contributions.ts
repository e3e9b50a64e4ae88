import {
  addContributions,
  type CommitPeople,
  type Contribution,
  type Contributors,
  peopleOf,
  successorsIn,
} from '../approval/contributors.ts';
import { personWithKey } from '../approval/entitlement.ts';
import { rulesId } from '../document/identity.ts';
import type { Cryptography } from '../git/cryptography.ts';
import { isCompromised } from '../rules/compromised.ts';
import { certificatesOf, type Rules } from '../rules/rules.ts';
import type { SignatureVerdict } from '../signature/verdict.ts';
import { verifySignatures } from '../signature/verify.ts';
import type { Chain } from './chain.ts';
import type { History, WorkCommit } from './history.ts';
import type { ObjectReader } from './object-reader.ts';

/** The revision of the release to come whose contributors are asked for. */
export interface RevisionUnderRelease {
  readonly document: string;
  /** Of its content. */
  readonly paths: readonly string[];
  /** Second and further parents of the release commit. */
  readonly workParents: readonly string[];
}

/**
 * Who made a revision: the people of the commits that touched its paths or a file with its id,
 * can be reached from the release's second or further parents, and not from any parent of the
 * release that put the previous revision. Its paths are those of its content, of the content
 * before it, and those from which such a commit moved a file there as it was.
 *
 * @param chain   The good releases before the one that puts it.
 * @param history Theirs and that of the work parents.
 * @see shared register format, "Independence"
 */
export async function contributorsTo(
  revision: RevisionUnderRelease,
  chain: Chain,
  history: History,
  reader: ObjectReader,
  cryptography: Cryptography,
): Promise<Contributors> {
  const { counted, paths } = countedCommits(revision, chain, history);
  const known = [...chain.rulesHistory].reverse();
  const verdicts = await signatureVerdicts(counted, known, cryptography);
  const people = new Map(
    counted.map((work) => [
      work,
      peopleOf(work.commit, verdicts.get(work.id), known, successorsIn(chain.rulesHistory)),
    ]),
  );
  for (const work of counted) {
    for (const path of work.names.get(revision.document) ?? []) paths.add(path);
  }
  const excused = await findExcused(people, [...paths], history, reader);
  return addContributions(
    [...people].map(([work, its]): Contribution => {
      const verdict = verdicts.get(work.id);
      return {
        id: work.id,
        people: its,
        excused: excused.get(work) ?? new Set(),
        signature: signatureOf(work.id, verdict, chain, history),
      };
    }),
  );
}

/** The commits that made a revision, and every path at which they are asked for it. */
function countedCommits(
  { document, paths, workParents }: RevisionUnderRelease,
  chain: Chain,
  history: History,
): { readonly counted: readonly WorkCommit[]; readonly paths: Set<string> } {
  const release = chain.releases.length + 1;
  const released = chain.documents.get(document)?.revisions ?? [];
  const last = released.at(-1);
  const previousRelease = last?.put.release;
  // QMS 2 counts from the commits that hold QMS 1 on, for release 1 has no parents.
  const afterFirstRules = document === rulesId && released.length === 1;
  const excluded = afterFirstRules ? history.upToFirstRules() : undefined;
  let reachable: ReadonlySet<string> | undefined;
  const counts = ({ id }: WorkCommit): boolean => {
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
    const bound = excluded === undefined ? (previousRelease ?? 0) : 0;
    reachable ??= history.reachableAfter(workParents, bound);
    return reachable.has(id);
  };
  const counted = new Set(history.naming(document).filter(counts));
  const gone = chain.gone.get(`${document} ${last?.revision ?? ''}`);
  // Without these, who moves a file would have made what another wrote where it stood.
  const stood = (gone ?? last?.files ?? []).map((file) => file.path);
  const all = new Set([...paths, ...stood]);
  const followed = new Set<readonly string[]>();
  for (const path of all) {
    for (const work of history.changing(path)) {
      if (!counts(work)) continue;
      counted.add(work);
      const from = work.moves.get(path);
      if (from === undefined || followed.has(from)) continue;
      followed.add(from);
      for (const one of from) all.add(one);
    }
  }
  return { counted: [...counted], paths: all };
}

async function signatureVerdicts(
  commits: readonly WorkCommit[],
  known: readonly Rules[],
  cryptography: Cryptography,
): Promise<ReadonlyMap<string, SignatureVerdict>> {
  const signed = commits.filter((work) => work.commit.signature !== undefined);
  const verdicts = await verifySignatures(
    signed.map((work) => ({ payload: work.commit.payload, armour: work.commit.signature })),
    cryptography,
    certificatesOf(...known),
  );
  const byCommit = new Map<string, SignatureVerdict>();
  signed.forEach((work, i) => {
    const verdict = verdicts[i];
    if (verdict !== undefined) byCommit.set(work.id, verdict);
  });
  return byCommit;
}

/**
 * Whether a commit bears a good signature of a `commit` key: of the rules in force, or of those
 * that were in force for the first release that rests on it. So the signed work of somebody who
 * left, or whose key was replaced, stays signed once a release holds it, and whoever finds an old
 * key can sign nothing new with it.
 */
function signatureOf(
  commit: string,
  verdict: SignatureVerdict | undefined,
  chain: Chain,
  history: History,
): Contribution['signature'] {
  if (verdict === undefined) return 'missing';
  if (!verdict.good) return verdict.fault === 'unsupported' ? 'unsupported' : 'missing';
  const inForce = chain.rulesHistory.at(-1);
  const first = history.reachedBy(commit) ?? Infinity;
  // Without this, a stolen key of somebody who still lists it would speak for them.
  if (inForce !== undefined && isCompromised(inForce, verdict.key, first)) return 'missing';
  const then = chain.releases[first - 1]?.rules;
  return [inForce, then].some(
    (rules) => rules !== undefined && personWithKey(rules, verdict.key, 'commit') !== undefined,
  )
    ? 'good'
    : 'missing';
}

/**
 * Who only brought over what somebody else had committed: a committer who is not the author,
 * where another counted commit that is not a descendant holds the same files. The other commit
 * must be somebody else's: without this, two copies of one's own work under a foreign name would
 * excuse each other.
 */
async function findExcused(
  people: ReadonlyMap<WorkCommit, CommitPeople>,
  paths: readonly string[],
  history: History,
  reader: ObjectReader,
): Promise<ReadonlyMap<WorkCommit, ReadonlySet<string>>> {
  const found = new Map<WorkCommit, Set<string>>();
  const asked = ({ excusable, brought }: CommitPeople) => excusable && brought.length > 0;
  if (![...people.values()].some(asked)) return found;
  for (const same of (await byFiles([...people.keys()], paths, reader)).values()) {
    for (const person of new Set(same.flatMap((work) => people.get(work)?.brought ?? []))) {
      const isTheirs = (work: WorkCommit): boolean => {
        const its = people.get(work);
        return its !== undefined && (its.brought.includes(person) || its.wrote.includes(person));
      };
      const others = same.filter((work) => !isTheirs(work));
      // A signature is more than a claim. Without this, two who sign copies under the name of a
      // third, who never signed it, would excuse each other.
      const originals = others.filter((work) => people.get(work)?.brought.length === 0);
      for (const work of same) {
        const its = people.get(work);
        if (its === undefined || !asked(its) || !its.brought.includes(person)) continue;
        const those = its.signers.includes(person) ? originals : others;
        const [first] = those;
        if (first === undefined) continue;
        const ids = those.map((other) => other.id);
        // What comes earlier in the order of history is nobody's descendant.
        const isExcused =
          first.sequence < work.sequence ||
          history.descendantsAmong(work.id, ids).size < ids.length;
        if (!isExcused) continue;
        found.set(work, (found.get(work) ?? new Set()).add(person));
      }
    }
  }
  return found;
}

/** Commits by what they hold at the paths, in the order of history. */
async function byFiles(
  commits: readonly WorkCommit[],
  paths: readonly string[],
  reader: ObjectReader,
): Promise<ReadonlyMap<string, readonly WorkCommit[]>> {
  const groups = new Map<string, WorkCommit[]>();
  for (const work of [...commits].sort((a, b) => a.sequence - b.sequence)) {
    const files = [];
    for (const path of paths) {
      const found = await reader.find(work.commit.tree, path);
      files.push(found === undefined ? '' : `${found.mode} ${found.id}`);
    }
    const key = files.join('\n');
    const same = groups.get(key);
    if (same === undefined) groups.set(key, [work]);
    else same.push(work);
  }
  return groups;
}
