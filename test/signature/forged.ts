/** SSH signatures put together by hand, for kinds and faults that `ssh-keygen` does not make. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { formatSshArmour } from '../../src/signature/armour.ts';
import { formatSshSignature, sshSignedData } from '../../src/signature/sshsig.ts';
import { joinBytes } from '../../src/git/header.ts';
import { sshString, sshUint32 } from '../../src/signature/ssh-wire.ts';

export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/** A positive integer as an SSH mpint. */
export function mpint(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length && bytes[start] === 0) start++;
  const trimmed = bytes.subarray(start);
  const first = trimmed[0] ?? 0;
  return sshString(first >= 0x80 ? joinBytes(Uint8Array.of(0), trimmed) : trimmed);
}

/** A key of a kind, made by node:crypto, with the wire forms that SSH gives it. */
export interface ForgedKey {
  readonly type: string;
  readonly blob: Uint8Array;
  /** The innermost signature over bytes: what stands between type and flags. */
  readonly signRaw: (message: Uint8Array) => Uint8Array;
  /** For security keys. */
  readonly application: Uint8Array | undefined;
}

function jwkBytes(key: KeyObject, field: 'x' | 'y' | 'n' | 'e'): Uint8Array {
  return new Uint8Array(Buffer.from(key.export({ format: 'jwk' })[field] ?? '', 'base64url'));
}

export function ed25519Key(securityKey = false): ForgedKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const application = securityKey ? new TextEncoder().encode('ssh:') : undefined;
  const type = securityKey ? 'sk-ssh-ed25519@openssh.com' : 'ssh-ed25519';
  return {
    type,
    application,
    blob: joinBytes(
      sshString(type),
      sshString(jwkBytes(publicKey, 'x')),
      application === undefined ? new Uint8Array() : sshString(application),
    ),
    signRaw: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

export function p256Key(securityKey = false): ForgedKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const application = securityKey ? new TextEncoder().encode('ssh:') : undefined;
  const type = securityKey ? 'sk-ecdsa-sha2-nistp256@openssh.com' : 'ecdsa-sha2-nistp256';
  const point = joinBytes(Uint8Array.of(4), jwkBytes(publicKey, 'x'), jwkBytes(publicKey, 'y'));
  return {
    type,
    application,
    blob: joinBytes(
      sshString(type),
      sshString('nistp256'),
      sshString(point),
      application === undefined ? new Uint8Array() : sshString(application),
    ),
    signRaw: (message) => {
      const raw = new Uint8Array(
        sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
      );
      return joinBytes(mpint(raw.subarray(0, 32)), mpint(raw.subarray(32)));
    },
  };
}

export function rsaKey(bits: number): ForgedKey & { readonly sha1: ForgedKey['signRaw'] } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  return {
    type: 'ssh-rsa',
    application: undefined,
    blob: joinBytes(
      sshString('ssh-rsa'),
      mpint(jwkBytes(publicKey, 'e')),
      mpint(jwkBytes(publicKey, 'n')),
    ),
    signRaw: (message) => new Uint8Array(sign('sha512', message, privateKey)),
    sha1: (message) => new Uint8Array(sign('sha1', message, privateKey)),
  };
}

/** What may be other than OpenSSH would write it. */
export interface Forgery {
  readonly namespace?: string;
  readonly signedNamespace?: string;
  readonly hash?: string;
  readonly algorithm?: string;
  readonly flags?: number;
  /** Changes the innermost signature. */
  readonly raw?: (raw: Uint8Array) => Uint8Array;
  readonly signRaw?: (message: Uint8Array) => Uint8Array;
  /** Stands behind the innermost signature. */
  readonly tail?: Uint8Array;
  readonly publicKey?: Uint8Array;
}

/** The bytes of an SSH signature over a payload by a key, forged as asked. */
export function forgeBytes(key: ForgedKey, payload: Uint8Array, forgery: Forgery = {}): Uint8Array {
  const hash = forgery.hash ?? 'sha512';
  const known = ['sha256', 'sha512', 'sha1', 'sha384'].includes(hash) ? hash : 'sha512';
  const digest = new Uint8Array(createHash(known).update(payload).digest());
  const namespace = forgery.namespace ?? 'git';
  const message = sshSignedData(forgery.signedNamespace ?? namespace, hash, digest);
  const device = joinBytes(Uint8Array.of(forgery.flags ?? 1), sshUint32(7));
  const signRaw = forgery.signRaw ?? key.signRaw;
  const signed =
    key.application === undefined
      ? signRaw(message)
      : signRaw(joinBytes(sha256(key.application), device, sha256(message)));
  const algorithm = forgery.algorithm ?? (key.type === 'ssh-rsa' ? 'rsa-sha2-512' : key.type);
  return formatSshSignature({
    publicKey: forgery.publicKey ?? key.blob,
    namespace: new TextEncoder().encode(namespace),
    hash,
    signature: joinBytes(
      sshString(algorithm),
      sshString((forgery.raw ?? ((raw) => raw))(signed)),
      key.application === undefined ? new Uint8Array() : device,
      forgery.tail ?? new Uint8Array(),
    ),
  });
}

/** `forgeBytes` in the armour that `ssh-keygen` writes. */
export function forge(key: ForgedKey, payload: Uint8Array, forgery: Forgery = {}): Uint8Array {
  return formatSshArmour({ bytes: forgeBytes(key, payload, forgery), lineLength: 70 });
}
