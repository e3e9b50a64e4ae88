/**
 * Loaded into a measured process with `--import`: as it ends, it writes down what it used.
 *
 * The peak is that of the process's own memory map. `getrusage` would not do: what the parent
 * held when it forked counts there as well.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env['QMS_BENCH_REPORT'];
// Worker threads load this too; all threads of a process share its memory and its times.
if (isMainThread && file !== undefined) {
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    const status = readFileSync('/proc/self/status', 'utf8');
    const peak = Number(/^VmHWM:\s+([0-9]+) kB$/m.exec(status)?.[1]);
    writeFileSync(file, JSON.stringify({ cpuMs: (user + system) / 1000, peakMb: peak / 1024 }));
  });
}
