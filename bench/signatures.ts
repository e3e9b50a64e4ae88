/** The signatures of a corpus, taken apart for a raw check with `node:crypto`. */
import { spawn } from 'node:child_process';
import { verify, type KeyObject } from 'node:crypto';
import { gitEnvironment } from './corpus.ts';
import { people } from './register-writer.ts';
import { keyOf, signedData } from './sshsig.ts';

export interface CorpusSignature {
  /** Everything of the tag object before the armour. */
  readonly payload: Buffer;
  readonly armour: Buffer;
  readonly publicKey: KeyObject;
  /** What was signed, and the 64 bytes of the signature. */
  readonly message: Buffer;
  readonly raw: Buffer;
}

/** The raw bytes of every tag below `refs/tags/qms/`, read in bulk with stock Git. */
async function tagObjects(folder: string): Promise<readonly Buffer[]> {
  const list = await output(folder, ['for-each-ref', '--format=%(objectname)', 'refs/tags/qms/']);
  const bytes = await output(folder, ['cat-file', '--batch'], list);
  const objects: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\n', at);
    const size = Number(bytes.toString('latin1', at, end).split(' ')[2]);
    objects.push(bytes.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return objects;
}

function output(folder: string, args: readonly string[], input?: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', folder, ...args], {
      env: gitEnvironment,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject).on('close', () => {
      resolve(Buffer.concat(chunks));
    });
    child.stdin.end(input);
  });
}

/** Every signature of the corpus with what is needed to check it. */
export async function corpusSignatures(folder: string): Promise<readonly CorpusSignature[]> {
  const keys = new Map<string, KeyObject>(people.map((id) => [id, keyOf(id).publicKey]));
  return (await tagObjects(folder)).map((bytes) => {
    const start = bytes.indexOf('-----BEGIN SSH SIGNATURE-----');
    const payload = bytes.subarray(0, start);
    const armour = bytes.subarray(start);
    const body = armour.toString('latin1').split('\n').slice(1, -2).join('');
    const signer = /\ntagger ([a-z]+) /.exec(payload.toString('latin1'))?.[1] ?? '';
    const publicKey = keys.get(signer);
    if (publicKey === undefined) throw new Error(`The corpus has no key of ${signer}.`);
    const raw = Buffer.from(body, 'base64').subarray(-64);
    return { payload, armour, publicKey, message: signedData(payload), raw };
  });
}

/** Check one after the other on one core. */
export function verifyRaw(signatures: readonly CorpusSignature[]): void {
  for (const { message, publicKey, raw } of signatures) {
    if (!verify(null, message, publicKey, raw)) throw new Error('A signature is bad.');
  }
}

/** Check in the thread pool of Node: on as many cores as it has threads. */
export async function verifyRawInParallel(signatures: readonly CorpusSignature[]): Promise<void> {
  const checks = signatures.map(
    ({ message, publicKey, raw }) =>
      new Promise<void>((resolve, reject) => {
        verify(null, message, publicKey, raw, (error, good) => {
          if (good) resolve();
          else reject(error ?? new Error('A signature is bad.'));
        });
      }),
  );
  await Promise.all(checks);
}
