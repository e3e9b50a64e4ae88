import type { Cryptography, PrimitiveCheck } from '../git/cryptography.ts';
import { armourKind, parseSshArmour } from './armour.ts';
import type { Certificate } from './certificate.ts';
import { judgeOpenPgp, type SigningKeys, signingKeysOf } from './openpgp.ts';
import {
  coordinateBytes,
  type EcdsaCurve,
  faultOfType,
  isSupportedKeyType,
  parseSshKeyBlob,
  sshKeyIdentity,
  type SshPublicKey,
  sshKeyType,
  weaknessOf,
} from './ssh-key.ts';
import { joinBytes, latin1Text } from '../git/header.ts';
import { asciiText, SshReader } from './ssh-wire.ts';
import { parseSshSignature, sshSignatureVersion, sshSignedData } from './sshsig.ts';
import type { KeyIdentity, SignatureFault, SignatureVerdict, SignedBytes } from './verdict.ts';

/** The namespace in which git signs objects; `file`, `email` and others are other purposes. */
const gitNamespace = 'git';

/** The flag of a security key that says that somebody touched it (PROTOCOL.u2f). */
const userPresent = 0x01;

/** The hash that goes with each curve (RFC 5656, section 6.2.1). */
const curveHash = {
  nistp256: 'sha256',
  nistp384: 'sha384',
  nistp521: 'sha512',
} as const satisfies Record<EcdsaCurve, string>;

/** A signature whose form is right: what remains is one primitive check. */
interface Candidate {
  readonly key: KeyIdentity;
  readonly check: PrimitiveCheck;
  /** False for a security key that nobody touched. */
  readonly present: boolean;
}

/**
 * Verify many signatures at once: whether each is genuine, and by which key. Whether the key may
 * sign is not asked here.
 *
 * A good verdict on an SSH signature is one that `ssh-keygen -Y check-novalidate -n git` shares. It
 * is withheld in these cases where OpenSSH is content: armour that is not laid out exactly as its
 * own; a filled reserved field; numbers with superfluous zeros in front; RSA keys under 2048 bits
 * or with an exponent that is even, 1 or above 64 bits; Ed25519 keys of small order; security keys
 * without touch; certificates; WebAuthn signatures.
 *
 * A good verdict on an OpenPGP signature is one that `gpg --verify` shares, where it knows the
 * algorithm (GnuPG 2.2 does not know 27) and where neither certificate nor key has expired or was
 * revoked, which says nothing here. It is withheld in these cases where GnuPG is content: armour
 * that is not laid out exactly as its own, or with text around it; lengths and numbers not in their
 * shortest form; more than one packet; versions other than 4; type 0x01 (text); MD5, SHA-1,
 * RIPEMD-160, SHA-224, SHA-3; DSA; RSA under 2048 bits; other curves than Ed25519, P-256, P-384,
 * P-521; a signature that expires; critical subpackets other than time, maker and user id; unsigned
 * subpackets other than the maker's id and fingerprint; no maker, several, or one whose id two
 * keys share; subkeys that only a binding with SHA-1, or an older one than the newest, says to
 * sign.
 *
 * @param certificates The OpenPGP certificates that may have signed. An OpenPGP signature by any
 *   other key is `key-unknown`, for it does not hold its key.
 * @see PROTOCOL.sshsig and PROTOCOL.u2f of OpenSSH; RFC 9580; shared register format, "Signatures".
 */
export async function verifySignatures(
  signed: readonly SignedBytes[],
  cryptography: Cryptography,
  certificates: Iterable<Certificate> = [],
): Promise<readonly SignatureVerdict[]> {
  let known: SigningKeys | undefined;
  const keys = (): SigningKeys => (known ??= signingKeysOf(certificates));
  const sshKeys = new SshKeys(cryptography);
  const judged = signed.map((one) => judgeForm(one, keys, sshKeys, cryptography));
  const candidates = judged.filter((one) => 'check' in one);
  const answers = await cryptography.verify(candidates.map((one) => one.check));
  let next = 0;
  return judged.map((one) => {
    if (!('check' in one)) return one;
    const { key } = one;
    // Only the very answer true is a yes.
    if (answers[next++] !== true) {
      return bad('bad', 'the signature does not belong to these bytes and this key', key);
    }
    // Without this, a program could sign with a plugged-in key while its owner is away.
    if (!one.present) return bad('presence', 'nobody touched the security key', key);
    return { good: true, key };
  });
}

/**
 * Give a verdict again that was given before the certificates were known. Only what named an
 * unknown OpenPGP key can come out otherwise.
 */
export async function verifyAgain(
  verdict: SignatureVerdict,
  signed: SignedBytes,
  cryptography: Cryptography,
  certificates: Iterable<Certificate>,
): Promise<SignatureVerdict> {
  if (verdict.good || verdict.fault !== 'key-unknown') return verdict;
  const [again] = await verifySignatures([signed], cryptography, certificates);
  return again ?? verdict;
}

/** Everything but the primitive check: a verdict that it can not be good, or what to check. */
function judgeForm(
  signed: SignedBytes,
  keys: () => SigningKeys,
  sshKeys: SshKeys,
  cryptography: Cryptography,
): SignatureVerdict | Candidate {
  if (signed.armour === undefined) return bad('missing', 'there is no signature');
  const kind = armourKind(signed.armour);
  if (!kind.ok) return bad('malformed', kind.reason);
  switch (kind.value) {
    case 'ssh':
      return judgeSsh(signed.payload, signed.armour, sshKeys, cryptography);
    case 'openpgp': {
      const judged = judgeOpenPgp(signed.payload, signed.armour, keys(), cryptography);
      if ('check' in judged) return { ...judged, present: true };
      return bad(judged.fault, judged.detail);
    }
    case 'x509':
      return bad('unsupported', 'an X.509 signature: only SSH and OpenPGP signatures are verified');
  }
}

function judgeSsh(
  payload: Uint8Array,
  bytes: Uint8Array,
  sshKeys: SshKeys,
  cryptography: Cryptography,
): SignatureVerdict | Candidate {
  const armour = parseSshArmour(bytes);
  if (!armour.ok) return bad('malformed', armour.reason);
  const version = sshSignatureVersion(armour.value.bytes);
  if (version !== undefined && version > 1) {
    return bad('unsupported', `an SSH signature of version ${version}: only version 1 is known`);
  }
  const parts = parseSshSignature(armour.value.bytes);
  if (!parts.ok) return bad('malformed', parts.reason);
  const { publicKey, namespace, hash, signature } = parts.value;

  const found = sshKeys.judge(publicKey);
  if ('fault' in found) return found;
  const { key, identity, weakness } = found;

  // Without this, a signature that somebody made over a file would approve a document.
  const named = asciiText(namespace);
  if (named !== gitNamespace) {
    return bad(
      'namespace',
      `the namespace is ${JSON.stringify(named ?? '…')}, not "git"`,
      identity,
    );
  }
  if (hash !== 'sha256' && hash !== 'sha512') {
    return bad('unsupported', `the message is hashed with ${hash}, not sha256 or sha512`, identity);
  }
  if (weakness !== undefined) return bad('weak', weakness, identity);

  const digest = cryptography.digest(hash, payload);
  const message = sshSignedData(gitNamespace, hash, digest);
  const check = readSignature(key, signature, message, cryptography);
  if ('fault' in check) return bad(check.fault, check.detail, identity);
  return { key: identity, ...check };
}

type BadSignature = Extract<SignatureVerdict, { readonly good: false }>;

interface FoundSshKey {
  readonly key: SshPublicKey;
  readonly identity: KeyIdentity;
  readonly weakness: string | undefined;
}

/** The SSH keys of signatures that are verified together: many are mostly by few. */
class SshKeys {
  readonly #cryptography: Cryptography;
  /** By the Latin-1 of the blob. */
  readonly #judged = new Map<string, FoundSshKey | BadSignature>();

  constructor(cryptography: Cryptography) {
    this.#cryptography = cryptography;
  }

  judge(blob: Uint8Array): FoundSshKey | BadSignature {
    const name = latin1Text(blob);
    let judged = this.#judged.get(name);
    if (judged === undefined) {
      judged = this.#judge(blob);
      this.#judged.set(name, judged);
    }
    return judged;
  }

  #judge(blob: Uint8Array): FoundSshKey | BadSignature {
    const type = sshKeyType(blob);
    if (type === undefined) return bad('malformed', 'the key in it names no type');
    if (!isSupportedKeyType(type)) {
      const fault = type === 'ssh-dss' ? 'weak' : 'unsupported';
      return bad(fault, `the key in it can not be used: ${faultOfType(type) ?? type}`);
    }
    const key = parseSshKeyBlob(blob);
    if (!key.ok) return bad('malformed', `the key in it is not well-formed: ${key.reason}`);
    const identity = sshKeyIdentity(key.value, this.#cryptography);
    return { key: key.value, identity, weakness: weaknessOf(key.value) };
  }
}

type Judged =
  | { readonly check: PrimitiveCheck; readonly present: boolean }
  | { readonly fault: SignatureFault; readonly detail: string };

/** Read the innermost part: the signature in the form that its key makes. */
function readSignature(
  key: SshPublicKey,
  signature: Uint8Array,
  message: Uint8Array,
  cryptography: Cryptography,
): Judged {
  const reader = new SshReader(signature);
  const algorithm = reader.name();
  const content = reader.string();
  if (algorithm === undefined || content === undefined) {
    return malformed('the signature ends too early');
  }
  const fault = faultOfAlgorithm(key, algorithm);
  if (fault !== undefined) return fault;
  if (key.kind !== 'sk-ed25519' && key.kind !== 'sk-ecdsa') {
    if (!reader.done) return malformed('there are bytes after the end of the signature');
    const check = primitiveCheck(key, algorithm, content, message);
    return 'kind' in check ? { check, present: true } : check;
  }

  const rest = reader.take(5); // flags, and a counter of four bytes
  if (rest === undefined) return malformed('flags and counter of the security key are missing');
  if (!reader.done) return malformed('there are bytes after the end of the signature');
  const signedByDevice = joinBytes(
    cryptography.digest('sha256', key.application),
    rest,
    cryptography.digest('sha256', message),
  );
  const check = primitiveCheck(key, algorithm, content, signedByDevice);
  if (!('kind' in check)) return check;
  return { check, present: ((rest[0] ?? 0) & userPresent) !== 0 };
}

/** The algorithm of a signature must be one of its key's (RFC 8332, PROTOCOL.sshsig). */
function faultOfAlgorithm(key: SshPublicKey, algorithm: string): Judged | undefined {
  if (key.kind === 'rsa') {
    if (algorithm === 'rsa-sha2-256' || algorithm === 'rsa-sha2-512') return undefined;
    if (algorithm === 'ssh-rsa') {
      return { fault: 'weak', detail: 'an RSA signature with SHA-1 (ssh-rsa)' };
    }
  } else if (algorithm === key.type) {
    return undefined;
  }
  if (key.kind === 'sk-ecdsa' && algorithm === `webauthn-${key.type}`) {
    return { fault: 'unsupported', detail: 'a WebAuthn signature, made by a browser' };
  }
  return malformed(`the signature is of type ${algorithm}, which a key ${key.type} does not make`);
}

function primitiveCheck(
  key: SshPublicKey,
  algorithm: string,
  content: Uint8Array,
  message: Uint8Array,
): PrimitiveCheck | { readonly fault: SignatureFault; readonly detail: string } {
  switch (key.kind) {
    case 'ed25519':
    case 'sk-ed25519':
      if (content.length !== 64) {
        return malformed(`an Ed25519 signature has 64 bytes, this one ${content.length}`);
      }
      return { kind: 'ed25519', publicKey: key.point, message, signature: content };
    case 'ecdsa':
    case 'sk-ecdsa': {
      const reader = new SshReader(content);
      const r = reader.positive();
      const s = reader.positive();
      if (r === undefined || s === undefined || !reader.done) {
        return malformed(
          'r and s of an ECDSA signature are two positive numbers in canonical form',
        );
      }
      const most = coordinateBytes[key.curve];
      if (r.length > most || s.length > most) {
        return malformed(`r or s of the signature is too large for ${key.curve}`);
      }
      const { curve, point } = key;
      return { kind: 'ecdsa', curve, hash: curveHash[curve], publicKey: point, message, r, s };
    }
    case 'rsa': {
      const { n, e } = key;
      if (content.length > n.length) return malformed('the RSA signature is longer than its key');
      // Some agents leave zeros in front out; OpenSSH puts them back, and so must we to agree.
      const signature = new Uint8Array(n.length);
      signature.set(content, n.length - content.length);
      const hash = algorithm === 'rsa-sha2-256' ? 'sha256' : 'sha512';
      return { kind: 'rsa', hash, n, e, message, signature };
    }
  }
}

function malformed(detail: string): { readonly fault: 'malformed'; readonly detail: string } {
  return { fault: 'malformed', detail };
}

function bad(fault: SignatureFault, detail: string, key?: KeyIdentity): BadSignature {
  return { good: false, fault, detail, ...(key === undefined ? {} : { key }) };
}
