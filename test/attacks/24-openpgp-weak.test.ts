/**
 * Threat: A weak OpenPGP key or hash signs, or the rules hold a certificate that says little.
 * Decision: RSA from 2048 bits, Ed25519 and ECDSA on the NIST curves sign, with SHA-256 or longer,
 * by certificates whose self-signatures are as good; everything else is refused by name.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import { gpgHome, gpgKey } from '../support/gpg.ts';
import {
  certificate,
  certificatePackets,
  type CertificateParts,
  armour,
  type ForgedKey,
  forgedEcdsa,
  forgedEd25519,
  forgedRsa,
  packet,
  pgpActor,
  type PgpParts,
  signatureBody,
} from '../support/pgp-forge.ts';
import { newRules, revise, rules, shop } from '../support/shop.ts';

const alice = forgedEd25519('alice');
const rsa = forgedRsa(2048);
const p256 = forgedEcdsa('P-256');
const lists = (line: string) => {
  const register = shop((data) => {
    data.people['alice']!.keys.push({ key: line, use: ['approve', 'commit'] });
  });
  return () => register.fork();
};
const approved = (register: ReturnType<typeof shop>, key: ForgedKey, how: PgpParts = {}): void => {
  revise(register, { alice: { change: { key: pgpActor(key, {}, key, how) } } });
};

describe('weak hashes and algorithms do not sign', () => {
  const begin = lists(certificate(alice));

  test.each<[string, ForgedKey]>([
    ['RSA with 2048 bits', rsa],
    ['ECDSA on P-256', p256],
    ['Ed25519 as RFC 9580 numbers it', forgedEd25519('alice', 27)],
  ])('an approval by %s is good', async (_what, key) => {
    const register = lists(certificate(key))();
    approved(register, key);
    expectVerified(await verify(register));
  });

  test.each(['md5', 'sha1', 'ripemd160', 'sha224'] as const)('a signature with %s', (hash) =>
    attack(
      (register, attacked) => {
        approved(register, alice, attacked ? { hash } : {});
      },
      { code: 'approval/signature-weak', release: 4, upTo: 3 },
      begin,
    ),
  );

  test('a signature with a hash that is shorter than its curve', () => {
    const p384 = forgedEcdsa('P-384');
    return attack(
      (register, attacked) => {
        approved(register, p384, { hash: attacked ? 'sha256' : 'sha384' });
      },
      { code: 'approval/signature-weak', release: 4, upTo: 3 },
      lists(certificate(p384, { self: { hash: 'sha384' } })),
    );
  });

  test('a DSA signature, which is told by its packet', () =>
    attack(
      (register, attacked) => {
        const dsa = { ...alice, algorithm: 17 };
        approved(register, attacked ? dsa : alice);
      },
      { code: 'approval/signature-weak', release: 4, upTo: 3 },
      begin,
    ));

  test('a subkey of RSA with 1024 bits', () => {
    const weak = forgedRsa(1024);
    return attack(
      (register, attacked) => {
        approved(register, attacked ? weak : rsa);
      },
      { code: 'approval/key-unknown', release: 4, upTo: 3 },
      lists(certificate(alice, { subkeys: [{ key: weak }, { key: rsa }] })),
    );
  });
});

describe('weak and unusable certificates do not stand in the rules', () => {
  const home = gpgHome();
  const refused = (line: string | (() => string), code: string, honest = certificate(alice)) =>
    attack(
      (register, attacked) => {
        const key = attacked ? (typeof line === 'string' ? line : line()) : honest;
        newRules(
          register,
          rules('2', (data) => {
            data.people['alice']!.keys.push({ key, use: ['approve'] });
          }),
        );
      },
      { code, release: 4, upTo: 3 },
    );

  test('RSA with 1024 bits of stock gpg', () =>
    refused(
      () => gpgKey(home, 'rsa@shop.example', { algorithm: 'rsa1024' }).line,
      'rules/key-weak',
    ));

  test('DSA of stock gpg', () =>
    refused(
      () => gpgKey(home, 'dsa@shop.example', { algorithm: 'dsa2048' }).line,
      'rules/key-weak',
    ));

  test.each<[string, CertificateParts, string]>([
    ['whose user id is signed with SHA-1', { self: { hash: 'sha1' } }, 'rules/key-weak'],
    [
      'of which only a subkey bound with SHA-1 signs',
      { flags: 1, subkeys: [{ key: rsa, binding: { hash: 'sha1' } }] },
      'rules/key-weak',
    ],
    ['that only certifies', { flags: 1 }, 'rules/key-malformed'],
    [
      'whose user id is not signed',
      { self: { numbers: (numbers) => Buffer.concat([numbers.subarray(0, -1), Buffer.alloc(1)]) } },
      'rules/key-malformed',
    ],
    [
      'whose only signing subkey has no back signature',
      { flags: 1, subkeys: [{ key: rsa, back: null }] },
      'rules/key-malformed',
    ],
    [
      'with a marker packet behind it',
      { more: [packet(10, Buffer.from('PGP'))] },
      'rules/key-malformed',
    ],
    [
      'with a literal packet behind it',
      { more: [packet(11, Buffer.from('approve'))] },
      'rules/key-malformed',
    ],
    [
      'with a second certificate behind it',
      { more: certificatePackets(rsa) },
      'rules/key-malformed',
    ],
    ['with a secret key behind it', { more: [packet(7, alice.body)] }, 'rules/key-malformed'],
    ['with a wrong checksum', { layout: { checksum: '=AAAA' } }, 'rules/key-malformed'],
    ['in short lines', { layout: { width: 40 } }, 'rules/key-malformed'],
  ])('a certificate %s', (_what, parts, code) => refused(certificate(alice, parts), code));

  test('a secret key of stock gpg', () => {
    const key = gpgKey(home, 'secret@shop.example');
    return refused(
      () => home.run(['--armor', '--export-secret-keys', key.fingerprint]).toString(),
      'rules/key-malformed',
    );
  });

  test('a key of version 3, of another curve, or none at all', async () => {
    const old = Buffer.concat([Buffer.from([3]), alice.body.subarray(1)]);
    const lines = [
      armour(
        Buffer.concat([packet(6, old), ...certificatePackets(alice).slice(1)]),
        'PGP PUBLIC KEY BLOCK',
      ),
      certificate(forgedEcdsa('secp256k1')),
      armour(packet(2, signatureBody(alice, Buffer.from('x'))), 'PGP PUBLIC KEY BLOCK'),
      armour(Buffer.from('no packets'), 'PGP PUBLIC KEY BLOCK'),
    ];
    for (const line of lines) await refused(line, 'rules/key-malformed');
  });

  test('while git takes the signature of such a key', () => {
    const key = gpgKey(home, 'git@shop.example', { algorithm: 'rsa1024' });
    const register = shop();
    const { folder } = register.repository;
    const tag = register.tag(
      'old',
      register.main,
      'Old\n',
      register.actor('alice'),
      register.tick(),
      { key },
    );
    const said = spawnSync('git', ['-C', folder, 'verify-tag', tag.tag], { env: home.env });
    expect(said.status).toBe(0);
  });
});
