import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { timeOfProgram, untilAtRest, useOfProgram } from '../../bench/program.ts';

const options = { cwd: tmpdir() };
const node = (script: string) => [process.execPath, '-e', script] as const;

describe('a measured program', () => {
  it('that fails is no measurement, and its reason is told', async () => {
    const failing = node("console.error('no such thing'); process.exit(1)");
    await expect(timeOfProgram(failing, options)).rejects.toThrow(/ended with 1: no such thing/);
    await expect(useOfProgram(failing, options)).rejects.toThrow(/ended with 1: no such thing/);
  });

  it('may end with a code that is said to be none', async () => {
    const one = node('process.exit(1)');
    await expect(timeOfProgram(one, { ...options, accept: [0, 1] })).resolves.toBeGreaterThan(0);
  });

  it('tells its own peak of memory, freed or not, and not that of who started it', async () => {
    // Held while the child is started: the peak of getrusage would begin with it.
    const held = Buffer.alloc(400 * 2 ** 20, 1);
    const small = await useOfProgram(node('0'), options);
    const script =
      'let held = Buffer.alloc(200 * 2 ** 20, 1); held = undefined; gc(); setTimeout(() => {}, 100)';
    const freeing = [process.execPath, '--expose-gc', '-e', script] as const;
    const large = await useOfProgram(freeing, options);
    expect(held.length).toBeGreaterThan(0);
    expect(small.peakMb).toBeGreaterThan(20);
    expect(small.peakMb).toBeLessThan(200);
    expect(large.peakMb - small.peakMb).toBeGreaterThan(150);
  });

  it('counts the processor time of all its threads', async () => {
    const busy = 'while (process.cpuUsage().user < 300_000);';
    const thread = `new (require('node:worker_threads').Worker)(${JSON.stringify(busy)}, { eval: true })`;
    const { cpuMs } = await useOfProgram(node(thread), options);
    expect(cpuMs).toBeGreaterThanOrEqual(300);
  });
});

describe('a process that is waited for', () => {
  it('is at rest only when what it started is', async () => {
    const busy = 'while (process.cpuUsage().user < 300_000); setTimeout(() => {}, 60_000)';
    const starts = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(busy)}], { stdio: 'ignore' })`;
    const child = spawn(process.execPath, ['-e', starts], { stdio: 'ignore' });
    try {
      await expect(untilAtRest(child.pid!, 1)).rejects.toThrow('did not come to rest');
      await untilAtRest(child.pid!, 50_000);
      const [grandchild] = childrenOf(child.pid!);
      expect(ticks(grandchild!)).toBeGreaterThanOrEqual(30);
      process.kill(Number(grandchild), 'SIGKILL');
    } finally {
      child.kill('SIGKILL');
    }
  });
});

const childrenOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');

/** User time in ticks of 10 ms. */
const ticks = (pid: string) =>
  Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[11]);
