import type { Cryptography } from '../git/cryptography.ts';

/** Why a signature is not good. `unsupported` is neither good nor bad: an unknown. */
export type SignatureFault =
  | 'missing' // no armour at all
  | 'malformed' // armour or signature structure is not canonical, or there are several
  | 'namespace' // made for something else than Git objects
  | 'bad' // the check of the signature fails
  | 'weak' // RSA under 2048 bits, DSA, SHA-1
  | 'presence' // security key without the user-presence flag
  | 'unsupported'; // X.509, SSH certificates, other formats

/** Key material by which keys are compared (shared register format, "Signatures"). */
export interface KeyIdentity {
  readonly format: 'ssh' | 'openpgp';
  /** `SHA256:…` as `ssh-keygen -l` prints it, or the hex fingerprint of the primary key. */
  readonly fingerprint: string;
  /** In words, for people: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa 3072`. */
  readonly algorithm: string;
}

/** The verdict on one signature: genuine and by which key, or why not. Nothing about who may. */
export type SignatureVerdict =
  | { readonly good: true; readonly key: KeyIdentity }
  | {
      readonly good: false;
      readonly fault: SignatureFault;
      /** One clause for the message: `the namespace is "file", not "git"`. */
      readonly detail: string;
      readonly key?: KeyIdentity;
    };

/** A payload with the armour that is said to sign it. */
export interface SignedBytes {
  readonly payload: Uint8Array;
  readonly armour: Uint8Array | undefined;
}

/** Verify many signatures at once; the verdict at an index belongs to the input at that index. */
export type VerifySignatures = (
  signed: readonly SignedBytes[],
  cryptography: Cryptography,
) => Promise<readonly SignatureVerdict[]>;
