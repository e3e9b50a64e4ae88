/** Programs that are measured: how long they take, and what our own ones use. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Corpus, gitEnvironment } from './corpus.ts';

export type Command = readonly [program: string, ...args: string[]];

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Exit codes that are no failure; only 0 unless given. */
  readonly accept?: readonly number[];
}

/** A build of the command: the file that Node runs. */
export interface Build {
  readonly bin: string;
}

export const root = path.dirname(import.meta.dirname);
export const thisBuild: Build = { bin: path.join(root, 'dist', 'cli', 'bin.js') };

/** The command in a repository, with the anchor of its corpus. */
export function qms(
  corpus: Pick<Corpus, 'folder' | 'anchor'>,
  args: readonly string[],
  build = thisBuild,
): Command {
  return [process.execPath, build.bin, '-C', corpus.folder, '--anchor', corpus.anchor, ...args];
}

export const nodeStart: Command = [process.execPath, '-e', '0'];

/** Milliseconds that a piece of work takes. */
export async function timeOf(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Milliseconds from starting a program to its end. Its output is read and thrown away. */
export async function timeOfProgram(command: Command, options: RunOptions): Promise<number> {
  return timeOf(() => runToEnd(command, options));
}

/** A command as a reason names it: long paths and digests say nothing there. */
function shortOf(command: readonly string[]): string {
  const words = command.map((word) => (word.includes('/') ? path.basename(word) : word));
  return words.map((word) => (word.length > 40 ? `${word.slice(0, 40)}…` : word)).join(' ');
}

function runToEnd(
  [program, ...args]: Command,
  options: RunOptions,
  started?: (child: ChildProcess) => void,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...gitEnvironment, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started?.(child);
    let said = '';
    child.stdout.resume();
    child.stderr.on('data', (chunk: Buffer) => {
      if (said.length < 2000) said += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      // Without this, a command that fails at once would look quick.
      if (code !== null && (options.accept ?? [0]).includes(code)) resolve();
      else
        reject(
          new Error(
            `${shortOf([program, ...args])} ended with ${code ?? 'a signal'}: ${said.trim()}`,
          ),
        );
    });
  });
}

/** What a process of ours used, from its start to its end. */
export interface Used {
  readonly ms: number;
  /** User and system time of the process with all its threads, without its children. */
  readonly cpuMs: number;
  /** The most memory that the process itself had resident (VmHWM), in MiB. */
  readonly peakMb: number;
  /** The most that its children had resident together, in MiB, looked at ten times a second. */
  readonly childrenMb: number;
}

/** Run a command of ours and learn what it used. */
export async function useOfProgram(command: Command, options: RunOptions): Promise<Used> {
  const folder = mkdtempSync(path.join(tmpdir(), 'git-qms-report-'));
  const file = path.join(folder, 'used.json');
  const [program, ...args] = command;
  const preload = ['--import', path.join(import.meta.dirname, 'exit-report.js')];
  let childrenMb = 0;
  let timer: NodeJS.Timeout | undefined;
  const watch = (child: ChildProcess) => {
    timer = setInterval(() => {
      childrenMb = Math.max(childrenMb, childrenMemory(child.pid ?? 0));
    }, 100);
  };
  try {
    const env = { ...options.env, QMS_BENCH_REPORT: file };
    const ms = await timeOf(() =>
      runToEnd([program, ...preload, ...args], { ...options, env }, watch),
    );
    const { cpuMs, peakMb } = JSON.parse(readFileSync(file, 'utf8')) as Used;
    return { ms, cpuMs, peakMb, childrenMb };
  } finally {
    clearInterval(timer);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resident and highest resident memory of a running process, in MiB. */
export function memoryOf(pid: number): { readonly residentMb: number; readonly peakMb: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+([0-9]+) kB$`, 'm').exec(status)?.[1] ?? 0);
  return { residentMb: kilobytes('VmRSS') / 1024, peakMb: kilobytes('VmHWM') / 1024 };
}

/** What a process started and has not ended, and what that started. */
function descendantsOf(pid: number): readonly number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) => {
      const text = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim();
      return text === '' ? [] : text.split(' ').map(Number);
    });
    return children.flatMap((child) => [child, ...descendantsOf(child)]);
  } catch {
    // It ended while it was looked at.
    return [];
  }
}

/** Resident memory of what a process started, and of what that started, together in MiB. */
export function childrenMemory(pid: number): number {
  let sum = 0;
  for (const each of descendantsOf(pid)) {
    try {
      sum += memoryOf(each).residentMb;
    } catch {
      // It ended meanwhile.
    }
  }
  return sum;
}

/** Ticks of processor time, of 10 ms each, of a process and of each of its descendants. */
function ticksOf(pid: number): ReadonlyMap<number, number> {
  const ticks = new Map<number, number>();
  for (const each of [pid, ...descendantsOf(pid)]) {
    try {
      // The name, in parentheses, may contain anything; user and system time are 12 words on.
      const [, rest = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${each}/stat`, 'utf8')) ?? [];
      const words = rest.split(' ');
      ticks.set(each, Number(words[11]) + Number(words[12]));
    } catch {
      // It ended meanwhile.
    }
  }
  return ticks;
}

const lookMs = 500;
/** Less than a tenth of one core is rest: a server looks at something now and then. */
const ticksAtRest = 5;
const looksAtRest = 4;

/** Wait until a process and all that it started have done next to nothing for two seconds. */
export async function untilAtRest(pid: number, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  let before = ticksOf(pid);
  for (let quiet = 0; quiet < looksAtRest;) {
    if (performance.now() > end) {
      throw new Error(`Process ${pid} did not come to rest within ${withinMs / 1000} s.`);
    }
    await sleep(lookMs);
    const now = ticksOf(pid);
    const busy = [...now].reduce((sum, [each, ticks]) => sum + ticks - (before.get(each) ?? 0), 0);
    quiet = busy < ticksAtRest ? quiet + 1 : 0;
    before = now;
  }
}
