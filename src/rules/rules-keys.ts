import type { Cryptography } from '../git/cryptography.ts';
import { type Certificate, readCertificate } from '../signature/certificate.ts';
import type { KeyIdentity } from '../signature/verdict.ts';
import { parseSshPublicKey, sshKeyIdentity, weaknessOf } from '../signature/ssh-key.ts';

/** A key of the rules as its identity, or why it is none. */
export type ReadKey =
  | { readonly identity: KeyIdentity; readonly certificate?: Certificate }
  | { readonly code: 'rules/key-malformed' | 'rules/key-weak'; readonly reason: string };

/** The keys of each person in the order of the file. */
export type KeysOfPeople = ReadonlyMap<string, readonly ReadKey[]>;

/**
 * Read one key of `qms.yaml`: an SSH public key in its one-line form, or an armoured OpenPGP
 * certificate.
 */
export async function readKey(text: string, cryptography: Cryptography): Promise<ReadKey> {
  if (text.startsWith('-----BEGIN')) {
    const read = await readCertificate(text, cryptography);
    if ('certificate' in read) {
      return { identity: read.certificate.identity, certificate: read.certificate };
    }
    return { code: `rules/key-${read.fault}`, reason: read.reason };
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
