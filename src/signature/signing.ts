import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Parsed, refused } from '../problem/parsed.ts';
import type { Certificate } from './certificate.ts';
import { openGpgSigner } from './gpg-signing.ts';
import { parseKeyFile } from './private-key.ts';
import {
  expandHome,
  fail,
  oneLine,
  reasonOf,
  type Run,
  type SigningSetup,
  start,
  verified,
  withPlainLineEnds,
} from './signing-program.ts';
import { parseSshPublicKey, sshKeyIdentity, type SshPublicKey, weaknessOf } from './ssh-key.ts';
import type { KeyIdentity } from './verdict.ts';

/** Signs with one key, through the program and agent that the user's configuration names. */
export interface Signer {
  readonly key: KeyIdentity;
  /**
   * Sign the bytes of a tag up to its signature.
   *
   * @param listed The certificate that the rules list for an OpenPGP key, by which the signature
   *   will be verified; otherwise the one that gpg has.
   * @returns The armour exactly as it goes behind them, verified.
   * @throws {QmsError} `signature/agent`, `signature/passphrase`, `signature/key-unreadable`,
   *   `signature/no-key`, `signature/program-missing` or `signature/signing-failed`.
   */
  readonly sign: (payload: Uint8Array, listed?: Certificate) => Promise<Uint8Array>;
}

/** Where the key is. A literal key is public only: the private one is in the agent. */
type KeySource =
  { readonly literal: string } | { readonly file: string; readonly publicOnly: boolean };

const mostKeyFileBytes = 64 * 1024;

/**
 * Get ready to sign as `git tag -s` would in the same repository: `gpg.format`, `user.signingkey`
 * (a path, or a literal key after `key::`; for OpenPGP what gpg takes for a key),
 * `gpg.ssh.defaultKeyCommand`, `gpg.ssh.program`, `gpg.program` and `gpg.openpgp.program` mean what
 * git-config(1) says. Nothing is signed yet, and no passphrase is asked for.
 *
 * @throws {QmsError} `signature/format-unsupported`, `signature/no-key`,
 *   `signature/key-unreadable`, `signature/key-unsupported`, and `signature/program-missing` for
 *   the command that names the key.
 */
export async function openSigner(setup: SigningSetup): Promise<Signer> {
  const format = (await setup.readConfig('gpg.format')) ?? 'openpgp';
  if (format === 'openpgp') return openGpgSigner(setup);
  if (format !== 'ssh') {
    fail(
      'signature/format-unsupported',
      `Git is set up to sign with ${format} (gpg.format); signatures are made with ssh and openpgp.`,
    );
  }
  const setting = await signingKeySetting(setup);
  const { publicKey, source } = await findKey(setting, setup);
  const weakness = weaknessOf(publicKey);
  if (weakness !== undefined) {
    fail('signature/key-unsupported', `The signing key is ${weakness}.`);
  }
  const key = sshKeyIdentity(publicKey, setup.cryptography);
  const configured = await setup.readConfig('gpg.ssh.program');
  const program = expandHome(configured ?? 'ssh-keygen', setup);
  return {
    key,
    sign: (payload) => sign(payload, { key, publicKey, source, program }, setup),
  };
}

/** The value of `user.signingkey`, or the key that the default command prints first. */
async function signingKeySetting(setup: SigningSetup): Promise<string> {
  const setting = await setup.readConfig('user.signingkey');
  if (setting !== undefined && setting !== '') return setting;
  const command = await setup.readConfig('gpg.ssh.defaultKeyCommand');
  if (command === undefined || command === '') {
    fail('signature/no-key', 'Neither user.signingkey nor gpg.ssh.defaultKeyCommand is set.');
  }
  const words = splitCommand(command);
  const [program, ...args] = words ?? [];
  if (program === undefined) {
    fail('signature/no-key', `gpg.ssh.defaultKeyCommand can not be read: ${command}.`);
  }
  const run = await start(program, args, setup);
  const [line = ''] = run.stdout.split('\n');
  if (run.status !== 0 || literalKey(line) === undefined) {
    const said = oneLine(run.stderr || run.stdout);
    fail(
      'signature/no-key',
      `gpg.ssh.defaultKeyCommand (${command}) named no key${said === '' ? '' : `: ${said}`}.`,
    );
  }
  return line.trim();
}

/** The key inside a setting that holds the key itself, as git tells it from a path. */
function literalKey(setting: string): string | undefined {
  if (setting.startsWith('key::')) return setting.slice('key::'.length).trim();
  return setting.startsWith('ssh-') ? setting.trim() : undefined;
}

async function findKey(
  setting: string,
  setup: SigningSetup,
): Promise<{ publicKey: SshPublicKey; source: KeySource }> {
  const literal = literalKey(setting);
  if (literal !== undefined) {
    const key = parseSshPublicKey(literal);
    if (!key.ok)
      fail(
        'signature/key-unsupported',
        `user.signingkey holds a key that can not be used: ${key.reason}.`,
      );
    return { publicKey: key.value, source: { literal } };
  }
  const file = path.resolve(setup.cwd, expandHome(setting, setup));
  const text = await readKeyFile(file);
  let key: Parsed<SshPublicKey> = parseKeyFile(text);
  if (!key.ok && text.startsWith('-----BEGIN ')) {
    // A private key in an older format: ssh-keygen, too, looks for the public key beside it.
    const beside = await readKeyFile(`${file}.pub`).catch(() => undefined);
    key =
      beside === undefined
        ? refused(`${key.reason}, and ${file}.pub can not be read`)
        : parseKeyFile(beside);
  }
  if (!key.ok) {
    fail('signature/key-unsupported', `The key in ${file} can not be used: ${key.reason}.`, file);
  }
  const publicOnly = !text.startsWith('-----BEGIN ');
  return { publicKey: key.value, source: { file, publicOnly } };
}

async function readKeyFile(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > mostKeyFileBytes) throw new Error('it is too large for a key');
    return await readFile(file, 'utf8');
  } catch (error) {
    fail(
      'signature/key-unreadable',
      `The signing key ${file} (user.signingkey) can not be read: ${reasonOf(error)}.`,
      file,
    );
  }
}

interface Means {
  readonly key: KeyIdentity;
  readonly publicKey: SshPublicKey;
  readonly source: KeySource;
  readonly program: string;
}

/** Run `ssh-keygen -Y sign` on a file, as git does, because other programs copy that interface. */
async function sign(payload: Uint8Array, means: Means, setup: SigningSetup): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), 'git-qms-sign-')).catch(cannotWrite);
  try {
    const buffer = path.join(folder, 'payload');
    await writeFile(buffer, payload, { mode: 0o600 }).catch(cannotWrite);
    let keyArguments: readonly string[];
    if ('literal' in means.source) {
      const keyFile = path.join(folder, 'key.pub');
      await writeFile(keyFile, `${means.source.literal}\n`, { mode: 0o600 }).catch(cannotWrite);
      keyArguments = ['-f', keyFile, '-U'];
    } else {
      keyArguments = ['-f', means.source.file];
    }
    const args = ['-Y', 'sign', '-n', 'git', ...keyArguments, buffer];
    // "Touch your key" must reach the eyes of whoever signs; ssh-keygen writes it there only.
    const touch = means.publicKey.kind.startsWith('sk-') && setup.terminal;
    const run = await start(means.program, args, setup, touch ? { stderr: 'inherit' } : {});
    if (run.status !== 0) explain(run, means, setup);
    const armour = await readFile(`${buffer}.sig`).catch(() => undefined);
    if (armour === undefined) {
      fail('signature/signing-failed', `${means.program} ended well but wrote no signature.`);
    }
    const plain = withPlainLineEnds(armour);
    return await verified(plain, payload, { key: means.key, program: means.program }, setup);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function cannotWrite(error: unknown): never {
  const where = tmpdir();
  fail(
    'signature/signing-failed',
    `What is to be signed can not be written to ${where}: ${reasonOf(error)}.`,
    where,
  );
}

/** Turn what ssh-keygen said into the problem that it is. */
function explain(
  run: Run,
  { key, source, program }: Means,
  { env, terminal }: SigningSetup,
): never {
  const said = run.stderr;
  const file = 'file' in source ? source.file : undefined;
  const publicOnly = 'literal' in source || source.publicOnly;
  const open = /^Permissions \d+ for '(.*)' are too open/m.exec(said)?.[1];
  // A public file that is not named .pub is first tried as a private one; that says nothing.
  if (open !== undefined && !(publicOnly && open === file)) {
    fail(
      'signature/key-unreadable',
      `Others may read the private key ${open}, so it is not used.`,
      open,
    );
  }
  if (said.includes('incorrect passphrase')) {
    const why = terminal ? 'was wrong' : 'is needed, and this is not run on a terminal';
    fail('signature/passphrase', `The passphrase of ${file ?? 'the key'} ${why}.`, file);
  }
  if (publicOnly && /agent socket|key in agent|No private key|load identity/i.test(said)) {
    const socket = env['SSH_AUTH_SOCK'];
    const why =
      socket === undefined || socket === ''
        ? 'no SSH agent is known (SSH_AUTH_SOCK is not set)'
        : `the SSH agent at ${socket} does not have it or does not answer`;
    const beside = file === undefined ? '' : `, and there is no private key beside ${file}`;
    fail('signature/agent', `The key ${key.fingerprint} can not sign: ${why}${beside}.`, file);
  }
  if (said.includes('usage:')) {
    fail(
      'signature/signing-failed',
      `${program} can not make signatures; OpenSSH 8.2 or later is needed.`,
    );
  }
  const last = oneLine(said);
  const words = last === '' ? `it ended with status ${run.status ?? 'none'}` : last;
  fail('signature/signing-failed', `${program} did not sign: ${words}.`, file);
}

/** Words of a command line as git splits them: quotes and backslashes, no shell. */
export function splitCommand(command: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < command.length; at++) {
    const character = command.charAt(at);
    if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (quote === undefined && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (character === quote) {
      quote = undefined;
    } else if (character === '\\' && quote !== "'") {
      if (++at === command.length) return undefined;
      word = (word ?? '') + command.charAt(at);
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== undefined) return undefined;
  if (word !== undefined) words.push(word);
  return words;
}
