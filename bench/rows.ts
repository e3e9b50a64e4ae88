/** What is measured: each function is one line of the table. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { nodeCryptography } from '../src/git/node-cryptography.ts';
import { verifySignatures } from '../src/signature/verify.ts';
import { type Corpus, gitEnvironment } from './corpus.ts';
import { type Row, interleave, rowOf, timeOf, timeOfProgram } from './measure.ts';
import { measurePage } from './page.ts';
import { corpusSignatures, verifyRaw, verifyRawInParallel } from './signatures.ts';

export const root = path.dirname(import.meta.dirname);
const bin = path.join(root, 'dist', 'cli', 'bin.js');

/** The built command in the corpus, with the corpus's anchor. */
function qms(corpus: Corpus, ...args: readonly string[]): [string, ...string[]] {
  return [process.execPath, bin, '-C', corpus.folder, '--anchor', corpus.anchor, ...args];
}

const nodeStart: [string, ...string[]] = [process.execPath, '-e', '0'];

export async function signatureCheck(corpus: Corpus, runs: number): Promise<Row> {
  const signatures = await corpusSignatures(corpus.folder);
  const ours = async () => {
    const verdicts = await verifySignatures(signatures, nodeCryptography);
    if (!verdicts.every((verdict) => verdict.good)) throw new Error('A signature is not good.');
  };
  return rowOf(
    {
      work: 'check of SSH signatures',
      peer: 'node:crypto, one core',
      unit: 'ms',
      note: `${signatures.length} signatures; the peer gets parsed keys and ready messages.`,
    },
    await interleave(
      () => timeOf(ours),
      () =>
        timeOf(() => {
          verifyRaw(signatures);
        }),
      runs,
    ),
    { atMost: 2 },
  );
}

export async function verifyAgainstLimit(corpus: Corpus, runs: number): Promise<Row> {
  const signatures = await corpusSignatures(corpus.folder);
  const options = { cwd: corpus.folder, env: gitEnvironment };
  const limit = async () => {
    const checks = await timeOf(() => verifyRawInParallel(signatures));
    const objects = ['cat-file', '--batch', '--batch-all-objects', '--buffer'];
    return checks + (await timeOfProgram(['git', ...objects], options));
  };
  return rowOf(
    {
      work: 'qms verify',
      peer: 'signatures on all cores + git cat-file --batch of all objects',
      unit: 'ms',
      note: 'Ours starts Node and hashes every object; the peer does neither.',
    },
    await interleave(() => timeOfProgram(qms(corpus, 'verify'), options), limit, runs),
    { atMost: 2 },
  );
}

export async function verifyAgainstGit(corpus: Corpus, runs: number): Promise<Row> {
  const options = { cwd: corpus.folder, env: gitEnvironment };
  const total = corpus.releases + corpus.approvals;
  const names = Array.from({ length: corpus.releases }, (_, i) => `qms/release/${i + 1}`);
  const settings = ['-c', `gpg.ssh.allowedSignersFile=${corpus.allowedSigners}`];
  const git = async () => {
    const time = await timeOfProgram(['git', ...settings, 'verify-tag', ...names], options);
    return (time * total) / names.length;
  };
  return rowOf(
    {
      work: 'qms verify (whole register)',
      peer: 'git verify-tag of every tag',
      unit: 'ms',
      note: `The peer verifies ${names.length} of the ${total} tags; its time is scaled up to all.`,
    },
    await interleave(() => timeOfProgram(qms(corpus, 'verify'), options), git, runs),
    { atMost: 0.02 },
  );
}

export async function list(corpus: Corpus, runs: number): Promise<Row> {
  const options = { cwd: corpus.folder, env: gitEnvironment };
  const refs = async () =>
    (await timeOfProgram(['git', 'for-each-ref', 'refs/tags'], options)) +
    (await timeOfProgram(nodeStart, options));
  return rowOf(
    { work: 'qms list --json', peer: 'git for-each-ref refs/tags + start of Node', unit: 'ms' },
    await interleave(() => timeOfProgram(qms(corpus, 'list', '--json'), options), refs, runs),
    { atMost: 2 },
  );
}

export async function check(corpus: Corpus, runs: number): Promise<Row> {
  const options = { cwd: corpus.folder, env: gitEnvironment };
  const ours = qms(corpus, 'check', 'qms-docs/sops/SOP-001.md');
  return rowOf(
    { work: 'qms check of one document', peer: 'start of Node', unit: 'ms' },
    await interleave(
      () => timeOfProgram(ours, options),
      () => timeOfProgram(nodeStart, options),
      runs,
    ),
    { atMost: 3 },
  );
}

/** Only where remark-cli is installed: it is no dependency of ours. */
export async function checkAgainstRemark(corpus: Corpus, runs: number): Promise<Row | undefined> {
  const remark = path.join(root, 'node_modules', 'remark-cli', 'cli.js');
  if (!existsSync(remark)) return undefined;
  const options = { cwd: corpus.folder, env: gitEnvironment };
  const file = 'qms-docs/sops/SOP-001.md';
  const gfm = path.join(root, 'node_modules', 'remark-gfm', 'index.js');
  const peer = [remark, '--frail', '--quiet', '--use', gfm, file];
  return rowOf(
    { work: 'qms check of one document', peer: 'remark-cli with GFM', unit: 'ms' },
    await interleave(
      () => timeOfProgram(qms(corpus, 'check', file), options),
      () => timeOfProgram([process.execPath, ...peer], options),
      runs,
    ),
    { atMost: 1 },
  );
}

export async function page(corpus: Corpus, runs: number): Promise<Row> {
  const { samples, p99 } = await measurePage(
    (port) => qms(corpus, 'serve', '--port', String(port)),
    { page: '/d/SOP-001', cwd: corpus.folder, env: gitEnvironment, runs: Math.min(runs, 3) },
  );
  return rowOf(
    {
      work: 'page in force over HTTP',
      peer: 'Express sending the same bytes from memory',
      unit: 'requests/s',
      note: `32 connections; our 99th percentile is ${p99} ms (goal: under 10 ms).`,
    },
    samples,
    { atLeast: 0.9 },
  );
}
