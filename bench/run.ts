/**
 * `npm run bench`: ratios against stock tools and limits, measured in this run on this machine.
 * What it takes: `npm run bench -- --help`.
 */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import type { Bench } from './bench.ts';
import { buildThis, thisCommit } from './build.ts';
import { compareWith, formatComparison } from './compare.ts';
import { cachedCorpus, type Corpus, onOf } from './corpus.ts';
import { formatGrowth, measureGrowth } from './growth.ts';
import type { Row } from './measure.ts';
import { corpusSizes, OptionError, type Options, parseOptions, usage } from './options.ts';
import { findPeers, installPeers } from './peers.ts';
import { qms, timeOfProgram } from './program.ts';
import { measures, withoutRows } from './rows.ts';
import { formatRows, shownNumber } from './table.ts';
import { Workspace } from './workspace.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const machine = () => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryMb: Math.round(totalmem() / 2 ** 20),
  system: `${process.platform} ${process.arch}`,
  node: process.version,
  git: execFileSync('git', ['--version'], { encoding: 'utf8' }).trim(),
  /** Programs that wanted a core in the minute before: more than a few tenths disturb. */
  loadBefore: loadavg()[0] ?? 0,
});

type Named = (typeof measures)[number];

/** @throws {OptionError} where the word chooses nothing. */
function chosenMeasures(only: string): readonly Named[] {
  const chosen = measures.filter(([name]) => name.includes(only));
  if (chosen.length > 0) return chosen;
  const names = measures.map(([name]) => name).join(', ');
  throw new OptionError(`--only: no measure has ${only} in its name; there are ${names}.`);
}

async function measureRows(bench: Bench, chosen: readonly Named[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [name, measure] of chosen) {
    const start = performance.now();
    say(`Measuring ${name} …`);
    try {
      rows.push(...(await measure(bench)));
    } catch (error) {
      bench.leaveOut(name, reasonOf(error));
      process.exitCode = 1;
    }
    say(`  took ${shownNumber((performance.now() - start) / 1000)} s`);
  }
  return rows;
}

async function measureAll({ documents, runs, only, json, mode }: Options): Promise<void> {
  const chosen = mode === 'rows' ? chosenMeasures(only) : [];
  const before = machine();
  say('Building …');
  buildThis();
  const workspace = new Workspace();
  const stopped = () => {
    workspace.remove();
    process.exit(130);
  };
  process.on('SIGINT', stopped).on('SIGTERM', stopped);
  try {
    say('Making or finding the corpus …');
    const size = { documents, revisions: 10, perRelease: 10 };
    const corpus = await cachedCorpus(size);
    const notMeasured: { readonly work: string; readonly reason: string }[] = [];
    let warmed: Promise<Corpus> | undefined;
    const fill = async () => {
      const copy = workspace.copy(corpus);
      await timeOfProgram(qms(copy, ['list', '--json']), { cwd: copy.folder });
      return copy;
    };
    const bench: Bench = {
      corpus,
      on: onOf(corpus),
      small: () => cachedCorpus({ ...size, documents: corpusSizes[0] }),
      warm: () => (warmed ??= fill()),
      workspace,
      runs,
      peers: findPeers(),
      leaveOut: (work, reason) => notMeasured.push({ work, reason }),
    };
    const facts = { ...thisCommit(), machine: before, corpus: corpus.name, runs };
    let found: Record<string, unknown>;
    let text: string;
    if (mode === 'growth') {
      const series = corpusSizes.filter((each) => each >= 200 && each <= documents);
      const growth = await measureGrowth(bench, series, say);
      [found, text] = [{ growth }, formatGrowth(growth)];
    } else if (typeof mode === 'object') {
      const compared = await compareWith(mode.compare, bench, say, only);
      [found, text] = [{ compared }, formatComparison(compared)];
    } else {
      const rows = await measureRows(bench, chosen);
      if (only === '') notMeasured.push(...withoutRows);
      [found, text] = [{ rows }, formatRows(rows)];
    }
    if (json) {
      console.log(JSON.stringify({ ...facts, ...found, notMeasured }, null, 2));
      return;
    }
    const { node, git, cores, processor, loadBefore } = before;
    console.log(`\nCorpus: ${corpus.name}`);
    console.log(
      `Node ${node}, ${git}, ${cores} cores (${processor}), ${runs} counted rounds, more of what is short`,
    );
    console.log(`Load of the machine in the minute before: ${shownNumber(loadBefore)}`);
    console.log(`Commit ${facts.commit.slice(0, 12)}${facts.changed ? ', with changes' : ''}`);
    console.log('Medians, in parentheses the lowest and the highest.\n');
    console.log(text);
    for (const { work, reason } of notMeasured) console.log(`Not measured: ${work}: ${reason}`);
  } finally {
    workspace.remove();
  }
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.mode === 'help') console.log(usage);
  else if (options.mode === 'install-peers') installPeers(say);
  else await measureAll(options);
} catch (error) {
  // One line: what is wrong with the call, or why nothing could be measured.
  say(reasonOf(error));
  process.exitCode = error instanceof OptionError ? 64 : 1;
}
