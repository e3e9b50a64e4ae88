/** The harness: warm-up, interleaved runs, medians and spread. */
import { spawn } from 'node:child_process';

/** What one side of a comparison took, over all runs. */
export interface Sample {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** One line of the result: what we took, what the peer took, and the ratio of the two. */
export interface Row {
  readonly work: string;
  readonly peer: string;
  readonly unit: 'ms' | 'requests/s';
  readonly ours: Sample;
  readonly peers: Sample;
  /** Ours by the peer's: below 1 is quicker than the peer for times, above 1 for rates. */
  readonly ratio: number;
  /** As a sentence: `at most 2`. */
  readonly goal: string;
  readonly reached: boolean;
  /** What must be known to read the line. */
  readonly note?: string;
}

export interface Goal {
  readonly atMost?: number;
  readonly atLeast?: number;
}

export function sampleOf(values: readonly number[]): Sample {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle];
  const [lowest] = sorted;
  const highest = sorted.at(-1);
  if (upper === undefined || lower === undefined || lowest === undefined || highest === undefined) {
    throw new Error('A sample needs at least one value.');
  }
  return { median: (upper + lower) / 2, lowest, highest };
}

/**
 * Measure two sides in turn, so that a machine that slows down slows both.
 *
 * @param runs  Counted runs of each side, after one that is not counted.
 * @returns What the sides themselves answer, in order: milliseconds, or requests a second.
 */
export async function interleave(
  ours: () => Promise<number>,
  peer: () => Promise<number>,
  runs: number,
): Promise<readonly [ours: Sample, peer: Sample]> {
  await ours();
  await peer();
  const measured: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    measured[0].push(await ours());
    measured[1].push(await peer());
  }
  return [sampleOf(measured[0]), sampleOf(measured[1])];
}

export function rowOf(
  facts: Pick<Row, 'work' | 'peer' | 'unit' | 'note'>,
  [ours, peers]: readonly [Sample, Sample],
  { atMost, atLeast }: Goal,
): Row {
  const ratio = ours.median / peers.median;
  const goal = [
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
  ].join(', ');
  const reached = ratio <= (atMost ?? Infinity) && ratio >= (atLeast ?? 0);
  return { ...facts, ours, peers, ratio, goal, reached };
}

/** Milliseconds that a piece of work takes. */
export async function timeOf(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Milliseconds from starting a program to its end. Its output is read and thrown away. */
export async function timeOfProgram(
  command: readonly [program: string, ...args: string[]],
  options: {
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    /** Exit codes that are no failure; only 0 unless given. */
    readonly accept?: readonly number[];
  },
): Promise<number> {
  const [program, ...args] = command;
  return timeOf(
    () =>
      new Promise<void>((resolve, reject) => {
        const child = spawn(program, args, {
          cwd: options.cwd,
          env: options.env,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let said = '';
        child.stdout.resume();
        child.stderr.on('data', (chunk: Buffer) => {
          if (said.length < 4000) said += chunk.toString();
        });
        child.on('error', reject);
        child.on('close', (code) => {
          // Without this, a command that fails at once would look quick.
          if (code !== null && (options.accept ?? [0]).includes(code)) resolve();
          else reject(new Error(`${command.join(' ')} ended with ${code ?? 'a signal'}: ${said}`));
        });
      }),
  );
}

const digits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, useGrouping: true });

function shown({ median, lowest, highest }: Sample): string {
  const [m, l, h] = [median, lowest, highest].map((value) => digits.format(value));
  return `${m ?? ''} (${l ?? ''}–${h ?? ''})`;
}

/** The rows as a table for a terminal. */
export function formatTable(rows: readonly Row[]): string {
  const head = ['work', 'ours', 'peer', 'peer took', 'ratio', 'goal', ''];
  const body = rows.map((row) => [
    row.work,
    `${shown(row.ours)} ${row.unit}`,
    row.peer,
    `${shown(row.peers)} ${row.unit}`,
    digits.format(row.ratio),
    row.goal,
    row.reached ? 'reached' : 'missed',
  ]);
  const widths = head.map((cell, i) =>
    Math.max(cell.length, ...body.map((line) => line[i]?.length ?? 0)),
  );
  const lines = [head, widths.map((width) => '-'.repeat(width)), ...body].map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const notes = rows.flatMap((row) => (row.note === undefined ? [] : [`${row.work}: ${row.note}`]));
  return [...lines, ...(notes.length > 0 ? ['', ...notes] : []), ''].join('\n');
}
