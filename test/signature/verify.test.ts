import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { formatSshArmour, parseSshArmour } from '../../src/signature/armour.ts';
import { ed25519Key, forgeBytes } from './forged.ts';
import { expectFault, judge, payload, utf8, verify } from './judge.ts';
import { makeKey, signWithTool, toolFingerprint, toolSaysGood } from './ssh-tools.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('signatures by ssh-keygen', () => {
  const kinds = [
    ['ed25519', undefined, 'ssh-ed25519'],
    ['ecdsa', 256, 'ecdsa-sha2-nistp256'],
    ['ecdsa', 384, 'ecdsa-sha2-nistp384'],
    ['ecdsa', 521, 'ecdsa-sha2-nistp521'],
    ['rsa', 2048, 'ssh-rsa 2048'],
    ['rsa', 3072, 'ssh-rsa 3072'],
    ['rsa', 4096, 'ssh-rsa 4096'],
  ] as const;

  for (const [type, bits, algorithm] of kinds) {
    let keyFile = '';
    beforeAll(() => {
      keyFile = makeKey(type, bits);
    });

    for (const hash of ['sha256', 'sha512'] as const) {
      test(`${algorithm} over ${hash} is good, with the fingerprint of ssh-keygen -l`, async () => {
        const armour = signWithTool(keyFile, payload, { hash });
        expect(await judge(armour)).toEqual({
          good: true,
          key: { format: 'ssh', algorithm, fingerprint: toolFingerprint(keyFile) },
        });
        expect(toolSaysGood(armour, payload)).toBe(true);
      });
    }

    test(`${algorithm} over other bytes is bad, as ssh-keygen says`, async () => {
      const armour = signWithTool(keyFile, payload);
      const other = utf8.encode(text(payload).replace('revision 3', 'revision 4'));
      expect(await judge(armour, other)).toMatchObject({ good: false, fault: 'bad' });
      expect(toolSaysGood(armour, other)).toBe(false);
    });
  }

  test('RSA of 1024 bits is weak, though ssh-keygen takes it', async () => {
    const armour = signWithTool(makeKey('rsa', 1024), payload);
    expect(toolSaysGood(armour, payload)).toBe(true);
    await expectFault(armour, 'weak', /an RSA key of 1024 bits; at least 2048 are needed/);
  });

  test('a signature for files is not one for Git', async () => {
    const armour = signWithTool(makeKey('ed25519'), payload, { namespace: 'file' });
    await expectFault(armour, 'namespace', /the namespace is "file", not "git"/);
  });

  test('over a thousand changed bits, in the signature and in its armour: never good', async () => {
    const armour = signWithTool(makeKey('ed25519'), payload);
    const read = parseSshArmour(armour);
    if (!read.ok) throw new Error(read.reason);
    const flipped: Uint8Array[] = [];
    for (let bit = 0; bit < read.value.bytes.length * 8; bit++) {
      const bytes = read.value.bytes.slice();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      flipped.push(formatSshArmour({ bytes, lineLength: 70 }));
    }
    for (let bit = 0; bit < armour.length * 8; bit += 3) {
      const bytes = armour.slice();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      flipped.push(bytes);
    }
    expect(flipped.length).toBeGreaterThan(1500);
    const verdicts = await verify(
      flipped.map((one) => ({ payload, armour: one })),
      nodeCryptography,
    );
    expect(verdicts.filter((verdict) => verdict.good)).toEqual([]);
  });

  test('in bulk each verdict belongs to its input', async () => {
    const keyFile = makeKey('ed25519');
    const good = signWithTool(keyFile, payload);
    const other = signWithTool(makeKey('ecdsa', 256), payload);
    const verdicts = await verify(
      [
        { payload, armour: undefined },
        { payload, armour: good },
        { payload: utf8.encode('x'), armour: good },
        { payload, armour: utf8.encode('-----BEGIN SSH SIGNATURE-----\n') },
        { payload, armour: other },
      ],
      nodeCryptography,
    );
    expect(verdicts.map((one) => (one.good ? one.key.algorithm : one.fault))).toEqual([
      'missing',
      'ssh-ed25519',
      'bad',
      'malformed',
      'ecdsa-sha2-nistp256',
    ]);
    expect(await verify([], nodeCryptography)).toEqual([]);
  });

  test('a certificate is unsupported, neither good nor bad', async () => {
    const authority = makeKey('ed25519');
    const keyFile = makeKey('ed25519');
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'a', '-n', 'alice', `${keyFile}.pub`]);
    const armour = signWithTool(`${keyFile}-cert.pub`, payload);
    await expectFault(armour, 'unsupported', /ssh-ed25519-cert-v01@openssh.com is a certificate/);
  });
});

describe('armour', () => {
  const keyFile = () => makeKey('ed25519');

  test('re-wrapped within 64 to 76 characters it is the same signature; otherwise malformed', async () => {
    const armour = signWithTool(keyFile(), payload);
    const read = parseSshArmour(armour);
    if (!read.ok) throw new Error(read.reason);
    expect(read.value.lineLength).toBe(70);
    const verdict = await judge(armour);
    expect(verdict.good).toBe(true);
    for (const lineLength of [64, 65, 70, 72, 76]) {
      const wrapped = formatSshArmour({ bytes: read.value.bytes, lineLength });
      expect(await judge(wrapped)).toEqual(verdict);
      expect(toolSaysGood(wrapped, payload)).toBe(true);
    }
    for (const lineLength of [1, 60, 63, 77, 80, 4000]) {
      const wrapped = formatSshArmour({ bytes: read.value.bytes, lineLength });
      expect(toolSaysGood(wrapped, payload)).toBe(true);
      await expectFault(wrapped, 'malformed', /its lines have \d+ characters, not 64 to 76/);
    }
  });

  const edits: readonly (readonly [string, (armour: string) => string, RegExp])[] = [
    ['text after the END line', (one) => `${one}Decision: approve\n`, /after its END line/],
    ['a second signature', (one) => one + one, /after its END line/],
    ['an empty line at the end', (one) => `${one}\n`, /after its END line/],
    ['no line end at the end', (one) => one.slice(0, -1), /END SSH SIGNATURE----- is missing/],
    ['text before the BEGIN line', (one) => `x\n${one}`, /does not begin with the BEGIN line/],
    ['an empty line inside', (one) => one.replace('\n', '\n\n'), /lines have 0 characters/],
    ['a space in a line', (one) => one.replace('AAAA', 'AA AA'), /equal length|characters/],
    ['CRLF line ends', (one) => one.replaceAll('\n', '\r\n'), /does not begin/],
    ['a header line', (one) => one.replace('\n', '\nVersion: 1\n\n'), /characters, not 64/],
    ['the wrong END line', (one) => one.replace('END SSH', 'END PGP'), /END SSH SIGNATURE/],
    [
      'lines of unequal length',
      (one) => one.replace(/\n(.{70})\n(.{2})/, '\n$1$2\n'),
      /equal|chara/,
    ],
    ['padding in the middle', (one) => one.replace('AAAA', 'AA=='), /canonical base64/],
    ['nothing inside', (one) => one.replace(/\n[^-][^]*\n-/, '\n-'), /empty/],
    ['nothing at all', () => '', /does not begin/],
  ];
  for (const [name, edit, reason] of edits) {
    test(`with ${name} it is malformed`, async () => {
      const armour = text(signWithTool(keyFile(), payload));
      const edited = edit(armour);
      expect(edited).not.toBe(armour);
      await expectFault(utf8.encode(edited), 'malformed', reason);
    });
  }

  test('unused bits of the base64 that are set make it malformed', async () => {
    const key = ed25519Key();
    const bytes = forgeBytes(key, payload, { hash: 'sha256' });
    expect(bytes.length % 3).not.toBe(0);
    const armour = text(formatSshArmour({ bytes, lineLength: 70 }));
    const edited = armour.replace(/([A-Za-z0-9+/])(=+)\n/, (_, digit: string, padding: string) => {
      return `${String.fromCharCode(digit.charCodeAt(0) + 1)}${padding}\n`;
    });
    expect(edited).not.toBe(armour);
    await expectFault(utf8.encode(edited), 'malformed', /canonical base64/);
  });

  test('X.509 is unsupported, in words, and a PGP message is no signature', async () => {
    const block = (label: string) =>
      utf8.encode(`-----BEGIN ${label}-----\n\nAAAA\n-----END ${label}-----\n`);
    await expectFault(block('PGP MESSAGE'), 'malformed', /BEGIN line of a signature/);
    await expectFault(block('SIGNED MESSAGE'), 'unsupported', /^an X.509 signature/);
    await expectFault(block('PUBLIC KEY'), 'malformed', /BEGIN line of a signature/);
  });

  test('several blocks, or text behind one, are malformed in every format', async () => {
    const pgp = '-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n';
    const ssh = text(signWithTool(keyFile(), payload));
    await expectFault(utf8.encode(pgp + pgp), 'malformed', /another block after its END line/);
    await expectFault(utf8.encode(ssh + pgp), 'malformed', /after its END line/);
    await expectFault(utf8.encode(pgp + ssh), 'malformed', /END line/);
    await expectFault(utf8.encode(`${pgp}Decision: approve\n`), 'malformed', /END line/);
    const x509 = pgp.replaceAll('PGP SIGNATURE', 'SIGNED MESSAGE');
    await expectFault(utf8.encode(x509 + ssh + x509), 'malformed', /several/);
  });

  test('an armour far above any signature is malformed without being read', async () => {
    const armour = formatSshArmour({ bytes: new Uint8Array(1 << 20), lineLength: 64 });
    await expectFault(armour, 'malformed', /too long/);
  });
});
