import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { CommandShop } from '../support/command-shop.ts';

const shops: CommandShop[] = [];
function newShop(): CommandShop {
  const shop = new CommandShop();
  shops.push(shop);
  return shop;
}

afterEach(() => {
  for (const shop of shops.splice(0)) shop.remove();
});

const flags = ['--organization', 'Mill', '--timezone', 'America/Detroit', '--yes'];

describe('qms init', () => {
  it('leaves a hook that somebody else put there, and says what to add', async () => {
    const shop = newShop();
    shop.git('alice', 'init', '-q');
    const hook = path.join(shop.top, '.git/hooks/pre-commit');
    writeFileSync(hook, '#!/bin/sh\necho ours\n');
    const { key } = shop.worker('alice');
    const answer = await shop.do('alice', 'init', ...flags, '--key', `${key}.pub`);
    expect(readFileSync(hook, 'utf8')).toBe('#!/bin/sh\necho ours\n');
    expect(answer.stderr).toContain(
      'belongs to somebody else and stays; add to it: qms check --staged',
    );
  });

  it('leaves hooks alone that core.hooksPath names', async () => {
    const shop = newShop();
    shop.git('alice', 'init', '-q');
    shop.git('alice', 'config', 'core.hooksPath', '.husky');
    const { key } = shop.worker('alice');
    const answer = await shop.do('alice', 'init', ...flags, '--key', key);
    expect(answer.stderr).toContain('.husky/pre-commit belongs to somebody else');
  });

  it('leaves husky its hooks, before and after it took them over', async () => {
    for (const hooksPath of [undefined, '.husky/_']) {
      const shop = newShop();
      shop.git('alice', 'init', '-q');
      shop.write('.husky/pre-commit', 'npm test\n');
      shop.commit('alice', 'Hooks of the team');
      if (hooksPath !== undefined) shop.git('alice', 'config', 'core.hooksPath', hooksPath);
      const { key } = shop.worker('alice');
      const answer = await shop.do('alice', 'init', ...flags, '--key', key);
      expect(answer.stderr).toContain(
        '.husky/pre-commit belongs to somebody else and stays; add to it: npx qms check --staged',
      );
      expect(shop.read('.husky/pre-commit')).toBe('npm test\n');
      expect(existsSync(path.join(shop.top, '.git/hooks/pre-commit'))).toBe(false);
      expect(shop.git('alice', 'log', '--format=%s').split('\n')).toEqual([
        'Begin document control at Mill',
        'Hooks of the team',
        '',
      ]);
    }
  });

  it.each([
    ['with a command', { 'pre-commit': 'npm test' }, 'npm test && npx qms check --staged'],
    ['without one', {}, 'npx qms check --staged'],
  ])('names the entry for simple-git-hooks, %s', async (_, entry, command) => {
    const shop = newShop();
    shop.git('alice', 'init', '-q');
    const manifest = JSON.stringify({ name: 'shop', 'simple-git-hooks': entry });
    shop.write('package.json', manifest);
    const hook = '#!/bin/sh\n# written by simple-git-hooks\n';
    shop.write('.git/hooks/pre-commit', hook);
    const { key } = shop.worker('alice');
    const answer = await shop.do('alice', 'init', ...flags, '--key', key);
    expect(answer.stderr).toContain(
      `package.json belongs to somebody else and stays; add to it: "simple-git-hooks": {"pre-commit": "${command}"}`,
    );
    expect(shop.read('package.json')).toBe(manifest);
    expect(shop.read('.git/hooks/pre-commit')).toBe(hook);
  });

  it('is content with a hook that checks already', async () => {
    const shop = newShop();
    shop.git('alice', 'init', '-q');
    const manifest = { 'simple-git-hooks': { 'pre-commit': 'npx qms check --staged' } };
    shop.write('package.json', JSON.stringify(manifest));
    const { key } = shop.worker('alice');
    const answer = await shop.do('alice', 'init', ...flags, '--key', key);
    expect(answer.stderr).toContain('package.json  checks documents before each commit');
    expect(existsSync(path.join(shop.top, '.git/hooks/pre-commit'))).toBe(false);
  });

  it('commits only its own files, whatever else is staged', async () => {
    const shop = newShop();
    shop.git('alice', 'init', '-q');
    shop.write('other.txt', 'mine\n');
    shop.git('alice', 'add', 'other.txt');
    const { key } = shop.worker('alice');
    await shop.do('alice', 'init', ...flags, '--key', key, '--ci', 'github');
    expect(shop.git('alice', 'ls-tree', '-r', '--name-only', 'HEAD').split('\n')).toEqual([
      '.github/workflows/qms.yml',
      'qms-docs/qms.yaml',
      '',
    ]);
    expect(shop.git('alice', 'diff', '--cached', '--name-only')).toBe('other.txt\n');
  });

  it('goes on where an earlier attempt stopped', async () => {
    const shop = newShop();
    const { key } = shop.worker('alice');
    const broken = path.join(shop.folder, 'no-ssh-keygen');
    writeFileSync(broken, '#!/bin/sh\necho "the key is on holiday" >&2\nexit 1\n');
    chmodSync(broken, 0o755);
    shop.git('alice', 'init', '-q');
    shop.git('alice', 'config', 'gpg.ssh.program', broken);
    const first = await shop.run('alice', 'init', ...flags, '--key', key);
    expect(first.code).toBe(2);
    expect(first.stderr).toContain('the key is on holiday');
    expect(shop.git('alice', 'for-each-ref', 'refs/tags', 'refs/heads/register')).toBe('');
    shop.git('alice', 'config', '--unset', 'gpg.ssh.program');
    const second = await shop.do('alice', 'init');
    expect(second.stdout).toMatch(/^sha256:[0-9a-f]{64}\n$/);
    expect((await shop.run('alice', 'verify')).code).toBe(0);
  });

  it('refuses a key that can not sign and a time zone that is none', async () => {
    const shop = newShop();
    const rsa = path.join(shop.folder, 'weak');
    execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '1024', '-N', '', '-f', rsa]);
    const weak = await shop.run('alice', 'init', ...flags, '--key', rsa);
    expect(weak.code).toBeGreaterThan(0);
    expect(weak.code).toBeLessThan(3);
    const zone = await shop.run('alice', 'init', '--organization', 'x', '--timezone', 'Mars/Base');
    expect(zone.code).toBe(64);
  });

  it('says what the system refuses without a stack trace', async () => {
    const shop = newShop();
    writeFileSync(path.join(shop.top, 'file'), '');
    const answer = await runCommand(['init', 'file/below', ...flags], shop.top);
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain('cli/not-a-folder');
    expect(answer.stderr).not.toContain('    at ');
  });
});
