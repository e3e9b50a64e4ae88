/**
 * Ed25519 keys and SSH signatures over Git objects, written from OpenSSH's PROTOCOL.sshsig and
 * from nothing in `src/`, so that the corpus is evidence about the verification and not an echo.
 */
import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';

/** A key of the corpus: always the same for the same name. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public blob in SSH's wire form. */
  readonly blob: Buffer;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly line: string;
}

/** PKCS #8 for Ed25519 up to the 32 bytes of the seed (RFC 8410, section 7). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Length and bytes, as everything in SSH's wire form. */
function wire(...parts: readonly (Buffer | string)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part as string);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** Make the key that belongs to a name. For measuring only: whoever knows the name has the key. */
export function keyOf(name: string): SigningKey {
  const seed = createHash('sha256').update(`git-qms bench ${name}`).digest();
  const privateKey = createPrivateKey({
    key: Buffer.concat([pkcs8Head, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey);
  const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const blob = wire('ssh-ed25519', point);
  return { privateKey, publicKey, blob, line: `ssh-ed25519 ${blob.toString('base64')}` };
}

/** What the key signs instead of the payload itself. */
export function signedData(payload: Buffer): Buffer {
  const digest = createHash('sha512').update(payload).digest();
  return Buffer.concat([Buffer.from('SSHSIG'), wire('git', '', 'sha512', digest)]);
}

/** The raw Ed25519 signature over a payload, and the armour as `ssh-keygen -Y sign` writes it. */
export function signPayload(payload: Buffer, key: SigningKey): { raw: Buffer; armour: string } {
  const raw = sign(null, signedData(payload), key.privateKey);
  const version = Buffer.from([0, 0, 0, 1]);
  const signature = wire('ssh-ed25519', raw);
  const rest = wire(key.blob, 'git', '', 'sha512', signature);
  const body = Buffer.concat([Buffer.from('SSHSIG'), version, rest]).toString('base64');
  const lines = body.match(/.{1,70}/g) ?? [];
  const armour = ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''];
  return { raw, armour: armour.join('\n') };
}
