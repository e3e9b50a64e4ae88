import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandShop } from '../support/command-shop.ts';

const bin = path.resolve(import.meta.dirname, '../../src/cli/bin.ts');
const node = ['--import', import.meta.resolve('tsx'), bin] as const;
const documents = Array.from({ length: 10 }, (_, i) => `SOP-${String(i + 1).padStart(3, '0')}`);

describe('approve and release, killed at any point', () => {
  const shop = new CommandShop();
  /** How long the whole command takes here and now, in milliseconds. */
  let whole = 0;

  beforeAll(async () => {
    await shop.found();
    await shop.draft();
    const text = shop.read('qms-docs/sop/SOP-001.md');
    for (const id of documents) {
      shop.write(`qms-docs/sop/${id}.md`, text.replace('SOP-001', id));
    }
    shop.commit('alice', 'Ten procedures');
    await shop.do('alice', 'approve', 'SOP-001', '--reject', '-m', 'Measured.');
    // From here on the commands run as processes, which have the clock of the machine.
    const begin = performance.now();
    const env = shop.environment('alice');
    const measured = spawnSync(process.execPath, [...node, 'approve', 'SOP-001'], {
      cwd: shop.top,
      env,
      encoding: 'utf8',
    });
    expect(measured.stderr).toContain('All approvals are there');
    whole = performance.now() - begin;
  }, 60_000);
  afterAll(() => {
    shop.remove();
  });

  /** Start a command and kill it, with what it started or alone, after a while. */
  async function kill(argv: readonly string[], delay: number, group: boolean): Promise<boolean> {
    const child = spawn(process.execPath, [...node, ...argv], {
      cwd: shop.top,
      env: shop.environment('alice'),
      stdio: 'ignore',
      detached: true,
    });
    const begin = performance.now();
    const ended = once(child, 'exit');
    await Promise.race([ended, sleep(delay)]);
    if (child.exitCode === null && child.pid !== undefined) {
      process.kill(group ? -child.pid : child.pid, 'SIGKILL');
    }
    await ended;
    // It was done before the time came: the machine is less busy than when it was measured.
    if (child.signalCode === null) whole = performance.now() - begin;
    return child.signalCode === 'SIGKILL';
  }

  /** A killed git leaves its lock, says so when it is met, and wants it removed by a person. */
  async function again(argv: readonly string[]): Promise<void> {
    let answer = await shop.run('alice', ...argv);
    const lock = /'([^']+\.lock)': File exists/u.exec(answer.stderr.replace(/\s+/g, ' '))?.[1];
    if (lock !== undefined) {
      expect(answer.stderr).toContain('git/write-failed');
      rmSync(lock);
      answer = await shop.run('alice', ...argv);
    }
    if (answer.code !== 0) expect(answer.stderr).toContain('is released already');
  }

  it('leave a sound repository, and can be run again', async () => {
    let killed = 0;
    let round = 0;
    const end = performance.now() + 30_000;
    const tried: string[] = [];
    for (const id of documents) {
      // A busy machine makes fewer rounds.
      if (performance.now() > end) break;
      tried.push(id);
      for (const argv of [
        ['approve', id],
        ['release', id],
      ]) {
        // The first half of the time goes into starting the program.
        const delay = whole * (0.45 + 0.6 * Math.random());
        const group = round++ % 3 !== 0;
        if (await kill(argv, delay, group)) killed++;
        const at = `${argv.join(' ')} after ${delay.toFixed(0)} of ${whole.toFixed(0)} ms`;
        const fsck = spawnSync('git', ['fsck', '--strict', '--no-dangling', '--no-progress'], {
          cwd: shop.top,
          encoding: 'utf8',
        });
        expect([fsck.status, fsck.stdout, fsck.stderr], at).toEqual([0, '', '']);
        shop.now = Math.floor(Date.now() / 1000);
        expect((await shop.run('alice', 'verify')).code, at).toBe(0);
        await again(argv);
        expect(execFileSync('git', ['status', '--porcelain'], { cwd: shop.top }).length).toBe(0);
      }
    }
    // Without this, a machine that is too fast would let the test pass without a kill.
    expect(killed).toBeGreaterThan(Math.min(8, tried.length / 2));
    const done = await shop.do('alice', 'list', '--json');
    expect(done.stdout.match(/"state": ?"effective"/gu)).toHaveLength(tried.length + 1);
    expect(shop.git('alice', 'rev-parse', 'register')).toBe(
      shop.git('alice', 'rev-parse', `qms/release/${String(tried.length + 1)}^{commit}`),
    );
  }, 120_000);
});
