import type { Register, Release, ReleaseAct } from '../register/register.ts';
import { releaseOf } from './document-facts.ts';
import { type ActView, actView } from './history.ts';
import { formatInstant, formatSignedInstant } from './instant.ts';
import { releaseSteps, type VerdictStep } from './release-steps.ts';
import { tagText } from './tag-text.ts';

/** One line of a release: what it did to one document. */
export interface JournalAct {
  readonly act: ReleaseAct['act'];
  readonly id: string;
  readonly revision: string;
  readonly title: string;
  readonly day: string;
}

export interface JournalRelease {
  readonly release: number;
  /** RFC 3339 with the offset that the signer stated: the signer's claim. */
  readonly time: string;
  readonly person: string;
  readonly name: string;
  readonly subject: string;
  readonly comment: string;
  readonly digest: string;
  readonly acts: readonly JournalAct[];
}

/** The journal of the register: its releases, newest first. */
export interface Journal {
  readonly anchor: string;
  readonly releases: readonly JournalRelease[];
}

/** Every release with what it did, newest first. */
export function releaseJournal(register: Register): Journal {
  return {
    anchor: register.anchor,
    releases: register.releases.map((release) => journalRelease(register, release)).reverse(),
  };
}

/** One release: `/api/v1/release/<n>`. */
export interface ReleaseView extends JournalRelease {
  readonly tag: string;
  readonly tagObject: string;
  readonly commit: string;
  readonly key: string;
  readonly algorithm: string;
  readonly previous: string | null;
  readonly statement: string;
  readonly signature: string;
  readonly rulesTimezone: string;
  /** Acts with reasons and approvals, in the order of the statement. */
  readonly details: readonly (ActView & {
    readonly id: string;
    readonly revision: string;
    readonly from: string;
  })[];
  readonly approvals: readonly {
    readonly tag: string;
    readonly digest: string;
    readonly person: string;
    readonly name: string;
    readonly documents: readonly string[];
    readonly decision: string;
    readonly time: string;
  }[];
  readonly steps: readonly VerdictStep[];
}

/**
 * One release with its statement, acts and approvals.
 * @throws {QmsError} `audit/release-unknown`.
 */
export function releaseView(register: Register, number: number): ReleaseView {
  const release = releaseOf(register, number);
  const text = tagText(release.raw);
  return {
    ...journalRelease(register, release),
    tag: `qms/release/${String(number)}`,
    tagObject: release.tag,
    commit: release.commit,
    key: release.key.fingerprint,
    algorithm: release.key.algorithm,
    previous: register.releases[number - 2]?.digest ?? null,
    statement: text.statement,
    signature: text.signature,
    rulesTimezone: release.rules.timezone,
    details: release.acts.map((act) => ({
      ...actView(register, act),
      id: act.document,
      revision: act.revision,
      from: formatInstant(act.from, release.rules.timezone),
    })),
    approvals: release.approvals.map((approval) => ({
      tag: approval.name,
      digest: approval.digest,
      person: approval.person,
      name: approval.personName,
      documents: approval.documents,
      decision: approval.decision,
      time: formatSignedInstant(approval.time),
    })),
    steps: releaseSteps(register, release),
  };
}

function journalRelease(register: Register, release: Release): JournalRelease {
  return {
    release: release.number,
    time: formatSignedInstant(release.time),
    person: release.person,
    name: release.personName,
    subject: release.subject,
    comment: release.comment,
    digest: release.digest,
    acts: release.acts.map((act) => ({
      act: act.act,
      id: act.document,
      revision: act.revision,
      title: titleOf(register, act),
      day: act.day,
    })),
  };
}

function titleOf(register: Register, act: ReleaseAct): string {
  const document = register.documents.get(act.document);
  const revision = document?.revisions.find((each) => each.revision === act.revision);
  return revision?.title ?? '';
}
