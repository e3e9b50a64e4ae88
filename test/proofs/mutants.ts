/**
 * Mutation testing: what decides is changed in one place at a time, and some test must notice.
 *
 *     npm run prove -- mutants [--mutate 'src/approval/*.ts'] [--recording <folder>] [--keep]
 *
 * The verifications of the attacks are recorded first and then asked again from memory, beside
 * the quick tests of the parsers, signatures, statements and rules. `--recording` takes those that
 * an earlier run left; `--mutate` may be repeated and takes what Stryker takes; `--tree` runs in
 * a copy of the project that is already there.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { copyTree, removeTree } from '../mutation/copied-tree.ts';
import { decidedBy } from '../mutation/recording.ts';
import { packRecording, readRecording, replay, writeCases } from '../mutation/replay.ts';

/** What decides, without what only reads the world, signs, or makes releases to be verified. */
const deciding = [
  'src/approval/*.ts',
  'src/register/*.ts',
  'src/signature/*.ts',
  'src/git/{checked-object,code-point-order,commit,header,identity,object-name,ref-name,tag,tree}.ts',
  '!src/signature/*sign{ing,ing-program,ers}.ts',
  '!src/signature/private-key.ts',
  '!src/register/{release-making,release-candidate,prefetch,document-lines}.ts',
];

/** @param args See above. @returns Whether the run was whole; the score is to be read. */
export async function prove(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mutate: { type: 'string', multiple: true },
      recording: { type: 'string' },
      tree: { type: 'string' },
      report: { type: 'string' },
    },
  });
  const tree = values.tree ?? copyTree();
  try {
    const recording = values.recording ?? join(tree, 'recording');
    if (!existsSync(join(recording, 'cases.json'))) await record(tree, recording);
    const file = values.report ?? join(tree, 'mutation.json');
    await mutate(tree, recording, values.mutate ?? deciding, file);
    print(JSON.parse(readFileSync(file, 'utf8')) as Report);
    return true;
  } finally {
    if (values.tree === undefined) removeTree(tree);
  }
}

/** Run the attacks, and keep the verifications that come out the same from memory. */
async function record(tree: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const vitest = join(tree, 'node_modules/vitest/vitest.mjs');
  const files = ['test/attacks', 'test/register/incremental.test.ts'];
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
    const decided = decidedBy(await replay(recording, one));
    if (isDeepStrictEqual(decided, one.decided)) cases.push(one);
    else console.log(`  not from memory: ${one.test}`);
  }
  writeCases(folder, cases);
  console.log(`${cases.length} verifications recorded, with ${recording.objects.size} objects`);
}

async function mutate(
  tree: string,
  recording: string,
  files: readonly string[],
  report: string,
): Promise<void> {
  const settings = {
    testRunner: 'vitest',
    vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
    plugins: ['@stryker-mutator/vitest-runner', './test/mutation/ignore-words.js'],
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
    timeoutMS: 30_000,
    dryRunTimeoutMinutes: 30,
  };
  writeFileSync(join(tree, 'stryker.json'), JSON.stringify(settings));
  const stryker = join(tree, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  await run(tree, [stryker, 'run', 'stryker.json'], { RECORDED_VERIFICATIONS: recording });
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

interface Mutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: {
    readonly start: { readonly line: number; readonly column: number };
    readonly end: { readonly line: number; readonly column: number };
  };
}

/** Counts and score for each file, then each mutant that nobody noticed. */
function print(report: Report): void {
  const files = Object.entries(report.files).sort(([a], [b]) => (a < b ? -1 : 1));
  const count = (mutants: readonly Mutant[], ...states: string[]) =>
    mutants.filter(({ status }) => states.includes(status)).length;
  const row = (name: string, mutants: readonly Mutant[]) => {
    const noticed = count(mutants, 'Killed', 'Timeout');
    const missed = count(mutants, 'Survived', 'NoCoverage');
    const score = noticed + missed === 0 ? 1 : noticed / (noticed + missed);
    const left = count(mutants, 'Ignored');
    console.log(
      `${(100 * score).toFixed(1).padStart(6)} %  ${String(noticed).padStart(5)} noticed ` +
        `${String(missed).padStart(4)} not, ${String(left).padStart(4)} left out  ${name}`,
    );
  };
  for (const [name, { source, mutants }] of files) {
    const lines = source.split('\n');
    for (const { status, location, replacement, mutatorName } of mutants) {
      if (status !== 'Survived' && status !== 'NoCoverage') continue;
      const { start, end } = location;
      const line = lines[start.line - 1] ?? '';
      const text =
        start.line === end.line ? line.slice(start.column - 1, end.column - 1) : `${line.trim()} …`;
      console.log(
        `${name}:${start.line}:${start.column} ${status} ${mutatorName}\n    ${text}\n -> ${(replacement ?? '').replace(/\s+/g, ' ').slice(0, 160)}`,
      );
    }
  }
  for (const [name, { mutants }] of files) row(name, mutants);
  row(
    'all',
    files.flatMap(([, { mutants }]) => mutants),
  );
}
