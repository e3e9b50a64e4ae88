/**
 * Threat: A signature is missing, malformed, doubled, made for another purpose, or wrapped in
 * another armour.
 * Decision: Exactly one genuine signature in the namespace `git` over exactly these bytes counts;
 * what is not known is unsupported, and statements are counted by person.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import { people, revise, shop, sop } from '../support/shop.ts';
import { ed25519Key, type SignatureParts, sshSignature } from '../support/ssh-keys.ts';
import type { TagChange } from '../support/stock-register.ts';

const alice = ed25519Key('alice');
const carol = ed25519Key('carol');
const edit = (change: (text: string) => string) => (armour: Buffer) =>
  Buffer.from(change(armour.toString()));

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** The last character before the padding has bits that belong to no byte. */
const fillLastBits = (text: string) =>
  text.replace(/(.)(=+\n-----END)/, (_, last: string, rest: string) => {
    return `${alphabet[alphabet.indexOf(last) + 1] ?? ''}${rest}`;
  });

/** How a signature can be wrong: what is changed, and the fault. */
const parts: [string, SignatureParts, string][] = [
  ['the namespace file', { namespace: 'file' }, 'namespace'],
  ['an empty namespace', { namespace: '' }, 'namespace'],
  ['the namespace git with a NUL', { namespace: 'git\0' }, 'namespace'],
  ['reserved bytes filled', { reserved: 'x' }, 'malformed'],
  ['version 2', { version: 2 }, 'unsupported'],
  ['a hash that is none of the format', { hash: 'sha1' }, 'unsupported'],
  ['bytes behind its structure', { surplus: Buffer.from([0]) }, 'malformed'],
  ['lines of 63 characters', { width: 63 }, 'malformed'],
  ['lines of 77 characters', { width: 77 }, 'malformed'],
  ['the public key of another person', { blob: ed25519Key('erin').blob }, 'bad'],
];

const shapes: [string, TagChange, string][] = [
  ['no signature', { key: null }, 'missing'],
  [
    'a signature over a commit',
    { armour: () => sshSignature(alice, Buffer.from('tree 0\n')) },
    'bad',
  ],
  [
    'a base64 character that is none',
    { armour: edit((text) => text.replace(/U1NI/, 'U1N*')) },
    'malformed',
  ],
  [
    'lines of unequal length',
    { armour: edit((text) => text.replace(/(U1NI.{10})/, '$1\n')) },
    'malformed',
  ],
  ['the last bits of its base64 filled', { armour: edit(fillLastBits) }, 'malformed'],
  [
    'the padding of its base64 gone',
    { armour: edit((text) => text.replace(/=+\n/, '\n')) },
    'malformed',
  ],
  ['another end line', { armour: edit((text) => text.replace('END SSH', 'END PGP')) }, 'malformed'],
  [
    'another magic word',
    { armour: edit((text) => text.replace('U1NIU0lH', 'U1NIU0lI')) },
    'malformed',
  ],
  [
    'nothing in its armour',
    { armour: edit((text) => text.replace(/-\n[^-]*\n-/, '-\n-')) },
    'malformed',
  ],
];

// Odd length of base64 depends on the key; these two ask for padding and a free last character.
const withPadding = sshSignature(alice, Buffer.from('')).toString().includes('=\n-----END');

describe('a signature is one genuine signature over exactly these bytes', () => {
  test('the signatures of these keys end in padding, so that the attacks on it are some', () => {
    expect(withPadding).toBe(true);
  });

  test.each(parts)('an approval whose signature has %s is refused', (_what, signature, fault) =>
    attack(
      (register, attacked) => {
        revise(register, { alice: { change: attacked ? { signature } : {} } });
      },
      {
        code: `approval/signature-${fault}`,
        severity: fault === 'unsupported' ? 'unknown' : 'error',
        upTo: 3,
      },
    ),
  );

  test.each(parts)('a release whose signature has %s is refused', (_what, signature, fault) =>
    attack(
      (register, attacked) => {
        revise(register, { release: { change: attacked ? { signature } : {} } });
      },
      {
        code: `release/signature-${fault}`,
        severity: fault === 'unsupported' ? 'unknown' : 'error',
        upTo: 3,
      },
    ),
  );

  test.each(shapes)('an approval with %s is refused', (_what, change, fault) =>
    attack(
      (register, attacked) => {
        revise(register, { alice: { change: attacked ? change : {} } });
      },
      { code: `approval/signature-${fault}`, release: 4, upTo: 3 },
    ),
  );

  test.each(shapes)('a release with %s is refused', (_what, change, fault) =>
    attack(
      (register, attacked) => {
        const byCarol =
          fault === 'bad' ? { armour: () => sshSignature(carol, Buffer.from('tree 0\n')) } : change;
        revise(register, { release: { change: attacked ? byCarol : {} } });
      },
      { code: `release/signature-${fault}`, release: 4, upTo: 3 },
    ),
  );

  test('a release whose signature was made for files is refused', () =>
    attack(
      (register, attacked) => {
        const signature = attacked ? { namespace: 'file' } : {};
        revise(register, { release: { change: { signature } } });
      },
      { code: 'release/signature-namespace', release: 4, upTo: 3 },
    ));

  test('a release signed with X.509 is unsupported: an unknown, neither good nor bad', () =>
    attack(
      (register, attacked) => {
        const armour = edit((text) => text.replaceAll('SSH SIGNATURE', 'SIGNED MESSAGE'));
        revise(register, { release: { change: attacked ? { armour } : {} } });
      },
      { code: 'release/signature-unsupported', severity: 'unknown', release: 4, upTo: 3 },
    ));

  test('an SSH certificate is unsupported: an unknown', () =>
    attack(
      (register, attacked) => {
        const { blob } = ed25519Key('alice');
        const certificate = Buffer.concat([
          Buffer.from([0, 0, 0, 32]),
          Buffer.from('ssh-ed25519-cert-v01@openssh.com'),
          blob.subarray(4 + 11),
        ]);
        revise(register, {
          alice: { change: attacked ? { signature: { blob: certificate } } : {} },
        });
      },
      { code: 'approval/signature-unsupported', severity: 'unknown', upTo: 3 },
    ));

  test.each([64, 70, 76])('lines of %i characters are an armour like any other', async (width) => {
    const register = shop();
    revise(register, {
      alice: { change: { signature: { width } } },
      release: { change: { signature: { width, hash: 'sha256' } } },
    });
    expectVerified(await verify(register));
  });

  test('an approval in another armour does not count a second time', () =>
    attack(
      (register, attacked) => {
        const what = sop('2');
        const at = register.lastRelease();
        const decision = 'confirm' as const;
        const byAlice = register.approve(what, {
          by: 'alice',
          as: 'quality-manager approved',
          decision,
          at,
        });
        const byBob = register.approve(what, {
          by: 'bob',
          as: 'process-owner reviewed',
          decision,
          at,
        });
        register.release({ confirm: [what], approvals: [byAlice, byBob] });
        const again = register.approve(what, {
          by: 'bob',
          as: 'process-owner reviewed',
          decision,
          at,
        });
        let second = register.approve(what, {
          by: 'alice',
          as: 'quality-manager approved',
          decision,
          at,
        });
        if (attacked) {
          const text = byAlice.raw.toString();
          const payload = Buffer.from(text.slice(0, text.indexOf('-----BEGIN')));
          const armour = sshSignature(people['alice']?.key ?? alice, payload, { width: 64 });
          second = { ...byAlice, raw: Buffer.concat([payload, armour]) };
        }
        register.release({ confirm: [what], approvals: [second, again] });
      },
      { code: 'approval/reused', release: 5, upTo: 4 },
    ));
});
