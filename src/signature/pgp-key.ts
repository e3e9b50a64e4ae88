import type { Cryptography } from '../git/cryptography.ts';
import { joinBytes } from '../git/header.ts';
import { type Parsed, parsed, refused } from '../problem/parsed.ts';
import { PgpReader } from './pgp-packet.ts';
import { coordinateBytes, type EcdsaCurve, hasSmallOrder, leastRsaBits } from './ssh-key.ts';

/** The part of a public key that checks a signature. */
export type PgpMaterial =
  | { readonly kind: 'rsa'; readonly n: Uint8Array; readonly e: Uint8Array; readonly bits: number }
  | { readonly kind: 'ecdsa'; readonly curve: EcdsaCurve; readonly point: Uint8Array }
  /** `legacy` is algorithm 22, whose signatures are two numbers; 27 has 64 plain bytes. */
  | { readonly kind: 'ed25519'; readonly legacy: boolean; readonly point: Uint8Array };

/** A primary key or subkey of version 4. */
export interface PgpKey {
  /** 40 hex digits in upper case, as `gpg` prints them. */
  readonly fingerprint: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** Number of the algorithm (RFC 9580, section 9.1). */
  readonly algorithm: number;
  /** The body of its packet. */
  readonly body: Uint8Array;
  /** Undefined for kinds of key that are not used here; then `fault` says why, in one clause. */
  readonly material: PgpMaterial | undefined;
  readonly fault: string | undefined;
}

/** Numbers of algorithms (RFC 9580, section 9.1). */
export const pgpAlgorithms = { rsa: 1, dsa: 17, ecdsa: 19, eddsaLegacy: 22, ed25519: 27 } as const;

/** Object identifiers of the curves (RFC 9580, section 9.2), in hex. */
const curves: Readonly<Record<string, EcdsaCurve>> = {
  '2a8648ce3d030107': 'nistp256',
  '2b81040022': 'nistp384',
  '2b81040023': 'nistp521',
};
const ed25519Curve = '2b06010401da470f01';

/** The limit of OpenSSL; a longer modulus would only cost time. */
const mostRsaBytes = 2048;

/**
 * Parse the body of a public key packet or public subkey packet (RFC 9580, section 5.5.2).
 * Refused are other versions than 4. A key that can not check signatures here is a key all the
 * same: a certificate may hold such subkeys, for encryption say.
 */
export function parsePgpKey(body: Uint8Array, cryptography: Cryptography): Parsed<PgpKey> {
  const reader = new PgpReader(body);
  const version = reader.number(1);
  if (version !== 4) return refused(`a key has version ${version ?? 'missing'}, not 4`);
  const created = reader.number(4);
  const algorithm = reader.number(1);
  if (created === undefined || algorithm === undefined || body.length > 0xffff) {
    return refused('a key is too short or too long');
  }
  const length = Uint8Array.of(0x99, body.length >> 8, body.length & 0xff);
  const fingerprint = cryptography.sha1(length, body).toUpperCase();
  const common = { fingerprint, created, algorithm, body };
  const material = readMaterial(algorithm, reader);
  if (typeof material === 'string') {
    return parsed({ ...common, material: undefined, fault: material });
  }
  // Without this, one key would have many fingerprints and so count as many keys.
  if (!reader.done) return refused('there are bytes after the end of a key');
  return parsed({ ...common, material, fault: undefined });
}

/** Read what the algorithm has; a text says in one clause why the key can not be used. */
function readMaterial(algorithm: number, reader: PgpReader): PgpMaterial | string {
  switch (algorithm) {
    case pgpAlgorithms.rsa: {
      const n = reader.integer();
      const e = reader.integer();
      if (n === undefined || e === undefined || n.length > mostRsaBytes || e.length > 8) {
        return 'an RSA key whose modulus or exponent is malformed or too long';
      }
      const lastOfE = e.at(-1) ?? 0;
      // Without this, exponent 1 would let anybody sign.
      if ((lastOfE & 1) === 0 || (e.length === 1 && lastOfE < 3)) {
        return 'an RSA key whose exponent is not odd and at least 3';
      }
      const bits = n.length * 8 - Math.clz32(n[0] ?? 0) + 24;
      return { kind: 'rsa', n, e, bits };
    }
    case pgpAlgorithms.ecdsa: {
      const named = readCurve(reader);
      const curve = named === undefined ? undefined : curves[named];
      if (curve === undefined) return 'an ECDSA key on another curve than P-256, P-384 or P-521';
      const point = reader.integer();
      if (point?.length !== 1 + 2 * coordinateBytes[curve] || point[0] !== 4) {
        return `an ECDSA key whose point is not an uncompressed one of ${curve}`;
      }
      return { kind: 'ecdsa', curve, point };
    }
    case pgpAlgorithms.eddsaLegacy: {
      if (readCurve(reader) !== ed25519Curve) return 'an EdDSA key on another curve than Ed25519';
      const point = reader.integer();
      // 0x40 says that the point stands as the curve writes it (RFC 9580, section 11.2.2).
      if (point?.length !== 33 || point[0] !== 0x40) return 'an Ed25519 key has 32 bytes';
      return { kind: 'ed25519', legacy: true, point: point.subarray(1) };
    }
    case pgpAlgorithms.ed25519: {
      const point = reader.take(32);
      if (point === undefined) return 'an Ed25519 key has 32 bytes';
      return { kind: 'ed25519', legacy: false, point };
    }
    case pgpAlgorithms.dsa:
      return 'a DSA key, which is too weak';
    default:
      return `a key of algorithm ${algorithm}, which can not be used; these can: RSA, ECDSA, Ed25519`;
  }
}

/** The object identifier of a curve in hex. */
function readCurve(reader: PgpReader): string | undefined {
  const length = reader.number(1);
  const bytes = length === undefined || length > 16 ? undefined : reader.take(length);
  return bytes?.reduce((hex, byte) => hex + byte.toString(16).padStart(2, '0'), '');
}

/** Why a key must not count, in one clause, though its signatures could be checked; or undefined. */
export function pgpWeaknessOf(material: PgpMaterial): string | undefined {
  if (material.kind === 'rsa' && material.bits < leastRsaBits) {
    return `an RSA key of ${material.bits} bits; at least ${leastRsaBits} are needed`;
  }
  if (material.kind === 'ed25519' && hasSmallOrder(material.point)) {
    return 'an Ed25519 key of small order, with which anybody can sign';
  }
  return undefined;
}

/** The algorithm in words, as gpg prints it: `ed25519`, `rsa3072`, `nistp256`. */
export function pgpAlgorithmName(material: PgpMaterial): string {
  if (material.kind === 'rsa') return `rsa${material.bits}`;
  return material.kind === 'ecdsa' ? material.curve : 'ed25519';
}

/** What a signature over a key hashes of it (RFC 9580, section 5.2.4). */
export function hashedKey({ body }: PgpKey): Uint8Array {
  return joinBytes(Uint8Array.of(0x99, body.length >> 8, body.length & 0xff), body);
}
