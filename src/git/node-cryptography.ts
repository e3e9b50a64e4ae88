import type { Cryptography, PrimitiveCheck } from './cryptography.ts';
import { joinBytes } from './header.ts';
import {
  type JsonWebKey,
  type KeyObject,
  type VerifyKeyObjectInput,
  createHash,
  createPublicKey,
  hash,
  verify,
} from 'node:crypto';

/** Curve name in a JWK, bytes of a coordinate, and the order of the group. */
const curves = {
  nistp256: {
    jwk: 'P-256',
    bytes: 32,
    order: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  },
  nistp384: {
    jwk: 'P-384',
    bytes: 48,
    order:
      'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  },
  nistp521: {
    jwk: 'P-521',
    bytes: 66,
    order:
      '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
  },
} as const;

/** Checks under way at once; enough to keep every worker thread of Node busy. */
const atOnce = 64;

/**
 * Hashing and signature checks by `node:crypto`; the checks run on Node's worker threads.
 * A key or signature that is malformed in whatever way gives `false`, never an exception.
 */
export const nodeCryptography: Cryptography = {
  sha1: (...parts) => digestOf('sha1', parts, 'hex'),
  sha256: (...parts) => digestOf('sha256', parts, 'hex'),
  digest: (name, ...parts) => new Uint8Array(digestOf(name, parts, 'buffer')),
  async verify(checks) {
    const keys = new Keys();
    const answers = new Array<boolean>(checks.length).fill(false);
    let next = 0;
    const work = async (): Promise<void> => {
      for (;;) {
        const index = next++;
        const check = checks[index];
        if (check === undefined) return;
        const ready = makeReady(check, keys);
        answers[index] = ready !== undefined && (await verifyElsewhere(ready));
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, checks.length) }, work));
    return answers;
  },
};

/**
 * The same for a thread that does nothing else: the checks run in it, which saves handing each
 * over.
 */
export const threadCryptography: Cryptography = {
  ...nodeCryptography,
  verify(checks) {
    const keys = new Keys();
    return Promise.resolve(
      checks.map((check) => {
        const ready = makeReady(check, keys);
        return ready !== undefined && verifyHere(ready);
      }),
    );
  },
};

/** Up to so many bytes, copying them together is quicker than feeding a hash part by part. */
const joinedBytes = 2048;

function digestOf(name: string, parts: readonly Uint8Array[], form: 'hex'): string;
function digestOf(name: string, parts: readonly Uint8Array[], form: 'buffer'): Buffer;
function digestOf(
  name: string,
  parts: readonly Uint8Array[],
  form: 'hex' | 'buffer',
): string | Buffer {
  const [only, ...more] = parts;
  if (only !== undefined && more.length === 0) return hash(name, only, form);
  let length = 0;
  for (const part of parts) length += part.length;
  if (length <= joinedBytes) return hash(name, joinBytes(...parts), form);
  const state = createHash(name);
  for (const part of parts) state.update(part);
  return form === 'hex' ? state.digest('hex') : state.digest();
}

/** The arguments of a check by `node:crypto`. */
type ReadyCheck = readonly [
  algorithm: string | null,
  message: Uint8Array,
  key: VerifyKeyObjectInput | KeyObject,
  signature: Uint8Array,
];

/** Keys that were opened, by what they consist of. */
class Keys {
  readonly #opened = new Map<string, KeyObject | undefined>();

  open(jwk: JsonWebKey): KeyObject | undefined {
    const name = `${jwk.crv ?? ''} ${jwk.x ?? ''} ${jwk.y ?? ''} ${jwk.n ?? ''} ${jwk.e ?? ''}`;
    let key = this.#opened.get(name);
    if (key === undefined && !this.#opened.has(name)) {
      key = openKey(jwk);
      this.#opened.set(name, key);
    }
    return key;
  }
}

/** Undefined where key or signature are malformed in whatever way. */
function makeReady(check: PrimitiveCheck, keys: Keys): ReadyCheck | undefined {
  const signature = signatureOf(check);
  if (signature === undefined) return undefined;
  const jwk = jwkOf(check);
  const key = jwk === undefined ? undefined : keys.open(jwk);
  if (key === undefined) return undefined;
  return [
    check.kind === 'ed25519' ? null : check.hash,
    check.message,
    check.kind === 'ecdsa' ? { key, dsaEncoding: 'ieee-p1363' } : key,
    signature,
  ];
}

function verifyElsewhere(ready: ReadyCheck): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      verify(...ready, (error, good) => {
        resolve(error === null && good);
      });
    } catch {
      resolve(false);
    }
  });
}

function verifyHere(ready: ReadyCheck): boolean {
  try {
    return verify(...ready);
  } catch {
    return false;
  }
}

function openKey(jwk: JsonWebKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/** The key as JSON Web Key (RFC 7517, RFC 8037), or undefined where it can be none. */
function jwkOf(check: PrimitiveCheck): JsonWebKey | undefined {
  switch (check.kind) {
    case 'ed25519':
      if (check.publicKey.length !== 32) return undefined;
      return { kty: 'OKP', crv: 'Ed25519', x: base64Url(check.publicKey) };
    case 'ecdsa': {
      const curve = curves[check.curve];
      const point = check.publicKey;
      // Compressed and hybrid points are other spellings of the same key; SSH uses none of them.
      if (point.length !== 1 + 2 * curve.bytes || point[0] !== 4) return undefined;
      const x = base64Url(point.subarray(1, 1 + curve.bytes));
      const y = base64Url(point.subarray(1 + curve.bytes));
      return { kty: 'EC', crv: curve.jwk, x, y };
    }
    case 'rsa': {
      const n = unsigned(check.n);
      const e = unsigned(check.e);
      // OpenSSL takes minutes for a modulus of megabytes; 16,384 bits is also OpenSSH's limit.
      if (n.length === 0 || n.length > 2048 || e.length === 0 || e.length > 8) return undefined;
      // With an exponent of 1 every text is its own signature.
      if (((e.at(-1) ?? 0) & 1) === 0 || (e.length === 1 && e[0] === 1)) return undefined;
      return { kty: 'RSA', n: base64Url(n), e: base64Url(e) };
    }
  }
}

/** The signature in the form that OpenSSL takes, or undefined where it can be none. */
function signatureOf(check: PrimitiveCheck): Uint8Array | undefined {
  switch (check.kind) {
    case 'ed25519':
      return check.signature.length === 64 ? check.signature : undefined;
    case 'ecdsa': {
      const { bytes, order } = curves[check.curve];
      const joined = new Uint8Array(2 * bytes);
      for (const [index, part] of [check.r, check.s].entries()) {
        const value = unsigned(part);
        // 0 < r, s < n (FIPS 186-5, 6.4.2): s = 0 has been a forgery of every signature before.
        if (value.length === 0 || value.length > bytes) return undefined;
        joined.set(value, (index + 1) * bytes - value.length);
        const padded = joined.subarray(index * bytes, (index + 1) * bytes);
        if (Buffer.from(padded).toString('hex') >= order) return undefined;
      }
      return joined;
    }
    case 'rsa': {
      const length = unsigned(check.n).length;
      if (check.signature.length > length || length > 2048) return undefined;
      // RFC 8332: leading zeros may be missing; OpenSSH adds them as well.
      const padded = new Uint8Array(length);
      padded.set(check.signature, length - check.signature.length);
      return padded;
    }
  }
}

/** A big-endian number without its leading zeros; zero is empty. */
function unsigned(bytes: Uint8Array): Uint8Array {
  let at = 0;
  while (at < bytes.length && bytes[at] === 0) at++;
  return bytes.subarray(at);
}

function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}
