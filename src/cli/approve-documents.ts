import { formatStatement } from '../approval/format-statement.ts';
import type { Decision } from '../approval/statement.ts';
import { runGit } from '../git/git-program.ts';
import { resolveCommit } from '../git/resolve-commit.ts';
import { QmsError } from '../problem/problem.ts';
import type { FilledLine } from '../register/making/fill-lines.ts';
import type { ReleaseWish, WrittenRevision } from '../register/making/plan-lines.ts';
import { type PlannedApproval, planApprovalOf, signApprovals, standingOf } from './approving.ts';
import { confirmed } from './ask.ts';
import { type ApproveFlags, asFrom, decisionFrom } from './commands/approve.ts';
import { Interrupted } from './failure.ts';
import { gitSetting } from './git-user.ts';
import { type MakingGround, requireSound, topOf } from './making-ground.ts';
import { openedFrom, withVerification } from './open-register.ts';
import type { Session } from './session.ts';
import { signingPerson, type SigningPerson } from './signing-person.ts';
import { fold } from './table.ts';
import { WrittenDocuments } from './written-documents.ts';

const nothing: ReleaseWish = {
  put: [],
  withdraw: [],
  confirm: [],
  dispose: [],
  effective: undefined,
};

/** The remote to push to: the one named, or Git's default; undefined for none. */
export async function remoteFor(
  push: string | true | undefined,
  folder: string,
  session: Session,
): Promise<string | undefined> {
  if (push !== true) return push;
  const { env } = session.surroundings;
  return (await gitSetting('remote.pushDefault', folder, env)) ?? 'origin';
}

/** Sign the decision of the flags about documents: one statement each, or one change order. */
export async function approve(
  session: Session,
  ids: readonly string[],
  flags: ApproveFlags,
): Promise<number> {
  const decision = decisionFrom(flags);
  return withVerification(session, async (verified) => {
    requireSound(verified.verification, 'approval');
    const ground: MakingGround = openedFrom(verified, session);
    const { rules } = ground.register;
    const top = topOf(ground.repository);
    const signing = await signingPerson(top, rules, 'approve', session);
    const wanted = [...new Set(ids)];
    const groups = flags.changeOrder === undefined ? wanted.map((id) => [id]) : [wanted];
    const planned: PlannedApproval[] = [];
    for (const group of groups) {
      const subject = await subjectOf(group, decision, flags, ground);
      planned.push(
        await planApprovalOf(
          {
            ...subject,
            decision,
            as: (flags.as ?? []).map(asFrom),
            comment: flags.message ?? '',
            changeOrder: flags.changeOrder,
          },
          ground,
          signing,
        ),
      );
    }
    if (flags.print === true) return printStatements(planned, session);
    await showBeforeSigning(planned, ground, signing, flags, session);
    const remote = await remoteFor(flags.push, top, session);
    const { signed } = await signApprovals(planned, ground, signing, remote);
    if (session.json) {
      session.printJson({
        approvals: signed.map(({ made, planned: { plan } }) => ({
          tag: plan.name,
          digest: made.digest,
          commit: made.commit,
          ...plan.statement,
        })),
      });
      return 0;
    }
    for (const { planned: one } of signed) {
      const where = remote === undefined ? '' : ` and pushed it to ${remote}`;
      session.print(`Signed ${one.plan.name}${where}`);
      await sayStanding(one, decision, ground, signing, session);
    }
    return 0;
  });
}

/** The documents, and the commit at which the statement points. */
async function subjectOf(
  ids: readonly string[],
  decision: Decision,
  flags: ApproveFlags,
  ground: MakingGround,
): Promise<{ readonly subjects: ReleaseWish; readonly commit: string }> {
  const { repository, store, register, chain } = ground;
  if (decision !== 'approve' && decision !== 'reject') {
    const subjects = { ...nothing, [decision]: ids };
    if (flags.at !== undefined) {
      return { subjects, commit: await resolveCommit(repository, store, flags.at) };
    }
    // The newest of the releases that put them holds them all only if it put each; a release
    // commit holds what stays, so the newest release that put one of them will do for documents.
    const releases = ids.map(
      (id) => register.documents.get(id)?.revisions.at(-1)?.put.release ?? 1,
    );
    const newest = register.releases[Math.max(...releases) - 1];
    return { subjects, commit: newest?.commit ?? '' };
  }
  const commit = await resolveCommit(repository, store, flags.at ?? 'HEAD');
  const documents = await WrittenDocuments.read(store, commit, register.rules, chain.root);
  const put: WrittenRevision[] = [];
  for (const id of ids) put.push(await documents.get(id, register.documents.get(id)));
  if (flags.at === undefined) {
    for (const written of put) await requireSameAsCommit(written, commit, ground);
  }
  return { subjects: { ...nothing, put }, commit };
}

/** Without this, somebody would read one text in the editor and sign another. */
async function requireSameAsCommit(
  written: WrittenRevision,
  commit: string,
  { repository }: MakingGround,
): Promise<void> {
  const { workTree, env } = repository;
  if (workTree === undefined) return;
  const paths = written.files.map((file) => `:(literal,top)${file.path}`);
  const args = ['diff', '--no-ext-diff', '--no-textconv', '--name-only', '-z', commit, '--'];
  const { stdout } = await runGit([...args, ...paths], { cwd: workTree, env });
  const [changed] = new TextDecoder().decode(stdout).split('\0');
  if (changed === undefined || changed === '') return;
  throw QmsError.of('cli/document-differs', {
    message: `${changed} in the folder differs from commit ${commit.slice(0, 12)}, whose content you would sign.`,
    place: { file: changed },
    document: written.id,
    revision: written.revision,
  });
}

function printStatements(planned: readonly PlannedApproval[], session: Session): number {
  if (session.json) {
    session.printJson({
      approvals: planned.map(({ plan, commit }) => ({
        tag: plan.name,
        commit,
        ...plan.statement,
      })),
    });
    return 0;
  }
  for (const { plan, commit } of planned) {
    session.say(`Tag ${plan.name} at commit ${commit}:`);
    session.print(formatStatement(plan.statement));
  }
  return 0;
}

async function showBeforeSigning(
  planned: readonly PlannedApproval[],
  ground: MakingGround,
  signing: SigningPerson,
  flags: ApproveFlags,
  session: Session,
): Promise<void> {
  for (const one of planned) {
    for (const filled of await standingOf(one, ground, signing)) warnContributor(filled);
  }
  if (!session.surroundings.terminal.input || flags.yes === true) return;
  for (const { plan, commit } of planned) {
    session.say(
      `\nThis is signed with ${signing.signer.key.fingerprint}, at commit ${commit.slice(0, 12)}:\n`,
    );
    session.say(
      formatStatement(plan.statement)
        .trimEnd()
        .split('\n')
        .map((text) => `    ${text}`)
        .join('\n'),
    );
  }
  if (!(await confirmed('Sign it?', session))) throw new Interrupted();

  function warnContributor({ line, excluded }: FilledLine): void {
    const { id, name } = signing.person;
    const why = excluded.get(id);
    if (why === undefined) return;
    session.say(
      session.paintError(
        'yellow',
        `${line.document} asks for independent approval, and ${name} (${id}) ${why}: this approval will fill no requirement.`,
      ),
    );
  }
}

/** What the documents still lack, or what comes next. */
async function sayStanding(
  planned: PlannedApproval,
  decision: Decision,
  ground: MakingGround,
  signing: SigningPerson,
  session: Session,
): Promise<void> {
  if (decision === 'reject') {
    session.say('It stands until you approve this content or a corrected text takes its place.');
    return;
  }
  const filled = await standingOf(planned, ground, signing);
  const missing = filled.flatMap(({ problems }) => problems);
  const option = decision === 'approve' ? '' : ` --${decision}`;
  const ids = filled.map(({ line }) => line.document).join(' ');
  if (missing.length === 0) {
    const next = decision === 'approve' ? `qms release ${ids}` : `qms release${option} ${ids}`;
    session.say(`All approvals are there. Next: ${next}`);
    return;
  }
  for (const problem of missing) {
    for (const text of fold(`Still open: ${problem.message} ${problem.remedy}`, 100))
      session.say(text);
  }
}
