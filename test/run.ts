/**
 * Every check of the project in turn, as `npm test` runs it: types, linter, formatting, dead
 * code, the build, and the test suite. Each step before the suite counts as one test. The last
 * line is `N passed, N failed`, and the exit code is 0 only if nothing failed.
 *
 * `npm test -- <filter…>` builds and then hands its arguments to vitest.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

interface Step {
  readonly name: string;
  /** File of the program below `node_modules/`, and its arguments. */
  readonly command: readonly [module: string, ...args: string[]];
}

interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** The part of vitest's JSON report that is read here. */
interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const root = path.dirname(import.meta.dirname);
const reportFile = path.join(root, 'test-results', 'vitest.json');

const build: Step = { name: 'build', command: ['typescript/bin/tsc', '-p', 'tsconfig.build.json'] };
const steps: readonly Step[] = [
  { name: 'types', command: ['typescript/bin/tsc'] },
  { name: 'linter', command: ['eslint/bin/eslint.js', '.', '--max-warnings', '0'] },
  { name: 'formatting', command: ['prettier/bin/prettier.cjs', '--check', '.'] },
  { name: 'dead code', command: ['knip/bin/knip.js'] },
  build,
];

function run(args: readonly string[], echo: boolean): Promise<Outcome> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = (chunk: Buffer) => {
      if (echo) process.stdout.write(chunk);
      else output += chunk.toString();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', fail);
    child.on('close', (code) => {
      done({ code: code ?? 1, output });
    });
  });
}

const secondsSince = (start: number) => ((performance.now() - start) / 1000).toFixed(1);

async function runStep(step: Step): Promise<boolean> {
  const start = performance.now();
  if (step === build) rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  const [module, ...args] = step.command;
  const { code, output } = await run([path.join(root, 'node_modules', module), ...args], false);
  console.log(`${code === 0 ? 'pass' : 'FAIL'}  ${step.name} (${secondsSince(start)} s)`);
  if (code !== 0) console.log(output);
  return code === 0;
}

interface Count {
  readonly passed: number;
  readonly failed: number;
  /** Tests that this machine can't run, root being bound by no permission, say. */
  readonly skipped: number;
}

/** Run the suite; a file that could not be loaded counts as failed, a skipped test is named. */
async function runSuite(filter: readonly string[]): Promise<Count> {
  rmSync(reportFile, { force: true });
  mkdirSync(path.dirname(reportFile), { recursive: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const { code } = await run(
    [path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...filter],
    true,
  );
  let report: Report;
  try {
    report = JSON.parse(readFileSync(reportFile, 'utf8')) as Report;
  } catch {
    console.log('FAIL  the test suite left no report');
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const skipped = report.testResults.flatMap((file) =>
    file.assertionResults
      .filter(({ status }) => isSkipped(status))
      .map(({ fullName }) => `${path.relative(root, file.name)} ${fullName}`),
  );
  for (const line of skipped) console.log(`SKIP  ${line}`);
  const wrong = report.testResults.flatMap((file) => {
    const tests = file.assertionResults
      .filter(({ status }) => status !== 'passed' && !isSkipped(status))
      .map(({ status, fullName }) => `${status}: ${path.relative(root, file.name)} ${fullName}`);
    const unloaded = file.status === 'failed' && tests.length === 0;
    return unloaded ? [`not run: ${path.relative(root, file.name)} ${file.message}`] : tests;
  });
  // Without this, an error outside any test would pass.
  if (code !== 0 && wrong.length === 0) wrong.push(`vitest ended with exit code ${code}`);
  for (const line of wrong) console.log(`FAIL  ${line}`);
  return { passed: report.numPassedTests, failed: wrong.length, skipped: skipped.length };
}

/** By a condition in the test; one that is not yet written is no test. */
const isSkipped = (status: string): boolean => status === 'skipped' || status === 'pending';

const filter = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const step of filter.length > 0 ? [build] : steps) {
  if (await runStep(step)) passed += 1;
  else failed += 1;
}
const suite = await runSuite(filter);
passed += suite.passed;
failed += suite.failed;
const skipped = suite.skipped === 0 ? '' : `, ${suite.skipped} skipped`;
console.log(`${passed} passed, ${failed} failed${skipped}`);
process.exitCode = failed === 0 ? 0 : 1;
