import { judgeSigner } from '../approval/entitlement.ts';
import { startOfDay } from '../document/day.ts';
import type { Commit } from '../git/objects.ts';
import type { Problem } from '../problem/problem.ts';
import { certificatesOf, type Rules } from '../rules/rules.ts';
import { verifyAgain } from '../signature/verify.ts';
import type { GrowingChain } from './chain.ts';
import { Findings } from './findings.ts';
import { History } from './history.ts';
import { nextChain, type ReleasedPut } from './next-chain.ts';
import { judgeActs, type PlannedAct, putAct } from './release-acts.ts';
import {
  noApprovals,
  type JudgedApproval,
  type JudgedApprovals,
  judgeApprovals,
  type ReadNeeds,
  speaksOf,
} from './release-approvals.ts';
import type { Judging, ReleaseCandidate, ReleaseContext } from './release-candidate.ts';
import { type FilledAct, judgeMaking, type Making, nothingMade } from './release-making.ts';
import { judgeDays, judgePosition } from './release-position.ts';
import { readReleaseTree, type ReleaseTree, treeOf, unexpectedChanges } from './release-tree.ts';
import type { Instant, Release, ReleaseAct } from './register.ts';
import { type PutContent, readPutContent } from './released-content.ts';
import { judgeReleasedRules } from './released-rules.ts';

export interface ReleaseResult {
  /** The chain, continued in place by this release; undefined where it is none. */
  readonly chain: GrowingChain | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Judge one release under the rules in force for it, and continue the chain with it if it is good.
 *
 * @param chain The good releases before it; undefined for release 1. Stays as it is where this
 *              one is none.
 * @returns Every reason why it is none, all at once as far as one does not hide the next.
 * @see shared register format, "Release", "The release commit", "Verification" 3 and 5
 */
export async function verifyRelease(
  candidate: ReleaseCandidate,
  chain: GrowingChain | undefined,
  context: ReleaseContext,
): Promise<ReleaseResult> {
  const { reader } = context;
  const { statement, tag } = candidate.tag;
  const findings = new Findings(candidate.number);
  const failed = (): ReleaseResult => ({ chain: undefined, problems: findings.problems });
  judgePosition(candidate, chain, context.now, findings);

  const commit = await findings.attempt(() => reader.commit(tag.object, 'release'));
  if (commit === undefined) return failed();
  const tree = await findings.attempt(() =>
    readReleaseTree(reader, commit.tree, chain?.folders ?? new Map()),
  );
  if (tree === undefined) return failed();
  const acts = judgeActs(statement, chain, findings);
  const put = new Set(statement.put.map((line) => line.id));
  const removed = new Set([
    ...[...statement.withdraw, ...statement.dispose].map((line) => line.id),
    ...(chain?.recordsInTree ?? []),
  ]);
  const changes = unexpectedChanges(chain?.trees ?? new Map(), tree.changed, put, removed);
  for (const fault of [...tree.faults, ...changes]) {
    findings.find('release/tree', `In the tree of release ${String(candidate.number)}: ${fault}.`);
  }

  const contents: PutContent[] = [];
  for (const line of statement.put) {
    const folder = treeOf(line.id, chain?.trees, tree.changed);
    if (folder === undefined) continue;
    const content = await readPutContent(line, folder, chain, context, findings);
    if (content !== undefined) contents.push(content);
  }
  const newRules = contents.find((content) => content.rules !== undefined)?.rules;
  const rules = chain?.rulesHistory.at(-1) ?? newRules;
  if (rules === undefined) {
    if (findings.isGood()) {
      findings.find('chain/founding', 'Release 1 does not hold rules that can be read.');
    }
    return failed();
  }
  if (newRules !== undefined) judgeReleasedRules(newRules, chain, findings);
  // An OpenPGP signature can be checked only now that the rules are known.
  const verdict = await verifyAgain(
    candidate.verdict,
    tag,
    context.cryptography,
    certificatesOf(rules),
  );
  const signer = judgeSigner(
    'release',
    verdict,
    tag.tagger,
    statement.person,
    [rules.releaseRole],
    rules,
    `Release ${String(candidate.number)}`,
    findings.place,
  );
  findings.take(signer.problems);
  const time: Instant = { seconds: tag.tagger.seconds, offset: tag.tagger.offset };
  judgeDays(statement, contents, time, rules, findings);

  const history = new History(chain?.history);
  let judged: JudgedApprovals = noApprovals;
  let made: Making | undefined = nothingMade;
  if (chain === undefined) {
    judgeFounding(commit, tree, findings);
  } else {
    const judging: Judging = { ...context, candidate, chain, rules, time, findings };
    judged = await judgeApprovals(judging, tree.evidence, needsOf(acts, contents));
    // Which parents there should be depends on what is put, and some of it could not be read.
    if (contents.length < statement.put.length) return failed();
    made = await judgeMaking(judging, commit, contents, acts, judged, history);
  }
  if (made === undefined || !findings.isGood() || signer.person === undefined) return failed();

  const approvals = judged.good;
  // Release 1 puts QMS 1, which needs no approval.
  const allActs = chain === undefined ? contents.map(({ line, type }) => putAct(line, type)) : acts;
  const releaseActs: ReleaseAct[] = allActs.map((act) =>
    actOf(act, candidate.number, time, rules, approvals, made.acts.get(act.document)),
  );
  history.addRelease(tag.object, commit, candidate.number);
  const release: Release = {
    number: candidate.number,
    tag: candidate.tagId,
    digest: candidate.tag.digest,
    commit: tag.object,
    person: signer.person.id,
    personName: signer.person.name,
    key: signer.key,
    time,
    subject: new TextDecoder().decode(tag.message).split('\n', 1)[0] ?? '',
    comment: statement.comment,
    acts: releaseActs,
    approvals: approvals.map((approval) => approval.counted),
    rules,
    // Kept for long, so without what shares its memory.
    raw: candidate.tag.raw.slice(),
  };
  const puts: ReleasedPut[] = contents.map((content) => ({
    content,
    contributors: made.contributors.get(content.line.id) ?? [],
  }));
  return {
    chain: nextChain(chain, release, puts, approvals, tree, history, findings.problems),
    problems: findings.problems,
  };
}

/** Release 1 rests on nothing: no parents, no approvals. */
function judgeFounding(commit: Commit, tree: ReleaseTree, findings: Findings): void {
  if (tree.evidence.size > 0) {
    findings.find('chain/founding', 'Release 1 holds evidence/, expected none.');
  }
  if (commit.parents.length > 0) {
    findings.find('chain/founding', 'The commit of release 1 has a parent, expected none.');
  }
}

/**
 * What each line needs: the approvals of the document's type and of its front matter.
 *
 * Front matter is missing only where that is a finding already, or where the record was disposed
 * of by a release that is good (`Disposals`): nobody makes his own text unreadable and so gets an
 * approval counted that nothing asks for.
 */
function needsOf(
  acts: readonly PlannedAct[],
  contents: readonly PutContent[],
): readonly ReadNeeds[] {
  return acts.map((act) => {
    const content = contents.find((one) => one.line.id === act.document);
    const matter = content === undefined ? act.frontMatter : content.frontMatter;
    const files = content?.placed ?? act.files;
    const requirements = [...act.type.approvals, ...(matter?.approval ?? [])];
    // Only the rules have no front matter; of anything else it is gone, or could not be read.
    return { ...act, files, requirements, whole: matter !== undefined || act.document === 'QMS' };
  });
}

function actOf(
  act: PlannedAct,
  release: number,
  time: Instant,
  rules: Rules,
  approvals: readonly JudgedApproval[],
  made: FilledAct | undefined,
): ReleaseAct {
  return {
    act: act.act,
    document: act.document,
    revision: act.revision,
    release,
    day: act.day,
    from: Math.max(startOfDay(act.day, rules.timezone), time.seconds),
    filled: made?.filled ?? [],
    notCounted: made?.notCounted ?? [],
    approvals: approvals
      .filter(({ tag }) => speaksOf(tag.statement, act))
      .map((approval) => approval.counted),
  };
}
