import type { ContentFile, FieldValue } from '../document/document.ts';
import { stateOf } from '../register/in-force.ts';
import type { Register, ReleasedState } from '../register/register.ts';
import { type ApprovalView, approvalsOf, notCountedIn, type NotCountedView } from './approvals.ts';
import {
  documentKnownAt,
  documentOf,
  indexOfRevision,
  leadingIndex,
  nextReviewOf,
  reasonOf,
  successorOf,
} from './document-facts.ts';
import { type ActView, actView } from './history.ts';
import { formatInstant, formatSignedInstant } from './instant.ts';

export interface FileView {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

/** `show --json` and `/api/v1/show/<id>`: one revision with everything the register says of it. */
export interface DocumentView {
  readonly at: string;
  readonly id: string;
  readonly type: string;
  readonly typeTitle: string;
  readonly kind: string;
  readonly title: string;
  readonly revision: string;
  readonly state: ReleasedState;
  /** When the state began, and when it ends by what is released; null where nothing says so. */
  readonly since: string | null;
  readonly until: string | null;
  /** The day of its release line. */
  readonly effective: string;
  readonly from: string;
  readonly nextReview: string | null;
  readonly owner: string | null;
  readonly ownerTitle: string | null;
  readonly path: string;
  readonly digest: string;
  readonly files: readonly FileView[];
  readonly changes: string | null;
  readonly clauses: readonly string[];
  readonly audience: readonly string[];
  readonly processes: readonly string[];
  readonly departments: readonly string[];
  readonly machines: readonly string[];
  readonly keywords: readonly string[];
  readonly supersedes: readonly string[];
  /** Kind record. */
  readonly date: string | null;
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** Kind external. */
  readonly source: string | null;
  readonly issue: string | null;
  readonly checked: string | null;
  readonly contributors: readonly string[];
  readonly approvals: readonly ApprovalView[];
  /** Approvals that the release names and that fill nothing. */
  readonly notCounted: readonly NotCountedView[];
  readonly released: {
    readonly release: number;
    readonly person: string;
    readonly name: string;
    readonly time: string;
  };
  readonly confirmations: readonly ActView[];
  readonly contested: boolean;
  readonly doubts: readonly string[];
  /** The revision that holds at `at`, and the next one that waits for its day. */
  readonly inForce: string | null;
  readonly pending: { readonly revision: string; readonly effective: string } | null;
  /** Withdrawal or disposal, also one whose day is still to come. */
  readonly end: ActView | null;
  readonly successor: string | null;
  readonly revisions: readonly { readonly revision: string; readonly state: ReleasedState }[];
}

/**
 * One revision of a document: without `revision` the effective one, otherwise the first that
 * is pending, otherwise the last.
 *
 * @param at  Seconds since the epoch; later releases are left out.
 * @throws {QmsError} `audit/document-unknown`, `audit/revision-unknown`.
 */
export function documentView(
  register: Register,
  id: string,
  at: number,
  revisionName?: string,
): DocumentView {
  const { timezone } = register.rules;
  const whole = documentOf(register, id);
  const document = documentKnownAt(register, whole, at) ?? whole;
  const index =
    revisionName === undefined
      ? leadingIndex(document, at)
      : indexOfRevision(document, revisionName);
  const revision = document.revisions[index];
  if (revision === undefined) throw new RangeError(`no revision at ${String(index)}`);
  const states = document.revisions.map((each, place) => ({
    revision: each.revision,
    state: stateOf(document, place, at).state,
    effective: each.put.day,
  }));
  const { state, since, until } = stateOf(document, index, at);
  const waiting = states.find((each) => each.state === 'pending');
  const release = register.releases[revision.put.release - 1];
  const { frontMatter } = revision;
  const instant = (seconds: number | undefined): string | null =>
    seconds === undefined ? null : formatInstant(seconds, timezone);
  return {
    at: formatInstant(at, timezone),
    id,
    type: revision.type.id,
    typeTitle: revision.type.title,
    kind: revision.type.kind,
    title: revision.title,
    revision: revision.revision,
    state,
    since: instant(since),
    until: instant(until),
    effective: revision.put.day,
    from: formatInstant(revision.put.from, timezone),
    nextReview: state === 'effective' ? (nextReviewOf(register, revision) ?? null) : null,
    owner: frontMatter?.owner ?? null,
    ownerTitle: frontMatter === undefined ? null : ownerTitle(register, frontMatter.owner),
    path: revision.path,
    digest: revision.digest,
    files: revision.files.map(fileView),
    changes: reasonOf(register, revision) ?? null,
    clauses: frontMatter?.clauses ?? [],
    audience: frontMatter?.audience ?? [],
    processes: frontMatter?.processes ?? [],
    departments: frontMatter?.departments ?? [],
    machines: frontMatter?.machines ?? [],
    keywords: frontMatter?.keywords ?? [],
    supersedes: frontMatter?.supersedes ?? [],
    date: frontMatter?.date ?? null,
    fields: Object.fromEntries(frontMatter?.fields ?? []),
    source: frontMatter?.source ?? null,
    issue: frontMatter?.issue ?? null,
    checked: frontMatter?.checked ?? null,
    contributors: revision.contributors,
    approvals: approvalsOf(revision.put, release),
    notCounted: notCountedIn(revision.put, release),
    released: {
      release: revision.put.release,
      person: release?.person ?? '',
      name: release?.personName ?? '',
      time: release === undefined ? '' : formatSignedInstant(release.time),
    },
    confirmations: revision.confirmations.map((act) => actView(register, act)),
    contested: revision.contested.length > 0,
    doubts: revision.contested,
    inForce: states.find((each) => each.state === 'effective')?.revision ?? null,
    pending:
      waiting === undefined ? null : { revision: waiting.revision, effective: waiting.effective },
    end: document.end === undefined ? null : actView(register, document.end),
    successor: successorOf(register, id, at)?.document ?? null,
    revisions: states.map((each) => ({ revision: each.revision, state: each.state })),
  };
}

function fileView(file: ContentFile): FileView {
  return { path: file.path, size: file.size, sha256: file.sha256 };
}

/** The title of a role, or the name of a person, that owns a document. */
function ownerTitle(register: Register, owner: string): string {
  return register.rules.roles.get(owner) ?? register.rules.people.get(owner)?.name ?? owner;
}
