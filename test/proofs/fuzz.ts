import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Finding } from '../fuzz/run-target.ts';
import { runTask, type Task } from '../fuzz/supervise.ts';
import { targetOf, targets } from '../fuzz/targets.ts';

/** Inputs of one task: small enough that the progress can be seen. */
const taskSize = 250_000;

interface Sum {
  inputs: number;
  accepted: number;
  elapsedMs: number;
  slowestMs: number;
  slowestBytes: number;
  steepest: number;
  grown: number;
  findings: number;
}

/**
 * Give every parser of hostile bytes millions of inputs: `--count` in total, `--only <parser>`,
 * `--seed`, `--workers`.
 */
export async function prove(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      count: { type: 'string', default: '10000000' },
      only: { type: 'string' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: '1' },
    },
  });
  const chosen = values.only === undefined ? targets : [targetOf(values.only)];
  const shares = chosen.reduce((sum, target) => sum + target.share, 0);
  const tasks: Task[] = chosen.flatMap((target) => {
    const all = Math.ceil((Number(values.count) * target.share) / shares);
    const pieces = Math.ceil(all / taskSize);
    return Array.from({ length: pieces }, (_, at) => ({
      target: target.name,
      count: Math.min(taskSize, all - at * taskSize),
      seed: Number(values.seed) * 1000 + at,
      growth: at > 0 ? 0 : target.share <= 20 ? 30 : 200,
    }));
  });
  const sums = new Map<string, Sum>();
  const left = new Map<string, number>();
  for (const { target } of tasks) left.set(target, (left.get(target) ?? 0) + 1);
  console.log(row(['parser', ...heads]));
  const known = new Set<string>();
  const started = performance.now();
  const work = async (): Promise<void> => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      const { counts, growth, lost } = await runTask(task);
      const sum = sums.get(task.target) ?? emptySum();
      sums.set(task.target, sum);
      sum.inputs += counts?.inputs ?? 0;
      sum.accepted += counts?.accepted ?? 0;
      sum.elapsedMs += counts?.elapsedMs ?? 0;
      if (counts !== undefined && counts.slowestMs > sum.slowestMs) {
        [sum.slowestMs, sum.slowestBytes] = [counts.slowestMs, counts.slowestBytes];
      }
      sum.steepest = Math.max(sum.steepest, growth?.steepest ?? 0);
      sum.grown += growth?.tried ?? 0;
      const found = [...(counts?.findings ?? []), ...(growth?.findings ?? [])];
      for (const finding of lost === undefined ? found : [...found, lost]) {
        sum.findings += 1;
        const name = `${finding.target} ${finding.what.slice(0, 60)}`;
        if (!known.has(name)) keep(finding, task);
        known.add(name);
      }
      const open = (left.get(task.target) ?? 0) - 1;
      left.set(task.target, open);
      if (open === 0) console.log(rowOf(task.target, sum));
    }
  };
  await Promise.all(Array.from({ length: Number(values.workers) }, work));
  report(sums, (performance.now() - started) / 1000, Number(values.seed));
  return [...sums.values()].every((sum) => sum.findings === 0 && sum.accepted > 0);
}

function emptySum(): Sum {
  const time = { elapsedMs: 0, slowestMs: 0, slowestBytes: 0, steepest: 0 };
  return { inputs: 0, accepted: 0, grown: 0, findings: 0, ...time };
}

/** Print a finding, and keep its input to be made a case of. */
function keep({ target, what, input }: Finding, task: Task): void {
  const folder = join(tmpdir(), 'qms-fuzz-findings');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${target}-${String(task.seed)}-${String(input.length)}.bin`);
  // The buffer of another thread arrives as plain bytes.
  const bytes = Buffer.from(input);
  writeFileSync(file, bytes);
  console.log(`FOUND  ${target} (seed ${String(task.seed)}): ${what}`);
  console.log(`       ${JSON.stringify(bytes.toString('latin1').slice(0, 300))}`);
  console.log(`       ${String(bytes.length)} bytes in ${file}`);
}

const heads = [
  ...['inputs', 'accepted', 'per second', 'slowest ms'],
  ...['its bytes', 'steepest', 'findings'],
];

function row(cells: readonly string[]): string {
  return cells.map((cell, at) => (at === 0 ? cell.padEnd(15) : cell.padStart(13))).join('');
}

function rowOf(name: string, sum: Sum): string {
  return row([
    name,
    String(sum.inputs),
    `${((100 * sum.accepted) / Math.max(1, sum.inputs)).toFixed(1)} %`,
    ((1000 * sum.inputs) / Math.max(1, sum.elapsedMs)).toFixed(0),
    sum.slowestMs.toFixed(1),
    String(sum.slowestBytes),
    sum.steepest === 0 ? '-' : sum.steepest.toFixed(2),
    String(sum.findings),
  ]);
}

function report(sums: ReadonlyMap<string, Sum>, elapsed: number, seed: number): void {
  const all = (part: (sum: Sum) => number): string =>
    String([...sums.values()].reduce((total, sum) => total + part(sum), 0));
  console.log(
    `${all((sum) => sum.inputs)} inputs and ${all((sum) => sum.grown)} repetitions to ${String(sums.size)} parsers, seed ${String(seed)}, ${elapsed.toFixed(0)} s: ${all((sum) => sum.findings)} findings`,
  );
  console.log('steepest: the power with which the time grows; 1 is linear, - is too quick to say');
}
