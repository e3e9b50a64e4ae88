import { type KeyObject, createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PrimitiveCheck } from '../../src/git/cryptography.ts';
import fc from 'fast-check';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';

const message = Uint8Array.from(Buffer.from('what was signed'));
const verdict = async (check: PrimitiveCheck): Promise<boolean | undefined> =>
  (await nodeCryptography.verify([check]))[0];
const part = (key: KeyObject, name: 'x' | 'y' | 'n' | 'e'): Uint8Array =>
  Uint8Array.from(Buffer.from(key.export({ format: 'jwk' })[name] ?? '', 'base64url'));

function ed25519(): PrimitiveCheck & { kind: 'ed25519' } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const signature = Uint8Array.from(sign(null, message, privateKey));
  return { kind: 'ed25519', publicKey: part(publicKey, 'x'), message, signature };
}

function ecdsa(
  curve: 'nistp256' | 'nistp384' | 'nistp521',
  hash: 'sha256' | 'sha384' | 'sha512',
): PrimitiveCheck & { kind: 'ecdsa' } {
  const namedCurve = { nistp256: 'P-256', nistp384: 'P-384', nistp521: 'P-521' }[curve];
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  const both = Uint8Array.from(sign(hash, message, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
  const point = Uint8Array.from([4, ...part(publicKey, 'x'), ...part(publicKey, 'y')]);
  const half = both.length / 2;
  return {
    kind: 'ecdsa',
    curve,
    hash,
    publicKey: point,
    message,
    r: both.subarray(0, half),
    s: both.subarray(half),
  };
}

function rsa(hash: 'sha256' | 'sha512', modulusLength = 2048): PrimitiveCheck & { kind: 'rsa' } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const signature = Uint8Array.from(sign(hash, message, privateKey));
  return {
    kind: 'rsa',
    hash,
    n: part(publicKey, 'n'),
    e: part(publicKey, 'e'),
    message,
    signature,
  };
}

const good: readonly PrimitiveCheck[] = [
  ed25519(),
  ecdsa('nistp256', 'sha256'),
  ecdsa('nistp384', 'sha384'),
  ecdsa('nistp521', 'sha512'),
  rsa('sha256'),
  rsa('sha512'),
];

describe('nodeCryptography', () => {
  it('hashes the parts as if they were one', () => {
    const parts = [Uint8Array.of(97), Uint8Array.of(98, 99)];
    expect(nodeCryptography.sha1(...parts)).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
    const whole = createHash('sha256').update('abc');
    expect(nodeCryptography.sha256(...parts)).toBe(whole.copy().digest('hex'));
    expect(Buffer.from(nodeCryptography.digest('sha256', ...parts))).toEqual(whole.digest());
    expect(nodeCryptography.digest('sha512', ...parts).length).toBe(64);
  });

  it('finds every kind of good signature good, in bulk and in order', async () => {
    const wrong = good.map((check) => ({ ...check, message: Uint8Array.of(1) }));
    const mixed = good.flatMap((check, index) => [check, wrong[index] ?? check]);
    const many = Array.from({ length: 30 }, () => mixed).flat();
    const answers = await nodeCryptography.verify(many);
    expect(answers).toEqual(many.map((_check, index) => index % 2 === 0));
    expect(await nodeCryptography.verify([])).toEqual([]);
  });

  it('finds no signature good after a bit of it, of the key or of the message changed', async () => {
    const flip = (bytes: Uint8Array, bit: number): Uint8Array => {
      const copy = Uint8Array.from(bytes);
      const at = (bit >> 3) % copy.length;
      copy[at] = (copy[at] ?? 0) ^ (1 << (bit & 7));
      return copy;
    };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...good), fc.nat(), fc.nat(), async (check, which, bit) => {
        const names = Object.entries(check)
          .filter(([, value]) => value instanceof Uint8Array)
          .map(([name]) => name);
        const name = names[which % names.length] ?? '';
        const value: unknown = Object.entries(check).find(([key]) => key === name)?.[1];
        if (!(value instanceof Uint8Array)) throw new Error('no bytes');
        expect(await verdict({ ...check, [name]: flip(value, bit) })).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it('answers false, and never throws, for keys and signatures that are no such thing', async () => {
    const junk = fc.uint8Array({ maxLength: 140 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...good), junk, junk, async (check, one, two) => {
        const broken: PrimitiveCheck =
          check.kind === 'ed25519'
            ? { ...check, publicKey: one, signature: two }
            : check.kind === 'ecdsa'
              ? { ...check, publicKey: one, r: two }
              : { ...check, n: one, e: two };
        expect(await verdict(broken)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  it('refuses r and s that are zero, the order of the group, or beyond it', async () => {
    const check = ecdsa('nistp256', 'sha256');
    const order = Uint8Array.from(
      Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex'),
    );
    const beyond =
      BigInt(`0x${Buffer.from(check.s).toString('hex')}`) +
      BigInt(`0x${Buffer.from(order).toString('hex')}`);
    const beyondBytes = Uint8Array.from(Buffer.from(beyond.toString(16).padStart(66, '0'), 'hex'));
    for (const value of [new Uint8Array(0), new Uint8Array(32), order, beyondBytes]) {
      expect(await verdict({ ...check, r: value })).toBe(false);
      expect(await verdict({ ...check, s: value })).toBe(false);
      expect(await verdict({ ...check, r: value, s: value })).toBe(false);
    }
  });

  it('takes r and s with and without leading zeros as the same number', async () => {
    const check = ecdsa('nistp384', 'sha384');
    const padded = (bytes: Uint8Array): Uint8Array => Uint8Array.from([0, 0, ...bytes]);
    expect(await verdict({ ...check, r: padded(check.r), s: padded(check.s) })).toBe(true);
  });

  it('refuses a compressed point, an RSA exponent of 1, and an RSA signature that is too long', async () => {
    const point = ecdsa('nistp256', 'sha256');
    expect(
      await verdict({
        ...point,
        publicKey: Uint8Array.from([2, ...point.publicKey.subarray(1, 33)]),
      }),
    ).toBe(false);
    const key = rsa('sha256');
    expect(await verdict({ ...key, e: Uint8Array.of(1) })).toBe(false);
    expect(await verdict({ ...key, signature: Uint8Array.from([0, ...key.signature]) })).toBe(
      false,
    );
    expect(await verdict({ ...key, n: Uint8Array.from([0, ...key.n]) })).toBe(true);
  });
});
