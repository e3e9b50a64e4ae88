import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { armourKind, formatSshArmour, parseSshArmour } from '../../src/signature/armour.ts';
import { formatSshSignature, parseSshSignature } from '../../src/signature/sshsig.ts';
import { ed25519Key, forgeBytes } from './forged.ts';
import { payload, utf8, verify } from './judge.ts';

const content = fc.uint8Array({ minLength: 1, maxLength: 600 });
const lineLength = fc.integer({ min: 64, max: 76 });

test('an armour that is written is read as what was written', () => {
  fc.assert(
    fc.property(content, lineLength, (bytes, length) => {
      const read = parseSshArmour(formatSshArmour({ bytes, lineLength: length }));
      expect(read).toMatchObject({ ok: true, value: { bytes } });
      // In a single line nobody can see how long lines would have been.
      if (read.ok && bytes.length > 57) expect(read.value.lineLength).toBe(length);
    }),
  );
});

test('an armour that is read is written as it was, whatever was changed in it', () => {
  let accepted = 0;
  fc.assert(
    fc.property(
      content,
      lineLength,
      fc.array(fc.record({ at: fc.nat(900), insert: fc.constantFrom('\n', 'A', '=', '-', '') }), {
        maxLength: 3,
      }),
      (bytes, length, edits) => {
        let text = new TextDecoder().decode(formatSshArmour({ bytes, lineLength: length }));
        for (const { at, insert } of edits) text = text.slice(0, at) + insert + text.slice(at + 1);
        const read = parseSshArmour(utf8.encode(text));
        if (!read.ok) return;
        accepted++;
        expect(new TextDecoder().decode(formatSshArmour(read.value))).toBe(text);
      },
    ),
    { numRuns: 2000 },
  );
  expect(accepted).toBeGreaterThan(100);
});

test('a signature that is written is read as what was written', () => {
  fc.assert(
    fc.property(
      content,
      fc.uint8Array({ maxLength: 20 }),
      fc.constantFrom('sha256', 'sha512'),
      content,
      (publicKey, namespace, hash, signature) => {
        const value = { publicKey, namespace, hash, signature };
        expect(parseSshSignature(formatSshSignature(value))).toEqual({ ok: true, value });
      },
    ),
  );
});

test('a signature that is read is written as it was, whatever was changed in it', () => {
  const whole = forgeBytes(ed25519Key(), payload);
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: fc.nat(whole.length - 1), to: fc.nat(255) }), { maxLength: 3 }),
      (changes) => {
        const changed = whole.slice();
        for (const { at, to } of changes) changed[at] = to;
        const read = parseSshSignature(changed);
        if (read.ok) expect(formatSshSignature(read.value)).toEqual(changed);
      },
    ),
    { numRuns: 2000 },
  );
});

test('any bytes give a verdict and never an exception, and never a good one', async () => {
  const armours = fc.sample(
    fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.uint8Array({ minLength: 1, maxLength: 400 }).map((bytes) => {
        return formatSshArmour({ bytes, lineLength: 70 });
      }),
      fc
        .constantFrom('SSH SIGNATURE', 'PGP SIGNATURE', 'SIGNED MESSAGE', 'X')
        .map((label) => utf8.encode(`-----BEGIN ${label}-----\n-----END ${label}-----\n`)),
    ),
    500,
  );
  const verdicts = await verify(
    armours.map((armour) => ({ payload, armour })),
    nodeCryptography,
  );
  expect(verdicts).toHaveLength(500);
  for (const verdict of verdicts) {
    expect(verdict.good ? 'good' : verdict.fault).toMatch(/^(?:malformed|unsupported)$/);
  }
});

test('a BEGIN line must be whole to count', () => {
  expect(armourKind(utf8.encode('-----BEGIN SSH SIGNATURE-----'))).toMatchObject({ ok: false });
  expect(armourKind(utf8.encode('-----BEGIN SSH SIGNATURE----- \n'))).toMatchObject({ ok: false });
});
