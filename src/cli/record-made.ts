import { nodeCryptography } from '../git/node-cryptography.ts';
import type { ObjectStore } from '../git/object-store.ts';
import { type RefChange, updateRefs } from '../git/ref-transaction.ts';
import type { Repository } from '../git/repository.ts';
import { writeObjects } from '../git/writing.ts';
import { type Problem, QmsError } from '../problem/problem.ts';
import type { MadeTag } from '../register/making/make-release.ts';
import { storeWith } from '../register/making/new-objects.ts';
import type { Verification } from '../register/register.ts';
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
}

const registerBranch = 'refs/heads/register';

const sameProblem = (a: Problem, b: Problem): boolean =>
  a.code === b.code && a.message === b.message && a.place.ref === b.place.ref;

/**
 * Verify the repository as it would be with a new tag, in process and before anything is written.
 * @throws {QmsError} what verification finds that it did not find before.
 */
async function verifyMade(made: MadeTag, recording: Recording): Promise<Verification> {
  const { store, trust, now, previous } = recording;
  const verification = await verifyRegister({
    store: storeWith(store, made.objects, [made.ref]),
    cryptography: nodeCryptography,
    ...trust,
    now,
    ...(previous === undefined ? {} : { previous }),
  });
  const fresh = verification.problems.filter(
    (problem) =>
      (problem.severity !== 'warning' || problem.place.ref === made.ref.name) &&
      !(previous?.problems ?? []).some((known) => sameProblem(known, problem)),
  );
  const [first, ...rest] = fresh;
  if (first !== undefined) throw new QmsError(first, ...rest);
  return verification;
}

async function write(
  made: MadeTag,
  { repository }: Recording,
  changes: readonly RefChange[],
): Promise<void> {
  // Objects first: without a ref they are harmless, and whoever sees the ref finds them there.
  await writeObjects(repository, made.objects.values());
  await updateRefs(repository, changes);
}

/** Record an approval: its objects, then its tag, which must not exist yet. */
export async function recordApproval(made: MadeTag, recording: Recording): Promise<Verification> {
  const verification = await verifyMade(made, recording);
  await write(made, recording, [{ name: made.ref.name, to: made.ref.id, from: 'absent' }]);
  return verification;
}

/**
 * Record a release: its objects, then in one transaction its tag, which must not exist yet, and
 * the branch `register`, unless that branch holds something else than a release.
 * @returns The verification with the release in it.
 */
export async function recordRelease(made: MadeTag, recording: Recording): Promise<Verification> {
  const verification = await verifyMade(made, recording);
  const [branch] = (await recording.store.refs(registerBranch)).filter(
    (ref) => ref.name === registerBranch,
  );
  const releases = recording.previous?.register?.releases ?? [];
  const ours = branch === undefined || releases.some((one) => one.commit === branch.id);
  const changes: RefChange[] = [{ name: made.ref.name, to: made.ref.id, from: 'absent' }];
  if (ours) changes.push({ name: registerBranch, to: made.commit, from: branch?.id ?? 'absent' });
  await write(made, recording, changes);
  return verification;
}
