import type { Cryptography } from '../git/cryptography.ts';
import type { Certificate } from './certificate.ts';

/** Why a signature is not good. `unsupported` is neither good nor bad: an unknown. */
export type SignatureFault =
  | 'missing' // no armour at all
  | 'malformed' // armour or signature structure is not canonical, or there are several
  | 'namespace' // made for something else than Git objects, or over something else than bytes
  | 'bad' // the check of the signature fails
  | 'key-unknown' // OpenPGP names its key only, and no certificate that was given holds it
  | 'weak' // RSA under 2048 bits, DSA, SHA-1 and other short hashes
  | 'presence' // security key without the user-presence flag
  | 'unsupported'; // X.509, SSH certificates, other versions, curves and formats

/** Key material by which keys are compared (shared register format, "Signatures"). */
export interface KeyIdentity {
  readonly format: 'ssh' | 'openpgp';
  /** `SHA256:…` as `ssh-keygen -l` prints it, or the hex fingerprint of the primary key. */
  readonly fingerprint: string;
  /** In words, for people: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa 3072`, `OpenPGP ed25519`. */
  readonly algorithm: string;
  /** Of the OpenPGP subkey that signed, where it was not the primary key. */
  readonly subkey?: string;
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
  certificates?: Iterable<Certificate>,
) => Promise<readonly SignatureVerdict[]>;
