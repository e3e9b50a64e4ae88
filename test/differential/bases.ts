import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exported, type GpgHome, gpgHome, gpgKey, type GpgKey } from '../support/gpg.ts';
import { scratchFolder } from '../support/raw-repository.ts';
import {
  ecdsaKey,
  ecdsaSecurityKey,
  ed25519Key,
  rsaKey,
  securityKey,
  type SigningKey,
} from '../support/ssh-keys.ts';
import { sha256 } from '../support/statement-text.ts';

/** A tag as stock tools signed it: what is signed, and the armour. */
export interface Base {
  /** How the signer's key was made: `ed25519`, `rsa3072`, `gpg nistp256`. */
  readonly made: string;
  readonly format: 'ssh' | 'openpgp';
  readonly payload: Buffer;
  readonly armour: Buffer;
}

/** Everything that mutated tags are made of, and who is listed. */
export interface Material {
  readonly bases: readonly Base[];
  /** Keys that can sign anything in any wrong way; listed. */
  readonly forgers: readonly SigningKey[];
  /** A key that is as good as the others and nobody lists. */
  readonly stranger: SigningKey;
  readonly gpg: readonly GpgKey[];
  /** A key in the keyring that nobody lists: for gpg as good as any other. */
  readonly gpgStranger: GpgKey;
  readonly gpgHome: GpgHome;
  /** What `gpg.ssh.allowedSignersFile` points at. */
  readonly allowedSigners: string;
  /** `SHA256:…` of the listed SSH keys. */
  readonly fingerprints: ReadonlySet<string>;
  /** Armoured certificates of the listed OpenPGP keys. */
  readonly certificates: readonly string[];
}

export const tagName = 'qms/approve/SOP-001/3/alice';

/** The bytes of a tag up to its signature. */
export function payloadOf(message: string, name = tagName, more = ''): Buffer {
  return Buffer.from(
    `object ${'1'.repeat(40)}\ntype commit\ntag ${name}\ntagger alice <alice@shop.example> 1767625200 +0000\n${more}\n${message}`,
  );
}

/** An approval whose comment is given. */
export function approvalText(comment: string): string {
  return (
    `Approve SOP-001 revision 3\n\n${comment}\n\nQms-Statement: approval/1\nRegister: ${sha256('a')}\n` +
    `Document: SOP-001 3 ${sha256('b')}\nDecision: approve\nAs: quality-manager approved\nPerson: alice\n`
  );
}

const messages = [
  approvalText('Tried at mill 4.'),
  approvalText('Read twice.'),
  'Not a statement at all\n',
];

const kinds: readonly [made: string, args: readonly string[]][] = [
  ['ed25519', ['-t', 'ed25519']],
  ['ecdsa256', ['-t', 'ecdsa', '-b', '256']],
  ['ecdsa384', ['-t', 'ecdsa', '-b', '384']],
  ['ecdsa521', ['-t', 'ecdsa', '-b', '521']],
  ['rsa2048', ['-t', 'rsa', '-b', '2048']],
  ['rsa3072', ['-t', 'rsa', '-b', '3072']],
];

/** Make keys and tags with `ssh-keygen` and `gpg`. Keys are new each time; all else is not. */
export function makeMaterial(): Material {
  const folder = scratchFolder();
  const bases: Base[] = [];
  const lines: string[] = [];
  for (const [made, args] of kinds) {
    const key = join(folder, made);
    execFileSync('ssh-keygen', ['-q', ...args, '-N', '', '-C', '', '-f', key]);
    lines.push(readFileSync(`${key}.pub`, 'utf8').trim());
    for (const [at, message] of messages.entries()) {
      const file = join(folder, `${made}-${String(at)}`);
      const payload = payloadOf(message);
      writeFileSync(file, payload);
      const hash = at === 1 ? ['-O', 'hashalg=sha256'] : [];
      execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'git', ...hash, '-f', key, file], {
        stdio: 'pipe',
      });
      bases.push({ made, format: 'ssh', payload, armour: readFileSync(`${file}.sig`) });
    }
  }
  const home = gpgHome();
  const gpg = [
    gpgKey(home, 'a@shop.example', { algorithm: 'ed25519' }),
    gpgKey(home, 'b@shop.example', { algorithm: 'rsa2048' }),
    gpgKey(home, 'c@shop.example', { algorithm: 'nistp256' }),
    gpgKey(home, 'd@shop.example', { usage: 'cert', subkeys: ['ed25519'] }),
  ];
  for (const [at, key] of gpg.entries()) {
    for (const message of messages) {
      const payload = payloadOf(message);
      const made = ['gpg ed25519', 'gpg rsa2048', 'gpg nistp256', 'gpg subkey'][at] ?? '';
      bases.push({ made, format: 'openpgp', payload, armour: key.sign(payload) });
    }
  }
  const forgers = [
    ...[ed25519Key('alice'), rsaKey(2048), ecdsaKey('nistp256'), ecdsaKey('nistp521')],
    ...[securityKey('alice'), ecdsaSecurityKey(), rsaKey(1024)],
  ];
  const all = [...lines, ...forgers.map((key) => key.line)];
  const allowedSigners = join(folder, 'allowed-signers');
  writeFileSync(allowedSigners, all.map((line) => `alice@shop.example ${line}\n`).join(''));
  const listed = execFileSync('ssh-keygen', ['-lf', '-'], { input: `${lines.join('\n')}\n` });
  const stated = [...listed.toString().matchAll(/SHA256:\S+/g)].map(([one]) => one);
  return {
    bases,
    forgers,
    stranger: ed25519Key('mallory'),
    gpg,
    gpgStranger: gpgKey(home, 'mallory@shop.example'),
    gpgHome: home,
    allowedSigners,
    fingerprints: new Set([...stated, ...forgers.map((key) => key.fingerprint)]),
    certificates: gpg.map((key) => exported(home, key.fingerprint)),
  };
}
