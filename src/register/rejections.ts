import { personWithKey } from '../approval/entitlement.ts';
import { parseStatement } from '../approval/parse-statement.ts';
import { parseTag } from '../git/tag.ts';
import { makeProblem, type Problem } from '../problem/problem.ts';
import type { Chain } from './chain.ts';
import type { LooseApproval } from './loose-tags.ts';
import { judgeLooseApproval } from './loose-tags.ts';
import type {
  CountedApproval,
  RegisteredDocument,
  Release,
  ReleaseAct,
  Revision,
} from './register.ts';

/** Rejections that stand against releases, and those that came after. */
export interface Rejections {
  readonly problems: readonly Problem[];
  /** `<id> <revision>` → why it is in doubt. */
  readonly contested: ReadonlyMap<string, readonly string[]>;
}

/**
 * Judge every rejection against the release that put the content it speaks of.
 * @see shared register format, "Verification" 6
 */
export function judgeRejections(
  approvals: readonly LooseApproval[],
  chain: Chain,
  now: number,
): Rejections {
  const problems: Problem[] = [];
  const contested = new Map<string, string[]>();
  const newest = chain.rulesHistory.at(-1);
  if (newest === undefined) return { problems, contested };
  for (const rejection of approvals) {
    const { statement } = rejection.tag;
    if (statement.decision !== 'reject') continue;
    for (const line of statement.documents) {
      const document = chain.documents.get(line.id);
      const revision = document?.revisions.find(
        (one) => one.revision === line.revision && one.digest === line.digest,
      );
      if (document === undefined || revision === undefined) continue;
      const release = chain.releases[revision.put.release - 1];
      if (release === undefined) continue;
      if (!mayReject(rejection, revision, release, chain, now)) continue;
      const time = rejection.tag.tag.tagger.seconds;
      if (hasApprovedSince(rejection, revision, approvals, chain, now)) continue;
      if (isSettled(document, revision, time, chain)) continue;
      const who = `${statement.person} in ${rejection.name}`;
      const about = {
        place: { ref: `refs/tags/qms/release/${String(release.number)}` },
        related: { ref: `refs/tags/${rejection.name}` },
        document: line.id,
        revision: line.revision,
        release: release.number,
      };
      if (time <= release.time.seconds) {
        const message = `${line.id} revision ${line.revision} was released although ${who} had rejected it.`;
        problems.push(makeProblem('release/rejected', { ...about, message }));
        const key = `${line.id} ${line.revision}`;
        contested.set(key, [...(contested.get(key) ?? []), `rejected by ${who} before release`]);
      } else {
        const message = `${line.id} revision ${line.revision} was rejected after its release by ${who}.`;
        problems.push(makeProblem('release/rejected-later', { ...about, message }));
      }
    }
  }
  return { problems, contested };
}

/**
 * Whether the signer holds, under the rules of that release, the role of one of its requirements
 * (whatever the rejection claims), with a key of those rules and of the newest: a leaver could
 * antedate one.
 */
function mayReject(
  rejection: LooseApproval,
  revision: Revision,
  release: Release,
  chain: Chain,
  now: number,
): boolean {
  const { verdict, tag } = rejection;
  const newest = chain.rulesHistory.at(-1);
  if (!verdict.good || newest === undefined) return false;
  const faults = judgeLooseApproval(rejection, release.rules, chain.anchor, now);
  // Roles that the statement claims don't matter here, everything else does.
  if (faults.some((problem) => problem.code !== 'approval/role')) return false;
  const { person } = tag.statement;
  if (personWithKey(newest, verdict.key, 'approve')?.id !== person) return false;
  const roles = release.rules.people.get(person)?.roles ?? [];
  const type = release.rules.types.get(revision.type.id) ?? revision.type;
  const requirements = [...type.approvals, ...(revision.frontMatter?.approval ?? [])];
  return requirements.some((requirement) => roles.includes(requirement.role));
}

/** Whether the same person approved the same content later; at the same second it stands. */
function hasApprovedSince(
  rejection: LooseApproval,
  revision: Revision,
  approvals: readonly LooseApproval[],
  chain: Chain,
  now: number,
): boolean {
  const { person } = rejection.tag.statement;
  const time = rejection.tag.tag.tagger.seconds;
  const newest = chain.rulesHistory.at(-1);
  const counted = revision.put.approvals.some(
    (approval) => approval.person === person && approval.time.seconds > time,
  );
  if (counted) return true;
  // One that another release counted, for another document of the same change order.
  const elsewhere = chain.releases.some((release) =>
    release.approvals.some(
      (approval) =>
        approval.person === person &&
        approval.decision === 'approve' &&
        approval.time.seconds > time &&
        approval.documents.includes(revision.document) &&
        speaksOfContent(approval.raw, revision),
    ),
  );
  if (elsewhere) return true;
  return approvals.some(
    (approval) =>
      newest !== undefined &&
      approval.tag.statement.decision === 'approve' &&
      approval.tag.statement.person === person &&
      approval.tag.tag.tagger.seconds > time &&
      approval.tag.statement.documents.some(
        (line) => line.id === revision.document && line.digest === revision.digest,
      ) &&
      judgeLooseApproval(approval, newest, chain.anchor, now).length === 0,
  );
}

/** Whether the statement in the raw tag of a counted approval names this content. */
function speaksOfContent(raw: Uint8Array, { document, digest }: Revision): boolean {
  const tag = parseTag(raw);
  const read = tag.ok ? parseStatement(tag.value.message) : undefined;
  return (
    read?.ok === true &&
    read.statement.kind === 'approval' &&
    read.statement.documents.some((line) => line.id === document && line.digest === digest)
  );
}

/**
 * A later confirmation, next revision or end of the document, with approvals later than the
 * rejection, settles it.
 */
function isSettled(
  document: RegisteredDocument,
  revision: Revision,
  time: number,
  chain: Chain,
): boolean {
  const later = document.revisions.slice(document.revisions.indexOf(revision) + 1);
  const acts: readonly ReleaseAct[] = [
    ...[revision, ...later].flatMap((one) => one.confirmations),
    ...later.map((one) => one.put),
    ...(document.end === undefined ? [] : [document.end]),
  ];
  return acts.some((act) => {
    // Where nothing was asked for, whoever made the release decided.
    if (act.filled.length === 0) {
      const release = chain.releases[act.release - 1];
      return release !== undefined && release.time.seconds > time;
    }
    const used = new Set(act.filled.flatMap((one) => one.by.map((by) => by.approval)));
    const filling: CountedApproval[] = act.approvals.filter((one) => used.has(one.name));
    return filling.length > 0 && filling.every((one) => one.time.seconds > time);
  });
}
