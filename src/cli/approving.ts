import { formatStatement } from '../approval/format-statement.ts';
import { nodeCryptography } from '../git/node-cryptography.ts';
import type { Problem } from '../problem/problem.ts';
import { QmsError } from '../problem/problem.ts';
import { fillLines, type FilledLine } from '../register/making/fill-lines.ts';
import { makeTag, type MadeTag } from '../register/making/make-release.ts';
import { NewObjects } from '../register/making/new-objects.ts';
import {
  type ApprovalPlan,
  type ApprovalWish,
  planApproval,
} from '../register/making/plan-approval.ts';
import { type PlannedLine, planLines, type ReleaseWish } from '../register/making/plan-lines.ts';
import type { Verification } from '../register/register.ts';
import { type MakingGround, offeredApprovals, planningGround } from './making-ground.ts';
import { recordApprovals } from './record-made.ts';
import type { SigningPerson } from './signing-person.ts';

/** What is to be decided about documents, with the commit that the statement will point at. */
export interface ApprovalRequest extends Omit<ApprovalWish, 'documents'> {
  readonly subjects: ReleaseWish;
  readonly commit: string;
}

export interface PlannedApproval {
  readonly plan: ApprovalPlan;
  readonly lines: readonly PlannedLine[];
  readonly commit: string;
}

/** Days are asked when a document is released, not when it is approved. */
const askedAtRelease: readonly string[] = [
  'release/day',
  'making/retention',
  'release/rules-alone',
];

/**
 * Plan an approval: which documents, as what, under which name.
 * @throws {QmsError} every reason why it can not be given.
 */
export async function planApprovalOf(
  request: ApprovalRequest,
  ground: MakingGround,
  signing: SigningPerson,
): Promise<PlannedApproval> {
  const { chain, register, store } = ground;
  const { rules } = register;
  const { lines, problems } = planLines(request.subjects, chain, rules, signing.tagger.seconds);
  const standing = problems.filter((problem) => !askedAtRelease.includes(problem.code));
  const refs = await store.refs('refs/tags/qms/');
  const taken = new Set(refs.map((ref) => ref.name.slice('refs/tags/'.length)));
  for (const known of chain.countedTags.keys()) taken.add(known.slice(known.indexOf(' ') + 1));
  const documents = lines.map((line) => ({
    id: line.document,
    revision: line.revision,
    digest: line.digest,
    path: line.path,
    requirements: line.requirements,
  }));
  const plan = planApproval({ ...request, documents }, signing.person, rules, chain.anchor, taken);
  throwFirst([...standing, ...(standing.length > 0 ? [] : plan.problems)]);
  return { plan, lines, commit: request.commit };
}

function throwFirst(problems: readonly Problem[]): void {
  const [first, ...rest] = problems;
  if (first !== undefined) throw new QmsError(first, ...rest);
}

/** Where the documents of an approval stand with the approvals that lie in the repository. */
export async function standingOf(
  planned: PlannedApproval,
  ground: MakingGround,
  signing: SigningPerson,
): Promise<readonly FilledLine[]> {
  const offered = await offeredApprovals(ground);
  const putting = planned.lines.some((line) => line.act === 'put');
  return fillLines(
    planned.lines,
    offered,
    putting ? planned.commit : undefined,
    planningGround(ground, signing.person.id, signing.tagger.seconds),
  );
}

/** An approval that is recorded. */
export interface SignedApproval {
  readonly planned: PlannedApproval;
  readonly made: MadeTag;
}

/**
 * Sign planned approvals, verify them, and write their tags, all or none.
 * @param remote  Where they are pushed to first.
 */
export async function signApprovals(
  planned: readonly PlannedApproval[],
  ground: MakingGround,
  { tagger, signer }: SigningPerson,
  remote?: string,
): Promise<{
  readonly signed: readonly SignedApproval[];
  readonly verification: Verification;
}> {
  const objects = new NewObjects(nodeCryptography);
  const signed: SignedApproval[] = [];
  for (const one of planned) {
    const { plan, commit } = one;
    const message = formatStatement(plan.statement);
    const { sign } = signer;
    const made = await makeTag(plan.name, commit, tagger, message, sign, objects, nodeCryptography);
    signed.push({ planned: one, made });
  }
  const verification = await recordApprovals(
    signed.map(({ made }) => made),
    objects,
    { ...ground, now: tagger.seconds, previous: ground.verification, remote },
  );
  return { signed, verification };
}
