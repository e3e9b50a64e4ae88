import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandShop } from '../support/command-shop.ts';

describe('the branch register while somebody has it checked out', () => {
  const shop = new CommandShop();

  beforeAll(async () => {
    await shop.found();
    await shop.draft();
    await shop.do('alice', 'approve', 'SOP-001');
  });
  afterAll(() => {
    shop.remove();
  });

  it.each(['this folder', 'another working tree'])('stops a release: %s', async (where) => {
    const folder = where === 'this folder' ? shop.top : path.join(shop.folder, 'second');
    const main = shop.git('alice', 'rev-parse', 'main').trim();
    if (folder === shop.top) shop.git('alice', 'switch', '-q', 'register');
    else shop.git('alice', 'worktree', 'add', '-q', folder, 'register');
    const before = shop.git('alice', 'for-each-ref');
    const argv = ['release', 'SOP-001', '--at', main] as const;
    const answer = await shop.run('alice', ...argv);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('cli/register-checked-out');
    expect(answer.stderr.replace(/\s+/g, '')).toContain(`checkedoutin${folder}.`);
    expect(shop.git('alice', 'for-each-ref')).toBe(before);
    expect(execFileSync('git', ['-C', folder, 'status', '--porcelain'], { encoding: 'utf8' })).toBe(
      '',
    );
    expect((await shop.run('alice', ...argv, '--dry-run')).code).toBe(0);
    if (folder === shop.top) shop.git('alice', 'switch', '-q', 'main');
    else shop.git('alice', 'worktree', 'remove', folder);
  });

  it('moves on once nobody has', async () => {
    await shop.do('alice', 'release', 'SOP-001');
    expect(shop.git('alice', 'rev-parse', 'register')).toBe(
      shop.git('alice', 'rev-parse', 'qms/release/2^{commit}'),
    );
    expect(shop.git('alice', 'status', '--porcelain')).toBe('');
  });

  it('is no branch to found a register on', async () => {
    const other = new CommandShop();
    other.git('alice', 'init', '-q', '--initial-branch=register');
    const { key } = other.worker('alice');
    const flags = ['--organization', 'Mill', '--timezone', 'America/Detroit', '--yes'];
    const answer = await other.run('alice', 'init', ...flags, '--key', key);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('cli/register-checked-out');
    expect(other.git('alice', 'status', '--porcelain')).toBe('');
    other.remove();
  });
});
