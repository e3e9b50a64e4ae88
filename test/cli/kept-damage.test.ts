import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { KeptVerification } from '../../src/cli/kept-verification.ts';
import { readVersion } from '../../src/cli/version.ts';
import { openRepository } from '../../src/git/repository.ts';
import { ask, askAnew, forget, hour, keptFile, withoutObjects } from '../support/kept.ts';
import { scratchFolder, stockEnvironment } from '../support/raw-repository.ts';
import { verify } from '../support/expect-verification.ts';
import { compileCounter, runStopped } from '../support/stopped-program.ts';
import { revise, shop } from '../support/shop.ts';
import type { StockRegister } from '../support/stock-register.ts';

const questions = ['list --json', 'show SOP-001 --json', 'show SOP-001@1 --evidence --json'];

/** A register with what was kept of it, and what its answers are. */
async function kept(): Promise<{ register: StockRegister; whole: Buffer; right: unknown }> {
  const register = shop();
  await ask(register, 'list');
  forget(register);
  const right = [];
  for (const question of questions) right.push(await askAnew(register, question));
  return { register, whole: readFileSync(keptFile(register)), right };
}

async function answers(register: StockRegister): Promise<unknown> {
  const all = [];
  for (const question of questions) {
    all.push(await ask(register, question));
    forget(register);
  }
  return all;
}

/** Whether a question can be answered from what is kept alone. */
const isThere = async (register: StockRegister): Promise<boolean> =>
  (await withoutObjects(register, () => ask(register, 'list'))).code === 0;

const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};

describe('a file that is not what was written', () => {
  it('is of no use where a byte of it was changed anywhere, and takes nothing away', async () => {
    const { register, whole, right } = await kept();
    const step = Math.ceil(whole.length / 60);
    for (let at = 5; at < whole.length; at += step) {
      writeFileSync(keptFile(register), flipped(whole, at));
      expect(await answers(register), `byte ${String(at)}`).toEqual(right);
    }
    expect(await isThere(register)).toBe(true);
  });

  it('is of no use where it is another file, or a part of one', async () => {
    const { register, whole, right } = await kept();
    const others = [
      Buffer.alloc(0),
      Buffer.from('x'),
      whole.subarray(0, 60),
      whole.subarray(0, whole.length / 2),
      whole.subarray(0, whole.length - 1),
      Buffer.concat([whole, whole]),
      Buffer.concat([whole, Buffer.from('\n')]),
      Buffer.concat([whole.subarray(0, whole.length - 78), Buffer.from(`${'9'.repeat(77)}\n`)]),
      Buffer.alloc(whole.length),
      Buffer.from(whole.toString('latin1').replace(/^git-qms \S+/, 'git-qms 0.0.0'), 'latin1'),
      Buffer.from(whole.toString('latin1').replace(/verified \d+/, 'verified 1'), 'latin1'),
      Buffer.from(whole.toString('latin1').replace(/node v\d+/, 'node v1'), 'latin1'),
    ];
    for (const other of others) {
      writeFileSync(keptFile(register), other);
      expect(await answers(register), other.toString('latin1', 0, 40)).toEqual(right);
      expect(await isThere(register)).toBe(true);
    }
  });

  it('is of no use where it is of another register', async () => {
    const { register, right } = await kept();
    const other = shop((data) => (data.title = 'Of others'));
    await ask(other, 'list');
    copyFileSync(keptFile(other), keptFile(register));
    expect(await answers(register)).toEqual(right);
  });

  it('costs nothing but time where it is gone', async () => {
    const { register, right } = await kept();
    rmSync(path.dirname(keptFile(register)), { recursive: true });
    expect(await answers(register)).toEqual(right);
    expect(await isThere(register)).toBe(true);
  });
});

describe('what can not be written', () => {
  it('is not kept, and nobody hears of it', async () => {
    const { register, right } = await kept();
    const folder = path.dirname(keptFile(register));
    rmSync(folder, { recursive: true });
    // A folder that can not be made, for the superuser as well.
    writeFileSync(folder, '');
    expect(await answers(register)).toEqual(right);
    rmSync(folder);
    mkdirSync(keptFile(register), { recursive: true });
    expect(await answers(register)).toEqual(right);
    expect(readdirSync(folder)).toEqual(['verified']);
  });

  it('is whole or not there, wherever the command is killed or the disk is full', async ({
    skip,
  }) => {
    const scratch = scratchFolder();
    const counter = compileCounter(scratch);
    if (counter === undefined) return skip();
    const register = shop();
    const { folder } = register.repository;
    const bin = path.join(import.meta.dirname, '../../src/cli/bin.ts');
    const argv = ['--import', 'tsx', bin, '-C', folder, 'list', '--anchor', register.anchor];
    const root = path.join(import.meta.dirname, '../..');
    const run = (stop: Parameters<typeof runStopped>[3]) =>
      runStopped(argv, root, stockEnvironment, stop, counter);
    // The first run fills caches of its own.
    await run({ kind: 'never' });
    rmSync(path.dirname(keptFile(register)), { recursive: true });
    forget(register);
    const whole = await run({ kind: 'never' });
    expect(whole.code).toBe(0);
    // The last calls are those that write what is kept: its bytes, its way to the disk, its name.
    const stops = [
      ...[0, 1, 2].map((back) => ({ kind: 'at', call: whole.calls - back, whom: 'all' }) as const),
      ...[1, 2].map((back) => ({ kind: 'full', call: whole.calls - back }) as const),
    ];
    for (const stop of stops) {
      rmSync(path.dirname(keptFile(register)), { recursive: true, force: true });
      forget(register);
      const { code, stdout, stderr } = await run(stop);
      if (stop.kind === 'at') expect(code).toBeNull();
      else expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: whole.stdout });
      expect(existsSync(keptFile(register))).toBe(false);
      forget(register);
      expect(await ask(register, 'list')).toMatchObject({ code: 0, stdout: whole.stdout });
    }
  });
});

describe('two that write at once', () => {
  const open = async (register: StockRegister) => {
    const repository = await openRepository(register.repository.folder, stockEnvironment);
    return new KeptVerification(repository, readVersion());
  };

  it('each write a whole file, and the last one stays', async () => {
    const register = shop();
    const found = await verify(register);
    const writers = await Promise.all(Array.from({ length: 5 }, () => open(register)));
    const now = register.clock + hour;
    await Promise.all(writers.map((one) => one.write(found, now)));
    expect(readdirSync(path.dirname(keptFile(register)))).toEqual(['verified']);
    expect(await isThere(register)).toBe(true);
  });

  it('leave what is being read as it is', async () => {
    const { register } = await kept();
    const reader = await open(register);
    const before = reader.last(register.clock + hour);
    const raw = (await verify(register)).register?.releases.map((one) => one.raw);
    revise(register);
    await ask(register, 'list');
    rmSync(keptFile(register));
    expect(before?.register?.releases.map((one) => one.raw)).toEqual(raw);
    reader.close();
    expect(() => before?.approvals).toThrow('it was closed');
  });

  it('take away what one left that was killed, but not what another is writing', async () => {
    const { register } = await kept();
    const folder = path.dirname(keptFile(register));
    const { pid: ended } = spawnSync(process.execPath, ['--version']);
    const other = process.ppid;
    const left = [
      `.verified.${String(ended)}-01234567.new`,
      // Of a process before this one that had its number, as in a container.
      `.verified.${String(process.pid)}-01234567.new`,
      // Of one whose number another process has got since.
      `.verified.${String(other)}-01234567.new`,
    ];
    const staying = [`.verified.${String(other)}-76543210.new`, 'verified.old'];
    for (const name of [...left, ...staying]) writeFileSync(path.join(folder, name), 'x');
    const before = Date.now() / 1000 - 2 * hour;
    for (const name of [...left.slice(-1), 'verified.old']) {
      utimesSync(path.join(folder, name), before, before);
    }
    rmSync(keptFile(register));
    await ask(register, 'list');
    expect(readdirSync(folder).sort()).toEqual(['verified', ...staying].sort());
  });
});
