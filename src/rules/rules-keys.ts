import type { Cryptography } from '../git/cryptography.ts';
import type { KeyIdentity } from '../signature/verdict.ts';
import { parseSshPublicKey, sshKeyIdentity, weaknessOf } from '../signature/ssh-key.ts';

/** A key of the rules as its identity, or why it is none. */
export type ReadKey =
  | { readonly identity: KeyIdentity }
  | { readonly code: 'rules/key-malformed' | 'rules/key-weak'; readonly reason: string };

/** The keys of each person in the order of the file. */
export type KeysOfPeople = ReadonlyMap<string, readonly ReadKey[]>;

const certificateBegin = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n';
const certificateEnd = '-----END PGP PUBLIC KEY BLOCK-----';

/**
 * Read one key of `qms.yaml`: an SSH public key in its one-line form, or an armoured OpenPGP
 * certificate.
 *
 * A certificate is kept as it stands, with a fingerprint made of its text that no signature ever
 * bears (`openpgp:` and the SHA-256 of the armour): it counts for nobody until OpenPGP signatures
 * can be checked.
 */
export function readKey(text: string, cryptography: Cryptography): ReadKey {
  if (text.startsWith('-----BEGIN')) {
    if (!text.startsWith(certificateBegin) || !text.endsWith(certificateEnd)) {
      const reason =
        'the armour does not begin and end with the lines of a PGP PUBLIC KEY BLOCK; a private key never stands here';
      return { code: 'rules/key-malformed', reason };
    }
    const fingerprint = `openpgp:${cryptography.sha256(new TextEncoder().encode(text))}`;
    return { identity: { format: 'openpgp', fingerprint, algorithm: 'openpgp' } };
  }
  const key = parseSshPublicKey(text);
  if (!key.ok) {
    const code = text.startsWith('ssh-dss ') ? 'rules/key-weak' : 'rules/key-malformed';
    return { code, reason: key.reason };
  }
  const weakness = weaknessOf(key.value);
  if (weakness !== undefined) return { code: 'rules/key-weak', reason: weakness };
  return { identity: sshKeyIdentity(key.value, cryptography) };
}

/** Addresses compare in ASCII lower case; other letters stay what they are. */
export function lowerAscii(address: string): string {
  return address.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
