import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommand } from '../support/command.ts';

// Short, because the socket of gpg's agent stands below it.
const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'qms-keys-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the demo made again with signed commits', () => {
  test.each([
    ['ssh', '- key: ssh-ed25519 ', 'PGP SIGNATURE'],
    ['openpgp', '-----BEGIN PGP PUBLIC KEY BLOCK-----', 'SSH SIGNATURE'],
  ])(
    'and keys of %s verifies',
    async (kind, inRules, notInTags) => {
      const made = await runCommand(
        ['demo', '--no-serve', '--json', '--signed-commits', '--keys', kind, '--folder', kind],
        folder,
        {},
      );
      expect(made.stderr).toContain('Verified: 24 releases');
      expect(made.code).toBe(0);
      const shop = path.join(folder, kind, 'shop');
      const verified = await runCommand(['verify'], shop, {});
      expect(verified.code).toBe(0);
      const rules = readFileSync(path.join(shop, 'qms-docs/qms.yaml'), 'utf8');
      expect(rules.match(/contributors: signed/gu)?.length).toBeGreaterThan(3);
      expect(rules.split(inRules)).toHaveLength(7);
      const env = { ...process.env, GNUPGHOME: path.join(folder, kind, 'keys/gnupg') };
      const git = (...args: readonly string[]): string =>
        execFileSync('git', args, { cwd: shop, encoding: 'utf8', env, stdio: 'pipe' });
      const tags = git('tag', '-l', 'qms/*').trim().split('\n');
      expect(tags.length).toBeGreaterThan(60);
      const contents = git('for-each-ref', '--format=%(contents:signature)', 'refs/tags/qms');
      expect(contents).not.toContain(`BEGIN ${notInTags}`);
      const commits = git('log', '--format=raw', 'main')
        .split(/^commit /mu)
        .slice(1);
      expect(commits.length).toBeGreaterThan(20);
      for (const commit of commits) expect(commit).toContain('\ngpgsig ');
      if (kind !== 'openpgp') return;
      // Stock git and gpg agree about every tag.
      expect(spawnSync('git', ['verify-tag', ...tags], { cwd: shop, env }).status).toBe(0);
      spawnSync('gpgconf', ['--kill', 'all'], { env });
    },
    120_000,
  );
});
