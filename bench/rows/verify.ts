/** Verification of a whole register, cold. */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { verifySignatures } from '../../src/signature/verify.ts';
import { type Corpus, gitEnvironment, onOf } from '../corpus.ts';
import type { Bench } from '../bench.ts';
import { inTurn, type Row, rowOf } from '../measure.ts';
import { qms, root, timeOf, timeOfProgram, useOfProgram } from '../program.ts';
import { corpusSignatures, verifyRaw } from '../signatures.ts';
import { forgetKept } from '../workspace.ts';

/** How many signatures the check alone is measured over. */
const signaturesAtMost = 5000;

export async function signatureCheck({ corpus, runs, on }: Bench): Promise<readonly Row[]> {
  const signatures = (await corpusSignatures(corpus.folder)).slice(0, signaturesAtMost);
  const check = async () => {
    const verdicts = await verifySignatures(signatures, nodeCryptography);
    if (!verdicts.every((verdict) => verdict.good)) throw new Error('A signature is not good.');
  };
  const sides = {
    ours: () => timeOf(check),
    raw: () => timeOf(() => verifyRaw(signatures)),
  };
  const { ours, raw } = await inTurn(sides, runs);
  return [
    rowOf(
      {
        work: 'check of SSH signatures',
        on,
        unit: 'ms',
        note: `${signatures.length} signatures; the peer gets parsed keys and ready messages.`,
      },
      { ours, peer: { name: 'node:crypto, one core', took: raw } },
      { ratioAtMost: 2 },
    ),
  ];
}

/** Raw checks of all signatures on all cores, as a process of its own tells it. */
async function signatureLimit(folder: string): Promise<number> {
  const program = path.join(import.meta.dirname, '..', 'signature-limit.ts');
  const args = ['--import', 'tsx', program, folder];
  const env = { ...gitEnvironment, UV_THREADPOOL_SIZE: String(availableParallelism()) };
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
  return Number(stdout);
}

/** How many tags of each signer `git verify-tag` is measured over. */
const tagsOfEach = 200;

/** Some tags of each signer: approvals by two people, releases by a third, from all over. */
function someTags({ size, releases }: Corpus): readonly string[] {
  const spread = (all: number, each: (i: number) => string) => {
    const count = Math.min(all, tagsOfEach);
    return Array.from({ length: count }, (_, i) => each(Math.floor((i * all) / count)));
  };
  const revisions = size.documents * size.revisions;
  const approvals = ['alice', 'bob'].flatMap((person) =>
    spread(revisions, (i) => {
      const id = `SOP-${String((i % size.documents) + 1).padStart(3, '0')}`;
      return `qms/approve/${id}/${Math.floor(i / size.documents) + 1}/${person}`;
    }),
  );
  return [...spread(releases, (i) => `qms/release/${i + 1}`), ...approvals];
}

export async function verify(bench: Bench): Promise<readonly Row[]> {
  const { runs, on } = bench;
  const corpus = bench.workspace.copy(bench.corpus);
  const options = { cwd: corpus.folder };
  const tags = someTags(corpus);
  const total = corpus.releases + corpus.approvals;
  const settings = ['-c', `gpg.ssh.allowedSignersFile=${corpus.allowedSigners}`];
  const objects = ['cat-file', '--batch', '--batch-all-objects', '--buffer'];
  const measured = await inTurn(
    {
      ours: () => {
        forgetKept(corpus);
        return useOfProgram(qms(corpus, ['verify']), options);
      },
      signatures: () => signatureLimit(corpus.folder),
      objects: () => timeOfProgram(['git', ...objects], options),
      inPackOrder: () => timeOfProgram(['git', ...objects, '--unordered'], options),
      tags: () => timeOfProgram(['git', ...settings, 'verify-tag', ...tags], options),
    },
    runs,
  );
  const ours = measured.ours.map(({ ms }) => ms);
  const withSignatures = (reading: readonly number[]) =>
    measured.signatures.map((ms, run) => ms + (reading[run] ?? NaN));
  const git = measured.tags.map((ms) => (ms * total) / tags.length);
  const children = Math.max(...measured.ours.map(({ childrenMb }) => childrenMb));
  const cpu = measured.ours.map(({ cpuMs, ms }) => cpuMs / ms);
  return [
    rowOf(
      {
        work: 'qms verify, cold',
        on,
        unit: 'ms',
        note: `Ours starts Node, hashes every object and checks everything else; the limit does neither. It kept ${Math.max(...cpu).toFixed(1)} of ${availableParallelism()} cores busy.`,
      },
      {
        ours,
        peer: {
          name: 'all signatures on all cores + git cat-file --batch',
          took: withSignatures(measured.objects),
        },
      },
      { ratioAtMost: 2 },
    ),
    rowOf(
      { work: 'qms verify, cold', on, unit: 'ms' },
      {
        ours,
        peer: {
          name: 'the same, but the objects in the order of the pack (--unordered)',
          took: withSignatures(measured.inPackOrder),
        },
      },
    ),
    rowOf(
      {
        work: 'qms verify, cold',
        on,
        unit: 'ms',
        note: `The peer verifies ${tags.length} of the ${total} tags, taken evenly from releases and each approver; its time is scaled up to all.`,
      },
      { ours, peer: { name: 'git verify-tag of every tag', took: git } },
      { ratioAtMost: 0.02 },
    ),
    rowOf(
      {
        work: 'memory of qms verify, peak',
        on,
        unit: 'MB',
        note: `Our process with all its threads (VmHWM). The git programs beside it, which map the pack, had ${Math.round(children)} MB at most.`,
      },
      { ours: measured.ours.map(({ peakMb }) => peakMb) },
      { atMost: 500, judged: 'highest' },
    ),
  ];
}

/** What it costs to read without the program git. */
export async function stores({ small, workspace, runs }: Bench): Promise<readonly Row[]> {
  const corpus = workspace.copy(await small());
  const run = (store: string) => () => {
    forgetKept(corpus);
    const options = { cwd: corpus.folder, env: { QMS_GIT_STORE: store } };
    return useOfProgram(qms(corpus, ['verify']), options);
  };
  const { isomorphic, git } = await inTurn(
    { isomorphic: run('isomorphic'), git: run('git') },
    runs,
  );
  const peak = (used: typeof git) => Math.round(Math.max(...used.map(({ peakMb }) => peakMb)));
  return [
    rowOf(
      {
        work: 'qms verify with isomorphic-git',
        on: onOf(corpus),
        unit: 'ms',
        note: `Peak memory ${peak(isomorphic)} MB, with git ${peak(git)} MB.`,
      },
      {
        ours: isomorphic.map(({ ms }) => ms),
        peer: { name: 'the same with the program git', took: git.map(({ ms }) => ms) },
      },
    ),
  ];
}
