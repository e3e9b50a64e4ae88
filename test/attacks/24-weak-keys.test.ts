/**
 * Threat: A weak key or hash signs, or a security key that nobody touched.
 * Decision: RSA below 2048 bits, DSA, SHA-1 and missing user presence are refused, though Git takes
 * some of them.
 */
import { describe, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import { revise, shop } from '../support/shop.ts';
import {
  ecdsaKey,
  ecdsaSecurityKey,
  rsaKey,
  securityKey,
  type SigningKey,
  string,
} from '../support/ssh-keys.ts';

/** The shop with another key for Alice. */
const shopWith = (key: SigningKey) => () =>
  shop((data) => {
    data.people['alice']!.keys.push({ key: key.line, use: ['approve', 'commit'] });
  });

const strong: [string, SigningKey][] = [
  ['ECDSA with nistp256', ecdsaKey('nistp256')],
  ['ECDSA with nistp384', ecdsaKey('nistp384')],
  ['ECDSA with nistp521', ecdsaKey('nistp521')],
  ['RSA with 2048 bits', rsaKey(2048)],
  ['a security key with Ed25519', securityKey('alice')],
  ['a security key with ECDSA', ecdsaSecurityKey()],
];
const [
  ,
  ,
  ,
  [, rsa] = ['', rsaKey(2048)],
  [, ed25519Sk] = ['', securityKey('alice')],
  [, ecdsaSk] = ['', ecdsaSecurityKey()],
] = strong;

describe('weak keys and hashes do not sign, and security keys only when somebody touched them', () => {
  test.each(strong)('an approval by %s is good', async (_what, key) => {
    const register = shopWith(key)();
    revise(register, { alice: { change: { key } } });
    expectVerified(await verify(register));
  });

  test('an approval by RSA with SHA-256 is good', async () => {
    const register = shopWith(rsa)();
    revise(register, { alice: { change: { key: rsa, signature: { rsaHash: 'sha256' } } } });
    expectVerified(await verify(register));
  });

  test('an approval by RSA with SHA-1 is refused', () =>
    attack(
      (register, attacked) => {
        const signature = attacked ? ({ rsaHash: 'sha1' } as const) : {};
        revise(register, { alice: { change: { key: rsa, signature } } });
      },
      { code: 'approval/signature-weak', release: 4, upTo: 3 },
      shopWith(rsa),
    ));

  test('an approval by RSA with 1024 bits is refused', () =>
    attack(
      (register, attacked) => {
        revise(register, { alice: { change: { key: attacked ? rsaKey(1024) : rsa } } });
      },
      { code: 'approval/signature-weak', release: 4, upTo: 3 },
      shopWith(rsa),
    ));

  test('a release by DSA is refused', () =>
    attack(
      (register, attacked) => {
        const blob = Buffer.concat(['ssh-dss', 'p', 'q', 'g', 'y'].map((part) => string(part)));
        revise(register, { release: { change: attacked ? { signature: { blob } } : {} } });
      },
      { code: 'release/signature-weak', release: 4, upTo: 3 },
    ));

  test.each([
    ['Ed25519', ed25519Sk, 0],
    ['Ed25519', ed25519Sk, 4],
    ['ECDSA', ecdsaSk, 0],
  ])('an approval by a security key with %s that nobody touched is refused', (_what, key, flags) =>
    attack(
      (register, attacked) => {
        const signature = { flags: attacked ? flags : 1 };
        revise(register, { alice: { change: { key, signature } } });
      },
      { code: 'approval/signature-presence', release: 4, upTo: 3 },
      shopWith(key),
    ),
  );

  test('a release by a security key that nobody touched is refused', () =>
    attack(
      (register, attacked) => {
        const signature = { flags: attacked ? 0 : 1 };
        revise(register, { release: { change: { key: ed25519Sk, signature } } });
      },
      { code: 'release/signature-presence', release: 4, upTo: 3 },
      () =>
        shop((data) => {
          data.people['carol']!.keys.push({ key: ed25519Sk.line, use: ['release'] });
        }),
    ));

  test('a touch that is claimed after signing is a bad signature', () =>
    attack(
      (register, attacked) => {
        const armour = (good: Buffer) => {
          const lines = good.toString().split('\n');
          const raw = Buffer.from(lines.slice(1, -2).join(''), 'base64');
          raw[raw.length - 5] = 1;
          const text = raw.toString('base64').match(/.{1,70}/g) ?? [];
          return Buffer.from([lines[0], ...text, lines.at(-2), ''].join('\n'));
        };
        const change = attacked ? { signature: { flags: 0 }, armour } : {};
        revise(register, { alice: { change: { key: ed25519Sk, ...change } } });
      },
      { code: 'approval/signature-bad', release: 4, upTo: 3 },
      shopWith(ed25519Sk),
    ));
});
