import type { ApprovalLine, ReleaseStatement } from '../../approval/statement.ts';
import type { Digest } from '../../document/document.ts';
import { compareCodePoints } from '../../git/code-point-order.ts';
import type { Problem } from '../../problem/problem.ts';
import { Findings } from '../findings.ts';
import { judgeReleasedRules } from '../released-rules.ts';
import { type FilledLine, fillLines, historyWith, type PlanningGround } from './fill-lines.ts';
import type { ReleaseDraft } from './make-release.ts';
import type { Offer, OfferedApproval } from './offered-approvals.ts';
import { type PlannedLine, planLines, type ReleaseWish } from './plan-lines.ts';
import { unknownCompromised } from './unknown-compromised.ts';

/** A release that could be signed, or every reason why not. */
export interface ReleasePlan {
  readonly lines: readonly FilledLine[];
  /** Empty exactly where the release can be made. */
  readonly problems: readonly Problem[];
  /** Undefined where there are problems. */
  readonly draft: ReleaseDraft | undefined;
}

/**
 * Plan a release: what it would say, which approvals it rests on, what its commit holds.
 *
 * @param content  The commit that holds what is put.
 * @param comment  Paragraphs for the statement; empty for none.
 * @throws {QmsError} where an object that is needed can't be read.
 */
export async function planRelease(
  wish: ReleaseWish,
  offer: Offer,
  content: string,
  comment: string,
  ground: PlanningGround,
): Promise<ReleasePlan> {
  const { chain, rules } = ground;
  const planned = planLines(wish, chain, rules, ground.now);
  const findings = new Findings(chain.releases.length + 1);
  for (const written of wish.put) {
    if (written.rules === undefined) continue;
    judgeReleasedRules(written.rules, chain, findings);
    findings.take(unknownCompromised(written.rules, chain.rulesHistory));
  }
  const putting = planned.lines.some((line) => line.act === 'put') ? content : undefined;
  const lines = await fillLines(planned.lines, offer, putting, ground);
  const problems = [
    ...planned.problems,
    ...findings.problems.map((problem) => ({ ...problem, place: {} })),
    ...lines.flatMap((line) => line.problems),
  ];
  if (problems.length > 0 || lines.length === 0) return { lines, problems, draft: undefined };
  return { lines, problems, draft: await draftOf(lines, putting, comment, ground) };
}

async function draftOf(
  lines: readonly FilledLine[],
  content: string | undefined,
  comment: string,
  ground: PlanningGround,
): Promise<ReleaseDraft> {
  const { chain } = ground;
  const approvals = new Map<string, OfferedApproval>();
  for (const { approvals: its } of lines) for (const one of its) approvals.set(one.name, one);
  const counted = [...approvals.values()].sort((a, b) => compareCodePoints(a.name, b.name));
  const commits = counted.map((one) => one.tag.object);
  const first = content === undefined ? [] : [content];
  // Without the content's commit in front, the first approval would be taken for it.
  const { parents } =
    content === undefined
      ? await approvalParents(ground, commits)
      : await historyWith(ground, [...first, ...commits]);
  const previous = chain.releases.at(-1);
  const ofAct = (act: PlannedLine['act']): readonly PlannedLine[] =>
    lines.map(({ line }) => line).filter((line) => line.act === act);
  const put = new Map(ofAct('put').map((line) => [line.document, line.files]));
  const gone = new Set([...ofAct('withdraw'), ...ofAct('dispose')].map((line) => line.document));
  const kept = [...chain.trees].filter(
    ([id]) => !put.has(id) && !gone.has(id) && !chain.recordsInTree.has(id),
  );
  return {
    statement: statementOf(ofAct, counted, comment, ground),
    parents: [...(previous === undefined ? [] : [previous.commit]), ...parents],
    kept: new Map(kept),
    put,
    evidence: new Map<Digest, Uint8Array>(counted.map((one) => [one.digest, one.raw])),
  };
}

/** Where nothing is put, only the approvals' commits that are not reachable yet are parents. */
async function approvalParents(
  ground: PlanningGround,
  commits: readonly string[],
): Promise<{ readonly parents: readonly string[] }> {
  const fresh = commits.filter((commit) => ground.chain.history.reachedBy(commit) === undefined);
  return historyWith(ground, fresh);
}

function statementOf(
  ofAct: (act: PlannedLine['act']) => readonly PlannedLine[],
  approvals: readonly OfferedApproval[],
  comment: string,
  ground: PlanningGround,
): ReleaseStatement {
  const { chain } = ground;
  const dayLine = ({ document: id, revision, day }: PlannedLine) => ({ id, revision, day });
  return {
    kind: 'release',
    comment,
    register: chain.anchor,
    release: chain.releases.length + 1,
    previous: chain.releases.at(-1)?.digest,
    person: ground.signer,
    put: ofAct('put').map((line) => ({ ...dayLine(line), digest: line.digest })),
    withdraw: ofAct('withdraw').map(dayLine),
    confirm: ofAct('confirm').map(dayLine),
    dispose: ofAct('dispose').map(dayLine),
    approvals: approvals.map(({ digest, name }): ApprovalLine => ({ digest, name })),
  };
}
