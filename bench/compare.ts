/** This working tree and a commit, measured in turn. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Bench } from './bench.ts';
import { buildCommit } from './build.ts';
import { type Corpus, gitEnvironment } from './corpus.ts';
import { procedureText } from './documents.ts';
import { inTurn, pairedRatio, type Sample } from './measure.ts';
import { type Build, qms, thisBuild, type Used, useOfProgram } from './program.ts';
import { inColumns, shownSample } from './table.ts';
import { forgetKept } from './workspace.ts';

/** What both builds do, each in a copy of the corpus that no other version has touched. */
interface Work {
  readonly name: string;
  readonly args: readonly string[];
  /** Done before each run, and not measured. */
  readonly prepare?: (corpus: Corpus) => void;
}

const works: readonly Work[] = [
  { name: 'verify', args: ['verify'], prepare: forgetKept },
  { name: 'list', args: ['list', '--json'] },
  { name: 'show', args: ['show', 'SOP-001'] },
  { name: 'check', args: ['check'] },
  { name: 'check, nothing kept', args: ['check'], prepare: forgetKept },
  { name: 'check --staged', args: ['check', '--staged'] },
];

/** Ratios of this working tree to the commit: below 1 is less than it took. */
export interface Comparison {
  readonly work: string;
  readonly wall: Sample;
  /** User and system time of our process, without the git programs beside it. */
  readonly cpu: Sample;
  readonly peak: Sample;
}

export interface Compared {
  readonly commit: string;
  readonly ownPackages: boolean;
  readonly comparisons: readonly Comparison[];
}

/** @throws {Error} where the commit can't be built. */
export async function compareWith(
  commit: string,
  bench: Bench,
  say: (line: string) => void,
  only: string,
): Promise<Compared> {
  say(`Building ${commit} …`);
  const other = buildCommit(commit, bench.workspace.path('commit'));
  if (other.ownPackages) say('Its lock file differs, so it runs with packages of its own.');
  const sides = [
    { build: thisBuild, corpus: bench.workspace.copy(bench.corpus) },
    { build: other, corpus: bench.workspace.copy(bench.corpus) },
  ] as const;
  for (const { corpus } of sides) stage(corpus);
  const comparisons: Comparison[] = [];
  for (const work of works) {
    if (!work.name.includes(only)) continue;
    say(`Measuring ${work.name} …`);
    const run = (side: { readonly build: Build; readonly corpus: Corpus }) => () => {
      work.prepare?.(side.corpus);
      return useOfProgram(qms(side.corpus, work.args, side.build), { cwd: side.corpus.folder });
    };
    try {
      const used = await inTurn({ ours: run(sides[0]), others: run(sides[1]) }, bench.runs);
      const ratio = (of: (one: Used) => number) =>
        pairedRatio(used.ours.map(of), used.others.map(of));
      comparisons.push({
        work: work.name,
        wall: ratio(({ ms }) => ms),
        cpu: ratio(({ cpuMs }) => cpuMs),
        peak: ratio(({ peakMb }) => peakMb),
      });
    } catch (error) {
      // An older commit may not know the command yet.
      bench.leaveOut(work.name, error instanceof Error ? error.message : String(error));
    }
  }
  return { commit: other.commit, ownPackages: other.ownPackages, comparisons };
}

function stage({ folder, size }: Corpus): void {
  const file = 'qms-docs/sops/SOP-001.md';
  writeFileSync(path.join(folder, file), procedureText(1, size.revisions + 1));
  execFileSync('git', ['-C', folder, 'add', file], { env: gitEnvironment });
}

/** The ratios as text. */
export function formatComparison({ commit, ownPackages, comparisons }: Compared): string {
  const table = inColumns(
    ['work', 'wall', 'CPU', 'peak memory'],
    comparisons.map(({ work, wall, cpu, peak }) => [
      work,
      ...[wall, cpu, peak].map((ratio) => `${shownSample(ratio)} ×`),
    ]),
  );
  const packages = ownPackages ? ', with packages of its own, because its lock file differs' : '';
  return [
    `This working tree by ${commit.slice(0, 12)}${packages}: below 1 is less.`,
    'Medians of the ratios of pairs, in parentheses the lowest and the highest.',
    '',
    table,
  ].join('\n');
}
