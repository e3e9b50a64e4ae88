import { stateOf } from '../register/in-force.ts';
import type { Register, ReleaseAct, ReleasedState } from '../register/register.ts';
import { type ApprovalView, approvalsOf } from './approvals.ts';
import { documentKnownAt, documentOf, reasonOf, successorOf } from './document-facts.ts';
import { formatInstant } from './instant.ts';

/** What a release did to a document besides putting a revision. */
export interface ActView {
  readonly act: ReleaseAct['act'];
  readonly day: string;
  readonly release: number;
  /** Why: the comments of those who approved it, otherwise that of the release. */
  readonly reason: string | null;
  readonly approvals: readonly ApprovalView[];
}

export interface HistoryRevision {
  readonly revision: string;
  readonly title: string;
  readonly state: ReleasedState;
  /** Instants in the time zone of the rules; null where nothing ends it yet. */
  readonly from: string;
  readonly until: string | null;
  readonly reason: string | null;
  readonly release: number;
  readonly releasedBy: string;
  readonly digest: string;
  readonly path: string;
  readonly contributors: readonly string[];
  readonly approvals: readonly ApprovalView[];
  readonly confirmations: readonly ActView[];
  readonly contested: boolean;
  readonly doubts: readonly string[];
}

/** `history --json` and `/api/v1/history/<id>`: revisions, newest first. */
export interface DocumentHistory {
  readonly at: string;
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly end: ActView | null;
  /** Id of the document that names this one in `supersedes`. */
  readonly successor: string | null;
  readonly revisions: readonly HistoryRevision[];
}

/**
 * Every released revision of a document with its reason, approvals and time in force.
 *
 * @param at  Seconds since the epoch; later releases are left out.
 * @throws {QmsError} `audit/document-unknown`.
 */
export function historyOf(register: Register, id: string, at: number): DocumentHistory {
  const { timezone } = register.rules;
  const whole = documentOf(register, id);
  const document = documentKnownAt(register, whole, at) ?? { ...whole, revisions: [] };
  const revisions = document.revisions.map((revision, index): HistoryRevision => {
    const { state, until } = stateOf(document, index, at);
    const ends = state === 'pending' ? undefined : endOf(document, index, until);
    const release = register.releases[revision.put.release - 1];
    return {
      revision: revision.revision,
      title: revision.title,
      state,
      from: formatInstant(revision.put.from, timezone),
      until: ends === undefined ? null : formatInstant(ends, timezone),
      reason: reasonOf(register, revision) ?? null,
      release: revision.put.release,
      releasedBy: release?.personName ?? '',
      digest: revision.digest,
      path: revision.path,
      contributors: revision.contributors,
      approvals: approvalsOf(revision.put, release),
      confirmations: revision.confirmations.map((act) => actView(register, act)),
      contested: revision.contested.length > 0,
      doubts: revision.contested,
    };
  });
  return {
    at: formatInstant(at, timezone),
    id,
    type: document.type.id,
    title: document.revisions.at(-1)?.title ?? id,
    end: document.end === undefined ? null : actView(register, document.end),
    successor: successorOf(register, id, at)?.document ?? null,
    revisions: revisions.reverse(),
  };
}

/** When a revision stopped, or will stop, being in force: overtaken, or ended with its document. */
function endOf(
  document: Parameters<typeof stateOf>[0],
  index: number,
  until: number | undefined,
): number | undefined {
  let ends = Math.min(until ?? Infinity, document.end?.from ?? Infinity);
  for (const later of document.revisions.slice(index + 1)) ends = Math.min(ends, later.put.from);
  return Number.isFinite(ends) ? ends : undefined;
}

/** An act of a release with its reason and approvals. */
export function actView(register: Register, act: ReleaseAct): ActView {
  const release = register.releases[act.release - 1];
  const comments = act.approvals.map((approval) => approval.comment).filter((each) => each !== '');
  const reason = comments.length > 0 ? [...new Set(comments)].join('\n\n') : release?.comment;
  return {
    act: act.act,
    day: act.day,
    release: act.release,
    reason: reason === undefined || reason === '' ? null : reason,
    approvals: approvalsOf(act, release),
  };
}
