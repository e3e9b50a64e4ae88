import { expect } from 'vitest';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { openGitProcessStore } from '../../src/git/git-process-store.ts';
import { openIsomorphicStore } from '../../src/git/isomorphic-store.ts';
import type { Problem, Severity } from '../../src/problem/problem.ts';
import type { ObjectStore } from '../../src/git/object-store.ts';
import { readBlobs } from '../../src/register/blob-reading.ts';
import { ObjectReader } from '../../src/register/object-reader.ts';
import type { BlobReaders } from '../../src/register/readings.ts';
import type { Verification } from '../../src/register/register.ts';
import { verifyRegister } from '../../src/register/verify-register.ts';
import { recordInto } from '../mutation/recording.ts';
import { expectKept, expectSame } from './kept.ts';
import { stockEnvironment } from './raw-repository.ts';
import { shop } from './shop.ts';
import type { StockRegister } from './stock-register.ts';

export interface VerifyOptions {
  /** Anchors from outside; by default that of the register as it was built. */
  readonly anchors?: readonly string[];
  readonly head?: { readonly release: number; readonly digest: string };
  /** Seconds; by default an hour after the last step of the story. */
  readonly now?: number;
  readonly previous?: Verification;
  /** By default that which asks stock git for objects. */
  readonly store?: 'git' | 'isomorphic';
}

/** Readers as in other threads: with their own objects, and nothing but copies goes to and fro. */
const readersOf = (store: ObjectStore): BlobReaders => ({
  worthFrom: 0,
  read: async (tasks) =>
    structuredClone(
      await readBlobs(structuredClone(tasks), new ObjectReader(store), nodeCryptography),
    ),
});

/** Everything that a verification says, without what it keeps for the next one. */
const said = ({ chain, ...rest }: Verification) => ({
  ...structuredClone(rest),
  releases: chain?.releases.length,
  warnings: chain?.warnings,
});

const sources = ['--anchor', 'QMS_ANCHOR', 'qms.anchor'];

/** Verify a register as everybody does, through a store over its repository. */
export async function verify(
  register: StockRegister,
  options: VerifyOptions = {},
): Promise<Verification> {
  const { folder } = register.repository;
  const open = options.store === 'isomorphic' ? openIsomorphicStore : openGitProcessStore;
  const repository = {
    gitDir: folder,
    commonDir: folder,
    workTree: undefined,
    env: stockEnvironment,
  };
  const store = open(repository);
  try {
    const { anchors = [register.anchor], head, previous } = options;
    const asked = {
      now: options.now ?? register.clock + 3600,
      anchors: anchors.map((digest, at) => ({ digest, source: sources[at] ?? '' })),
      heads: head === undefined ? [] : [{ ...head, source: '--head' }],
      ...(previous === undefined ? {} : { previous }),
    };
    const folderOfCases = process.env['RECORD_VERIFICATIONS'];
    const recorder =
      folderOfCases === undefined
        ? undefined
        : recordInto(folderOfCases, store, expect.getState().currentTestName ?? '');
    const verification = await verifyRegister({
      ...asked,
      store: recorder?.store ?? store,
      cryptography: nodeCryptography,
    });
    recorder?.keep(asked, verification);
    if (recorder === undefined) {
      const readers = readersOf(store);
      const helped = verifyRegister({ ...asked, store, cryptography: nodeCryptography, readers });
      expectSame(said(await helped), said(verification), 'with readers');
      await expectKept(repository, asked, verification);
    }
    return verification;
  } finally {
    await store.close();
  }
}

export interface Expected {
  /** A code, or several of which each must be there. */
  readonly code: string | readonly string[];
  readonly severity?: Severity;
  /** The release that the problem names. */
  readonly release?: number;
  readonly document?: string;
  readonly ref?: string;
  /** The number of releases that are good: the register ends there. */
  readonly upTo?: number;
  /** By default what the severity asks for. */
  readonly outcome?: Verification['outcome'];
  /** What else is expected. */
  readonly and?: (verification: Verification) => void;
}

const outcomes = { error: 'problems', unknown: 'undecided', warning: 'verified' } as const;

/** `severity code: message` of each problem, to be read when an expectation fails. */
export const inWords = (problems: readonly Problem[]): string[] =>
  problems.map(
    ({ severity, code, release, message }) =>
      `${severity} ${code} ${String(release ?? '')}: ${message}`,
  );

/** Expect outcome, code, severity and how far the register is good. */
export function expectProblem(verification: Verification, expected: Expected): void {
  const { severity = 'error' } = expected;
  const said = inWords(verification.problems).join('\n');
  for (const code of [expected.code].flat()) {
    const found = verification.problems.filter(
      (problem) =>
        problem.code === code &&
        problem.severity === severity &&
        (expected.release === undefined || problem.release === expected.release) &&
        (expected.document === undefined || problem.document === expected.document) &&
        (expected.ref === undefined || problem.place.ref === expected.ref),
    );
    expect(found.length, `${severity} ${code} among:\n${said}`).toBeGreaterThan(0);
    for (const { message, remedy } of found) {
      expect(message.length, `a message with ${code}`).toBeGreaterThan(0);
      expect(remedy.length, `a remedy with ${code}`).toBeGreaterThan(0);
    }
  }
  expect(verification.outcome, said).toBe(expected.outcome ?? outcomes[severity]);
  if (expected.upTo !== undefined) {
    expect(verification.register?.releases.length ?? 0, said).toBe(expected.upTo);
  }
}

/** Expect `verified`, without even a warning. */
export function expectVerified(verification: Verification): void {
  expect(inWords(verification.problems)).toEqual([]);
  expect(verification.outcome).toBe('verified');
}

const honestOnes = new Set<string>();
/** The same refs are the same bytes: an honest register is verified once in a file of tests. */
async function expectHonest(register: StockRegister, options: VerifyOptions): Promise<void> {
  const { repository, clock, anchor } = register;
  const key = JSON.stringify([[...repository.refs].sort(), clock, anchor, options]);
  if (honestOnes.has(key)) return;
  expectVerified(await verify(register, options));
  honestOnes.add(key);
}

/** What happens in a register; says with what it is verified where that is not the usual. */
export type Scene = (register: StockRegister, attacked: boolean) => VerifyOptions | undefined;

/**
 * Play a scene twice on a fresh valid register: once as it should be, which must be verified
 * without a word, and once with the attack, which must be found. So the attack is the only
 * difference, and a test can not pass because of something else that is wrong.
 */
export async function attack(
  scene: Scene,
  expected: Expected,
  begin: () => StockRegister = shop,
): Promise<void> {
  const honest = begin();
  const honestly = scene(honest, false) ?? {};
  await expectHonest(honest, honestly);
  const attacked = begin();
  const how = scene(attacked, true) ?? {};
  const verification = await verify(attacked, how);
  expectProblem(verification, expected);
  expected.and?.(verification);
}
