import { Worker } from 'node:worker_threads';
import { mostInputBytes } from './mutate.ts';
import type { Finding, Growth, TargetCounts } from './run-target.ts';

/** So many inputs for one parser. */
export interface Task {
  readonly target: string;
  readonly count: number;
  readonly seed: number;
  /** How many repetitions are tried for how their time grows. */
  readonly growth: number;
}

export interface TaskResult {
  readonly counts: TargetCounts | undefined;
  readonly growth: Growth | undefined;
  /** The input that the parser never answered, or that ended the thread. */
  readonly lost: Finding | undefined;
}

/** A parser that says nothing for so long hangs, even on a machine with much else to do. */
const patienceMs = 120_000;
const glanceMs = 500;

/** Run a task in a thread, so that a parser that hangs or dies is found out and not waited for. */
export function runTask(task: Task): Promise<TaskResult> {
  const shared = new SharedArrayBuffer(8 + mostInputBytes);
  const numbers = new Int32Array(shared, 0, 2);
  // A thread does not inherit the loader that reads TypeScript; this one begins with it.
  const url = JSON.stringify(new URL('./worker.ts', import.meta.url).href);
  const begin = `import('tsx/esm/api').then(({ register }) => { register(); return import(${url}); });`;
  const worker = new Worker(begin, { eval: true, execArgv: [], workerData: { task, shared } });
  return new Promise((resolve) => {
    let seen = -1;
    let since = performance.now();
    let isDone = false;
    const end = (result: TaskResult): void => {
      if (isDone) return;
      isDone = true;
      clearInterval(glance);
      void worker.terminate();
      resolve(result);
    };
    const lose = (what: string): void => {
      const input = Buffer.from(shared, 8, numbers[1] ?? 0);
      const lost = { target: task.target, what, input: Buffer.from(input) };
      end({ counts: undefined, growth: undefined, lost });
    };
    const glance = setInterval(() => {
      const now = Atomics.load(numbers, 0);
      if (now !== seen) [seen, since] = [now, performance.now()];
      else if (now > 0 && now < task.count && performance.now() - since > patienceMs) {
        lose(`no answer for ${String(patienceMs / 1000)} seconds`);
      }
    }, glanceMs);
    worker.on('message', ({ counts, growth }: { counts: TargetCounts; growth: Growth }) => {
      end({ counts, growth, lost: undefined });
    });
    worker.on('error', (error) => lose(`ended the thread: ${String(error)}`));
    worker.on('exit', (code) => lose(`the thread ended with ${String(code)}`));
  });
}
