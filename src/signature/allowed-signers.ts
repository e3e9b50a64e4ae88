import { QmsError } from '../problem/problem.ts';
import { formatSshPublicKey, parseSshPublicKey } from './ssh-key.ts';

/** The addresses of one person, and the keys that may sign for them. */
export interface AllowedSigner {
  readonly email: readonly string[];
  /** SSH public keys in one-line form; their comments are left out. */
  readonly keys: readonly string[];
}

/**
 * Letters, digits and those signs of RFC 5322 that mean nothing to OpenSSH. Left out are `*`, `?`
 * and `!`, which are patterns, the comma, quotes, white space, and `#`, which begins a comment.
 */
const plainAddress = /^[A-Za-z0-9._%+=/~^$&{}|-]{1,128}@[A-Za-z0-9.-]{1,253}$/;

/**
 * Write the allowed-signers file with which `git verify-tag` accepts these people's signatures
 * (ssh-keygen(1), "ALLOWED SIGNERS"): one line a key, good for Git's objects only.
 *
 * People without address or key have no line. The order is that of the entries.
 *
 * @throws {QmsError} `signature/principal` for an address that OpenSSH would read as a pattern;
 *   `signature/key-unsupported` for what is no SSH public key or is one that can not sign.
 */
export function formatAllowedSigners(entries: readonly AllowedSigner[]): string {
  const lines = new Set<string>();
  for (const { email, keys } of entries) {
    if (email.length === 0) continue;
    for (const address of email) {
      // Without this, an address like *@example.com would let the key sign for everybody there.
      if (!plainAddress.test(address)) {
        throw QmsError.of('signature/principal', {
          message: `The address ${JSON.stringify(address)} has characters that are not safe in an allowed-signers file.`,
          place: {},
        });
      }
    }
    for (const line of keys) {
      const key = parseSshPublicKey(line);
      if (!key.ok) {
        throw QmsError.of('signature/key-unsupported', {
          message: `A key of ${email.join(', ')} can not stand in an allowed-signers file: ${key.reason}.`,
          place: {},
        });
      }
      lines.add(`${email.join(',')} namespaces="git" ${formatSshPublicKey(key.value)}\n`);
    }
  }
  return [...lines].join('');
}
