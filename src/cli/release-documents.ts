import { requirementText } from '../approval/requirements.ts';
import { resolveCommit } from '../git/resolve-commit.ts';
import { type Problem, QmsError } from '../problem/problem.ts';
import type { ReleaseDraft } from '../register/making/make-release.ts';
import type { ReleaseWish, WrittenRevision } from '../register/making/plan-lines.ts';
import type { ReleasePlan } from '../register/making/plan-release.ts';
import { remoteFor } from './approve-documents.ts';
import { confirmed } from './ask.ts';
import type { ReleaseFlags } from './commands/release.ts';
import { Interrupted } from './failure.ts';
import { type MakingGround, requireSound, topOf } from './making-ground.ts';
import { openedFrom, withVerification } from './open-register.ts';
import { moveRegisterOn, requireRegisterNotCheckedOut } from './register-branch.ts';
import { findReady, planReleaseOf, type SignedRelease, signRelease } from './releasing.ts';
import type { Session } from './session.ts';
import { signingPerson, type SigningPerson } from './signing-person.ts';
import { WrittenDocuments } from './written-documents.ts';

interface Wanted {
  readonly wish: ReleaseWish;
  /** The commit that holds what is put. */
  readonly content: string;
  /** With `--all`: why other documents are not among it. */
  readonly leftOut: readonly Problem[];
}

/** Plan, sign, verify and record the next release. */
export async function release(
  session: Session,
  ids: readonly string[],
  flags: ReleaseFlags,
): Promise<number> {
  return withVerification(session, async (verified) => {
    requireSound(verified.verification, 'release');
    const ground: MakingGround = openedFrom(verified, session);
    const top = topOf(ground.repository);
    if (flags.dryRun !== true) {
      await requireRegisterNotCheckedOut(ground.repository);
      await moveRegisterOn(ground.repository, ground.store, ground.register, 'leave');
    }
    const signing = await signingPerson(top, ground.register.rules, 'release', session);
    const wanted = await wantedBy(ids, flags, ground, signing);
    const comment = flags.message ?? '';
    const plan = await planReleaseOf(wanted.wish, wanted.content, comment, ground, signing);
    if (flags.dryRun === true) return dryRun(plan, wanted, session);
    if (plan.draft === undefined) {
      if (plan.problems.length === 0) throw nothingToRelease(wanted);
      const [first, ...rest] = plan.problems;
      if (first !== undefined) throw new QmsError(first, ...rest);
    }
    const { draft } = plan;
    if (draft === undefined) throw new Error('a plan without problems has a draft');
    if (session.surroundings.terminal.input && flags.yes !== true) {
      session.say(describe(draft).join('\n'));
      const question = `Sign release ${String(draft.statement.release)}?`;
      if (!(await confirmed(question, session))) throw new Interrupted();
    }
    const remote = await remoteFor(flags.push, top, session);
    const signed = await signRelease(draft, ground, signing, remote, (text) => {
      session.say(text);
    });
    sayReleased(draft, signed, wanted, remote, session);
    return 0;
  });
}

async function wantedBy(
  ids: readonly string[],
  flags: ReleaseFlags,
  ground: MakingGround,
  signing: SigningPerson,
): Promise<Wanted> {
  const { repository, store, register, chain } = ground;
  const wish = {
    put: [],
    withdraw: [...new Set(flags.withdraw ?? [])],
    confirm: [...new Set(flags.confirm ?? [])],
    dispose: [...new Set(flags.dispose ?? [])],
    effective: flags.effective,
  };
  if (ids.length === 0 && flags.all !== true) return { wish, content: '', leftOut: [] };
  const content = await resolveCommit(repository, store, flags.at ?? 'HEAD');
  const documents = await WrittenDocuments.read(store, content, register.rules, chain.root);
  const put = new Map<string, WrittenRevision>();
  for (const id of ids) put.set(id, await documents.get(id, register.documents.get(id)));
  if (flags.all !== true)
    return { wish: { ...wish, put: [...put.values()] }, content, leftOut: [] };
  const ready = await findReady(documents, ground, signing);
  for (const one of ready.put) put.set(one.id, one);
  return { wish: { ...wish, put: [...put.values()] }, content, leftOut: ready.problems };
}

function nothingToRelease(wanted: Wanted): QmsError {
  const [first, ...rest] = wanted.leftOut;
  if (first !== undefined) return new QmsError(first, ...rest);
  return QmsError.of('cli/nothing-to-do', {
    message: `Every document in commit ${wanted.content.slice(0, 12)} is released as it stands.`,
    place: {},
  });
}

/** What a release would say, one line a document. */
function describe({ statement }: ReleaseDraft): readonly string[] {
  return [
    `Release ${String(statement.release)}`,
    ...statement.put.map((one) => `  ${one.id} revision ${one.revision} from ${one.day}`),
    ...statement.withdraw.map((one) => `  ${one.id} withdrawn from ${one.day}`),
    ...statement.confirm.map((one) => `  ${one.id} revision ${one.revision} confirmed`),
    ...statement.dispose.map((one) => `  ${one.id} disposed of`),
    ...statement.approvals.map((one) => `  rests on ${one.name}`),
  ];
}

function dryRun(plan: ReleasePlan, wanted: Wanted, session: Session): number {
  const problems = [...plan.problems, ...wanted.leftOut];
  const lines = plan.lines.map(({ line, filling, approvals, notCounted }) => ({
    act: line.act,
    document: line.document,
    revision: line.revision,
    day: line.day,
    digest: line.digest,
    approvals: approvals.map((one) => one.name),
    notCounted: notCounted.map(({ person, approval, why }) => ({ person, approval, why })),
    missing: filling.missing.map(requirementText),
  }));
  if (session.json) session.printJson({ lines, problems });
  else {
    if (plan.draft !== undefined) {
      session.print(describe(plan.draft).join('\n'));
      for (const { document, person, why } of lines.flatMap((line) =>
        line.notCounted.map((one) => ({ ...one, document: line.document })),
      )) {
        session.say(`  not counted for ${document}: ${person} ${why}`);
      }
    }
    session.sayProblems(problems);
    session.say(
      plan.draft === undefined
        ? 'Nothing would be released.'
        : 'Nothing was signed. The same command without --dry-run releases it.',
    );
  }
  return plan.draft === undefined ? 1 : 0;
}

function sayReleased(
  draft: ReleaseDraft,
  signed: SignedRelease,
  wanted: Wanted,
  remote: string | undefined,
  session: Session,
): void {
  const { made, number, head, verification } = signed;
  const { statement } = draft;
  if (session.json) {
    session.printJson({
      release: number,
      tag: made.ref.name.slice('refs/tags/'.length),
      digest: made.digest,
      commit: made.commit,
      head,
      outcome: verification.outcome,
      put: statement.put,
      withdraw: statement.withdraw,
      confirm: statement.confirm,
      dispose: statement.dispose,
      approvals: statement.approvals,
    });
    return;
  }
  session.print(describe(draft).join('\n'));
  session.sayProblems(wanted.leftOut);
  session.say(
    remote === undefined
      ? "Signed, verified and recorded. Share it: git push <remote> 'refs/tags/qms/*' register"
      : `Signed, verified, pushed to ${remote} and recorded. See it: qms serve`,
  );
}
