import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { answerFailure, Interrupted } from '../../src/cli/failure.ts';
import { Session } from '../../src/cli/session.ts';

/** What a failure says, and the exit code that it gives. */
function answer(error: unknown, env: Record<string, string> = {}): { code: number; said: string } {
  let said = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      said += chunk.toString('utf8');
      done();
    },
  });
  const session = new Session(
    {
      cwd: '/',
      env,
      stdin: process.stdin,
      stdout: stream,
      stderr: stream,
      now: () => new Date(0),
      terminal: { input: false, output: false, error: false, columns: 80 },
      untilStopped: () => new AbortController().signal,
    },
    {},
  );
  return { code: answerFailure(error, session, '1.2.3'), said };
}

const system = (code: string): Error =>
  Object.assign(new Error(`${code}: not now, open '/x'`), { code, path: '/x' });

describe('a failure', () => {
  it('of a full disk is undecided and can be repeated', () => {
    for (const code of ['ENOSPC', 'EDQUOT']) {
      const { code: exit, said } = answer(system(code));
      expect(exit).toBe(2);
      expect(said).toContain('cli/disk-full');
    }
  });

  it('of permissions names the path', () => {
    for (const code of ['EACCES', 'EPERM', 'EROFS']) {
      const { code: exit, said } = answer(system(code));
      expect(exit).toBe(2);
      expect(said).toContain('cli/not-permitted');
      expect(said).toContain('/x');
    }
  });

  it('of the software is one line that asks for a report, with version and a code', () => {
    const { code, said } = answer(new TypeError('x is not a function\nsecond line'));
    expect(code).toBe(3);
    expect(said).toMatch(
      /^qms 1\.2\.3 has a fault, [0-9a-f]{8}: x is not a function\. Report .*\n$/,
    );
  });

  it('of the software has the same code each time', () => {
    const error = new TypeError('x');
    expect(answer(error).said).toBe(answer(error).said);
  });

  it('shows where it happened only when asked', () => {
    expect(answer(new Error('x')).said).not.toContain('    at ');
    expect(answer(new Error('x'), { QMS_DEBUG: '1' }).said).toContain('    at ');
  });

  it('by interruption gives 130', () => {
    expect(answer(new Interrupted()).code).toBe(130);
  });
});
