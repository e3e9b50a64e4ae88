import { nodeCryptography } from '../git/node-cryptography.ts';
import { pushRefs } from '../git/push.ts';
import type { ObjectStore, Ref } from '../git/object-store.ts';
import { type RefChange, updateRefs } from '../git/ref-transaction.ts';
import type { Repository } from '../git/repository.ts';
import { writeObjects } from '../git/writing.ts';
import { makeProblem, type Problem, QmsError } from '../problem/problem.ts';
import { isBeyond } from '../register/beyond.ts';
import type { MadeTag } from '../register/making/make-release.ts';
import { type NewObjects, storeWith } from '../register/making/new-objects.ts';
import { registerBranch } from '../register/register-branch.ts';
import type { Register, Verification } from '../register/register.ts';
import { verifyRegister } from '../register/verify-register.ts';
import type { TrustMaterial } from './open-register.ts';

/** Where something made is recorded, and what it is verified against before that. */
export interface Recording {
  readonly repository: Repository;
  readonly store: ObjectStore;
  readonly trust: TrustMaterial;
  /** Seconds since the epoch. */
  readonly now: number;
  /** The verification of the repository as it is; undefined before release 1. */
  readonly previous: Verification | undefined;
  /** Where it is pushed to before it is recorded here; undefined for nowhere. */
  readonly remote?: string | undefined;
  /** Told what was left undone without harm. */
  readonly say?: ((text: string) => void) | undefined;
}

const sameProblem = (a: Problem, b: Problem): boolean =>
  a.code === b.code && a.message === b.message && a.place.ref === b.place.ref;

/**
 * Verify the repository as it would be with a new tag, in process and before anything is written.
 * @throws {QmsError} what verification finds that it did not find before.
 */
async function verifyMade(
  refs: readonly Ref[],
  objects: NewObjects,
  recording: Recording,
): Promise<Verification> {
  const { store, trust, now, previous } = recording;
  const verification = await verifyRegister({
    store: storeWith(store, objects, refs),
    cryptography: nodeCryptography,
    ...trust,
    now,
    ...(previous === undefined ? {} : { previous }),
  });
  const names = new Set<string | undefined>(refs.map((ref) => ref.name));
  const last = verification.chain?.releases.length ?? 0;
  const fresh = verification.problems.filter(
    (problem) =>
      // Behind a gap that is closed now, a tag is looked at for the first time.
      (names.has(problem.place.ref) || !isBeyond(problem, last)) &&
      (problem.severity !== 'warning' || names.has(problem.place.ref)) &&
      !(previous?.problems ?? []).some((known) => sameProblem(known, problem)),
  );
  const [first, ...rest] = fresh;
  if (first !== undefined) throw new QmsError(first, ...rest);
  return verification;
}

/**
 * Write objects and refs. With a remote, the refs come into being there first: whoever loses a
 * number to somebody else then has nothing of it here either, and an end at any point leaves
 * only what a fetch completes.
 */
async function write(
  objects: NewObjects,
  changes: readonly RefChange[],
  before: readonly string[],
  recording: Recording,
): Promise<void> {
  const { repository, remote } = recording;
  // Objects first: without a ref they are harmless, and whoever sees the ref finds them there.
  await writeObjects(repository, objects.values());
  if (remote === undefined) {
    await updateRefs(repository, changes);
    return;
  }
  const refspecs = [...before, ...changes.map(({ name, to }) => `${to}:${name}`)];
  await pushFirst(refspecs, remote, recording);
  try {
    await updateRefs(repository, changes);
  } catch (error) {
    if (!(error instanceof QmsError)) throw error;
    throw new QmsError(
      ...mapProblems(error, ({ code, message }) => ({
        code,
        message: `${message} The push to ${remote} is done: what was signed stands there.`,
        remedy: `Remove the cause, and fetch it: git fetch ${remote} --tags`,
      })),
    );
  }
}

/** Push; the branch `register` is left out where it alone is in the way. */
async function pushFirst(
  refspecs: readonly string[],
  remote: string,
  { repository, previous, say }: Recording,
): Promise<void> {
  try {
    await pushNew(repository, remote, refspecs, previous?.register);
  } catch (error) {
    if (!isBranchAlone(error)) throw error;
    // A push that was killed on the other side may have left the branch there without its tag.
    // Nobody believes the branch, and without this nobody could push a release any more.
    const tags = refspecs.filter((refspec) => !refspec.endsWith(`:${registerBranch}`));
    await pushNew(repository, remote, tags, previous?.register);
    say?.(
      `The branch register of ${remote} holds the commit of no release and was left. Whoever keeps it can delete it there: git update-ref -d ${registerBranch}`,
    );
  }
}

/** Whether a push was refused for the branch `register` alone. */
function isBranchAlone(error: unknown): boolean {
  if (!(error instanceof QmsError) || error.code !== 'git/push-failed') return false;
  return error.problems.every(({ place }) => place.ref === registerBranch);
}

/** Push, and say where it fails that nothing came of it. */
async function pushNew(
  repository: Repository,
  remote: string,
  refspecs: readonly string[],
  register: Register | undefined,
): Promise<void> {
  try {
    await pushRefs(repository, remote, refspecs);
  } catch (error) {
    if (!(error instanceof QmsError)) throw error;
    throw new QmsError(
      ...mapProblems(error, ({ code, message, remedy, place }) => ({
        code,
        message: `${message} Nothing was recorded in this repository either.`,
        remedy: lostNumberRemedy(remote, place.ref, register) ?? remedy,
      })),
    );
  }
}

/**
 * What to do where an earlier release of this clone, made without a push, lost its number to
 * somebody else's: the clone can't fetch that one before its own is taken back. Nothing does it
 * unasked, because only its maker knows whether the own one was shown to anybody.
 */
function lostNumberRemedy(
  remote: string,
  ref: string | undefined,
  register: Register | undefined,
): string | undefined {
  const lost = Number(/^refs\/tags\/qms\/release\/([0-9]+)$/u.exec(ref ?? '')?.[1]);
  const own = (register?.releases ?? []).filter((one) => one.number >= lost);
  const last = register?.releases[lost - 2];
  if (own.length === 0 || last === undefined) return undefined;
  const tags = own.map((one) => `qms/release/${String(one.number)}`).join(' ');
  const steps = [
    `git tag -d ${tags}`,
    `git update-ref ${registerBranch} ${last.commit}`,
    `git config qms.head ${String(last.number)}:${last.digest}`,
    `git fetch ${remote} --tags`,
    'qms verify',
  ];
  return (
    `Made here and not pushed, ${tags} lost to what ${remote} holds. Take your own back and ` +
    `fetch: ${steps.join(' && ')}. Approvals stay; then release again what it put, with --push.`
  );
}

type Said = Pick<Problem, 'code' | 'message' | 'remedy'>;

/** The problems of a failure, said with what it means here. */
export function mapProblems(
  error: QmsError,
  say: (problem: Problem) => Said,
): [Problem, ...Problem[]] {
  const [first, ...rest] = error.problems;
  const again = (problem: Problem): Problem => {
    const { code, message, remedy } = say(problem);
    return makeProblem(code, { message, remedy, place: problem.place });
  };
  return [again(first), ...rest.map(again)];
}

/** Record approvals, all or none: their objects, then their tags, which must not exist yet. */
export async function recordApprovals(
  made: readonly MadeTag[],
  objects: NewObjects,
  recording: Recording,
): Promise<Verification> {
  const refs = made.map((one) => one.ref);
  const verification = await verifyMade(refs, objects, recording);
  const changes = refs.map(({ name, id }): RefChange => ({ name, to: id, from: 'absent' }));
  await write(objects, changes, [], recording);
  return verification;
}

/**
 * Record a release: its objects, then in one transaction its tag, which must not exist yet, and
 * the branch `register`, unless that branch holds something else than a release.
 * @param approvals  Names of the tags that it counts; they are pushed before it.
 * @returns The verification with the release in it.
 */
export async function recordRelease(
  made: MadeTag,
  approvals: readonly string[],
  recording: Recording,
): Promise<Verification> {
  const { store, previous } = recording;
  const verification = await verifyMade([made.ref], made.objects, recording);
  const [branch] = (await store.refs(registerBranch)).filter((ref) => ref.name === registerBranch);
  const releases = previous?.register?.releases ?? [];
  const ours = branch === undefined || releases.some((one) => one.commit === branch.id);
  const changes: RefChange[] = [{ name: made.ref.name, to: made.ref.id, from: 'absent' }];
  if (ours) changes.push({ name: registerBranch, to: made.commit, from: branch?.id ?? 'absent' });
  const present = new Set((await store.refs('refs/tags/qms/')).map((ref) => ref.name));
  const before = [
    // A counted approval may have been deleted since: the release holds its bytes.
    ...approvals.map((name) => `refs/tags/${name}`).filter((name) => present.has(name)),
    // Without those before it, the other side would hold a register with a gap.
    'refs/tags/qms/release/*:refs/tags/qms/release/*',
  ];
  await write(made.objects, changes, before, recording);
  return verification;
}
