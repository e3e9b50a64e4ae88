/**
 * Mutation testing: what decides is changed in one place at a time, and some test must notice.
 *
 *     npm run prove -- mutants [--mutate 'src/approval/*.ts']… [--sample 1/3]
 *       [--tree <folder>] [--recording <folder>] [--report <file>]
 *
 * The verifications of the attacks are recorded, and asked again from memory for each mutant. What
 * they leave is then shown to the quick tests of the parsers, signatures and statements, or, where
 * none of these asks it directly, to every recorded verification.
 * `--recording` keeps the recording in a folder, or takes the one that stands there; `--mutate`
 * takes what Stryker takes; `--sample 2/3` takes every third mutant from the second on;
 * `--tree` runs in a copy of the project that is there, and goes on where a run in it was ended;
 * `--report` keeps the mutants with what became of each, as JSON.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { copyTree, removeTree } from '../mutation/copied-tree.ts';
import { decidedBy } from '../mutation/recording.ts';
import { packRecording, readRecording, replay, writeCases } from '../mutation/replay.ts';

/** What decides, without what only reads the world, signs, or makes releases to be verified. */
const deciding = [
  'src/approval/*.ts',
  'src/register/*.ts',
  'src/register/push/*.ts',
  'src/signature/*.ts',
  'src/git/{checked-object,code-point-order,commit,header,identity,object-name,ref-name,tag,tree}.ts',
  '!src/signature/{allowed-signers,gpg-signing,private-key,signing,signing-program}.ts',
  '!src/register/{document-lines,in-force,prefetch,register-branch}.ts',
];
/** What the quick tests ask directly. */
const asked = /^src\/(?:approval|git|register\/push|signature)\//;

/** @param args See above. @returns Whether the run was whole; the score is to be read. */
export async function prove(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mutate: { type: 'string', multiple: true },
      recording: { type: 'string' },
      report: { type: 'string' },
      tree: { type: 'string' },
      sample: { type: 'string', default: '1/1' },
    },
  });
  process.env['SAMPLE_OF_MUTANTS'] = values.sample;
  const tree = values.tree ?? copyTree();
  try {
    const recording = values.recording ?? join(tree, 'recording');
    if (!existsSync(join(recording, 'cases.json'))) await record(tree, recording);
    const first = await mutate(tree, recording, 'replay', values.mutate ?? deciding);
    print('after the recorded verifications', first);
    const again = await mutateLeft(
      first,
      (file) => !asked.test(file),
      (files) => mutate(tree, recording, 'replay', files, Infinity),
    );
    const report = await mutateLeft(
      again,
      (file) => asked.test(file),
      (files) => mutate(tree, recording, 'vitest', files),
    );
    if (values.report !== undefined) writeFileSync(values.report, JSON.stringify(report));
    list(report);
    print('after the quick tests as well', report);
    return true;
  } finally {
    if (values.tree === undefined) removeTree(tree);
  }
}

/** Show the mutants that nobody noticed so far, of some of the files, to more. */
async function mutateLeft(
  before: Report,
  isWanted: (file: string) => boolean,
  run: (files: readonly string[]) => Promise<Report>,
): Promise<Report> {
  const left = Object.entries(before.files).flatMap(([file, { mutants }]) =>
    isWanted(file)
      ? mutants.filter(isMissed).map(({ location }) => `${file}:${rangeOf(location)}`)
      : [],
  );
  return left.length === 0 ? before : merge(before, await run([...new Set(left)]));
}

/** Run the attacks, and keep the verifications that come out the same from memory. */
async function record(tree: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const vitest = join(tree, 'node_modules/vitest/vitest.mjs');
  const attacks = readdirSync(join(tree, 'test/attacks')).map((name) => `test/attacks/${name}`);
  // Others drive commands, which verify out of sight.
  const files = [...attacks, 'test/register/incremental.test.ts'].filter((file) =>
    readFileSync(join(tree, file), 'utf8').includes('expect-verification.ts'),
  );
  await run(
    tree,
    [vitest, 'run', '--silent', '--reporter=json', '--outputFile=attacks.json', ...files],
    {
      RECORD_VERIFICATIONS: folder,
    },
  );
  packRecording(folder);
  const recording = readRecording(folder);
  const cases = [];
  for (const one of recording.cases) {
    const decided = JSON.stringify(one.decided);
    const alone = decidedBy(await replay(recording, one));
    const shared = decidedBy(await replay(recording, one, true));
    if (alone === decided && shared === decided) cases.push(one);
    else console.log(`  not from memory: ${one.test}`);
  }
  writeCases(folder, cases);
  console.log(`${cases.length} verifications recorded, with ${recording.objects.size} objects`);
}

/** Let Stryker run the mutants of some files. */
async function mutate(
  tree: string,
  recording: string,
  testRunner: 'replay' | 'vitest',
  files: readonly string[],
  mostCases?: number,
): Promise<Report> {
  const report = join(tree, 'mutants.json');
  const plugins = {
    replay: './test/mutation/replay-runner.ts',
    vitest: '@stryker-mutator/vitest-runner',
  };
  const settings = {
    testRunner,
    plugins: [plugins[testRunner], './test/mutation/ignore-words.js'],
    ...(testRunner === 'vitest'
      ? { vitest: { configFile: 'test/mutation/vitest.config.ts', related: false } }
      : { testRunnerNodeArgs: ['--import', 'tsx'] }),
    ignorers: ['words'],
    mutate: files,
    concurrency: 2,
    coverageAnalysis: 'perTest',
    // A table that is made when a module is loaded would have to be loaded again for each.
    ignoreStatic: true,
    inPlace: true,
    tempDirName: join(tree, 'stryker'),
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: report },
    allowConsoleColors: false,
    timeoutMS: 20_000,
    dryRunTimeoutMinutes: 30,
  };
  writeFileSync(join(tree, 'stryker.json'), JSON.stringify(settings));
  const stryker = join(tree, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  await run(tree, ['--import', 'tsx', stryker, 'run', 'stryker.json'], {
    RECORDED_VERIFICATIONS: recording,
    ...(mostCases === undefined ? {} : { MOST_CASES: String(mostCases) }),
  });
  return JSON.parse(readFileSync(report, 'utf8')) as Report;
}

/** Run a program of Node in the tree, with the least priority, and wait for its good end. */
function run(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn('nice', ['-n', '19', process.execPath, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done();
      else fail(new Error(`${args[0] ?? ''} ended with ${String(code)}`));
    });
  });
}

/** The part of Stryker's report that is read here. */
interface Report {
  readonly files: Readonly<
    Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>
  >;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

interface Mutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: Place; readonly end: Place };
}

const isMissed = ({ status }: Mutant): boolean => status === 'Survived' || status === 'NoCoverage';
const isNoticed = ({ status }: Mutant): boolean => status === 'Killed' || status === 'Timeout';

/** A place as Stryker takes it: columns are counted from 0. */
const rangeOf = ({ start, end }: Mutant['location']): string =>
  `${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;

/** What was noticed in either report. */
function merge(first: Report, second: Report): Report {
  const keyOf = (file: string, { location, mutatorName, replacement = '' }: Mutant): string =>
    JSON.stringify([file, rangeOf(location), mutatorName, replacement]);
  const noticed = new Map<string, string>();
  for (const [file, { mutants }] of Object.entries(second.files)) {
    for (const one of mutants.filter(isNoticed)) noticed.set(keyOf(file, one), one.status);
  }
  const files = Object.entries(first.files).map(([file, { source, mutants }]) => {
    const merged = mutants.map((one) => ({
      ...one,
      status: isMissed(one) ? (noticed.get(keyOf(file, one)) ?? one.status) : one.status,
    }));
    return [file, { source, mutants: merged }] as const;
  });
  return { files: Object.fromEntries(files) };
}

/** Each mutant that nobody noticed. */
function list(report: Report): void {
  for (const [name, { source, mutants }] of sorted(report)) {
    const lines = source.split('\n');
    for (const { location, replacement, mutatorName } of mutants.filter(isMissed)) {
      const { start, end } = location;
      const line = lines[start.line - 1] ?? '';
      const text =
        start.line === end.line ? line.slice(start.column - 1, end.column - 1) : `${line.trim()} …`;
      const instead = (replacement ?? '').replace(/\s+/g, ' ').slice(0, 160);
      console.log(
        `${name}:${start.line}:${start.column} ${mutatorName}\n  ${text}\n  -> ${instead}`,
      );
    }
  }
}

/** Counts and score for each file and folder, and for all. */
function print(when: string, report: Report): void {
  console.log(`\nMutants noticed ${when}:`);
  const rows = new Map<string, Mutant[]>();
  for (const [name, { mutants }] of sorted(report)) {
    for (const row of [name, `${dirname(name)}/`, 'all']) {
      rows.set(row, [...(rows.get(row) ?? []), ...mutants]);
    }
  }
  for (const [name, mutants] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const noticed = mutants.filter(isNoticed).length;
    const missed = mutants.filter(isMissed).length;
    const score = noticed + missed === 0 ? 100 : (100 * noticed) / (noticed + missed);
    const left = mutants.length - noticed - missed;
    console.log(
      `${score.toFixed(1).padStart(6)} %  ${String(noticed).padStart(5)} noticed ` +
        `${String(missed).padStart(4)} not ${String(left).padStart(5)} left out  ${name}`,
    );
  }
}

const sorted = (report: Report) =>
  Object.entries(report.files).sort(([a], [b]) => (a < b ? -1 : 1));
