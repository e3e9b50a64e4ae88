/**
 * Take each check of `test/mutation/checks.ts` out, one after the other, in a copy of the project,
 * and see the test fail that is named for it:
 *
 *     npm run prove -- checks [name of a file of attacks…]
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyTree, removeTree } from '../mutation/copied-tree.ts';
import { type Check, checks } from '../mutation/checks.ts';

/** @param args Names of files of attacks; all where there are none. */
export function prove(args: readonly string[]): Promise<boolean> {
  const chosen = Object.entries(checks)
    .filter(([attack]) => args.length === 0 || args.some((one) => attack.includes(one)))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const tree = copyTree();
  let noticed = 0;
  let missed = 0;
  try {
    for (const [attack, list] of chosen) {
      for (const check of list) {
        const fault = runWithout(tree, attack, check);
        if (fault === undefined) noticed++;
        else missed++;
        const doubled = check.removals.length > 1 ? ` (${check.removals.length} places)` : '';
        const result = fault === undefined ? 'fails without it' : `NOT PROVEN: ${fault}`;
        console.log(`${attack} | ${check.what}${doubled} | ${check.test} | ${result}`);
      }
    }
  } finally {
    removeTree(tree);
  }
  console.log(
    `${chosen.length} files of attacks, ${noticed + missed} checks taken out: ` +
      `${noticed} noticed, ${missed} not`,
  );
  return Promise.resolve(missed === 0 && noticed > 0);
}

/** The part of vitest's report that is read here. */
interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Run the test without the check. @returns Why it proves nothing, or undefined. */
function runWithout(tree: string, attack: string, check: Check): string | undefined {
  const before = new Map<string, string>();
  try {
    for (const { file, text, without } of check.removals) {
      const source = readFileSync(join(tree, file), 'utf8');
      if (!before.has(file)) before.set(file, source);
      if (source.split(text).length !== 2) return `${file} does not hold once: ${text}`;
      writeFileSync(
        join(tree, file),
        source.replace(text, () => without),
      );
    }
    return judge(tree, attack, check.test);
  } finally {
    for (const [file, source] of before) writeFileSync(join(tree, file), source);
  }
}

/** Whether the tests of that name fail by what they expect, and not by a fault of the change. */
function judge(tree: string, attack: string, test: string): string | undefined {
  const file = join(tree, 'check.json');
  rmSync(file, { force: true });
  const vitest = join(tree, 'node_modules/vitest/vitest.mjs');
  const name = test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  spawnSync(
    process.execPath,
    [
      ...[vitest, 'run', `test/attacks/${attack}.test.ts`, '-t', name],
      ...['--silent', '--reporter=json', `--outputFile=${file}`],
    ],
    { cwd: tree, stdio: 'ignore' },
  );
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const results = report.testResults.flatMap((one) => one.assertionResults);
  const run = results.filter(({ status }) => status === 'passed' || status === 'failed');
  if (run.length === 0) {
    return `no test of that name ran: ${report.testResults.map(({ message }) => message).join()}`;
  }
  const failed = run.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return 'the test passes all the same';
  const broken = failed.find(
    ({ failureMessages }) => !failureMessages.every((one) => one.startsWith('AssertionError')),
  );
  return broken === undefined
    ? undefined
    : `it breaks instead: ${broken.failureMessages[0]?.split('\n', 1)[0] ?? ''}`;
}
