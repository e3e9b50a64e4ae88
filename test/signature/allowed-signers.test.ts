import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { formatAllowedSigners } from '../../src/signature/allowed-signers.ts';
import { openSigner } from '../../src/signature/signing.ts';
import { joinBytes } from '../../src/git/header.ts';
import { p256Key } from './forged.ts';
import { utf8 } from './judge.ts';
import { freshPath, makeKey, publicLine } from './ssh-tools.ts';

function code(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
  return 'nothing thrown';
}

describe('git verify-tag', () => {
  const alice = makeKey('ed25519');
  const bob = makeKey('ecdsa', 256);
  const carol = makeKey('rsa', 2048);

  /** A repository with one signed tag by each key, and the file as its allowed signers. */
  function repository(file: string) {
    const folder = freshPath('repository');
    mkdirSync(folder);
    const git = (args: readonly string[], input?: Uint8Array) =>
      execFileSync('git', args, { cwd: folder, input, encoding: 'utf8', stdio: 'pipe' }).trim();
    git(['init', '-q']);
    git(['config', 'user.name', 'Somebody']);
    git(['config', 'user.email', 'somebody@example.com']);
    git(['config', 'gpg.format', 'ssh']);
    const signers = freshPath('allowed-signers');
    writeFileSync(signers, file);
    git(['config', 'gpg.ssh.allowedSignersFile', signers]);
    git(['commit', '-q', '--allow-empty', '-m', 'Begin']);
    for (const [name, key] of Object.entries({ alice, bob, carol })) {
      git(['-c', `user.signingkey=${key}`, 'tag', '-s', '-m', 'Approve', name]);
    }
    const verify = (tag: string) => {
      const run = spawnSync('git', ['verify-tag', tag], { cwd: folder, encoding: 'utf8' });
      return { status: run.status, stderr: run.stderr };
    };
    return { folder, git, verify };
  }

  test('accepts tags of the people in the file, with several addresses, and of nobody else', () => {
    const file = formatAllowedSigners([
      { email: ['alice@example.com', 'a.smith+qms@example.com'], keys: [publicLine(alice)] },
      { email: ['bob@example.com'], keys: [publicLine(bob)] },
      { email: [], keys: [publicLine(carol)] },
      { email: ['dan@example.com'], keys: [] },
    ]);
    const { verify } = repository(file);
    expect(verify('alice')).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/Good "git" signature for alice@example.com/),
    });
    expect(verify('bob')).toMatchObject({ status: 0 });
    expect(verify('carol').status).not.toBe(0);
  });

  test('accepts a tag that our signer signed, with the key that git is set up with', async () => {
    const file = formatAllowedSigners([{ email: ['bob@example.com'], keys: [publicLine(bob)] }]);
    const { folder, git, verify } = repository(file);
    git(['config', 'user.signingkey', `${bob}.pub`]);
    const signer = await openSigner({
      readConfig: (key) => {
        const run = spawnSync('git', ['config', '--get', key], { cwd: folder, encoding: 'utf8' });
        return Promise.resolve(run.status === 0 ? run.stdout.trimEnd() : undefined);
      },
      env: process.env,
      cwd: folder,
      terminal: false,
      cryptography: nodeCryptography,
    });
    const payload = utf8.encode(
      `object ${git(['rev-parse', 'HEAD'])}\ntype commit\ntag ours\n` +
        `tagger Bob <bob@example.com> 1795000000 +0100\n\nApprove SOP-001 revision 3\n`,
    );
    const tag = joinBytes(payload, await signer.sign(payload));
    git(['update-ref', 'refs/tags/ours', git(['hash-object', '-t', 'tag', '-w', '--stdin'], tag)]);
    expect(verify('ours')).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/Good "git" signature for bob@example.com/),
    });
  });
});

describe('the file', () => {
  const key = publicLine(makeKey('ed25519'));
  const bare = key.replace(' test key', '');

  test('has one line a key, for Git alone, without comments and without repetition', () => {
    const made = p256Key(true);
    const line = `${made.type} ${Buffer.from(made.blob).toString('base64')}`;
    const entry = { email: ['a@example.com', 'b@example.com'], keys: [key, line, bare] };
    expect(formatAllowedSigners([entry, entry])).toBe(
      `a@example.com,b@example.com namespaces="git" ${bare}\n` +
        `a@example.com,b@example.com namespaces="git" ${line}\n`,
    );
    expect(formatAllowedSigners([])).toBe('');
  });

  test('refuses addresses that OpenSSH would read as patterns or that break the line', () => {
    const odd = [
      '*@example.com',
      'a?@example.com',
      '!a@example.com',
      'a,b@example.com',
      'a b@example.com',
      'a@example.com\nb@example.com',
      '"a"@example.com',
      '#a@example.com',
      'a@b@example.com',
      'alice',
      '@example.com',
      '',
      'ä@example.com',
    ];
    for (const address of odd) {
      expect(code(() => formatAllowedSigners([{ email: [address], keys: [key] }]))).toBe(
        'signature/principal',
      );
    }
  });

  test('refuses what is no SSH public key', () => {
    for (const line of [
      '',
      'x',
      `cert-authority ${bare}`,
      '-----BEGIN PGP PUBLIC KEY BLOCK-----',
    ]) {
      const entry = { email: ['a@example.com'], keys: [line] };
      expect(code(() => formatAllowedSigners([entry]))).toBe('signature/key-unsupported');
    }
  });
});
