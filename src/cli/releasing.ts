import type { Digest } from '../document/document.ts';
import { rulesId } from '../document/identity.ts';
import { successor } from '../document/revision.ts';
import { nodeCryptography } from '../git/node-cryptography.ts';
import { lockRemedy } from '../git/left-lock.ts';
import type { Repository } from '../git/repository.ts';
import { type Problem, QmsError } from '../problem/problem.ts';
import { fillLines } from '../register/making/fill-lines.ts';
import { makeRelease, type MadeTag, type ReleaseDraft } from '../register/making/make-release.ts';
import { statementComment } from '../register/making/plan-approval.ts';
import {
  planLines,
  type ReleaseWish,
  type WrittenRevision,
} from '../register/making/plan-lines.ts';
import { planRelease, type ReleasePlan } from '../register/making/plan-release.ts';
import type { Verification } from '../register/register.ts';
import { type MakingGround, offeredApprovals, planningGround } from './making-ground.ts';
import { mapProblems, recordRelease } from './record-made.ts';
import { rememberHead } from './remembered-head.ts';
import type { SigningPerson } from './signing-person.ts';
import type { WrittenDocuments } from './written-documents.ts';

/** Plan a release over the approvals that lie in the repository. */
export async function planReleaseOf(
  wish: ReleaseWish,
  content: string,
  comment: string,
  ground: MakingGround,
  signing: SigningPerson,
): Promise<ReleasePlan> {
  const { rules } = ground.register;
  if (!signing.person.roles.includes(rules.releaseRole)) {
    throw QmsError.of('release/role', {
      message: `${signing.person.name} (${signing.person.id}) does not hold the role ${rules.releaseRole}, which releases.`,
      place: {},
    });
  }
  const offered = await offeredApprovals(ground);
  return planRelease(
    wish,
    offered,
    content,
    statementComment(comment),
    planningGround(ground, signing.person.id, signing.tagger.seconds),
  );
}

/** What `--all` finds: revisions that could be released now, and why others could not. */
export interface Ready {
  readonly put: readonly WrittenRevision[];
  readonly problems: readonly Problem[];
}

/** Whether a commit holds the next revision of a document, or a new document. */
function isNext(id: string, written: WrittenDocuments, ground: MakingGround): boolean {
  const known = ground.register.documents.get(id);
  if (known?.end !== undefined) return false;
  const last = known?.revisions.at(-1);
  const revision = written.revisionOf(id);
  return (
    last === undefined || revision === successor(known?.type.revisions ?? 'number', last.revision)
  );
}

/**
 * Find every document of a commit that is approved and not yet released. The rules are left out:
 * they are released on their own.
 */
export async function findReady(
  written: WrittenDocuments,
  ground: MakingGround,
  signing: SigningPerson,
): Promise<Ready> {
  const { chain, register } = ground;
  const now = signing.tagger.seconds;
  const problems: Problem[] = [];
  const candidates: WrittenRevision[] = [];
  for (const id of written.ids) {
    if (id === rulesId || !isNext(id, written, ground)) continue;
    try {
      candidates.push(await written.get(id, register.documents.get(id)));
    } catch (error) {
      if (!(error instanceof QmsError)) throw error;
      problems.push(...error.problems);
    }
  }
  const none = { withdraw: [], confirm: [], dispose: [], effective: undefined };
  const { lines } = planLines({ ...none, put: candidates }, chain, register.rules, now);
  const filled = await fillLines(
    lines,
    await offeredApprovals(ground),
    written.commit,
    planningGround(ground, signing.person.id, now),
  );
  const good = new Set<string>();
  for (const one of filled) {
    if (one.problems.length === 0) good.add(one.line.document);
    else problems.push(...one.problems);
  }
  return { put: candidates.filter((one) => good.has(one.id)), problems };
}

/** A release that is recorded. */
export interface SignedRelease {
  readonly made: MadeTag;
  readonly number: number;
  /** `<n>:sha256:…`. */
  readonly head: `${string}:${Digest}`;
  readonly verification: Verification;
}

/**
 * Sign a planned release, verify the register with it, and write it: objects, then tag and branch
 * in one transaction; then remember it as the newest that is known.
 * @param remote  Where it is pushed to before it is recorded here.
 * @param say     Told what was left undone without harm.
 */
export async function signRelease(
  draft: ReleaseDraft,
  ground: MakingGround,
  signing: SigningPerson,
  remote?: string,
  say?: (text: string) => void,
): Promise<SignedRelease> {
  const { tagger, signer } = signing;
  const made = await makeRelease(draft, tagger, signer.sign, nodeCryptography);
  const approvals = draft.statement.approvals.map((one) => one.name);
  const verification = await recordRelease(made, approvals, {
    ...ground,
    now: tagger.seconds,
    previous: ground.verification,
    remote,
    say,
  });
  const number = draft.statement.release;
  const head = `${String(number)}:${made.digest}` as const;
  await noteRelease(ground.repository, number, head);
  return { made, number, head, verification };
}

/** Remember the newest release; where that fails, say that the release itself stands. */
export async function noteRelease(
  repository: Repository,
  number: number,
  head: string,
): Promise<void> {
  const notes = 'run qms verify, which notes it';
  const error = await rememberHead(repository, head);
  if (error === undefined) return;
  throw new QmsError(
    ...mapProblems(error, ({ code, message }) => ({
      code,
      message: `Release ${String(number)} is signed and recorded; only that it is the newest could not be noted. ${message}`,
      remedy: lockRemedy(message, notes) ?? `Remove the cause, then ${notes}.`,
    })),
  );
}
