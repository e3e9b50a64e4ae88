import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { formatBase64, parseBase64 } from '../../src/signature/base64.ts';
import { parseKeyFile } from '../../src/signature/private-key.ts';
import {
  formatSshPublicKey,
  parseSshKeyBlob,
  parseSshPublicKey,
  sshKeyIdentity,
  type SshPublicKey,
  weaknessOf,
} from '../../src/signature/ssh-key.ts';
import { joinBytes } from '../../src/git/header.ts';
import { sshString } from '../../src/signature/ssh-wire.ts';
import { ed25519Key, mpint, p256Key, rsaKey } from './forged.ts';
import { makeKey, publicLine, toolFingerprint } from './ssh-tools.ts';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

function key(line: string): SshPublicKey {
  const read = parseSshPublicKey(line);
  if (!read.ok) throw new Error(read.reason);
  return read.value;
}

function reason(line: string): string {
  const read = parseSshPublicKey(line);
  return read.ok ? 'accepted' : read.reason;
}

/** The line of a blob whose type is as it says. */
function lineOf(type: string, ...rest: readonly Uint8Array[]): string {
  return `${type} ${base64(joinBytes(sshString(type), ...rest))}`;
}

describe('keys by ssh-keygen', () => {
  const kinds = [
    ['ed25519', undefined, 'ssh-ed25519'],
    ['ecdsa', 256, 'ecdsa-sha2-nistp256'],
    ['ecdsa', 384, 'ecdsa-sha2-nistp384'],
    ['ecdsa', 521, 'ecdsa-sha2-nistp521'],
    ['rsa', 1024, 'ssh-rsa 1024'],
    ['rsa', 2048, 'ssh-rsa 2048'],
    ['rsa', 3072, 'ssh-rsa 3072'],
  ] as const;

  for (const [type, bits, algorithm] of kinds) {
    test(`${algorithm}: identity as ssh-keygen -l prints it, and the line comes back`, () => {
      const file = makeKey(type, bits);
      const line = publicLine(file);
      const read = key(line);
      expect(sshKeyIdentity(read, nodeCryptography)).toEqual({
        format: 'ssh',
        fingerprint: toolFingerprint(file),
        algorithm,
      });
      expect(`${formatSshPublicKey(read)} test key`).toBe(line);
      expect(parseSshKeyBlob(read.blob)).toEqual({ ok: true, value: read });
      expect(parseKeyFile(readFileSync(file, 'utf8'))).toEqual({ ok: true, value: read });
      expect(parseKeyFile(readFileSync(`${file}.pub`, 'utf8'))).toEqual({ ok: true, value: read });
    });
  }

  test('an encrypted private key shows its public key without the passphrase', () => {
    const file = makeKey('ed25519', undefined, 'secret');
    const read = parseKeyFile(readFileSync(file, 'utf8'));
    expect(read).toEqual({ ok: true, value: key(publicLine(file)) });
  });

  test('private keys in PEM, damaged ones and other files are refused', () => {
    const pem = makeKey('rsa', 2048, '', ['-m', 'PEM']);
    expect(parseKeyFile(readFileSync(pem, 'utf8'))).toMatchObject({ ok: false });
    const whole = readFileSync(makeKey('ed25519'), 'utf8');
    const damaged = [
      whole.replace(/-----END[^]*/, ''),
      whole.replace('b3BlbnNzaC1rZXktdjE', 'b3BlbnNzaC1rZXktdjI'),
      whole.replace('\n', '\n!'),
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n',
      '',
      '\n\n',
      'ssh-ed25519 AAAA\nssh-ed25519 AAAA\n',
      'hello\n',
    ];
    for (const text of damaged) expect(parseKeyFile(text)).toMatchObject({ ok: false });
  });
});

describe('lines', () => {
  const line = formatSshPublicKey(key(publicLine(makeKey('ed25519'))));

  test('a comment of any words counts for nothing', () => {
    expect(key(`${line} alice@laptop, über alles`)).toEqual(key(line));
    expect(key(`${line} `)).toEqual(key(line));
  });

  test('what is no line of a key is refused in words', () => {
    const [type = '', text = ''] = line.split(' ');
    expect(reason('')).toMatch(/does not begin with the type/);
    expect(reason(` ${line}`)).toMatch(/does not begin with the type/);
    expect(reason(type)).toMatch(/the key itself is missing/);
    expect(reason(`${type}  ${text}`)).toMatch(/the key itself is missing/);
    expect(reason(`${line}\n`)).toMatch(/one line/);
    expect(reason(line.replace(' ', '\t'))).toMatch(/one line/);
    expect(reason(`no-touch-required ${line}`)).toMatch(/no-touch-required is not a type/);
    expect(reason(`command="x" ${line}`)).toMatch(/does not begin with the type/);
    expect(reason(`${line}=`)).toMatch(/canonical base64/);
    expect(reason(`${type} ${text.slice(0, -1)}`)).toMatch(/canonical base64/);
    expect(reason(`${type} ${text.replace('A', 'Ā')}`)).toMatch(/canonical base64/);
    expect(reason(`ssh-rsa ${text}`)).toMatch(/says ssh-rsa, but the key inside is ssh-ed25519/);
    expect(reason(`ssh-rsa ${base64(Uint8Array.of(1, 2, 3))}`)).toMatch(/inside is unreadable/);
    expect(reason('-----BEGIN PGP PUBLIC KEY BLOCK-----')).toMatch(/armour/);
    expect(reason(`${type} ${'A'.repeat(100_000)}`)).toMatch(/too long/);
  });

  test('kinds that are not used are refused in words', () => {
    expect(reason(lineOf('ssh-dss'))).toMatch(/too weak/);
    expect(reason(lineOf('ssh-ed25519-cert-v01@openssh.com'))).toMatch(/is a certificate/);
    expect(reason(lineOf('sk-ssh-ed25519-cert-v01@openssh.com'))).toMatch(/is a certificate/);
    expect(reason(lineOf('ssh-ed448'))).toMatch(/not a type of key that can be used/);
  });

  test('security keys are read with their application', () => {
    for (const made of [ed25519Key(true), p256Key(true)]) {
      const read = key(`${made.type} ${base64(made.blob)}`);
      expect(read).toMatchObject({ type: made.type, application: made.application });
      expect(sshKeyIdentity(read, nodeCryptography).algorithm).toBe(made.type);
    }
  });

  test('blobs with wrong lengths, curves or tails are refused', () => {
    const of = (length: number, first = 4) =>
      sshString(Uint8Array.of(first, ...new Uint8Array(length - 1)));
    const sk = 'sk-ssh-ed25519@openssh.com';
    const p256 = 'ecdsa-sha2-nistp256';
    expect(reason(lineOf('ssh-ed25519', of(31)))).toMatch(/has 32 bytes/);
    expect(reason(lineOf('ssh-ed25519', of(33)))).toMatch(/has 32 bytes/);
    expect(reason(lineOf('ssh-ed25519'))).toMatch(/has 32 bytes/);
    expect(reason(lineOf('ssh-ed25519', of(32), Uint8Array.of(0)))).toMatch(/bytes after the end/);
    expect(reason(lineOf(sk, of(31), sshString('ssh:')))).toMatch(/has 32 bytes/);
    expect(reason(lineOf(sk, of(32)))).toMatch(/application/);
    expect(reason(lineOf(p256, sshString('nistp384'), of(65)))).toMatch(/curve is nistp384/);
    expect(reason(lineOf(p256))).toMatch(/curve is missing/);
    expect(reason(lineOf(p256, sshString('nistp256'), of(64)))).toMatch(/65 bytes/);
    expect(reason(lineOf(p256, sshString('nistp256'), of(33, 2)))).toMatch(/uncompressed/);
    expect(reason(lineOf(p256, sshString('nistp256'), of(65, 6)))).toMatch(/uncompressed/);
    expect(reason(lineOf('ecdsa-sha2-nistp521', sshString('nistp521'), of(132)))).toMatch(
      /133 bytes/,
    );
    const skP256 = 'sk-ecdsa-sha2-nistp256@openssh.com';
    expect(reason(lineOf(skP256, sshString('nistp256'), of(64)))).toMatch(/65 bytes/);
    expect(reason(lineOf(skP256, sshString('nistp256'), of(65)))).toMatch(/application/);
    const cut = joinBytes(sshString('ssh-ed25519'), Uint8Array.of(255, 255, 255, 255));
    expect(reason(`ssh-ed25519 ${base64(cut)}`)).toMatch(/has 32 bytes/);
    expect(parseSshKeyBlob(new Uint8Array(10_000))).toMatchObject({ ok: false });
    expect(parseSshKeyBlob(new Uint8Array())).toMatchObject({ ok: false });
  });

  test('RSA numbers are canonical, the exponent is sound, the modulus within bounds', () => {
    const three = mpint(Uint8Array.of(3));
    const odd = (bytes: number) => mpint(new Uint8Array(bytes).fill(0xff));
    const rsa = (e: Uint8Array, n: Uint8Array) => reason(lineOf('ssh-rsa', e, n));
    expect(rsa(three, odd(256))).toBe('accepted');
    expect(rsa(mpint(Uint8Array.of(1, 0, 1)), odd(256))).toBe('accepted');
    expect(rsa(mpint(Uint8Array.of(1)), odd(256))).toMatch(/exponent/);
    expect(rsa(mpint(Uint8Array.of(4)), odd(256))).toMatch(/exponent/);
    expect(rsa(odd(9), odd(256))).toMatch(/exponent/);
    expect(rsa(sshString(''), odd(256))).toMatch(/positive/);
    expect(rsa(sshString(Uint8Array.of(0, 3)), odd(256))).toMatch(/positive/);
    expect(rsa(sshString(Uint8Array.of(0x83)), odd(256))).toMatch(/positive/);
    expect(rsa(three, mpint(new Uint8Array(256).fill(0xfe)))).toMatch(
      /modulus of an RSA key is odd/,
    );
    expect(rsa(three, odd(2048))).toBe('accepted');
    expect(rsa(three, odd(2049))).toMatch(/at most 16384 bits/);
    expect(rsa(three, new Uint8Array())).toMatch(/positive/);
  });
});

describe('weakness', () => {
  test('RSA is weak under 2048 bits and not from there', () => {
    const weak = (bits: number) => {
      const made = rsaKey(bits);
      return weaknessOf(key(`ssh-rsa ${base64(made.blob)}`));
    };
    expect(weak(1024)).toMatch(/1024 bits; at least 2048/);
    expect(weak(2040)).toMatch(/2040 bits; at least 2048/);
    expect(weak(2048)).toBeUndefined();
  });

  test('exactly the Ed25519 points whose order divides 8 are weak', () => {
    for (const y of smallOrderYs()) {
      for (const sign of [0, 0x80]) {
        const point = littleEndian(y);
        point[31]! |= sign;
        const read = parseSshKeyBlob(joinBytes(sshString('ssh-ed25519'), sshString(point)));
        expect(read.ok ? weaknessOf(read.value) : read.reason).toMatch(/small order/);
      }
    }
    const made = ed25519Key();
    expect(weaknessOf(key(`ssh-ed25519 ${base64(made.blob)}`))).toBeUndefined();
  });
});

test('base64 comes back in both directions, and equals what Node writes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = formatBase64(bytes);
      expect(text).toBe(base64(bytes));
      expect(parseBase64(new TextEncoder().encode(text))).toEqual(bytes);
    }),
  );
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('AQgw+/9z=\n -_é')), maxLength: 12 }),
      (text) => {
        const bytes = parseBase64(new TextEncoder().encode(text));
        if (bytes !== undefined) expect(formatBase64(bytes)).toBe(text);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a blob that is read comes back as it was, and no other bytes are read as the same key', () => {
  const blobs = [ed25519Key(), p256Key(), ed25519Key(true), p256Key(true), rsaKey(2048)].map(
    (one) => one.blob,
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...blobs),
      fc.array(fc.record({ at: fc.nat(300), to: fc.nat(255) }), { maxLength: 3 }),
      fc.nat(4),
      (blob, changes, cut) => {
        const changed = blob.slice(0, blob.length - cut);
        for (const { at, to } of changes) if (at < changed.length) changed[at] = to;
        const read = parseSshKeyBlob(changed);
        if (read.ok) expect(key(formatSshPublicKey(read.value)).blob).toEqual(changed);
        else expect(read.reason).not.toBe('');
      },
    ),
    { numRuns: 1000 },
  );
});

/** All y below 2^255 that stand for a point of order 1, 2, 4 or 8, by arithmetic (RFC 8032). */
function smallOrderYs(): Set<bigint> {
  const p = 2n ** 255n - 19n;
  const mod = (n: bigint) => ((n % p) + p) % p;
  const power = (base: bigint, exponent: bigint): bigint => {
    let result = 1n;
    for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = mod(b * b)) {
      if ((e & 1n) === 1n) result = mod(result * b);
    }
    return result;
  };
  const d = mod(-121665n * power(121666n, p - 2n));
  // A point of order 8 doubles to one of order 4, which has y = 0: then x² = -y², and with
  // t = y² the curve -x² + y² = 1 + d x² y² becomes d t² + 2 t - 1 = 0.
  const root = (n: bigint): bigint | undefined => {
    let candidate = power(n, (p + 3n) / 8n);
    if (mod(candidate * candidate) !== mod(n)) {
      candidate = mod(candidate * power(2n, (p - 1n) / 4n));
    }
    return mod(candidate * candidate) === mod(n) ? candidate : undefined;
  };
  const found = new Set<bigint>([0n, 1n, p - 1n, p, p + 1n]);
  const discriminant = root(mod(1n + d));
  if (discriminant === undefined) throw new Error('1 + d is no square');
  for (const sign of [1n, -1n]) {
    const t = mod((-1n + sign * discriminant) * power(d, p - 2n));
    const y = root(t);
    if (y !== undefined) found.add(y).add(mod(-y));
  }
  expect(found.size).toBe(7);
  return found;
}

function littleEndian(n: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let at = 0, rest = n; at < 32; at++, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  return bytes;
}
