import { readLocalConfig } from '../git/configuration.ts';
import { nodeCryptography } from '../git/node-cryptography.ts';
import type { ObjectStore } from '../git/object-store.ts';
import { openStore } from '../git/open-store.ts';
import { openRepository, type Repository } from '../git/repository.ts';
import { didYouMean } from '../document/near-miss.ts';
import { exitCodes, QmsError } from '../problem/problem.ts';
import type { Chain } from '../register/chain.ts';
import type { Register, Verification } from '../register/register.ts';
import { type GivenAnchor, type GivenHead, parseHead } from '../register/trust.ts';
import { verifyRegister } from '../register/verify-register.ts';
import { countProblems } from './problem-text.ts';
import { rememberHead } from './remembered-head.ts';
import type { Session } from './session.ts';

/** What a verification is given from outside the repository. */
export interface TrustMaterial {
  readonly anchors: readonly GivenAnchor[];
  readonly heads: readonly GivenHead[];
}

const headSetting = 'qms.head in the Git configuration';

function headFrom(text: string, source: string): GivenHead {
  const head = parseHead(text);
  if (head !== undefined) return { ...head, source };
  const forget =
    'Set it to a release that you know of: git config qms.head <release>:sha256:…; or forget it, and with it what would show that releases are gone: git config --unset qms.head.';
  throw QmsError.of('head/malformed', {
    message: `The head from ${source} is "${text}", expected <release>:sha256:<64 hex digits>.`,
    place: {},
    ...(source === headSetting ? { remedy: forget } : {}),
  });
}

/**
 * Anchors and heads from outside: option, environment, local Git configuration, in this order.
 * @see shared register format, "Verification" 2 and 4
 */
export async function readTrust(session: Session, repository: Repository): Promise<TrustMaterial> {
  const { options, surroundings } = session;
  const anchors = [
    { digest: options.anchor, source: '--anchor' },
    { digest: surroundings.env['QMS_ANCHOR'], source: 'QMS_ANCHOR' },
    {
      digest: await readLocalConfig(repository, 'qms.anchor'),
      source: 'qms.anchor in the Git configuration',
    },
  ];
  const heads = [
    { text: options.head, source: '--head' },
    {
      text: await readLocalConfig(repository, 'qms.head'),
      source: headSetting,
    },
  ];
  return {
    anchors: anchors.flatMap(({ digest, source }) =>
      digest === undefined || digest === '' ? [] : [{ digest, source }],
    ),
    heads: heads.flatMap(({ text, source }) =>
      text === undefined ? [] : [headFrom(text, source)],
    ),
  };
}

/** A repository with what its verification found. */
export interface VerifiedRepository {
  readonly repository: Repository;
  readonly store: ObjectStore;
  readonly trust: TrustMaterial;
  readonly verification: Verification;
}

/**
 * Open the repository in which the command runs, verify its register, remember its head, and hand
 * it over; the store is closed afterwards.
 */
export async function withVerification<T>(
  session: Session,
  use: (verified: VerifiedRepository) => Promise<T> | T,
): Promise<T> {
  const { surroundings, folder } = session;
  const repository = await openRepository(folder, surroundings.env);
  const store = await openStore(repository);
  try {
    const trust = await readTrust(session, repository);
    let last = 0;
    const verification = await verifyRegister({
      store,
      cryptography: nodeCryptography,
      ...trust,
      now: Math.floor(surroundings.now().getTime() / 1000),
      progress: (done, all) => {
        if (all < 200 || done - last < 200) return;
        last = done;
        session.progress(`${String(done)} of ${String(all)} releases verified`);
      },
    });
    const { outcome, head } = verification;
    if (outcome === 'verified' && head !== undefined) {
      const [failed] = (await rememberHead(repository, head))?.problems ?? [];
      // Without this, a lock that somebody left would keep every later loss from being noticed.
      if (failed !== undefined) {
        session.say(
          `The newest release could not be noted in this clone. ${failed.message} ${failed.remedy}`,
        );
      }
    }
    return await use({ repository, store, trust, verification });
  } finally {
    await store.close();
  }
}

/** A register that could be read, verified or not, with the answers that commands share. */
export interface OpenedRegister extends VerifiedRepository {
  readonly register: Register;
  readonly chain: Chain;
  /**
   * @throws {QmsError} `audit/document-unknown`, with the id that was perhaps meant; where the
   *   register did not verify, why not.
   */
  readonly expectDocument: (id: string) => void;
  /** Says where the register did not verify, and gives the exit code. */
  readonly answer: () => number;
}

/**
 * Open a register for a question. Where it does not verify, the answer is given all the same,
 * with a line that says so and the exit code of the verification.
 * @throws {QmsError} the problems of the verification, where no release is valid.
 */
export async function openRegister(
  session: Session,
  use: (opened: OpenedRegister) => Promise<number> | number,
): Promise<number> {
  return withVerification(session, (verified) => use(openedFrom(verified, session)));
}

/** @throws {QmsError} the problems of the verification, where no release is valid. */
export function openedFrom(verified: VerifiedRepository, session: Session): OpenedRegister {
  const { verification } = verified;
  const { register, chain } = verification;
  if (register === undefined || chain === undefined) {
    const [first, ...rest] = verification.problems;
    if (first !== undefined) throw new QmsError(first, ...rest);
    throw QmsError.of('audit/no-register', { message: 'There is no valid release.', place: {} });
  }
  return {
    ...verified,
    register,
    chain,
    expectDocument(id) {
      if (register.documents.has(id)) return;
      const [first, ...rest] = verification.problems.filter(
        ({ severity }) => severity !== 'warning',
      );
      // Without this, a document of a release that could not be read would seem never to have been.
      if (first !== undefined) throw new QmsError(first, ...rest);
      throw QmsError.of('audit/document-unknown', {
        message: `The register holds no document ${id.slice(0, 60)}.${didYouMean(id, register.documents.keys())}`,
        place: {},
      });
    },
    answer() {
      if (verification.outcome === 'verified') return exitCodes.verified;
      const word = verification.outcome === 'problems' ? 'has problems' : 'is not verified';
      session.say(`The register ${word} (${countProblems(verification.problems)}): qms verify`);
      return exitCodes[verification.outcome];
    },
  };
}
