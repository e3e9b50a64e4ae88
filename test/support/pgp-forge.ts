import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
} from 'node:crypto';
import type { SigningKey } from './ssh-keys.ts';

/**
 * OpenPGP keys, certificates and signatures made byte by byte after RFC 9580, so that any part of
 * one can be made wrong. Ed25519 keys are derived from their label: the same register has the same
 * bytes in every run.
 */
export interface ForgedKey {
  /** Of the public key packet. */
  readonly body: Buffer;
  readonly algorithm: number;
  /** 40 hex digits in upper case. */
  readonly fingerprint: string;
  /** The numbers of a signature as they stand in its packet. */
  readonly numbers: (hashed: Buffer, hash: string) => Buffer;
}

/** What a signature is made of; everything can be overridden. */
export interface PgpParts {
  readonly version?: number;
  /** 0x00 for bytes, 0x01 for text. */
  readonly type?: number;
  readonly hash?: 'md5' | 'sha1' | 'ripemd160' | 'sha256' | 'sha384' | 'sha512' | 'sha224';
  /** Seconds; undefined for none. */
  readonly created?: number | undefined;
  /** Subpackets behind time and fingerprint, in the part that is signed. */
  readonly hashed?: readonly Buffer[];
  /** Subpackets that nobody signs; by default the key's id. */
  readonly unhashed?: readonly Buffer[];
  /** Whether the fingerprint stands in the signed part; it does by default. */
  readonly fingerprint?: boolean;
  /** The first bytes of the digest. */
  readonly digestStart?: Buffer;
  readonly numbers?: (numbers: Buffer) => Buffer;
}

/** The default time of keys and signatures. */
export const forgedAt = 1_600_000_000;

const hashNumbers = { md5: 1, sha1: 2, ripemd160: 3, sha256: 8, sha384: 9, sha512: 10, sha224: 11 };
const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** A number of OpenPGP: its bits and its bytes, without zeros in front. */
export function mpi(value: Buffer): Buffer {
  let at = 0;
  while (at < value.length - 1 && value[at] === 0) at += 1;
  const bytes = value.subarray(at);
  const bits = bytes.length * 8 - (Math.clz32(bytes[0] ?? 0) - 24);
  return Buffer.concat([uint16(bits), bytes]);
}

/** A packet of the new format. */
export function packet(type: number, body: Buffer): Buffer {
  const { length } = body;
  const size =
    length < 192
      ? Buffer.from([length])
      : length < 8384
        ? Buffer.from([((length - 192) >> 8) + 192, (length - 192) & 255])
        : Buffer.concat([Buffer.from([255]), uint32(length)]);
  return Buffer.concat([Buffer.from([0xc0 | type]), size, body]);
}

/** A subpacket of a signature; `critical` asks readers to refuse what they don't know. */
export function subpacket(type: number, body: Buffer, critical = false): Buffer {
  const content = Buffer.concat([Buffer.from([type | (critical ? 0x80 : 0)]), body]);
  return packet(0, content).subarray(1);
}

/** The subpacket with a fingerprint, and that with the id that is its end. */
export const issuerFingerprint = (fingerprint: string): Buffer =>
  subpacket(33, Buffer.concat([Buffer.from([4]), Buffer.from(fingerprint, 'hex')]));
export const issuerId = (fingerprint: string): Buffer =>
  subpacket(16, Buffer.from(fingerprint.slice(-16), 'hex'));

function keyOf(
  algorithm: number,
  material: Buffer,
  numbers: ForgedKey['numbers'],
  created = forgedAt,
): ForgedKey {
  const body = Buffer.concat([
    Buffer.from([4]),
    uint32(created),
    Buffer.from([algorithm]),
    material,
  ]);
  const fingerprint = createHash('sha1')
    .update(Buffer.concat([Buffer.from([0x99]), uint16(body.length), body]))
    .digest('hex')
    .toUpperCase();
  return { body, algorithm, fingerprint, numbers };
}

const jwkPart = (key: KeyObject, name: 'x' | 'y' | 'n' | 'e'): Buffer =>
  Buffer.from(key.export({ format: 'jwk' })[name] ?? '', 'base64url');

/** The Ed25519 key that belongs to a label: algorithm 22, or 27 of RFC 9580. */
export function forgedEd25519(label: string, algorithm: 22 | 27 = 22): ForgedKey {
  const seed = createHash('sha256').update(`OpenPGP key of ${label}`).digest();
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const point = jwkPart(privateKey, 'x');
  const curve = Buffer.from('092b06010401da470f01', 'hex');
  const legacy = Buffer.concat([curve, mpi(Buffer.concat([Buffer.from([0x40]), point]))]);
  return keyOf(algorithm, algorithm === 22 ? legacy : point, (hashed, hash) => {
    const signature = signBytes(null, createHash(hash).update(hashed).digest(), privateKey);
    if (algorithm === 27) return signature;
    return Buffer.concat([mpi(signature.subarray(0, 32)), mpi(signature.subarray(32))]);
  });
}

export function forgedRsa(bits: number): ForgedKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  const material = Buffer.concat([mpi(jwkPart(publicKey, 'n')), mpi(jwkPart(publicKey, 'e'))]);
  return keyOf(1, material, (hashed, hash) => mpi(signBytes(hash, hashed, privateKey)));
}

const ecdsaCurves = {
  'P-256': '082a8648ce3d030107',
  'P-384': '052b81040022',
  'P-521': '052b81040023',
  secp256k1: '052b8104000a',
} as const;

export function forgedEcdsa(curve: keyof typeof ecdsaCurves): ForgedKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const point = Buffer.concat([Buffer.from([4]), jwkPart(publicKey, 'x'), jwkPart(publicKey, 'y')]);
  const material = Buffer.concat([Buffer.from(ecdsaCurves[curve], 'hex'), mpi(point)]);
  return keyOf(19, material, (hashed, hash) => {
    const both = signBytes(hash, hashed, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const half = both.length / 2;
    return Buffer.concat([mpi(both.subarray(0, half)), mpi(both.subarray(half))]);
  });
}

/** The body of a signature packet by a key over data. */
export function signatureBody(key: ForgedKey, data: Buffer, parts: PgpParts = {}): Buffer {
  const { version = 4, type = 0, hash = 'sha256' } = parts;
  const created = 'created' in parts ? parts.created : forgedAt;
  const hashed = Buffer.concat([
    ...(parts.fingerprint === false ? [] : [issuerFingerprint(key.fingerprint)]),
    ...(created === undefined ? [] : [subpacket(2, uint32(created))]),
    ...(parts.hashed ?? []),
  ]);
  const unhashed = Buffer.concat(parts.unhashed ?? [issuerId(key.fingerprint)]);
  const head = Buffer.concat([
    Buffer.from([version, type, key.algorithm, hashNumbers[hash]]),
    uint16(hashed.length),
    hashed,
  ]);
  const signed = Buffer.concat([data, head, Buffer.from([4, 255]), uint32(head.length)]);
  const digest = createHash(hash).update(signed).digest();
  const numbers = key.numbers(signed, hash);
  return Buffer.concat([
    head,
    uint16(unhashed.length),
    unhashed,
    parts.digestStart ?? digest.subarray(0, 2),
    parts.numbers?.(numbers) ?? numbers,
  ]);
}

/** How an armour is laid out. */
export interface ArmourLayout {
  readonly width?: number;
  readonly headers?: readonly string[];
  /** The checksum line; null for none. */
  readonly checksum?: string | null;
}

export function armour(bytes: Buffer, label: string, layout: ArmourLayout = {}): string {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) {
      crc <<= 1;
      if (crc & 0x1000000) crc ^= 0x1864cfb;
    }
  }
  const sum = Buffer.from([(crc >> 16) & 255, (crc >> 8) & 255, crc & 255]).toString('base64');
  const { width = 64, headers = [], checksum = `=${sum}` } = layout;
  const text = bytes.toString('base64').match(new RegExp(`.{1,${String(width)}}`, 'g')) ?? [];
  const lines = [...headers, '', ...text, ...(checksum === null ? [] : [checksum])];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** An armoured signature over bytes. */
export function forgedSignature(key: ForgedKey, data: Buffer, parts: PgpParts = {}): Buffer {
  return Buffer.from(armour(packet(2, signatureBody(key, data, parts)), 'PGP SIGNATURE'));
}

/** What a signature over a key hashes of it. */
const hashedKey = ({ body }: ForgedKey): Buffer =>
  Buffer.concat([Buffer.from([0x99]), uint16(body.length), body]);

/** One subkey of a certificate. */
export interface ForgedSubkey {
  readonly key: ForgedKey;
  /** Key flags: 2 signs, 12 encrypts. */
  readonly flags?: number;
  /** Who makes the back signature; null for nobody. By default the subkey. */
  readonly back?: ForgedKey | null;
  /** Who binds; by default the primary key. */
  readonly by?: ForgedKey;
  readonly binding?: PgpParts;
  readonly backParts?: PgpParts;
}

export interface CertificateParts {
  readonly userId?: string;
  /** Key flags of the primary key: 1 certifies, 2 signs. */
  readonly flags?: number;
  readonly self?: PgpParts;
  readonly subkeys?: readonly ForgedSubkey[];
  /** Packets after everything else. */
  readonly more?: readonly Buffer[];
  readonly layout?: ArmourLayout;
}

/** The packets of a certificate. */
export function certificatePackets(primary: ForgedKey, parts: CertificateParts = {}): Buffer[] {
  const user = Buffer.from(parts.userId ?? 'somebody <somebody@shop.example>');
  const flagged = (flags: number, self: PgpParts = {}): PgpParts => ({
    ...self,
    hashed: [subpacket(27, Buffer.from([flags])), ...(self.hashed ?? [])],
  });
  const certification = signatureBody(
    primary,
    Buffer.concat([hashedKey(primary), Buffer.from([0xb4]), uint32(user.length), user]),
    { type: 0x13, ...flagged(parts.flags ?? 3, parts.self) },
  );
  const packets = [packet(6, primary.body), packet(13, user), packet(2, certification)];
  for (const { key, flags = 2, back = key, by = primary, binding, backParts } of parts.subkeys ??
    []) {
    const data = Buffer.concat([hashedKey(primary), hashedKey(key)]);
    const embedded =
      back === null ? [] : [subpacket(32, signatureBody(back, data, { type: 0x19, ...backParts }))];
    const bound = flagged(flags, binding);
    const body = signatureBody(by, data, {
      type: 0x18,
      ...bound,
      unhashed: [issuerId(by.fingerprint), ...(flags & 2 ? embedded : [])],
    });
    packets.push(packet(14, key.body), packet(2, body));
  }
  return [...packets, ...(parts.more ?? [])];
}

export function certificate(primary: ForgedKey, parts: CertificateParts = {}): string {
  return armour(
    Buffer.concat(certificatePackets(primary, parts)),
    'PGP PUBLIC KEY BLOCK',
    parts.layout,
  );
}

/** The key of an actor: a certificate for the rules, and the key that signs. */
export function pgpActor(
  primary: ForgedKey,
  parts: CertificateParts = {},
  signer: ForgedKey = primary,
  how: PgpParts = {},
): SigningKey {
  return {
    line: certificate(primary, parts),
    fingerprint: primary.fingerprint,
    blob: primary.body,
    primitive: () => {
      throw new Error('an OpenPGP key makes no SSH signature');
    },
    armour: (bytes) => forgedSignature(signer, bytes, how),
  };
}
