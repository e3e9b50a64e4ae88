import { DeferredStore } from '../git/deferred-store.ts';
import type { ObjectStore } from '../git/object-store.ts';
import { openRepository, readLocalConfig, type Repository } from '../git/repository.ts';
import { didYouMean } from '../document/near-miss.ts';
import { exitCodes, QmsError } from '../problem/problem.ts';
import type { Chain } from '../register/chain.ts';
import type { Register, Verification } from '../register/register.ts';
import { type GivenAnchor, type GivenHead, parseHead } from '../register/trust.ts';
import { DamagedKeptFile } from './kept-sections.ts';
import { KeptVerification } from './kept-verification.ts';
import { countProblems } from './problem-text.ts';
import { rememberHead } from './remembered-head.ts';
import type { Session } from './session.ts';
import { readVersion } from './version.ts';

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

/** A repository that is open for reading. */
interface OpenedRepository {
  readonly repository: Repository;
  readonly store: DeferredStore;
  readonly trust: TrustMaterial;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** A repository with what its verification found. */
export interface VerifiedRepository {
  readonly repository: Repository;
  readonly store: ObjectStore;
  readonly trust: TrustMaterial;
  readonly verification: Verification;
}

/** Open the repository in which the command runs, and close it afterwards. */
async function withRepository<T>(
  session: Session,
  use: (opened: OpenedRepository) => Promise<T>,
): Promise<T> {
  const { surroundings, folder } = session;
  const repository = await openRepository(folder, surroundings.env);
  const store = new DeferredStore(async () => {
    // Loading it takes longer than answering from what was kept.
    const { openStore } = await import('../git/open-store.ts');
    return openStore(repository);
  });
  try {
    const trust = await readTrust(session, repository);
    const now = Math.floor(surroundings.now().getTime() / 1000);
    return await use({ repository, store, trust, now });
  } finally {
    await store.close();
  }
}

/** @param previous What was verified before, to go on from. */
async function verify(
  { repository, store, trust, now }: OpenedRepository,
  session: Session,
  previous?: Verification,
): Promise<Verification> {
  // Loading them takes longer than answering from what was kept.
  const { verifyRegister } = await import('../register/verify-register.ts');
  const { nodeCryptography } = await import('../git/node-cryptography.ts');
  const { withReadingThreads } = await import('./reading-threads.ts');
  await store.open();
  let last = 0;
  return withReadingThreads(repository, (readers) =>
    verifyRegister({
      store,
      cryptography: nodeCryptography,
      readers,
      ...trust,
      now,
      progress: (done, all) => {
        if (all < 200 || done - last < 200) return;
        last = done;
        session.progress(`${String(done)} of ${String(all)} releases verified`);
      },
      ...(previous === undefined ? {} : { previous }),
    }),
  );
}

/**
 * Go on from what was kept, or verify from the beginning where it is of no use.
 * @returns And how many releases were taken from there.
 */
async function verifyOnward(
  opened: OpenedRepository,
  session: Session,
  kept: KeptVerification,
): Promise<{ readonly verification: Verification; readonly taken: number }> {
  try {
    const before = kept.last(opened.now);
    const verification = await verify(opened, session, before);
    const releases = before?.chain?.releases ?? [];
    // Where the releases are others by now, all were verified anew.
    const isTaken = releases[0] !== undefined && verification.chain?.releases[0] === releases[0];
    return { verification, taken: isTaken ? releases.length : 0 };
  } catch (error) {
    if (!(error instanceof DamagedKeptFile)) throw error;
    await kept.remove();
    return { verification: await verify(opened, session), taken: 0 };
  }
}

async function remember(
  repository: Repository,
  { outcome, head }: Verification,
  session: Session,
): Promise<void> {
  if (outcome !== 'verified' || head === undefined) return;
  const [failed] = (await rememberHead(repository, head))?.problems ?? [];
  // Without this, a lock that somebody left would keep every later loss from being noticed.
  if (failed !== undefined) {
    session.say(
      `The newest release could not be noted in this clone. ${failed.message} ${failed.remedy}`,
    );
  }
}

/**
 * Open the repository in which the command runs, verify its register, remember its head, and hand
 * it over; the store is closed afterwards.
 */
export async function withVerification<T>(
  session: Session,
  use: (verified: VerifiedRepository) => Promise<T> | T,
): Promise<T> {
  return withRepository(session, async (opened) => {
    const verification = await verify(opened, session);
    await remember(opened.repository, verification, session);
    return use({ ...opened, verification });
  });
}

/**
 * The same, going on from what an earlier question kept.
 * @param use Is told how many releases were taken as they were found then.
 */
export async function withKeptVerification<T>(
  session: Session,
  use: (verified: VerifiedRepository, kept: number) => Promise<T> | T,
): Promise<T> {
  return withRepository(session, async (opened) => {
    const kept = new KeptVerification(opened.repository, readVersion());
    try {
      const { verification, taken } = await verifyOnward(opened, session, kept);
      await remember(opened.repository, verification, session);
      return await use({ ...opened, verification }, taken);
    } finally {
      kept.close();
    }
  });
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
 *
 * What an earlier question kept is believed where refs, clock and state of the repository are what
 * they were; otherwise the verification goes on from there, and is kept for the next question.
 *
 * @param use Says nothing before it has read all that it needs of the register: what was kept may
 *            turn out to be damaged, and then it is called again.
 * @throws {QmsError} the problems of the verification, where no release is valid.
 */
export async function openRegister(
  session: Session,
  use: (opened: OpenedRegister) => Promise<number> | number,
): Promise<number> {
  return withRepository(session, async (opened) => {
    const { repository, trust, now } = opened;
    const kept = new KeptVerification(repository, readVersion());
    try {
      const known = await kept.current({ ...trust, now });
      if (known !== undefined) {
        try {
          await remember(repository, known, session);
          return await use(openedFrom({ ...opened, verification: known }, session));
        } catch (error) {
          if (!(error instanceof DamagedKeptFile)) throw error;
          await kept.remove();
        }
      }
      const { verification } = await verifyOnward(opened, session, kept);
      await remember(repository, verification, session);
      try {
        return await use(openedFrom({ ...opened, verification }, session));
      } finally {
        // Whoever asks for a document that is not there has waited as long.
        await kept.write(verification, now);
      }
    } finally {
      kept.close();
    }
  });
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
