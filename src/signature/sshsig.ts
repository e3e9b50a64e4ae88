import { type Parsed, parsed, refused } from '../problem/parsed.ts';
import { encodeUtf8, joinBytes } from '../git/header.ts';
import { SshReader, sshString, sshUint32 } from './ssh-wire.ts';

/** An SSH signature taken apart (OpenSSH's PROTOCOL.sshsig); nothing in it is judged yet. */
export interface SshSignature {
  /** Wire form of the key that is said to have signed. */
  readonly publicKey: Uint8Array;
  /** What the signature was made for; `git` for Git's objects. */
  readonly namespace: Uint8Array;
  /** Name of the hash of the message: `sha256` or `sha512`. */
  readonly hash: string;
  /** Wire form of the signature: its type, and what that type has. */
  readonly signature: Uint8Array;
}

const magic = encodeUtf8('SSHSIG');
const version = 1;

/** The version that an SSH signature says it has, or undefined where there is no such signature. */
export function sshSignatureVersion(bytes: Uint8Array): number | undefined {
  const reader = new SshReader(bytes);
  return isMagic(reader.take(magic.length)) ? reader.uint32() : undefined;
}

/**
 * Parse the bytes inside the armour, to the last one.
 *
 * Stricter than OpenSSH: the reserved field is empty. It is not among the signed bytes, so what
 * stands in it could be changed by anybody, and the same signature would make another tag.
 */
export function parseSshSignature(bytes: Uint8Array): Parsed<SshSignature> {
  const reader = new SshReader(bytes);
  if (!isMagic(reader.take(magic.length))) return refused('it does not begin with SSHSIG');
  const found = reader.uint32();
  if (found !== version) return refused(`its version is ${found ?? 'missing'}, not ${version}`);
  const publicKey = reader.string();
  const namespace = reader.string();
  const reserved = reader.string();
  const hash = reader.name();
  const signature = reader.string();
  if (publicKey === undefined || namespace === undefined || reserved === undefined) {
    return refused('it ends too early');
  }
  if (reserved.length !== 0) return refused('its reserved field is not empty');
  if (hash === undefined || signature === undefined) {
    return refused('it ends too early or names its hash in odd characters');
  }
  if (!reader.done) return refused('there are bytes after its end');
  return parsed({ publicKey, namespace, hash, signature });
}

/** The inverse of `parseSshSignature`. */
export function formatSshSignature(signature: SshSignature): Uint8Array {
  return joinBytes(
    magic,
    sshUint32(version),
    sshString(signature.publicKey),
    sshString(signature.namespace),
    sshString(''),
    sshString(signature.hash),
    sshString(signature.signature),
  );
}

/**
 * The bytes that a key signs for a message (PROTOCOL.sshsig, "Signed Data").
 *
 * @param digest The message hashed with `hash`.
 */
export function sshSignedData(namespace: string, hash: string, digest: Uint8Array): Uint8Array {
  return joinBytes(magic, sshString(namespace), sshString(''), sshString(hash), sshString(digest));
}

function isMagic(bytes: Uint8Array | undefined): boolean {
  return bytes?.every((byte, index) => byte === magic[index]) ?? false;
}
