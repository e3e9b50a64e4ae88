/**
 * Threat: An OpenPGP signature is malformed, doubled, padded with unsigned data, or made over
 * something else.
 * Decision: Exactly one signature packet over exactly these bytes counts, with nothing in it or
 * around it that nobody signed.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import {
  armour,
  type ArmourLayout,
  certificate,
  forgedAt,
  forgedEd25519,
  forgedSignature,
  issuerFingerprint,
  issuerId,
  packet,
  pgpActor,
  type PgpParts,
  signatureBody,
  subpacket,
} from '../support/pgp-forge.ts';
import { revise, shop } from '../support/shop.ts';
import { sshSignature, ed25519Key } from '../support/ssh-keys.ts';
import type { TagChange } from '../support/stock-register.ts';

const key = forgedEd25519('alice');
const alice = pgpActor(key);
const begun = shop((data) => {
  data.people['alice']!.keys.push({ key: alice.line, use: ['approve', 'commit'] });
  data.people['carol']!.keys.push({
    key: certificate(forgedEd25519('carol')),
    use: ['release'],
  });
});
const shopWithPgp = () => begun.fork();

/** Alice approves with her OpenPGP key; the attack changes how the armour comes about. */
const approval = (
  change: (payload: Buffer) => Buffer | string,
  code: string,
  severity: 'error' | 'unknown' = 'error',
  honestly: (payload: Buffer) => Buffer | string = (payload) => forgedSignature(key, payload),
) =>
  attack(
    (register, attacked) => {
      const make = attacked ? change : honestly;
      const pgp = { ...alice, armour: (payload: Buffer) => Buffer.from(make(payload)) };
      revise(register, { alice: { change: { key: pgp } } });
    },
    { code: `approval/${code}`, severity, release: 4, upTo: 3 },
    shopWithPgp,
  );
const withParts = (parts: PgpParts) => (payload: Buffer) => forgedSignature(key, payload, parts);
const packets = (payload: Buffer, ...bodies: Buffer[]) =>
  armour(Buffer.concat([packet(2, signatureBody(key, payload)), ...bodies]), 'PGP SIGNATURE');

describe('an OpenPGP signature counts', () => {
  test.each<[string, PgpParts]>([
    ['with its fingerprint signed and its id not', {}],
    ['with its fingerprint only', { unhashed: [] }],
    ['with its id only', { fingerprint: false }],
    [
      'with its fingerprint unsigned',
      { fingerprint: false, unhashed: [issuerFingerprint(key.fingerprint)] },
    ],
    ['with SHA-384', { hash: 'sha384' }],
    ['with SHA-512', { hash: 'sha512' }],
    [
      'with a user id and a note that is not critical',
      {
        hashed: [
          subpacket(28, Buffer.from('alice@shop.example')),
          subpacket(20, Buffer.from('80000000000100016162', 'hex')),
        ],
      },
    ],
  ])('%s', async (_what, parts) => {
    const register = shopWithPgp();
    revise(register, { alice: { change: { key: pgpActor(key, {}, key, parts) } } });
    expectVerified(await verify(register));
  });

  test.each<[string, ArmourLayout]>([
    ['76 characters a line', { width: 76 }],
    ['a comment', { headers: ['Version: GnuPG v2', 'Comment: für Alice'] }],
    ['no checksum', { checksum: null }],
  ])('in an armour with %s', async (_what, layout) => {
    const register = shopWithPgp();
    const pgp = {
      ...alice,
      armour: (payload: Buffer) =>
        Buffer.from(armour(packet(2, signatureBody(key, payload)), 'PGP SIGNATURE', layout)),
    };
    revise(register, { alice: { change: { key: pgp } } });
    expectVerified(await verify(register));
  });

  test('on a release too', () =>
    attack(
      (register, attacked) => {
        const carol = forgedEd25519('carol');
        const parts = attacked ? { type: 1 } : {};
        revise(register, { release: { change: { key: pgpActor(carol, {}, carol, parts) } } });
      },
      { code: 'release/signature-namespace', release: 4, upTo: 3 },
      shopWithPgp,
    ));
});

describe('an OpenPGP signature does not count', () => {
  test('over other bytes', () =>
    approval(
      (payload) => forgedSignature(key, Buffer.concat([payload, Buffer.from('\n')])),
      'signature-bad',
    ));

  test('over a statement that was changed afterwards', () =>
    attack(
      (register, attacked) => {
        const raw: TagChange['raw'] = (bytes) =>
          Buffer.from(bytes.toString('latin1').replace('Compared', 'compared'), 'latin1');
        const change = { key: alice, ...(attacked ? { raw } : {}) };
        revise(register, { alice: { comment: 'Compared with revision 2.', change } });
      },
      { code: 'approval/signature-bad', release: 4, upTo: 3 },
      shopWithPgp,
    ));

  test.each<[string, PgpParts, string]>([
    ['over text with changed line ends (type 0x01)', { type: 1 }, 'signature-namespace'],
    ['made as a certification (type 0x10)', { type: 0x10 }, 'signature-namespace'],
    ['made as a back signature (type 0x19)', { type: 0x19 }, 'signature-namespace'],
    [
      'with a note that nobody signed',
      {
        unhashed: [
          issuerId(key.fingerprint),
          subpacket(20, Buffer.from('80000000000100016162', 'hex')),
        ],
      },
      'signature-malformed',
    ],
    [
      'with another signature in its unsigned data',
      { unhashed: [subpacket(32, signatureBody(key, Buffer.from('x')))] },
      'signature-malformed',
    ],
    [
      'with its id twice in the unsigned data',
      { unhashed: [issuerId(key.fingerprint), issuerId(key.fingerprint)] },
      'signature-malformed',
    ],
    [
      'with the id of another key in the unsigned data',
      { unhashed: [issuerId('AB'.repeat(20))] },
      'signature-malformed',
    ],
    ['that names no key', { fingerprint: false, unhashed: [] }, 'signature-malformed'],
    ['that does not say when', { created: undefined }, 'signature-malformed'],
    [
      'that says twice when',
      { hashed: [subpacket(2, Buffer.from('5f5e1000', 'hex'))] },
      'signature-malformed',
    ],
    ['older than its key', { created: forgedAt - 1 }, 'signature-bad'],
    [
      'with other first bytes of its digest',
      { digestStart: Buffer.from('0000', 'hex') },
      'signature-bad',
    ],
    [
      'with zeros in front of a number',
      {
        numbers: (numbers) =>
          Buffer.concat([Buffer.from('0108', 'hex'), Buffer.alloc(1), numbers.subarray(2)]),
      },
      'signature-malformed',
    ],
    [
      'with bytes behind its numbers',
      { numbers: (numbers) => Buffer.concat([numbers, Buffer.alloc(1)]) },
      'signature-malformed',
    ],
  ])('%s', (_what, parts, code) => approval(withParts(parts), code));

  test.each<[string, PgpParts]>([
    ['of version 3', { version: 3 }],
    ['of version 6', { version: 6 }],
    ['that expires', { hashed: [subpacket(3, Buffer.from('7fffffff', 'hex'))] }],
    [
      'with a critical note',
      { hashed: [subpacket(20, Buffer.from('80000000000100016162', 'hex'), true)] },
    ],
    [
      'with a critical subpacket that nobody knows',
      { hashed: [subpacket(99, Buffer.alloc(1), true)] },
    ],
  ])('%s, and is neither good nor bad', (_what, parts) =>
    approval(withParts(parts), 'signature-unsupported', 'unknown'),
  );

  test.each<[string, (payload: Buffer) => Buffer | string]>([
    [
      'beside a second one in the same armour',
      (payload) => packets(payload, packet(2, signatureBody(key, payload))),
    ],
    ['beside another packet', (payload) => packets(payload, packet(10, Buffer.from('PGP')))],
    [
      'followed by a second armour',
      (payload) => Buffer.concat([forgedSignature(key, payload), forgedSignature(key, payload)]),
    ],
    [
      'followed by an SSH signature',
      (payload) =>
        Buffer.concat([forgedSignature(key, payload), sshSignature(ed25519Key('alice'), payload)]),
    ],
    [
      'followed by text',
      (payload) => `${forgedSignature(key, payload).toString()}Decision: approve\n`,
    ],
    [
      'as a PGP message',
      (payload) => forgedSignature(key, payload).toString().replaceAll('SIGNATURE', 'MESSAGE'),
    ],
    [
      'in short lines',
      (payload) => armour(packet(2, signatureBody(key, payload)), 'PGP SIGNATURE', { width: 48 }),
    ],
    [
      'with a wrong checksum',
      (payload) =>
        armour(packet(2, signatureBody(key, payload)), 'PGP SIGNATURE', { checksum: '=AAAA' }),
    ],
    [
      'with a header that is none',
      (payload) =>
        armour(packet(2, signatureBody(key, payload)), 'PGP SIGNATURE', {
          headers: ['Decision approve'],
        }),
    ],
    [
      'with a length that is not the shortest',
      (payload) => {
        const body = signatureBody(key, payload);
        const length = Buffer.from([0, 0, 0, body.length]);
        return armour(Buffer.concat([Buffer.from([0xc2, 255]), length, body]), 'PGP SIGNATURE');
      },
    ],
    [
      'with a partial length',
      (payload) => {
        const body = signatureBody(key, payload);
        const rest = body.subarray(64);
        return armour(
          Buffer.concat([
            Buffer.from([0xc2, 230]),
            body.subarray(0, 64),
            Buffer.from([rest.length]),
            rest,
          ]),
          'PGP SIGNATURE',
        );
      },
    ],
  ])('%s', (_what, make) => approval(make, 'signature-malformed'));

  test('twice for one person: another armour makes another tag, and people are counted', async () => {
    const register = shopWithPgp();
    revise(register, { alice: { change: { key: alice } } });
    const rewrapped = {
      ...alice,
      armour: (payload: Buffer) =>
        Buffer.from(armour(packet(2, signatureBody(key, payload)), 'PGP SIGNATURE', { width: 76 })),
    };
    const again = shopWithPgp();
    revise(again, {
      bob: { by: 'alice', as: 'quality-manager approved', change: { key: rewrapped } },
      alice: { change: { key: alice } },
    });
    expectVerified(await verify(register));
    const verification = await verify(again);
    expectProblem(verification, { code: 'release/requirements', release: 4, upTo: 3 });
    expect(verification.problems).toHaveLength(1);
  });
});
