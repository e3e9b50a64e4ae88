import {
  createECDH,
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
} from 'node:crypto';

/**
 * Signing keys for tests, and SSH signatures made byte by byte after PROTOCOL.sshsig, so that any
 * part of one can be made wrong. Ed25519 keys are derived from their label: the same register has
 * the same bytes in every run.
 */
export interface SigningKey {
  /** OpenSSH one-line form without a comment. */
  readonly line: string;
  /** `SHA256:…` as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** The public blob. */
  readonly blob: Buffer;
  /** The raw signature structure over the bytes (an SSH `string` field's content). */
  readonly primitive: (bytes: Buffer, how: SignatureParts) => Buffer;
  /** Makes the whole armour instead, where the key is none of SSH. */
  readonly armour?: (bytes: Buffer) => Buffer;
  /** The file that `ssh-keygen -Y sign -f` reads; Ed25519 only. */
  readonly privateFile?: string;
}

/** What a signature is made of; everything can be overridden. */
export interface SignatureParts {
  readonly namespace?: string;
  readonly version?: number;
  readonly reserved?: string;
  readonly hash?: 'sha256' | 'sha512' | 'sha1';
  /** The hash inside an RSA signature. */
  readonly rsaHash?: 'sha256' | 'sha512' | 'sha1';
  /** Security keys: 1 is user presence, 4 user verification. */
  readonly flags?: number;
  /** The public key that the signature says it was made with. */
  readonly blob?: Buffer;
  /** Characters in a line of the armour. */
  readonly width?: number;
  /** Bytes glued to the end of the signature structure. */
  readonly surplus?: Buffer;
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function string(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function mpint(value: Buffer): Buffer {
  let at = 0;
  while (at < value.length - 1 && value[at] === 0) at += 1;
  const bytes = value.subarray(at);
  const first = bytes[0] ?? 0;
  return string(first >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

function keyOf(
  type: string,
  rest: readonly Buffer[],
  primitive: SigningKey['primitive'],
  privateFile?: string,
): SigningKey {
  const blob = Buffer.concat([string(type), ...rest]);
  const fingerprint = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return {
    line: `${type} ${blob.toString('base64')}`,
    fingerprint: `SHA256:${fingerprint}`,
    blob,
    primitive,
    ...(privateFile === undefined ? {} : { privateFile }),
  };
}

function ed25519Pair(label: string): { privateKey: KeyObject; seed: Buffer; point: Buffer } {
  const seed = createHash('sha256').update(`key of ${label}`).digest();
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const x = privateKey.export({ format: 'jwk' }).x ?? '';
  return { privateKey, seed, point: Buffer.from(x, 'base64url') };
}

/** The Ed25519 key that belongs to a label. */
export function ed25519Key(label: string): SigningKey {
  const { privateKey, seed, point } = ed25519Pair(label);
  const blob = Buffer.concat([string('ssh-ed25519'), string(point)]);
  // openssh-key-v1, not encrypted (PROTOCOL.key), so that stock ssh-keygen can sign with it.
  const secret = Buffer.concat([
    uint32(7),
    uint32(7),
    blob,
    string(Buffer.concat([seed, point])),
    string(''),
  ]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (secret.length % 8)) % 8));
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    string('none'),
    string('none'),
    string(''),
    uint32(1),
    string(blob),
    string(Buffer.concat([secret, padding])),
  ]);
  const text = (file.toString('base64').match(/.{1,70}/g) ?? []).join('\n');
  return keyOf(
    'ssh-ed25519',
    [string(point)],
    (bytes) => Buffer.concat([string('ssh-ed25519'), string(signBytes(null, bytes, privateKey))]),
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${text}\n-----END OPENSSH PRIVATE KEY-----\n`,
  );
}

function securityKeySigned(application: string, bytes: Buffer, flags: number): Buffer {
  const sha256 = (part: Buffer | string) => createHash('sha256').update(part).digest();
  return Buffer.concat([sha256(application), Buffer.from([flags]), uint32(9), sha256(bytes)]);
}

/** A software stand-in for a security key with Ed25519: same bytes, no button. */
export function securityKey(label: string): SigningKey {
  const { privateKey, point } = ed25519Pair(`security key ${label}`);
  const type = 'sk-ssh-ed25519@openssh.com';
  return keyOf(type, [string(point), string('ssh:')], (bytes, { flags = 1 }) => {
    const signature = signBytes(null, securityKeySigned('ssh:', bytes, flags), privateKey);
    return Buffer.concat([string(type), string(signature), Buffer.from([flags]), uint32(9)]);
  });
}

const curves = {
  nistp256: { openssl: 'prime256v1', hash: 'sha256' },
  nistp384: { openssl: 'secp384r1', hash: 'sha384' },
  nistp521: { openssl: 'secp521r1', hash: 'sha512' },
} as const;

function ecdsaPair(curve: keyof typeof curves) {
  const { openssl, hash } = curves[curve];
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: openssl });
  const d = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const ecdh = createECDH(openssl);
  ecdh.setPrivateKey(d);
  const signed = (bytes: Buffer) => {
    const both = signBytes(hash, bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const half = both.length / 2;
    return Buffer.concat([mpint(both.subarray(0, half)), mpint(both.subarray(half))]);
  };
  return { point: ecdh.getPublicKey(), signed };
}

/** A fresh ECDSA key. */
export function ecdsaKey(curve: keyof typeof curves): SigningKey {
  const { point, signed } = ecdsaPair(curve);
  const type = `ecdsa-sha2-${curve}`;
  return keyOf(type, [string(curve), string(point)], (bytes) =>
    Buffer.concat([string(type), string(signed(bytes))]),
  );
}

/** A software stand-in for a security key with ECDSA. */
export function ecdsaSecurityKey(): SigningKey {
  const { point, signed } = ecdsaPair('nistp256');
  const type = 'sk-ecdsa-sha2-nistp256@openssh.com';
  const rest = [string('nistp256'), string(point), string('ssh:')];
  return keyOf(type, rest, (bytes, { flags = 1 }) =>
    Buffer.concat([
      string(type),
      string(signed(securityKeySigned('ssh:', bytes, flags))),
      Buffer.from([flags]),
      uint32(9),
    ]),
  );
}

/** A fresh RSA key. */
export function rsaKey(bits: number): SigningKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  const { n = '', e = '' } = privateKey.export({ format: 'jwk' });
  const rest = [mpint(Buffer.from(e, 'base64url')), mpint(Buffer.from(n, 'base64url'))];
  return keyOf('ssh-rsa', rest, (bytes, { rsaHash = 'sha512' }) => {
    const types = { sha1: 'ssh-rsa', sha256: 'rsa-sha2-256', sha512: 'rsa-sha2-512' };
    return Buffer.concat([string(types[rsaHash]), string(signBytes(rsaHash, bytes, privateKey))]);
  });
}

/** Text armour around bytes, as ssh-keygen writes it. */
export function armoured(bytes: Buffer, width = 70, kind = 'SSH SIGNATURE'): Buffer {
  const text = bytes.toString('base64');
  const lines = [];
  for (let at = 0; at < text.length; at += width) lines.push(text.slice(at, at + width));
  return Buffer.from(`-----BEGIN ${kind}-----\n${lines.join('\n')}\n-----END ${kind}-----\n`);
}

/** Sign bytes as `ssh-keygen -Y sign -n git` does, or wrongly where `how` says so. */
export function sshSignature(key: SigningKey, message: Buffer, how: SignatureParts = {}): Buffer {
  const { namespace = 'git', version = 1, reserved = '', hash = 'sha512' } = how;
  const magic = Buffer.from('SSHSIG');
  const named = [string(namespace), string(reserved), string(hash)];
  const signed = Buffer.concat([
    magic,
    ...named,
    string(createHash(hash).update(message).digest()),
  ]);
  const bytes = Buffer.concat([
    magic,
    uint32(version),
    string(how.blob ?? key.blob),
    ...named,
    string(key.primitive(signed, how)),
    how.surplus ?? Buffer.alloc(0),
  ]);
  return armoured(bytes, how.width);
}
