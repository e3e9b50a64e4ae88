/**
 * Threat: We call a signature good that Git and OpenSSH do not, or the reverse.
 * Decision: The verdict is that of `git verify-tag`, apart from refusals that are stricter and
 * listed.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verify } from '../support/expect-verification.ts';
import { scratchFolder, stockEnvironment } from '../support/raw-repository.ts';
import { shop, sop } from '../support/shop.ts';
import {
  armoured,
  ecdsaKey,
  ecdsaSecurityKey,
  ed25519Key,
  rsaKey,
  securityKey,
  type SigningKey,
} from '../support/ssh-keys.ts';
import type { TagChange } from '../support/stock-register.ts';

const alice = ed25519Key('alice');
const rsa = rsaKey(2048);
const weak = rsaKey(1024);
const touch = securityKey('alice');

/** A tag by Alice, what git says of it, and what we say: '' is good. */
const cases: [string, TagChange, 'good' | 'bad', string][] = [
  ['an ordinary signature', {}, 'good', ''],
  ['SHA-256 for the message', { signature: { hash: 'sha256' } }, 'good', ''],
  ['lines of 64', { signature: { width: 64 } }, 'good', ''],
  ['RSA with 2048 bits', { key: rsa }, 'good', ''],
  ['RSA with SHA-256', { key: rsa, signature: { rsaHash: 'sha256' } }, 'good', ''],
  ['a security key that was touched', { key: touch }, 'good', ''],
  [
    'another namespace',
    { signature: { namespace: 'file' } },
    'bad',
    'approval/signature-namespace',
  ],
  [
    'RSA with SHA-1',
    { key: rsa, signature: { rsaHash: 'sha1' } },
    'bad',
    'approval/signature-weak',
  ],
  ['version 2', { signature: { version: 2 } }, 'bad', 'approval/signature-unsupported'],
  [
    'surplus bytes',
    { signature: { surplus: Buffer.from([1]) } },
    'bad',
    'approval/signature-malformed',
  ],
  [
    'another key named',
    { signature: { blob: ed25519Key('erin').blob } },
    'bad',
    'approval/signature-bad',
  ],
  [
    'another message',
    { raw: (raw) => Buffer.from(raw.toString().replace('tagger alice', 'tagger Alice')) },
    'bad',
    'approval/signature-bad',
  ],
  ['nothing', { key: null }, 'bad', 'approval/signature-missing'],
  ['reserved bytes', { signature: { reserved: 'x' } }, 'bad', 'approval/signature-malformed'],
  // Stricter than git, each for a reason that the format page gives.
  ['RSA with 1024 bits', { key: weak }, 'good', 'approval/signature-weak'],
  [
    'a security key that nobody touched',
    { key: touch, signature: { flags: 0 } },
    'good',
    'approval/signature-presence',
  ],
  [
    'text behind the armour',
    { raw: (raw) => Buffer.concat([raw, Buffer.from('more\n')]) },
    'good',
    'approval/signature-malformed',
  ],
  ['lines of 100', { signature: { width: 100 } }, 'good', 'approval/signature-malformed'],
];
for (const [name, key] of [
  ['nistp256', ecdsaKey('nistp256')],
  ['nistp384', ecdsaKey('nistp384')],
  ['nistp521', ecdsaKey('nistp521')],
  ['a security key with nistp256', ecdsaSecurityKey()],
] as [string, SigningKey][]) {
  cases.push([name, { key }, 'good', '']);
}

describe('the verdict on a signature is that of git, or stricter where the format says so', () => {
  test.each(cases)('%s', async (_what, change, git, ours) => {
    const key = change.key ?? alice;
    const register = shop((data) => {
      if (key !== alice && key !== weak)
        data.people['alice']!.keys.push({ key: key.line, use: ['approve'] });
    });
    const { tag } = register.approve(sop('2'), {
      by: 'alice',
      as: 'quality-manager approved',
      change,
    });
    const signers = join(scratchFolder(), 'allowed-signers');
    writeFileSync(signers, `alice@shop.example ${key.line}\n`);
    const config = `gpg.ssh.allowedSignersFile=${signers}`;
    const said = spawnSync(
      'git',
      ['-C', register.repository.folder, '-c', config, 'verify-tag', tag],
      {
        env: stockEnvironment,
      },
    );
    const verification = await verify(register);
    const codes = verification.problems
      .map(({ code }) => code)
      .filter((code) => code.startsWith('approval/signature'));
    expect({ git: said.status === 0 ? 'good' : 'bad', ours: codes.join() }).toEqual({ git, ours });
  });

  test('an X.509 signature is unsupported, never good and never bad', async () => {
    const register = shop();
    const armour = armoured(Buffer.alloc(90, 0x88), 64, 'SIGNED MESSAGE');
    const change: TagChange = { armour: () => armour };
    register.approve(sop('2'), { by: 'alice', as: 'quality-manager approved', change });
    const verification = await verify(register);
    expect(verification.outcome).toBe('verified');
    expect(verification.problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning approval/signature-unsupported',
    ]);
  });
});
