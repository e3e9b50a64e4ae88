import type { Readable, Writable } from 'node:stream';

/** What the terminal, if there is one, can do. */
export interface Terminal {
  /** Standard input is a terminal, so questions can be asked. */
  readonly input: boolean;
  readonly output: boolean;
  readonly error: boolean;
  readonly columns: number;
}

/**
 * Everything outside the program that a command may touch, as arguments, so that a test can run
 * any command with another folder, environment, clock and streams.
 */
export interface Surroundings {
  /** Absolute path. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly now: () => Date;
  readonly terminal: Terminal;
  /**
   * Takes over interruption: a command that runs until somebody stops it (`serve`) asks for the
   * signal, and ends by itself when it is aborted. Until then an interruption ends the process.
   */
  readonly untilStopped: () => AbortSignal;
}
