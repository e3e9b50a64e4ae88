import { PassThrough, Writable } from 'node:stream';
import { run } from '../../src/cli/run.ts';
import type { Surroundings } from '../../src/cli/surroundings.ts';

/** What one command line answered. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

class Collected extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

/** Run a command in this process, as if typed in `cwd` with no terminal. */
export async function runCommand(
  argv: readonly string[],
  cwd: string,
  given: Partial<Surroundings> = {},
): Promise<Answer> {
  const stdout = new Collected();
  const stderr = new Collected();
  const stdin = new PassThrough();
  stdin.end();
  const code = await run(argv, {
    cwd,
    env: process.env,
    stdin,
    stdout,
    stderr,
    now: () => new Date(),
    terminal: { input: false, output: false, error: false, columns: 80 },
    untilStopped: () => new AbortController().signal,
    ...given,
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}
