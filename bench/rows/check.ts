/** Checking documents before they are committed. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Bench, roundsOfShort } from '../bench.ts';
import { gitEnvironment, onOf } from '../corpus.ts';
import { procedureText } from '../documents.ts';
import { inTurn, type Row, rowOf } from '../measure.ts';
import { howToInstall } from '../peers.ts';
import { shownNumber } from '../table.ts';
import { forgetKept } from '../workspace.ts';
import { type Command, nodeStart, qms, timeOfProgram } from '../program.ts';

const file = 'qms-docs/sops/SOP-001.md';

const remarkOf = ({ peers }: Bench, target: string): Command | undefined =>
  peers.remark && [
    process.execPath,
    peers.remark.cli,
    ...['--frail', '--quiet', '--use', peers.remark.gfm, target],
  ];

export async function checkStaged(bench: Bench): Promise<readonly Row[]> {
  const { on } = bench;
  const corpus = bench.workspace.copy(bench.corpus);
  const options = { cwd: corpus.folder };
  writeFileSync(path.join(corpus.folder, file), procedureText(1, corpus.size.revisions + 1));
  execFileSync('git', ['add', file], { ...options, env: gitEnvironment });
  const staged = qms(corpus, ['check', '--staged']);
  const remark = remarkOf(bench, file);
  // The corpus is kept without what commands keep, so the first check is a cold one.
  const cold = await timeOfProgram(staged, options);
  const measured = await inTurn(
    {
      ours: () => timeOfProgram(staged, options),
      node: () => timeOfProgram(nodeStart, options),
      remark: () => (remark === undefined ? Promise.resolve(NaN) : timeOfProgram(remark, options)),
    },
    roundsOfShort(bench),
  );
  const facts = { work: 'qms check --staged, one document', on, unit: 'ms' } as const;
  const note = `It knows what an earlier check kept of the files that have not changed; the first one took ${shownNumber(cold)} ms.`;
  const node = { name: 'start of Node', took: measured.node };
  const rows = [rowOf({ ...facts, note }, { ours: measured.ours, peer: node }, { ratioAtMost: 3 })];
  if (remark === undefined) {
    bench.leaveOut(`${facts.work} / remark-cli with GFM`, `remark-cli ${howToInstall}`);
    return rows;
  }
  const peer = { name: 'remark-cli with GFM, the same file', took: measured.remark };
  return [rowOf(facts, { ours: measured.ours, peer }, { ratioAtMost: 1 }), ...rows];
}

/**
 * All documents at once, in the small corpus, because the peers take long: nobody promised
 * anything, but it is what continuous integration does.
 */
export async function checkAll(bench: Bench): Promise<readonly Row[]> {
  const corpus = bench.workspace.copy(await bench.small());
  const options = { cwd: corpus.folder };
  const all = qms(corpus, ['check']);
  const work = 'qms check, all documents';
  const sides: Record<string, () => Promise<number>> = {
    ours: () => timeOfProgram(all, options),
    cold: () => {
      forgetKept(corpus);
      return timeOfProgram(all, options);
    },
  };
  const remark = remarkOf(bench, 'qms-docs');
  if (remark !== undefined) sides['remark-cli with GFM'] = () => timeOfProgram(remark, options);
  else bench.leaveOut(`${work} / remark-cli`, `remark-cli ${howToInstall}`);
  const { markdownlint } = bench.peers;
  if (markdownlint !== undefined) {
    const lint: Command = [process.execPath, markdownlint, 'qms-docs/**/*.md'];
    // 1: it has something to say of the style.
    sides['markdownlint-cli2'] = () => timeOfProgram(lint, { ...options, accept: [0, 1] });
  } else {
    bench.leaveOut(`${work} / markdownlint-cli2`, `markdownlint-cli2 ${howToInstall}`);
  }
  const { ours = [], cold = [], ...others } = await inTurn(sides, Math.min(bench.runs, 3));
  const facts = { work, on: onOf(corpus), unit: 'ms' } as const;
  const coldFacts = { ...facts, work: `${work}, nothing kept` };
  const peers = Object.entries(others).map(([name, took]) => ({ name, took }));
  return [
    ...(peers.length === 0 ? [rowOf(facts, { ours }), rowOf(coldFacts, { ours: cold })] : []),
    ...peers.map((peer) => rowOf(facts, { ours, peer })),
    ...peers.map((peer) => rowOf(coldFacts, { ours: cold, peer })),
  ];
}
