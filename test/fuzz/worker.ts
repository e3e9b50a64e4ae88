import { parentPort, workerData } from 'node:worker_threads';
import { mostInputBytes } from './mutate.ts';
import { fuzzTarget, growthOf } from './run-target.ts';
import { targetOf } from './targets.ts';
import type { Task } from './supervise.ts';

/**
 * Runs one task in a thread of its own. What runs now stands in shared memory: a counter, the
 * input's length, and the input, so that it is known even of a parser that never returns.
 */
const { task, shared } = workerData as { readonly task: Task; readonly shared: SharedArrayBuffer };
const numbers = new Int32Array(shared, 0, 2);
const current = new Uint8Array(shared, 8, mostInputBytes);

const target = targetOf(task.target);
const counts = await fuzzTarget(target, task.count, task.seed, (input) => {
  current.set(input.subarray(0, mostInputBytes));
  numbers[1] = input.length;
  Atomics.add(numbers, 0, 1);
});
const growth = await growthOf(target, task.growth, task.seed);
parentPort?.postMessage({ counts, growth });
