import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Cryptography } from '../git/cryptography.ts';
import type { ProblemCode } from '../problem/codes.ts';
import { QmsError } from '../problem/problem.ts';
import type { Certificate } from './certificate.ts';
import type { KeyIdentity } from './verdict.ts';
import { verifySignatures } from './verify.ts';

/** The world of whoever signs. */
export interface SigningSetup {
  /** One value of the user's Git configuration, as `git config --get` gives it. */
  readonly readConfig: (key: string) => Promise<string | undefined>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths in the configuration are seen from here: the top of the working tree. */
  readonly cwd: string;
  /** Whether a passphrase can be asked for: standard input is a terminal. */
  readonly terminal: boolean;
  readonly cryptography: Cryptography;
}

/** Of what a program says; above every key and certificate that can be used. */
const mostSaid = 128 * 1024;

/** How a program ended. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Start a program without a shell. Only the beginning of what it says is kept.
 * @param how.input  What it reads; otherwise the terminal, where there is one.
 * @param how.stderr Where what it says to people goes; otherwise into the answer.
 */
export function start(
  program: string,
  args: readonly string[],
  setup: SigningSetup,
  how: { readonly input?: Uint8Array; readonly stderr?: 'inherit' } = {},
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const stdin = how.input !== undefined ? 'pipe' : setup.terminal ? 'inherit' : 'ignore';
    const child = spawn(program, args, {
      cwd: setup.cwd,
      env: { ...setup.env },
      stdio: [stdin, 'pipe', how.stderr ?? 'pipe'],
    });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        if (said[name].length < mostSaid) said[name] += text;
      });
    }
    // A program that ends before it has read everything says why by its status.
    child.stdin?.on('error', () => undefined).end(how.input);
    child.on('error', (error) => {
      reject(
        QmsError.of('signature/program-missing', {
          message: `${program} can not be started: ${reasonOf(error)}.`,
          place: {},
        }),
      );
    });
    child.on('close', (status) => {
      resolve({ status, ...said });
    });
  });
}

/**
 * Nothing leaves that our own verification would not take; a wrong program fails here.
 * @param means.certificate Of an OpenPGP key.
 */
export async function verified(
  armour: Uint8Array,
  payload: Uint8Array,
  means: {
    readonly key: KeyIdentity;
    readonly program: string;
    readonly certificate?: Certificate;
  },
  { cryptography }: SigningSetup,
): Promise<Uint8Array> {
  const { key, program, certificate } = means;
  const certificates = certificate === undefined ? [] : [certificate];
  const [verdict] = await verifySignatures([{ payload, armour }], cryptography, certificates);
  if (verdict?.good !== true) {
    const detail = verdict?.detail ?? 'it was not checked';
    fail(
      'signature/signing-failed',
      `${program} made a signature that does not verify: ${detail}.`,
    );
  }
  if (verdict.key.fingerprint !== key.fingerprint) {
    fail(
      'signature/signing-failed',
      `${program} signed with ${verdict.key.fingerprint}, not with the configured key ${key.fingerprint}.`,
    );
  }
  return armour;
}

/** CR taken out as git does, and the one line end at the end that some programs leave out. */
export function withPlainLineEnds(armour: Uint8Array): Uint8Array {
  const plain = new Uint8Array(armour.filter((byte) => byte !== 0x0d));
  return plain.at(-1) === 0x0a ? plain : Uint8Array.of(...plain, 0x0a);
}

/** What a program said, in one line for a message. */
export function oneLine(text: string): string {
  const lines = text
    .replace(/[^\P{Cc}\n]/gu, '')
    .split('\n')
    .map((line) => line.replace(/^Enter passphrase[^:]*: /, '').trim())
    .filter((line) => line !== '' && !line.startsWith('@'));
  return lines
    .join('; ')
    .replace(/[.;]+$/, '')
    .slice(0, 400);
}

/** A leading `~/` as git expands it in paths. */
export function expandHome(setting: string, { env }: SigningSetup): string {
  const home = env['HOME'];
  return setting.startsWith('~/') && home !== undefined
    ? path.join(home, setting.slice(2))
    : setting;
}

/** Why a file or program could not be used, in one clause. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) {
    if (error.code === 'ENOENT') return 'it does not exist';
    if (error.code === 'EACCES') return 'access is denied';
    if (error.code === 'EISDIR') return 'it is a folder';
  }
  return error instanceof Error ? error.message : String(error);
}

/** Signing can not go on. */
export function fail(code: ProblemCode, message: string, file?: string): never {
  throw QmsError.of(code, { message, place: file === undefined ? {} : { file } });
}
