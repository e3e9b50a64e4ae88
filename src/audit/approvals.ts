import type { CountedApproval, Release, ReleaseAct } from '../register/register.ts';
import { formatSignedInstant } from './instant.ts';

/** One requirement that one person filled with one signed statement. */
export interface ApprovalView {
  readonly person: string;
  /** The person's name in the rules of that release. */
  readonly name: string;
  readonly role: string;
  readonly roleTitle: string;
  readonly meaning: string;
  /** RFC 3339 with the offset that the signer stated: the signer's claim. */
  readonly time: string;
  /** Fingerprint of the key. */
  readonly key: string;
  readonly algorithm: string;
  /** Tag name below `refs/tags/`. */
  readonly tag: string;
  /** SHA-256 of the raw tag object. */
  readonly digest: string;
  readonly comment: string;
}

/** An approval that a release names and that fills nothing. */
export interface NotCountedView {
  readonly person: string;
  /** The person's name in the rules of that release. */
  readonly name: string;
  /** Tag name below `refs/tags/`. */
  readonly tag: string;
  /** Words that follow the name: `wrote 3 of the 5 commits since revision 2`. */
  readonly why: string;
}

/** The approvals of one act that fill nothing, and why. */
export function notCountedIn(act: ReleaseAct, release: Release | undefined): NotCountedView[] {
  return act.notCounted.map(({ person, approval, why }) => ({
    person,
    name: release?.rules.people.get(person)?.name ?? person,
    tag: approval,
    why,
  }));
}

/** The approvals that filled the requirements of one act, in the order of the requirements. */
export function approvalsOf(act: ReleaseAct, release: Release | undefined): ApprovalView[] {
  const views: ApprovalView[] = [];
  for (const requirement of act.filled) {
    for (const by of requirement.by) {
      const approval = act.approvals.find(
        (each) => each.name === by.approval || each.digest === by.approval,
      );
      if (approval === undefined) continue;
      views.push(viewOf(approval, requirement.role, requirement.meaning, release));
    }
  }
  return views;
}

function viewOf(
  approval: CountedApproval,
  role: string,
  meaning: string,
  release: Release | undefined,
): ApprovalView {
  return {
    person: approval.person,
    name: approval.personName,
    role,
    roleTitle: release?.rules.roles.get(role) ?? role,
    meaning,
    time: formatSignedInstant(approval.time),
    key: approval.key.fingerprint,
    algorithm: approval.key.algorithm,
    tag: approval.name,
    digest: approval.digest,
    comment: approval.comment,
  };
}
