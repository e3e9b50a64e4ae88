import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommandShop } from '../support/command-shop.ts';

/** A register written by the commands, judged by a script that knows only git and ssh-keygen. */
describe('a register made by the commands', () => {
  const shop = new CommandShop();
  const signers = path.join(shop.folder, 'signers');
  let anchor = '';

  beforeAll(async () => {
    anchor = await shop.foundWithThree();
    await shop.draft();
    await shop.do('bob', 'approve', 'SOP-001');
    await shop.do('carol', 'approve', 'SOP-001');
    await shop.do('carol', 'release', 'SOP-001');
    await shop.do('bob', 'approve', 'SOP-001', '--confirm');
    await shop.do('carol', 'approve', 'SOP-001', '--confirm');
    await shop.do('carol', 'release', '--confirm', 'SOP-001');
    await shop.do('bob', 'approve', 'SOP-001', '--withdraw');
    await shop.do('carol', 'approve', 'SOP-001', '--withdraw');
    await shop.do('carol', 'release', '--withdraw', 'SOP-001');
    await shop.do('alice', 'verify', '--allowed-signers', signers);
  });
  afterAll(() => {
    shop.remove();
  });

  function check(withAnchor: string) {
    const script = path.join(import.meta.dirname, 'check-register.sh');
    const run = spawnSync(script, [shop.top, withAnchor, signers], { encoding: 'utf8' });
    return { status: run.status, output: run.stdout + run.stderr };
  }

  test('is found good with git, ssh-keygen and sha256sum alone', () => {
    const { status, output } = check(anchor);
    expect(output).not.toContain('fault');
    expect(output).toMatch(/^release 3: bob: approve, as process-owner reviewed$/m);
    expect(output).toMatch(/^head 5:sha256:[0-9a-f]{64}$/m);
    expect(status).toBe(0);
  });

  test('is refused by them under another anchor', () => {
    expect(check(`sha256:${'0'.repeat(64)}`).status).toBe(1);
  });

  test('is one that git fsck has nothing to say about', () => {
    expect(shop.git('alice', 'fsck', '--strict', '--no-dangling')).toBe('');
  });
});
