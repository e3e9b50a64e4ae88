import { compareCodePoints } from '../git/code-point-order.ts';
import type { CountedApproval, Register, Release, Revision } from '../register/register.ts';
import { documentOf, indexOfRevision, releaseOf } from './document-facts.ts';
import type { FileView } from './document-view.ts';
import { checkCommands, type CheckCommand } from './check-commands.ts';
import { formatSignedInstant } from './instant.ts';
import { approvalSteps, releaseSteps, type VerdictStep } from './release-steps.ts';
import { tagText } from './tag-text.ts';

/** One signed approval as evidence: who, as what, with which key, what exactly, why it counts. */
export interface ApprovalEvidence {
  readonly tag: string;
  /** SHA-256 of the raw tag object. */
  readonly digest: string;
  /** The commit that the tag points at. */
  readonly commit: string;
  readonly person: string;
  readonly name: string;
  readonly as: readonly {
    readonly role: string;
    readonly roleTitle: string;
    readonly meaning: string;
  }[];
  readonly decision: string;
  /** RFC 3339 with the offset that the signer stated: the signer's claim. */
  readonly time: string;
  readonly key: string;
  readonly algorithm: string;
  readonly comment: string;
  readonly statement: string;
  readonly signature: string;
  readonly steps: readonly VerdictStep[];
}

/** Everything that shows who approved and released one revision, and how to check it. */
export interface Evidence {
  readonly id: string;
  readonly revision: string;
  readonly title: string;
  readonly digest: string;
  readonly files: readonly FileView[];
  /** The text whose SHA-256 is the content digest; empty where the files are gone. */
  readonly manifest: string;
  readonly contributors: readonly string[];
  readonly requirements: readonly {
    readonly role: string;
    readonly roleTitle: string;
    readonly meaning: string;
    readonly count: number;
    readonly by: readonly string[];
  }[];
  readonly approvals: readonly ApprovalEvidence[];
  readonly released: {
    readonly release: number;
    readonly tag: string;
    readonly digest: string;
    readonly commit: string;
    readonly person: string;
    readonly name: string;
    readonly time: string;
    readonly key: string;
    readonly algorithm: string;
    readonly statement: string;
    readonly signature: string;
    readonly steps: readonly VerdictStep[];
  };
  readonly commands: readonly CheckCommand[];
}

/**
 * The evidence for one released revision.
 * @throws {QmsError} `audit/document-unknown`, `audit/revision-unknown`.
 */
export function evidenceOf(register: Register, id: string, revisionName: string): Evidence {
  const document = documentOf(register, id);
  const revision = document.revisions[indexOfRevision(document, revisionName)];
  if (revision === undefined) throw new RangeError(`no revision ${revisionName}`);
  const release = releaseOf(register, revision.put.release);
  const text = tagText(release.raw);
  const names = (person: string): string => release.rules.people.get(person)?.name ?? person;
  return {
    id,
    revision: revision.revision,
    title: revision.title,
    digest: revision.digest,
    files: revision.files.map(({ path, size, sha256 }) => ({ path, size, sha256 })),
    manifest: manifestOf(revision),
    contributors: revision.contributors,
    requirements: revision.put.filled.map((each) => ({
      role: each.role,
      roleTitle: release.rules.roles.get(each.role) ?? each.role,
      meaning: each.meaning,
      count: each.count,
      by: each.by.map((by) => names(by.person)),
    })),
    approvals: revision.put.approvals.map((each) => approvalEvidence(release, revision, each)),
    released: {
      release: release.number,
      tag: `qms/release/${String(release.number)}`,
      digest: release.digest,
      commit: release.commit,
      person: release.person,
      name: release.personName,
      time: formatSignedInstant(release.time),
      key: release.key.fingerprint,
      algorithm: release.key.algorithm,
      statement: text.statement,
      signature: text.signature,
      steps: releaseSteps(register, release),
    },
    commands: checkCommands(register, release, revision),
  };
}

/** The bytes that the content digest hashes (register format, "Content and its digest"). */
function manifestOf(revision: Revision): string {
  // Of a record whose files are gone there is none, and the beginning of one would look like it.
  if (revision.files.length === 0) return '';
  const lines = [...revision.files]
    .sort((one, other) => compareCodePoints(one.path, other.path))
    .map((file) => `${file.sha256} ${String(file.size)} ${file.path}\n`);
  return `qms-content 1\n${lines.join('')}`;
}

function approvalEvidence(
  release: Release,
  revision: Revision,
  approval: CountedApproval,
): ApprovalEvidence {
  const text = tagText(approval.raw);
  return {
    tag: approval.name,
    digest: approval.digest,
    commit: approval.commit,
    person: approval.person,
    name: approval.personName,
    as: approval.as.map((as) => ({
      role: as.role,
      roleTitle: release.rules.roles.get(as.role) ?? as.role,
      meaning: as.meaning,
    })),
    decision: approval.decision,
    time: formatSignedInstant(approval.time),
    key: approval.key.fingerprint,
    algorithm: approval.key.algorithm,
    comment: approval.comment,
    statement: text.statement,
    signature: text.signature,
    steps: approvalSteps(release, revision, approval),
  };
}
