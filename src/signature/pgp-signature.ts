import type { Cryptography, PrimitiveCheck } from '../git/cryptography.ts';
import { joinBytes } from '../git/header.ts';
import { pgpAlgorithms, type PgpKey } from './pgp-key.ts';
import { PgpReader, parseSubpackets, type PgpSubpacket } from './pgp-packet.ts';
import { coordinateBytes } from './ssh-key.ts';
import type { SignatureFault } from './verdict.ts';

/** A signature packet of version 4, taken apart; nothing in it is judged yet but its hash. */
export interface PgpSignature {
  /** What it was made over (RFC 9580, section 5.2.1): 0x00 bytes, 0x18 a subkey, … */
  readonly type: number;
  readonly algorithm: number;
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  readonly hashed: readonly PgpSubpacket[];
  readonly unhashed: readonly PgpSubpacket[];
  /** What is hashed behind the data: the beginning of the packet and its length. */
  readonly trailer: Uint8Array;
  /** The first two bytes of the digest, which are not signed. */
  readonly digestStart: Uint8Array;
  /** The numbers of the signature, as the algorithm has them. */
  readonly numbers: readonly Uint8Array[];
}

/** Why a signature is none that can be checked. */
export interface PgpFault {
  readonly fault: SignatureFault;
  /** One clause. */
  readonly detail: string;
}

/** Hashes by their number (RFC 9580, section 9.5). */
const hashes: Readonly<Record<number, PgpSignature['hash']>> = {
  8: 'sha256',
  9: 'sha384',
  10: 'sha512',
};
const weakHashes: Readonly<Record<number, string>> = {
  1: 'MD5',
  2: 'SHA-1',
  3: 'RIPEMD-160',
  11: 'SHA-224',
};
const hashBytes = { sha256: 32, sha384: 48, sha512: 64 } as const;

/** Subpackets that are read (RFC 9580, section 5.2.3.7). */
export const subpacketTypes = {
  created: 2,
  expires: 3,
  issuer: 16,
  keyFlags: 27,
  signersUserId: 28,
  embedded: 32,
  issuerFingerprint: 33,
} as const;

/** Take a signature packet apart, to its last byte (RFC 9580, section 5.2.3). */
export function parsePgpSignature(body: Uint8Array): PgpSignature | PgpFault {
  const reader = new PgpReader(body);
  const version = reader.number(1);
  if (version !== 4) {
    return version === undefined
      ? malformed('the signature ends too early')
      : { fault: 'unsupported', detail: `an OpenPGP signature of version ${version}, not 4` };
  }
  const type = reader.number(1);
  const algorithm = reader.number(1);
  const hashNumber = reader.number(1);
  const hashed = readArea(reader);
  const hashedEnd = reader.position;
  const unhashed = readArea(reader);
  const digestStart = reader.take(2);
  if (type === undefined || algorithm === undefined || hashNumber === undefined) {
    return malformed('the signature ends too early');
  }
  if (hashed === undefined || unhashed === undefined || digestStart === undefined) {
    return malformed('the subpackets of the signature are malformed');
  }
  const hash = hashes[hashNumber];
  if (hash === undefined) {
    const weak = weakHashes[hashNumber];
    return weak === undefined
      ? { fault: 'unsupported', detail: `a signature with the hash number ${hashNumber}` }
      : { fault: 'weak', detail: `a signature with ${weak}` };
  }
  const numbers = readNumbers(algorithm, reader);
  if ('fault' in numbers) return numbers;
  // Without this, bytes that nobody signed would stand in the tag.
  if (!reader.done) return malformed('there are bytes after the end of the signature');
  const trailer = new Uint8Array(hashedEnd + 6);
  trailer.set(body.subarray(0, hashedEnd));
  trailer.set([0x04, 0xff], hashedEnd);
  new DataView(trailer.buffer).setUint32(hashedEnd + 2, hashedEnd);
  return { type, algorithm, hash, hashed, unhashed, trailer, digestStart, numbers };
}

function readArea(reader: PgpReader): readonly PgpSubpacket[] | undefined {
  const length = reader.number(2);
  const bytes = length === undefined ? undefined : reader.take(length);
  return bytes === undefined ? undefined : parseSubpackets(bytes);
}

function readNumbers(algorithm: number, reader: PgpReader): readonly Uint8Array[] | PgpFault {
  const read = (...parts: readonly (Uint8Array | undefined)[]) => {
    const numbers = parts.filter((part) => part !== undefined);
    return numbers.length === parts.length
      ? numbers
      : malformed('the numbers of the signature are not in canonical form');
  };
  switch (algorithm) {
    case pgpAlgorithms.rsa:
      return read(reader.integer());
    case pgpAlgorithms.ecdsa:
    case pgpAlgorithms.eddsaLegacy:
      return read(reader.integer(), reader.integer());
    case pgpAlgorithms.ed25519:
      return read(reader.take(64));
    case pgpAlgorithms.dsa:
      return { fault: 'weak', detail: 'a DSA signature' };
    default:
      return { fault: 'unsupported', detail: `an OpenPGP signature of algorithm ${algorithm}` };
  }
}

/** When a signature says that it was made, in seconds; undefined where it does not, or twice. */
export function createdAt(signature: PgpSignature): number | undefined {
  const [first, second] = signature.hashed.filter(({ type }) => type === subpacketTypes.created);
  if (first?.body.length !== 4 || second !== undefined) return undefined;
  return new PgpReader(first.body).number(4);
}

/** The keys that a signature names as its maker: 40 hex digits, or the last 16 of them. */
export function issuersOf(subpackets: readonly PgpSubpacket[]): readonly string[] | undefined {
  const issuers: string[] = [];
  for (const { type, body } of subpackets) {
    if (type === subpacketTypes.issuer) {
      if (body.length !== 8) return undefined;
      issuers.push(upperHex(body));
    } else if (type === subpacketTypes.issuerFingerprint) {
      if (body.length !== 21 || body[0] !== 4) return undefined;
      issuers.push(upperHex(body.subarray(1)));
    }
  }
  return issuers;
}

function upperHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex.toUpperCase();
}

/**
 * The primitive check of a signature by a key over data, or why there is nothing to check.
 *
 * @param data What is hashed in front of the trailer: the payload, or keys and user ids.
 */
export function pgpCheck(
  signature: PgpSignature,
  key: PgpKey,
  data: readonly Uint8Array[],
  cryptography: Cryptography,
): PrimitiveCheck | PgpFault {
  const { material } = key;
  const { hash, numbers, digestStart } = signature;
  if (material === undefined || key.algorithm !== signature.algorithm) {
    return malformed('the signature is of another kind than its key makes');
  }
  const message = joinBytes(...data, signature.trailer);
  const digest = cryptography.digest(hash, message);
  // These two bytes are not signed: without this, anybody could fill them.
  if (digest[0] !== digestStart[0] || digest[1] !== digestStart[1]) {
    return { fault: 'bad', detail: 'the signature does not belong to these bytes and this key' };
  }
  const [first = new Uint8Array(), second = new Uint8Array()] = numbers;
  switch (material.kind) {
    case 'rsa': {
      const { n, e } = material;
      if (first.length > n.length) return malformed('the RSA signature is longer than its key');
      return { kind: 'rsa', hash, n, e, message, signature: padded(first, n.length) };
    }
    case 'ecdsa': {
      const { curve, point } = material;
      const most = coordinateBytes[curve];
      if (first.length > most || second.length > most) {
        return malformed(`r or s of the signature is too large for ${curve}`);
      }
      // RFC 9580, section 5.2.3.2: the hash is at least as long as the curve, P-521 takes SHA-512.
      if (hashBytes[hash] < Math.min(most, 64)) {
        return {
          fault: 'weak',
          detail: `a signature on ${curve} with ${hash}, which is too short`,
        };
      }
      return { kind: 'ecdsa', curve, hash, publicKey: point, message, r: first, s: second };
    }
    case 'ed25519': {
      const { point, legacy } = material;
      if (legacy && (first.length > 32 || second.length > 32)) {
        return malformed('R or S of the Ed25519 signature is too long');
      }
      const plain = legacy ? joinBytes(padded(first, 32), padded(second, 32)) : first;
      return { kind: 'ed25519', publicKey: point, message: digest, signature: plain };
    }
  }
}

/** A big-endian number with zeros in front. */
function padded(number: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(number, length - number.length);
  return bytes;
}

function malformed(detail: string): PgpFault {
  return { fault: 'malformed', detail };
}
