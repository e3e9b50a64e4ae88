/** Checking documents before they are committed. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Bench } from '../bench.ts';
import { gitEnvironment } from '../corpus.ts';
import { procedureText } from '../documents.ts';
import { inTurn, type Row, rowOf } from '../measure.ts';
import { howToInstall } from '../peers.ts';
import { type Command, nodeStart, qms, timeOfProgram } from '../program.ts';

const file = 'qms-docs/sops/SOP-001.md';

const remarkOf = ({ peers }: Bench, target: string): Command | undefined =>
  peers.remark && [
    process.execPath,
    peers.remark.cli,
    ...['--frail', '--quiet', '--use', peers.remark.gfm, target],
  ];

export async function checkStaged(bench: Bench): Promise<readonly Row[]> {
  const { runs, on } = bench;
  const corpus = bench.workspace.copy(bench.corpus);
  const options = { cwd: corpus.folder };
  writeFileSync(path.join(corpus.folder, file), procedureText(1, corpus.size.revisions + 1));
  execFileSync('git', ['add', file], { ...options, env: gitEnvironment });
  const remark = remarkOf(bench, file);
  const measured = await inTurn(
    {
      ours: () => timeOfProgram(qms(corpus, ['check', '--staged']), options),
      node: () => timeOfProgram(nodeStart, options),
      remark: () => (remark === undefined ? Promise.resolve(NaN) : timeOfProgram(remark, options)),
    },
    runs,
  );
  const facts = { work: 'qms check --staged, one document', on, unit: 'ms' } as const;
  const rows = [
    rowOf(
      facts,
      { ours: measured.ours, peer: { name: 'start of Node', took: measured.node } },
      { ratioAtMost: 3 },
    ),
  ];
  if (remark === undefined) {
    bench.leaveOut(`${facts.work} / remark-cli with GFM`, `remark-cli ${howToInstall}`);
    return rows;
  }
  const peer = { name: 'remark-cli with GFM, the same file', took: measured.remark };
  return [rowOf(facts, { ours: measured.ours, peer }, { ratioAtMost: 1 }), ...rows];
}

/** All documents at once: nobody promised anything, but it is what continuous integration does. */
export async function checkAll(bench: Bench): Promise<readonly Row[]> {
  const { runs, on, peers } = bench;
  const corpus = bench.workspace.copy(bench.corpus);
  const options = { cwd: corpus.folder };
  const work = 'qms check, all documents';
  const sides: Record<string, () => Promise<number>> = {
    ours: () => timeOfProgram(qms(corpus, ['check']), options),
  };
  const remark = remarkOf(bench, 'qms-docs');
  if (remark !== undefined) sides['remark-cli with GFM'] = () => timeOfProgram(remark, options);
  else bench.leaveOut(`${work} / remark-cli`, `remark-cli ${howToInstall}`);
  const { markdownlint } = peers;
  if (markdownlint !== undefined) {
    const lint: Command = [process.execPath, markdownlint, 'qms-docs/**/*.md'];
    // 1: it has something to say of the style.
    sides['markdownlint-cli2'] = () => timeOfProgram(lint, { ...options, accept: [0, 1] });
  } else {
    bench.leaveOut(`${work} / markdownlint-cli2`, `markdownlint-cli2 ${howToInstall}`);
  }
  const { ours = [], ...others } = await inTurn(sides, Math.min(runs, 3));
  return Object.entries(others).map(([name, took]) =>
    rowOf({ work, on, unit: 'ms' }, { ours, peer: { name, took } }),
  );
}
