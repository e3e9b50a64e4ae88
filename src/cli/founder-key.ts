import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { QmsError } from '../problem/problem.ts';
import { findGpgKey } from '../signature/gpg-signing.ts';
import { parseSshPublicKey } from '../signature/ssh-key.ts';
import { gitSetting } from './git-user.ts';
import type { Session } from './session.ts';
import { signingSetup } from './signing-person.ts';

/** The key with which somebody begins a QMS. */
export interface FounderKey {
  /** The SSH line or the armoured certificate, as it goes into the rules. */
  readonly text: string;
  /** `gpg.format` and `user.signingkey`, with which Git signs with it. */
  readonly format: 'ssh' | 'openpgp';
  readonly setting: string;
}

/** As gpg prints them, with the mark that asks for this very subkey. */
const fingerprintOrId = /^(0x)?([0-9A-Fa-f]{40}|[0-9A-Fa-f]{16})!?$/u;
/** A setting that names an SSH key, whatever gpg.format says. */
const sshSetting = /^(ssh-|ecdsa-|sk-|key::)|[/\\]/u;

/** The key that Git is set up with, or the usual SSH key of this user. */
export async function proposedKey(top: string, session: Session): Promise<string | undefined> {
  const { env } = session.surroundings;
  const setting = await gitSetting('user.signingkey', top, env);
  const format = (await gitSetting('gpg.format', top, env)) ?? 'openpgp';
  if (setting !== undefined && format === 'ssh') return setting;
  if (setting !== undefined && format === 'openpgp' && !sshSetting.test(setting)) return setting;
  for (const name of ['id_ed25519.pub', 'id_ecdsa.pub', 'id_rsa.pub']) {
    const file = join(env['HOME'] ?? homedir(), '.ssh', name);
    if ((await readFile(file).catch(() => undefined)) !== undefined) return file;
  }
  return undefined;
}

/**
 * Read the key that somebody named: a file or line of SSH, or a fingerprint of OpenPGP, or whatever
 * Git is set up with for gpg.
 */
export async function readFounderKey(
  named: string,
  top: string,
  session: Session,
): Promise<FounderKey> {
  const { env } = session.surroundings;
  const format = (await gitSetting('gpg.format', top, env)) ?? 'openpgp';
  const isSet = format === 'openpgp' && (await gitSetting('user.signingkey', top, env)) === named;
  if (fingerprintOrId.test(named) || (isSet && !sshSetting.test(named))) {
    const { armour } = await findGpgKey(named, signingSetup(top, session));
    return { text: armour, format: 'openpgp', setting: named };
  }
  return readSshKey(named, session);
}

async function readSshKey(named: string, session: Session): Promise<FounderKey> {
  const home = session.surroundings.env['HOME'] ?? homedir();
  const literal = named.startsWith('key::') || named.startsWith('ssh-');
  let text = named.replace(/^key::/u, '').trim();
  let setting = named;
  if (!literal) {
    const plain = named.startsWith('~/') ? join(home, named.slice(2)) : named;
    const file = isAbsolute(plain) ? plain : resolve(session.surroundings.cwd, plain);
    const publicFile = file.endsWith('.pub') ? file : `${file}.pub`;
    setting = file;
    try {
      text = (await readFile(publicFile, 'utf8')).split('\n', 1)[0]?.trim() ?? '';
    } catch {
      throw QmsError.of('signature/key-unreadable', {
        message: `The public key ${publicFile} can not be read.`,
        place: { file: publicFile },
        remedy:
          'Make a key with ssh-keygen -t ed25519, and name its .pub file with --key; or name the fingerprint of an OpenPGP key.',
      });
    }
  }
  const parsed = parseSshPublicKey(text);
  if (!parsed.ok) {
    throw QmsError.of('signature/key-unsupported', {
      message: `${literal ? 'The key' : setting} can not be used: ${parsed.reason}.`,
      place: literal ? {} : { file: setting },
    });
  }
  return { text, format: 'ssh', setting };
}
