import { personWithKey } from '../../approval/entitlement.ts';
import type { ProblemCode } from '../../problem/codes.ts';
import { makeProblem, type Problem } from '../../problem/problem.ts';
import type { Rules } from '../../rules/rules.ts';
import type { Chain } from '../chain.ts';
import { judgeLooseApproval, type LooseApproval, type LooseTags } from '../loose-tags.ts';

/** The oldest approval or rejection that a push may bring. */
const approvalAgeSeconds = 7 * 24 * 60 * 60;

/** What pushed approvals and rejections are judged by. */
export interface StatementGround {
  /** The chain that the push would leave; its newest rules are in force then. */
  readonly chain: Chain | undefined;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Whether the age of statements is asked. */
  readonly asksAge: boolean;
}

/**
 * Why a statement is by nobody who is entitled. What a rejection says about roles is not asked:
 * it stands by the roles that its signer holds, whatever it claims.
 */
function faultsOf(
  approval: LooseApproval,
  rules: Rules | undefined,
  chain: Chain,
  now: number,
): readonly Problem[] {
  if (rules === undefined) return [];
  const faults = judgeLooseApproval(approval, rules, chain.anchor, now);
  const isRejection = approval.tag.statement.decision === 'reject';
  return faults.filter((fault) => !(isRejection && fault.code === 'approval/role'));
}

/**
 * Judge approvals and rejections that a push creates: well-formed, by a key of the rules that
 * are in force after the push, not from the future and not too old.
 * @param read  The created tags as `readLooseTags` gives them: without those that a release of the
 *   chain counted, for it judged them under the rules of its time, which may be gone since.
 * @see shared register format, "The server's hook"
 */
export function judgeCreated(read: LooseTags, ground: StatementGround): readonly Problem[] {
  const { chain, now, asksAge } = ground;
  const problems: Problem[] = [...read.problems];
  for (const approval of read.approvals) {
    const place = { ref: `refs/tags/${approval.name}` };
    if (chain === undefined) {
      const message = `There is no release, so no rules say who may sign ${approval.name}.`;
      const remedy = 'Push the releases first, or together with it.';
      problems.push(makeProblem('chain/empty', { message, remedy, place }));
      continue;
    }
    problems.push(...faultsOf(approval, chain.rulesHistory.at(-1), chain, now));
    const { seconds } = approval.tag.tag.tagger;
    if (asksAge && seconds < now - approvalAgeSeconds) {
      const message = `${approval.name} was signed ${ago(now - seconds)} ago by its date; at most 7 days are taken.`;
      problems.push(makeProblem('push/too-old', { message, place }));
    }
  }
  return problems.map((problem) => ({ ...problem, severity: 'error' }));
}

/**
 * Judge approvals and rejections that a push deletes: only what a release has counted, and what
 * can count for nothing, may go.
 * @param read  The tags as the server holds them, without those that a release has counted, in
 *   this push or before.
 * @param held  The chain that the server holds.
 * @see shared register format, "The server's hook"
 */
export function judgeDeleted(read: LooseTags, held: Chain | undefined): readonly Problem[] {
  // What is malformed is a warning there. What could not be read might be a rejection.
  const problems: Problem[] = read.problems.filter((one) => one.severity !== 'warning');
  for (const approval of read.approvals) {
    if (held !== undefined && countsForNothing(approval, held)) continue;
    const what = approval.tag.statement.decision === 'reject' ? 'a rejection' : 'an approval';
    const message = `${approval.name} is ${what} that no release has counted.`;
    const place = { ref: `refs/tags/${approval.name}` };
    problems.push(makeProblem('push/tag-deleted', { message, place }));
  }
  return problems;
}

/**
 * Whether an approval or rejection is by nobody who is entitled, under the rules before the push:
 * otherwise new rules and the end of a rejection by somebody who leaves with them could come as
 * one. A rejection stands by the rules of the release that it speaks of, as long as its key is in
 * the newest: without this, it could be deleted when the address of its signer changes.
 */
function countsForNothing(approval: LooseApproval, held: Chain): boolean {
  const { verdict, tag } = approval;
  const { person, decision } = tag.statement;
  const newest = held.rulesHistory.at(-1);
  const stands =
    decision === 'reject' &&
    newest !== undefined &&
    verdict.good &&
    personWithKey(newest, verdict.key, 'approve')?.id === person;
  return (stands ? held.rulesHistory : [newest]).every((rules) =>
    // One from the future will be there in time.
    faultsOf(approval, rules, held, Infinity).some((fault) => !mayChange.includes(fault.code)),
  );
}

/** What a later software may find otherwise. */
const mayChange: readonly ProblemCode[] = ['approval/signature-unsupported'];

/** A span in words: `9 days`, `30 hours`. */
export function ago(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const days = Math.floor(hours / 24);
  return days >= 3 ? `${String(days)} days` : `${String(hours)} hours`;
}
