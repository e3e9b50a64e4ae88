import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where a program is stopped. */
export type Stop =
  /** It is not: its calls are counted, where there is a counter. */
  | { readonly kind: 'never' }
  /** Killed after a while, with what it started or alone. */
  | { readonly kind: 'after'; readonly ms: number; readonly whom: 'one' | 'all' }
  /** Killed instead of the n-th call that changes the file system. */
  | { readonly kind: 'at'; readonly call: number; readonly whom: 'one' | 'all' }
  /** The disk is full from the n-th such call on. */
  | { readonly kind: 'full'; readonly call: number };

/** What came of it. */
export interface Stopped {
  /** Exit code, or null where it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Calls that change the file system, by it and all that it started; 0 without a counter. */
  readonly calls: number;
  readonly ms: number;
}

/** Counts calls of a program and of what it starts: `stop-at.c`, compiled. */
export interface Counter {
  readonly library: string;
  readonly file: string;
}

/** Compile the counter, where there is a C compiler and the system preloads libraries so. */
export function compileCounter(folder: string): Counter | undefined {
  if (process.platform !== 'linux') return undefined;
  const library = path.join(folder, 'stop-at.so');
  const source = path.join(import.meta.dirname, 'stop-at.c');
  const options = ['-O1', '-shared', '-fPIC', '-o', library, source, '-ldl'];
  if (spawnSync('cc', options).status !== 0) return undefined;
  const counter = { library, file: path.join(folder, 'stop-at.count') };
  writeFileSync(counter.file, new Uint8Array(8));
  const env = { ...process.env, ...environmentOf({ kind: 'never' }, counter) };
  execFileSync('mkdir', [path.join(folder, 'stop-at.try')], { env });
  // Where the library is not loaded, nothing is counted.
  return countIn(counter) > 0 ? counter : undefined;
}

const countIn = ({ file }: Counter): number => Number(readFileSync(file).readBigUInt64LE());

function environmentOf(stop: Stop, counter: Counter | undefined): Record<string, string> {
  if (counter === undefined) return {};
  const at = stop.kind === 'at' || stop.kind === 'full' ? stop.call : 0;
  const how = stop.kind === 'full' ? 'full' : stop.kind === 'at' ? stop.whom : 'one';
  const { library, file } = counter;
  return { LD_PRELOAD: library, STOP_COUNTER: file, STOP_AT: String(at), STOP_HOW: how };
}

/**
 * Run a program of Node and stop it.
 * @param argv  Arguments of node.
 * @param until Ask it to end as soon as it has printed something: for a server.
 */
export async function runStopped(
  argv: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  stop: Stop,
  counter: Counter | undefined,
  until: 'end' | 'output' = 'end',
): Promise<Stopped> {
  if (counter !== undefined) writeFileSync(counter.file, new Uint8Array(8));
  const began = performance.now();
  const child = spawn(process.execPath, argv, {
    cwd,
    env: { ...env, ...environmentOf(stop, counter) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that all that it starts can be killed with it.
    detached: true,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (until === 'output') child.kill('SIGTERM');
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const timer =
    stop.kind === 'after' ? setTimeout(killed, stop.ms, child.pid, stop.whom) : undefined;
  const code = await ended;
  clearTimeout(timer);
  await groupEnded(child.pid);
  const calls = counter === undefined ? 0 : countIn(counter);
  return { code, stdout, stderr, calls, ms: performance.now() - began };
}

function killed(pid: number | undefined, whom: 'one' | 'all'): void {
  try {
    if (pid !== undefined) process.kill(whom === 'all' ? -pid : pid, 'SIGKILL');
  } catch {
    // It ended by itself just before.
  }
}

/** A git whose caller was killed goes on for a moment. */
async function groupEnded(pid: number | undefined): Promise<void> {
  for (let turn = 0; turn < 200 && pid !== undefined && alive(pid); turn++) await sleep(10);
}

function alive(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
