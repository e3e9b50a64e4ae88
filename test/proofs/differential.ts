import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { differ } from '../differential/differential.ts';
import { stricterRefusals } from '../differential/stricter.ts';

const pairs = [
  'git good, ours good',
  'git bad, ours bad',
  'git good, ours bad',
  'git bad, ours good',
];

/**
 * Ask `git verify-tag` and ourselves about mutated tags: `--count` of them, `--seed`, `--at-once`
 * for how many are asked at the same time.
 */
export async function prove(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      count: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      'at-once': { type: 'string', default: '2' },
    },
  });
  const started = performance.now();
  const counts = await differ(Number(values.count), Number(values.seed), Number(values['at-once']));
  for (const [at, { kind, made, what, raw }] of counts.differences.entries()) {
    const folder = join(tmpdir(), 'qms-differences');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${values.seed}-${String(at)}.tag`);
    writeFileSync(file, raw);
    console.log(`FOUND  ${kind} of ${made}: ${what}\n       ${file}`);
  }
  const columns = pairs.map((pair) => pair.padStart(21)).join('');
  console.log(`${'mutation'.padEnd(44)}${columns}`);
  const sums = pairs.map(() => 0);
  for (const [kind, found] of counts.pairs) {
    const row = pairs.map((pair) => found.get(pair) ?? 0);
    for (const [at, number] of row.entries()) sums[at] = (sums[at] ?? 0) + number;
    console.log(kind.padEnd(44) + row.map((number) => String(number).padStart(21)).join(''));
  }
  console.log('all'.padEnd(44) + sums.map((number) => String(number).padStart(21)).join(''));
  console.log('\nstricter refusals, each of which git was content with');
  for (const name of stricterRefusals) {
    console.log(`${String(counts.stricter.get(name) ?? 0).padStart(6)}  ${name}`);
  }
  console.log('\nsigned as');
  for (const [made, number] of counts.made) console.log(`${String(number).padStart(6)}  ${made}`);
  const elapsed = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `\n${String(counts.tags)} tags, seed ${values.seed}, ${elapsed} s: ${String(counts.differences.length)} findings`,
  );
  return counts.differences.length === 0;
}
