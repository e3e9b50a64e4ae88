/** A public key and a signature in the form that one primitive check needs. */
export type PrimitiveCheck =
  | {
      readonly kind: 'ed25519';
      /** 32 bytes. */
      readonly publicKey: Uint8Array;
      readonly message: Uint8Array;
      /** 64 bytes. */
      readonly signature: Uint8Array;
    }
  | {
      readonly kind: 'ecdsa';
      readonly curve: 'nistp256' | 'nistp384' | 'nistp521';
      readonly hash: 'sha256' | 'sha384' | 'sha512';
      /** Uncompressed point, 0x04 ‖ x ‖ y. */
      readonly publicKey: Uint8Array;
      readonly message: Uint8Array;
      /** r and s, big-endian, unsigned, without padding rules. */
      readonly r: Uint8Array;
      readonly s: Uint8Array;
    }
  | {
      readonly kind: 'rsa';
      readonly hash: 'sha256' | 'sha384' | 'sha512';
      /** Modulus and exponent, big-endian, unsigned. */
      readonly n: Uint8Array;
      readonly e: Uint8Array;
      readonly message: Uint8Array;
      readonly signature: Uint8Array;
    };

/**
 * Hashing and signature checks: the one port through which the verifying core reaches
 * cryptography, so that the core runs wherever this interface is offered (`node:crypto` here,
 * worker threads or a browser behind the same port).
 */
export interface Cryptography {
  /** SHA-1 of the parts in turn, 40 hex digits. Only for Git's object names, never for trust. */
  sha1(...parts: readonly Uint8Array[]): string;
  /** SHA-256 of the parts in turn, 64 hex digits. */
  sha256(...parts: readonly Uint8Array[]): string;
  /** Raw digest of the parts in turn. */
  digest(hash: 'sha256' | 'sha384' | 'sha512', ...parts: readonly Uint8Array[]): Uint8Array;
  /** Check signatures in bulk; the answer at an index belongs to the check at that index. */
  verify(checks: readonly PrimitiveCheck[]): Promise<readonly boolean[]>;
}
