import { parseArgs } from 'node:util';
import { proveRegister } from '../properties/random-registers.ts';
import { Broken, type PropertyCounts } from '../properties/register-properties.ts';

/** More broken properties than this are not printed: they have one cause. */
const mostBroken = 5;

/**
 * Make random registers, `--count` of them from `--seed` on, and ask of each what must hold of
 * every register.
 */
export async function prove(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      count: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const counts: PropertyCounts = new Map();
  const first = Number(values.seed);
  const started = performance.now();
  let broken = 0;
  for (let seed = first; seed < first + Number(values.count) && broken < mostBroken; seed += 1) {
    try {
      await proveRegister(seed, counts);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      broken += 1;
      console.log(`FOUND  ${error.message}\n`);
    }
  }
  const width = Math.max(...[...counts.values()].map((count) => String(count).length));
  for (const [what, count] of counts) console.log(`${String(count).padStart(width)}  ${what}`);
  const elapsed = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`seeds from ${String(first)}, ${elapsed} s: ${String(broken)} findings`);
  return broken === 0;
}
