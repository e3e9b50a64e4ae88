import { fork } from 'node:child_process';
import type { Environment } from '../git/git-program.ts';
import type { Verification } from '../register/register.ts';
import type { GivenAnchor, GivenHead } from '../register/trust.ts';

/** What a process of its own is to verify. */
export interface ApartOrder {
  /** The folder of the repository. */
  readonly folder: string;
  readonly anchors: readonly GivenAnchor[];
  readonly heads: readonly GivenHead[];
  /** Seconds since the epoch. */
  readonly now: number;
  /** Leave the machine to others as long as they have something to do. */
  readonly isPatient: boolean;
}

/** What it found, without the register, which stands in the kept file. */
export type ApartFindings = Pick<
  Verification,
  'outcome' | 'anchor' | 'anchorSource' | 'headKnown' | 'headReached' | 'head' | 'problems'
>;

/**
 * Verify a whole register in a process of its own, and keep the result (`KeptVerification`): what
 * it needs of the memory is gone when it ends.
 *
 * @param stopped  Ends it.
 * @param execArgv For Node; by default as in this process.
 * @returns Undefined where it did not come to an end, for whatever reason.
 */
export async function verifyApart(
  order: ApartOrder,
  env: Environment,
  stopped: AbortSignal,
  execArgv: readonly string[] = process.execArgv,
): Promise<ApartFindings | undefined> {
  // Run from its sources, this file has another ending.
  const entry = import.meta.url.endsWith('.ts') ? './apart-process.ts' : './apart-process.js';
  return new Promise((resolve) => {
    const child = fork(new URL(entry, import.meta.url), {
      env: { ...env },
      execArgv: [...execArgv],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let findings: ApartFindings | undefined;
    const end = (): void => {
      child.kill();
    };
    stopped.addEventListener('abort', end);
    child.on('message', (message: ApartFindings) => {
      findings = message;
    });
    child.on('error', () => {
      resolve(undefined);
    });
    child.on('exit', () => {
      stopped.removeEventListener('abort', end);
      resolve(findings);
    });
    child.send(order);
    if (stopped.aborted) end();
  });
}
