import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RawRepository, scratchFolder, stockEnvironment } from './raw-repository.ts';
import { people, shop } from './shop.ts';
import { ecdsaKey, ed25519Key, rsaKey, sshSignature } from './ssh-keys.ts';

describe('the builder of registers for tests', () => {
  test('stock git finds every object well formed and every signature good', () => {
    const { repository } = shop();
    repository.git('fsck', '--full', '--strict', '--no-progress');
    const signers = join(scratchFolder(), 'allowed-signers');
    const lines = Object.values(people).map(({ email, key }) => `${email} ${key.line}\n`);
    writeFileSync(signers, lines.join(''));
    const tags = repository.git('for-each-ref', '--format=%(refname)', 'refs/tags').split('\n');
    expect(tags).toHaveLength(7);
    for (const tag of tags) {
      repository.git('-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-tag', tag);
    }
  });

  test('check-register.sh finds it good', () => {
    const register = shop();
    const signers = join(scratchFolder(), 'allowed-signers');
    const lines = Object.values(people).map(({ email, key }) => `${email} ${key.line}\n`);
    writeFileSync(signers, lines.join(''));
    const script = join(import.meta.dirname, '../stock/check-register.sh');
    const said = execFileSync(script, [register.repository.folder, register.anchor, signers], {
      encoding: 'utf8',
    });
    expect(said).toContain(`head 3:${register.head().digest}`);
  });

  test('its keys sign as ssh-keygen does', () => {
    const key = ed25519Key('somebody');
    const folder = scratchFolder();
    const file = join(folder, 'key');
    writeFileSync(file, key.privateFile ?? '', { mode: 0o600 });
    const message = Buffer.from('a message\n');
    const made = execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'git', '-f', file], {
      input: message,
      encoding: 'utf8',
      env: stockEnvironment,
    });
    expect(sshSignature(key, message).toString()).toBe(made);
  });

  test.each([
    ['ecdsa-sha2-nistp256', ecdsaKey('nistp256')],
    ['ecdsa-sha2-nistp384', ecdsaKey('nistp384')],
    ['ecdsa-sha2-nistp521', ecdsaKey('nistp521')],
    ['ssh-rsa', rsaKey(2048)],
  ])('ssh-keygen verifies its signatures with %s', (_type, key) => {
    const folder = scratchFolder();
    const message = Buffer.from('a message\n');
    writeFileSync(join(folder, 'signature'), sshSignature(key, message));
    writeFileSync(join(folder, 'signers'), `somebody ${key.line}\n`);
    const args = ['-Y', 'verify', '-n', 'git', '-I', 'somebody'];
    const files = ['-s', join(folder, 'signature'), '-f', join(folder, 'signers')];
    const said = execFileSync('ssh-keygen', [...args, ...files], { input: message });
    expect(said.toString()).toContain('Good "git" signature for somebody');
  });

  test('the same story has the same bytes', () => {
    expect(shop().head()).toEqual(shop().head());
  });

  test('raw trees and commits are what git makes of the same', () => {
    const repository = new RawRepository();
    const blob = repository.object('blob', 'text\n');
    const paths = ['b/c.md', 'a', 'b-c', 'b.d'];
    const tree = repository.treeOf(
      new Map(paths.map((path) => [path, { mode: '100644', id: blob }])),
    );
    for (const path of paths) {
      repository.git('update-index', '--add', '--cacheinfo', `100644,${blob},${path}`);
    }
    expect(tree).toBe(repository.git('write-tree'));
  });
});
