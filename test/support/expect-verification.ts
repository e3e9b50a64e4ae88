import { expect } from 'vitest';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { openGitProcessStore } from '../../src/git/git-process-store.ts';
import type { Problem, Severity } from '../../src/problem/problem.ts';
import type { Verification } from '../../src/register/register.ts';
import { verifyRegister } from '../../src/register/verify-register.ts';
import { shop } from './shop.ts';
import type { StockRegister } from './stock-register.ts';

export interface VerifyOptions {
  /** Null for no anchor; by default that of the register as it was built. */
  readonly anchor?: string | null;
  readonly head?: { readonly release: number; readonly digest: string };
  /** Seconds; by default an hour after the last step of the story. */
  readonly now?: number;
  readonly previous?: Verification;
}

/** Verify a register as everybody does, through a store over its repository. */
export async function verify(
  register: StockRegister,
  options: VerifyOptions = {},
): Promise<Verification> {
  const store = openGitProcessStore(register.repository.folder);
  try {
    const { anchor = register.anchor, head, previous } = options;
    return await verifyRegister({
      store,
      cryptography: nodeCryptography,
      now: options.now ?? register.clock + 3600,
      ...(anchor === null ? {} : { anchor: { digest: anchor, source: '--anchor' } }),
      ...(head === undefined ? {} : { head }),
      ...(previous === undefined ? {} : { previous }),
    });
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

/** What happens in a register; says with what it is verified where that is not the usual. */
export type Scene = (
  register: StockRegister,
  attacked: boolean,
) => VerifyOptions | undefined | void;

/**
 * Play a scene twice on a fresh valid register: once as it should be, which must be verified
 * without a word, and once with the attack, which must be found. So the attack is the only
 * difference, and a test can not pass because of something else that is wrong.
 */
export async function attack(
  scene: Scene,
  expected: Expected,
  begin: () => StockRegister = shop,
): Promise<Verification> {
  const honest = begin();
  const honestly = scene(honest, false) ?? {};
  expectVerified(await verify(honest, honestly));
  const attacked = begin();
  const how = scene(attacked, true) ?? {};
  const verification = await verify(attacked, how);
  expectProblem(verification, expected);
  return verification;
}
