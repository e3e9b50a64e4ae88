import type { ObjectStore } from '../git/object-store.ts';
import type { Repository } from '../git/repository.ts';
import { nodeCryptography } from '../git/node-cryptography.ts';
import { type Problem, QmsError } from '../problem/problem.ts';
import { isBeyond } from '../register/beyond.ts';
import type { Chain } from '../register/chain.ts';
import type { PlanningGround } from '../register/making/fill-lines.ts';
import { type Offer, readOfferedApprovals } from '../register/making/offered-approvals.ts';
import { ObjectReader } from '../register/object-reader.ts';
import type { Register, Verification } from '../register/register.ts';
import type { TrustMaterial } from './open-register.ts';

/** A verified register to which something is to be added. */
export interface MakingGround {
  readonly repository: Repository;
  readonly store: ObjectStore;
  readonly trust: TrustMaterial;
  readonly verification: Verification;
  readonly register: Register;
  readonly chain: Chain;
}

/** Doubts about documents that only a new release can settle, so they can't be in its way. */
const settledByReleasing: readonly string[] = ['release/contested', 'release/rejected'];

/**
 * Refuse to sign anything over a register that does not verify: a statement names the anchor, and
 * whoever signs must know that it is theirs. Tags beyond the last good release stop nobody, but
 * one that has the number of the next release stops that release.
 * @throws {QmsError} the problems.
 */
export function requireSound(verification: Verification, stage: 'approval' | 'release'): void {
  const last = verification.chain?.releases.length ?? 0;
  const takesNumber = ({ code, release }: Problem): boolean =>
    stage === 'release' && release === last + 1 && code !== 'chain/gap';
  const [first, ...rest] = verification.problems
    .filter(
      (problem) =>
        problem.severity !== 'warning' &&
        !settledByReleasing.includes(problem.code) &&
        !(isBeyond(problem, last) && !takesNumber(problem)),
    )
    .map((problem) => (isBeyond(problem, last) ? withDeletion(problem, last + 1) : problem));
  if (first !== undefined) throw new QmsError(first, ...rest);
}

/** A tag that is no release and has the number of the next one has to go before it. */
function withDeletion(problem: Problem, release: number): Problem {
  // Damage may be here alone: a good release elsewhere is fetched again.
  if (problem.code.startsWith('git/')) return problem;
  const tag = `qms/release/${String(release)}`;
  return {
    ...problem,
    remedy: `It has the number of the next release and is none. Delete it here and where it came from: git tag -d ${tag}; git push origin :refs/tags/${tag}`,
  };
}

/** The top of the working tree, or the Git folder of a bare repository. */
export function topOf(repository: Repository): string {
  return repository.workTree ?? repository.gitDir;
}

/** What plans are made over. @param now Seconds since the epoch. */
export function planningGround(
  { chain, store, register }: MakingGround,
  signer: string,
  now: number,
): PlanningGround {
  return {
    chain,
    rules: register.rules,
    reader: new ObjectReader(store),
    cryptography: nodeCryptography,
    now,
    signer,
  };
}

/** Approvals and rejections in the repository, judged under the rules in force. */
export async function offeredApprovals({
  store,
  chain,
  register,
}: Pick<MakingGround, 'store' | 'chain' | 'register'>): Promise<Offer> {
  return readOfferedApprovals(store, chain.anchor, register.rules, nodeCryptography);
}
