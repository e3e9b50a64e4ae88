/** Real keys and signatures by `ssh-keygen`, in a folder of their own that ends with the file. */
import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

export const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'git-qms-signature-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let counter = 0;

/** A path that nothing has yet. */
export function freshPath(name = 'file'): string {
  return path.join(folder, `${name}-${++counter}`);
}

/** Make a key with `ssh-keygen`; the answer is the path of the private key. */
export function makeKey(
  type: string,
  bits?: number,
  passphrase = '',
  extra: string[] = [],
): string {
  const file = freshPath(type);
  const size = bits === undefined ? [] : ['-b', String(bits)];
  execFileSync(
    'ssh-keygen',
    ['-q', '-t', type, ...size, '-N', passphrase, '-C', 'test key', '-f', file, ...extra],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return file;
}

/** The one-line public key that belongs to a private key. */
export function publicLine(keyFile: string): string {
  return readFileSync(`${keyFile}.pub`, 'utf8').trimEnd();
}

export interface SignOptions {
  readonly namespace?: string;
  readonly hash?: 'sha256' | 'sha512';
}

/** Sign with `ssh-keygen -Y sign`. */
export function signWithTool(
  keyFile: string,
  payload: Uint8Array,
  options: SignOptions = {},
): Uint8Array {
  const file = freshPath('payload');
  writeFileSync(file, payload);
  const hash = options.hash === undefined ? [] : ['-O', `hashalg=${options.hash}`];
  execFileSync(
    'ssh-keygen',
    ['-Y', 'sign', '-n', options.namespace ?? 'git', ...hash, '-f', keyFile, file],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return new Uint8Array(readFileSync(`${file}.sig`));
}

/** A tool that knows enough closes its input before all is written (EPIPE): it has answered. */
function throwUnlessAnswered(run: SpawnSyncReturns<Buffer>): void {
  if (run.error !== undefined && run.status === null) throw run.error;
}

/** Whether `ssh-keygen -Y check-novalidate` takes the signature for good. */
export function toolSaysGood(armour: Uint8Array, payload: Uint8Array, namespace = 'git'): boolean {
  const file = freshPath('signature');
  writeFileSync(file, armour);
  const run = spawnSync('ssh-keygen', ['-Y', 'check-novalidate', '-n', namespace, '-s', file], {
    input: payload,
  });
  throwUnlessAnswered(run);
  return run.status === 0;
}

/** Whether `ssh-keygen -Y verify` takes the signature for one by this key. */
export function toolVerifies(armour: Uint8Array, payload: Uint8Array, line: string): boolean {
  const file = freshPath('signature');
  writeFileSync(file, armour);
  const allowed = freshPath('allowed');
  writeFileSync(allowed, `alice@example.com ${line}\n`);
  const run = spawnSync(
    'ssh-keygen',
    ['-Y', 'verify', '-n', 'git', '-I', 'alice@example.com', '-f', allowed, '-s', file],
    { input: payload },
  );
  throwUnlessAnswered(run);
  return run.status === 0;
}

/** `SHA256:…` as `ssh-keygen -l` prints it. */
export function toolFingerprint(keyFile: string): string {
  return execFileSync('ssh-keygen', ['-lf', `${keyFile}.pub`], { encoding: 'utf8' }).split(' ')[1]!;
}
