import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeCryptography } from '../../git/node-cryptography.ts';
import { QmsError } from '../../problem/problem.ts';
import { findGpgKey } from '../../signature/gpg-signing.ts';
import { keyScalar } from '../founding.ts';
import type { Surroundings } from '../surroundings.ts';

/** With which keys the people of the demo sign. */
export type KeyKind = 'ssh' | 'openpgp';

/** A person of the demo with a key that is thrown away with its folder. */
export interface DemoPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** `gpg.format` and `user.signingkey`: the path of the private key, or a fingerprint. */
  readonly format: KeyKind;
  readonly signingKey: string;
  /** The line or certificate for the rules. */
  readonly publicKey: string;
}

/** The people, and the environment in which they sign. */
export interface DemoPeople {
  readonly people: ReadonlyMap<string, DemoPerson>;
  readonly env: Surroundings['env'];
  /** End what was started for their keys. */
  readonly close: () => Promise<void>;
}

const names: Readonly<Record<string, string>> = {
  alice: 'Alice Ng',
  bob: 'Bob Kowalski',
  carol: 'Carol Reyes',
  dave: 'Dave Brandt',
  erin: 'Erin Walsh',
  frank: 'Frank Osei',
};

function start(
  program: string,
  args: readonly string[],
  env: Surroundings['env'],
  remedy: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'ignore', env: { ...env } });
    child.on('error', () => {
      reject(
        QmsError.of('signature/program-missing', {
          message: `${program} can not be started, and the demo makes keys with it.`,
          place: {},
          remedy,
        }),
      );
    });
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${String(code)}`));
    });
  });
}

/**
 * Make a throw-away key for each of the six people of the sample.
 * @param folder For the keys; empty.
 */
export async function makePeople(
  folder: string,
  kind: KeyKind,
  env: Surroundings['env'],
): Promise<DemoPeople> {
  const home = join(folder, 'gnupg');
  const own = kind === 'ssh' ? env : { ...env, GNUPGHOME: home };
  if (kind === 'openpgp') await mkdir(home, { mode: 0o700 });
  const make = kind === 'ssh' ? makeSshKey : makeGpgKey;
  const people = new Map<string, DemoPerson>();
  for (const [id, name] of Object.entries(names)) {
    const email = `${id}@abc.example`;
    people.set(id, { id, name, email, format: kind, ...(await make(folder, id, email, own)) });
  }
  const close = () =>
    kind === 'ssh' ? Promise.resolve() : start('gpgconf', ['--kill', 'all'], own, installGnupg);
  return { people, env: own, close };
}

type Keys = Pick<DemoPerson, 'signingKey' | 'publicKey'>;

const installGnupg = 'Install GnuPG.';

async function makeSshKey(
  folder: string,
  id: string,
  email: string,
  env: Surroundings['env'],
): Promise<Keys> {
  const signingKey = join(folder, id);
  const args = ['-q', '-t', 'ed25519', '-N', '', '-C', email, '-f', signingKey];
  await start('ssh-keygen', args, env, 'Install OpenSSH.');
  return { signingKey, publicKey: (await readFile(`${signingKey}.pub`, 'utf8')).trim() };
}

/** An OpenPGP key that certifies, with a subkey that signs. */
async function makeGpgKey(
  folder: string,
  id: string,
  email: string,
  env: Surroundings['env'],
): Promise<Keys> {
  const quiet = ['--batch', '--pinentry-mode', 'loopback', '--passphrase', ''];
  const user = `${names[id] ?? id} <${email}>`;
  const setup = {
    readConfig: () => Promise.resolve(undefined),
    env,
    cwd: folder,
    terminal: false,
    cryptography: nodeCryptography,
  };
  const primary = [...quiet, '--quick-generate-key', user, 'ed25519', 'cert,sign', '0'];
  await start('gpg', primary, env, installGnupg);
  const { certificate } = await findGpgKey(email, setup);
  const { fingerprint } = certificate.identity;
  await start(
    'gpg',
    [...quiet, '--quick-add-key', fingerprint, 'ed25519', 'sign', '0'],
    env,
    installGnupg,
  );
  return { signingKey: fingerprint, publicKey: (await findGpgKey(email, setup)).armour };
}

/** Put the throw-away keys in the place of those in the sample's rules. */
export function withKeys(rules: string, people: ReadonlyMap<string, DemoPerson>): string {
  let text = rules;
  for (const person of people.values()) {
    const line = new RegExp(`- key: ssh-ed25519 \\S+ ${person.email.replaceAll('.', '\\.')}`, 'u');
    if (!line.test(text)) throw new Error(`the sample's rules hold no key of ${person.id}`);
    text = text.replace(line, `- key: ${keyScalar(person.publicKey, ' '.repeat(10))}`);
  }
  return text;
}

/** Ask of every document, though not of records, that the commits that made it are signed. */
export function withSignedCommits(rules: string): string {
  return rules.replace(/^ {4}kind: document$/gmu, '$&\n    contributors: signed');
}
