import type { Cryptography } from '../git/cryptography.ts';
import { encodeUtf8 } from '../git/header.ts';
import { type Parsed, parsed, refused } from '../problem/parsed.ts';
import { formatBase64, parseBase64 } from './base64.ts';
import { SshReader } from './ssh-wire.ts';
import type { KeyIdentity } from './verdict.ts';

export type EcdsaCurve = 'nistp256' | 'nistp384' | 'nistp521';

/** A public key that can sign statements. `blob` is its wire form, by which keys are compared. */
export type SshPublicKey =
  | {
      readonly kind: 'ed25519';
      readonly type: 'ssh-ed25519';
      readonly blob: Uint8Array;
      /** 32 bytes. */
      readonly point: Uint8Array;
    }
  | {
      readonly kind: 'ecdsa';
      readonly type: `ecdsa-sha2-${EcdsaCurve}`;
      readonly blob: Uint8Array;
      readonly curve: EcdsaCurve;
      /** Uncompressed, 0x04 ‖ x ‖ y. */
      readonly point: Uint8Array;
    }
  | {
      readonly kind: 'rsa';
      readonly type: 'ssh-rsa';
      readonly blob: Uint8Array;
      /** Modulus and exponent, big-endian, without leading zeros. */
      readonly n: Uint8Array;
      readonly e: Uint8Array;
      /** Length of the modulus in bits. */
      readonly bits: number;
    }
  | {
      readonly kind: 'sk-ed25519';
      readonly type: 'sk-ssh-ed25519@openssh.com';
      readonly blob: Uint8Array;
      readonly point: Uint8Array;
      /** What the security key was asked for; usually `ssh:`. */
      readonly application: Uint8Array;
    }
  | {
      readonly kind: 'sk-ecdsa';
      readonly type: 'sk-ecdsa-sha2-nistp256@openssh.com';
      readonly blob: Uint8Array;
      readonly curve: 'nistp256';
      readonly point: Uint8Array;
      readonly application: Uint8Array;
    };

/** Bytes of one coordinate of a point. */
export const coordinateBytes: Readonly<Record<EcdsaCurve, number>> = {
  nistp256: 32,
  nistp384: 48,
  nistp521: 66,
};

/** The least length of an RSA key in bits (shared register format, "Signatures"). */
export const leastRsaBits = 2048;
/** The limit of OpenSSH and OpenSSL; a longer modulus would only cost time. */
const mostRsaBits = 16384;
const mostBlobBytes = 8192;

const supportedTypes = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
];

/**
 * Parse a public key in the one-line form of OpenSSH: type, base64 and, after a space, a comment
 * that counts for nothing. Options in front, as in `authorized_keys`, are refused.
 *
 * @param line Without line end.
 * @returns The key, weak or not (`weaknessOf`), or what is wrong with the line in one clause.
 */
export function parseSshPublicKey(line: string): Parsed<SshPublicKey> {
  if (line.length > 2 * mostBlobBytes) return refused('the line is too long for a public key');
  if (/[\u0000-\u001f\u007f]/u.test(line)) {
    return refused('a public key is one line without control characters');
  }
  const [type = '', base64 = ''] = line.split(' ', 2);
  if (type.startsWith('-----BEGIN')) {
    return refused('this is a key in armour, not a public key in one line');
  }
  const typeFault = faultOfType(type);
  if (typeFault !== undefined) return refused(typeFault);
  if (base64 === '') return refused(`after ${type} and one space the key itself is missing`);
  const blob = parseBase64(encodeUtf8(base64));
  if (blob === undefined) return refused('the key is not canonical base64');
  // Without this, the line would show one kind of key and hold another.
  const inner = sshKeyType(blob);
  if (inner !== type) {
    return refused(`the line says ${type}, but the key inside is ${inner ?? 'unreadable'}`);
  }
  return parseSshKeyBlob(blob);
}

/** Write a key in the one-line form, without a comment. */
export function formatSshPublicKey(key: SshPublicKey): string {
  return `${key.type} ${formatBase64(key.blob)}`;
}

/** The type that a blob names at its beginning, or undefined where it names none. */
export function sshKeyType(blob: Uint8Array): string | undefined {
  return new SshReader(blob).name();
}

/** Whether keys of this type can be checked; security keys are, certificates and DSA are not. */
export function isSupportedKeyType(type: string): boolean {
  return supportedTypes.includes(type);
}

/**
 * Parse the wire form of a public key (RFC 4253 section 6.6, RFC 5656, RFC 8709 and OpenSSH's
 * PROTOCOL.u2f), to its last byte.
 *
 * Stricter than OpenSSH: numbers have no superfluous zeros in front, and an RSA exponent is odd,
 * above 1 and at most 64 bits. Whether a point lies on its curve is seen when it verifies.
 */
export function parseSshKeyBlob(bytes: Uint8Array): Parsed<SshPublicKey> {
  if (bytes.length > mostBlobBytes) return refused('the key is too long');
  const blob = bytes.slice();
  const reader = new SshReader(blob);
  const type = reader.name();
  if (type === undefined) return refused('the key names no type');
  const typeFault = faultOfType(type);
  if (typeFault !== undefined) return refused(typeFault);
  const key = readKey(type, blob, reader);
  if (typeof key === 'string') return refused(key);
  // Without this, one key would have many blobs and so count as many keys.
  if (!reader.done) return refused('there are bytes after the end of the key');
  return parsed(key);
}

/** Read what follows the type; a text says what is wrong. */
function readKey(type: string, blob: Uint8Array, reader: SshReader): SshPublicKey | string {
  switch (type) {
    case 'ssh-ed25519': {
      const point = reader.string();
      if (point?.length !== 32) return 'an Ed25519 key has 32 bytes';
      return { kind: 'ed25519', type, blob, point };
    }
    case 'sk-ssh-ed25519@openssh.com': {
      const point = reader.string();
      if (point?.length !== 32) return 'an Ed25519 key has 32 bytes';
      const application = reader.string();
      if (application === undefined) return 'the application of the security key is missing';
      return { kind: 'sk-ed25519', type, blob, point, application };
    }
    case 'ecdsa-sha2-nistp256':
      return readEcdsa(type, 'nistp256', blob, reader);
    case 'ecdsa-sha2-nistp384':
      return readEcdsa(type, 'nistp384', blob, reader);
    case 'ecdsa-sha2-nistp521':
      return readEcdsa(type, 'nistp521', blob, reader);
    case 'sk-ecdsa-sha2-nistp256@openssh.com': {
      const point = readPoint('nistp256', reader);
      if (typeof point === 'string') return point;
      const application = reader.string();
      if (application === undefined) return 'the application of the security key is missing';
      return { kind: 'sk-ecdsa', type, blob, curve: 'nistp256', point, application };
    }
    default:
      return readRsa(blob, reader);
  }
}

function readEcdsa(
  type: `ecdsa-sha2-${EcdsaCurve}`,
  curve: EcdsaCurve,
  blob: Uint8Array,
  reader: SshReader,
): SshPublicKey | string {
  const point = readPoint(curve, reader);
  return typeof point === 'string' ? point : { kind: 'ecdsa', type, blob, curve, point };
}

function readPoint(curve: EcdsaCurve, reader: SshReader): Uint8Array | string {
  const named = reader.name();
  if (named !== curve) return `the curve is ${named ?? 'missing'}, not ${curve}`;
  const point = reader.string();
  const length = 1 + 2 * coordinateBytes[curve];
  if (point?.length !== length || point[0] !== 4) {
    return `a point on ${curve} is uncompressed and has ${length} bytes`;
  }
  return point;
}

function readRsa(blob: Uint8Array, reader: SshReader): SshPublicKey | string {
  const e = reader.positive();
  const n = reader.positive();
  if (e === undefined || n === undefined) {
    return 'modulus and exponent of an RSA key are positive numbers in canonical form';
  }
  const lastOfE = e.at(-1) ?? 0;
  // Without this, exponent 1 would let anybody sign.
  if (e.length > 8 || (lastOfE & 1) === 0 || (e.length === 1 && lastOfE < 3)) {
    return 'the exponent of an RSA key is odd, at least 3 and at most 64 bits long';
  }
  const bits = n.length * 8 - Math.clz32(n[0] ?? 0) + 24;
  if (bits > mostRsaBits) return `an RSA key has at most ${mostRsaBits} bits`;
  if (((n.at(-1) ?? 0) & 1) === 0) return 'the modulus of an RSA key is odd';
  return { kind: 'rsa', type: 'ssh-rsa', blob, n, e, bits };
}

/** Why keys of a type are refused, in one clause; undefined for a supported one. */
export function faultOfType(type: string): string | undefined {
  if (isSupportedKeyType(type)) return undefined;
  if (type === 'ssh-dss') return 'DSA keys (ssh-dss) are too weak';
  if (type.includes('-cert-v0')) return `${type} is a certificate; a plain key is needed`;
  if (!/^[a-z][a-z0-9@.-]{0,63}$/.test(type))
    return 'it does not begin with the type of an SSH key';
  return `${type} is not a type of key that can be used; these can: ${supportedTypes.join(', ')}`;
}

/**
 * Why a well-formed key must not count, or undefined. Asked when a key is listed in the rules and
 * again when it verifies: RSA under 2048 bits, and Ed25519 points of small order, under which
 * signatures for any message can be made without a secret.
 */
export function weaknessOf(key: SshPublicKey): string | undefined {
  if (key.kind === 'rsa' && key.bits < leastRsaBits) {
    return `an RSA key of ${key.bits} bits; at least ${leastRsaBits} are needed`;
  }
  if ((key.kind === 'ed25519' || key.kind === 'sk-ed25519') && hasSmallOrder(key.point)) {
    return 'an Ed25519 key of small order, with which anybody can sign';
  }
  return undefined;
}

/** The y of the points whose order divides 8, little-endian, and 0 and 1 written as p and p + 1. */
const smallOrderY = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

/** Whether anybody can sign for this Ed25519 point. */
export function hasSmallOrder(point: Uint8Array): boolean {
  let hex = '';
  point.forEach((byte, index) => {
    hex += (index === 31 ? byte & 0x7f : byte).toString(16).padStart(2, '0');
  });
  return smallOrderY.has(hex);
}

/**
 * The identity of a key: `SHA256:` and the SHA-256 of its blob in base64 without padding, as
 * `ssh-keygen -l` prints it, and its algorithm in words, `ssh-rsa 3072`.
 */
export function sshKeyIdentity(key: SshPublicKey, cryptography: Cryptography): KeyIdentity {
  const digest = formatBase64(cryptography.digest('sha256', key.blob)).replace(/=$/, '');
  return {
    format: 'ssh',
    fingerprint: `SHA256:${digest}`,
    algorithm: key.kind === 'rsa' ? `ssh-rsa ${key.bits}` : key.type,
  };
}
