/**
 * `npm run bench`: ratios against stock tools and limits, measured in this run on this machine.
 *
 * `--json` prints one JSON document; `--runs <n>` sets how often each side is measured;
 * `--only <word>` measures the lines whose work contains the word.
 */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cachedCorpus, type Corpus } from './corpus.ts';
import { formatTable, type Row } from './measure.ts';
import * as rows from './rows.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
  },
});
const runs = Number(values.runs);

type Measure = (corpus: Corpus, runs: number) => Promise<Row | undefined>;
const measures: readonly (readonly [name: string, measure: Measure])[] = [
  ['signature', rows.signatureCheck],
  ['verify', rows.verifyAgainstLimit],
  ['verify-tag', rows.verifyAgainstGit],
  ['list', rows.list],
  ['check', rows.check],
  ['check-remark', rows.checkAgainstRemark],
  ['page', rows.page],
];

const say = (text: string) => process.stderr.write(`${text}\n`);

say('Building …');
rmSync(path.join(rows.root, 'dist'), { recursive: true, force: true });
const tsc = path.join(rows.root, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
  cwd: rows.root,
  // Standard output is for the result alone.
  stdio: ['ignore', 2, 2],
});
say('Making or finding the corpus …');
const corpus = await cachedCorpus({ documents: 100, revisions: 10, perRelease: 10 });

const measured: Row[] = [];
const missed: { readonly work: string; readonly reason: string }[] = [];
for (const [name, measure] of measures) {
  if (!name.includes(values.only)) continue;
  say(`Measuring ${name} …`);
  try {
    const row = await measure(corpus, runs);
    if (row === undefined) missed.push({ work: name, reason: 'the peer is not installed' });
    else measured.push(row);
  } catch (error) {
    missed.push({ work: name, reason: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
  }
}

const machine = {
  node: process.version,
  git: execFileSync('git', ['--version'], { encoding: 'utf8' }).trim(),
  cores: availableParallelism(),
};
if (values.json) {
  console.log(
    JSON.stringify({ corpus: corpus.name, machine, runs, rows: measured, missed }, null, 2),
  );
} else {
  console.log(`\nCorpus: ${corpus.name}`);
  console.log(`Node ${machine.node}, ${machine.git}, ${machine.cores} cores, ${runs} runs`);
  console.log('Medians, in parentheses the lowest and the highest.\n');
  console.log(formatTable(measured));
  for (const { work, reason } of missed) console.log(`Not measured: ${work}: ${reason}`);
}
