import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { CommandShop } from '../support/command-shop.ts';

/** A small disk of memory; only some machines let us have one. */
function mountSmallDisk(folder: string): boolean {
  mkdirSync(folder, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
  return mounted.status === 0;
}

describe('a repository that can not be written', () => {
  const shop = new CommandShop();
  const disk = path.join(shop.folder, 'disk');
  const full = path.join(disk, 'shop');
  const filler = path.join(disk, 'filler');
  const mounted = mountSmallDisk(disk);

  beforeAll(async () => {
    await shop.found();
    await shop.draft();
    if (!mounted) console.warn('The tests of a full disk are skipped: no tmpfs can be mounted.');
  });
  afterAll(() => {
    if (mounted) execFileSync('umount', [disk]);
    shop.remove();
  });

  const refs = (folder: string): string =>
    execFileSync('git', ['-C', folder, 'for-each-ref'], { encoding: 'utf8' });

  it.runIf(mounted)('a full disk: nothing comes into being, and the same works later', async () => {
    const anchor = shop.git('alice', 'config', 'qms.anchor').trim();
    execFileSync('git', ['clone', '-q', '--no-local', shop.top, full]);
    execFileSync('git', ['-C', full, 'config', 'qms.anchor', anchor]);
    const run = async (...argv: readonly string[]) => {
      shop.now += 60;
      const at = shop.now;
      const env = shop.environment('alice');
      return runCommand(argv, full, { env, now: () => new Date(at * 1000) });
    };
    expect((await run('verify')).code).toBe(0);
    for (const argv of [
      ['approve', 'SOP-001'],
      ['release', 'SOP-001'],
    ]) {
      const before = refs(full);
      writeFileSync(filler, '');
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(filler, new Uint8Array(bavail * bsize));
      const answer = await run(...argv);
      expect(answer.code).toBe(2);
      expect(answer.stderr).toContain('git/write-failed');
      expect(answer.stderr).toContain('No space left on device');
      expect(answer.stderr).not.toContain('    at ');
      expect(refs(full)).toBe(before);
      rmSync(filler);
      expect((await run('verify')).code).toBe(0);
      expect((await run(...argv)).code).toBe(0);
    }
    const fsck = spawnSync('git', ['-C', full, 'fsck', '--strict', '--no-dangling'], {
      encoding: 'utf8',
    });
    expect([fsck.status, fsck.stdout]).toEqual([0, '']);
  });

  it('a lock that somebody left on a tag: named, and nothing comes into being', async () => {
    const lock = path.join(shop.top, '.git/refs/tags/qms/approve/SOP-001/1/alice.lock');
    mkdirSync(path.dirname(lock), { recursive: true });
    writeFileSync(lock, '');
    const before = refs(shop.top);
    const answer = await shop.run('alice', 'approve', 'SOP-001');
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain('git/write-failed');
    expect(answer.stderr).toContain(`run the same command again: rm "${lock}"`);
    expect(refs(shop.top)).toBe(before);
    rmSync(lock);
    await shop.do('alice', 'approve', 'SOP-001');
  });

  it('a lock on the configuration: the release stands, and that is said', async () => {
    const lock = path.join(shop.top, '.git/config.lock');
    writeFileSync(lock, '');
    const answer = await shop.run('alice', 'release', 'SOP-001');
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain('Release 2 is signed and recorded');
    expect(answer.stderr).toContain('qms verify');
    const verified = await shop.do('alice', 'verify');
    expect(verified.stderr).toContain('could not be noted in this clone');
    expect(verified.stderr).toContain(`rm "${lock}"`);
    expect(shop.git('alice', 'tag', '-l', 'qms/release/2')).not.toBe('');
    rmSync(lock);
    await shop.do('alice', 'verify');
    expect(shop.git('alice', 'config', 'qms.head')).toMatch(/^2:sha256:/);
  });

  it('a lock on the configuration while founding: nothing is founded, and the next run founds', async () => {
    const other = new CommandShop();
    const { name, email, key } = other.worker('alice');
    other.git('alice', 'init', '-q');
    for (const [setting, value] of [
      ['user.name', name],
      ['user.email', email],
      ['gpg.format', 'ssh'],
      ['user.signingkey', `${key}.pub`],
    ] as const) {
      other.git('alice', 'config', setting, value);
    }
    const lock = path.join(other.top, '.git/config.lock');
    writeFileSync(lock, '');
    const flags = ['--organization', 'Mill', '--timezone', 'America/Detroit', '--yes'];
    const init = ['init', ...flags, '--key', `${key}.pub`];
    const answer = await other.run('alice', ...init);
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain(`rm "${lock}"`);
    // Nobody would know its anchor.
    expect(refs(other.top)).not.toContain('qms');
    rmSync(lock);
    const anchor = (await other.do('alice', ...init)).stdout.trim();
    await other.do('alice', 'verify', '--anchor', anchor);
    expect(readdirSync(other.top)).toContain('qms-docs');
    other.remove();
  });
});
