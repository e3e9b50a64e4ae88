/** The arithmetic of the harness: sides measured in turn, samples, pairs, goals. */

/** What one side took over all counted runs. */
export interface Sample {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

export type Unit = 'ms' | 'requests/s' | 'MB';

/**
 * What a row has to reach: a ratio to the peer, or an amount in the row's own unit, by the median
 * or, for memory and tails, by the worst of our runs. A row without a goal is for information.
 */
export type Goal =
  | { readonly ratioAtMost: number }
  | { readonly ratioAtLeast: number }
  | { readonly atMost: number; readonly judged?: 'median' | 'highest' };

/** What a peer or a limit took in the same run. */
export interface Compared {
  readonly peer: string;
  readonly took: Sample;
  /** Of each of our runs to the run of the peer beside it. */
  readonly ratio: Sample;
}

/** One line of the result. */
export interface Row {
  readonly work: string;
  /** The corpus, in short. */
  readonly on: string;
  readonly unit: Unit;
  /** How many of our runs were counted. */
  readonly rounds: number;
  readonly ours: Sample;
  readonly compared?: Compared;
  /** Absent for information. */
  readonly goal?: {
    /** What is judged: the ratio to the peer, or what ours took. */
    readonly of: 'ratio' | 'ours';
    /** `at most 2 ×`, `at most 100 ms`. */
    readonly text: string;
    readonly reached: boolean;
  };
  /** What must be known to read the line. */
  readonly note?: string;
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

/** The ratio of each run to the run beside it, so that a machine that slows down slows both. */
export function pairedRatio(ours: readonly number[], peers: readonly number[]): Sample {
  if (ours.length !== peers.length) throw new Error('Pairs need as many runs on both sides.');
  return sampleOf(ours.map((value, run) => value / (peers[run] ?? NaN)));
}

type Sides = Readonly<Record<string, () => Promise<unknown>>>;
type Runs<S extends Sides> = {
  readonly [Side in keyof S]: readonly Awaited<ReturnType<S[Side]>>[];
};

/**
 * Measure sides in turn: each round runs every side once, every other round in reverse order, so
 * that what changes on the machine meanwhile falls on all of them.
 *
 * @param runs Counted rounds, after one that is not counted.
 * @returns What each side answered, in the order of the rounds.
 */
export async function inTurn<S extends Sides>(sides: S, runs: number): Promise<Runs<S>> {
  const names = Object.keys(sides);
  const answers: Record<string, unknown[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round <= runs; round += 1) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      const answer = await sides[name]?.();
      if (round > 0) answers[name]?.push(answer);
    }
  }
  return answers as Runs<S>;
}

/** Judge a row by its goal. */
function judge(goal: Goal, unit: Unit, ours: Sample, compared: Compared | undefined) {
  if ('atMost' in goal) {
    const reached = ours[goal.judged ?? 'median'] <= goal.atMost;
    return { of: 'ours', text: `at most ${goal.atMost} ${unit}`, reached } as const;
  }
  if (compared === undefined) throw new Error('A ratio needs a peer.');
  const ratio = compared.ratio.median;
  return 'ratioAtMost' in goal
    ? ({
        of: 'ratio',
        text: `at most ${goal.ratioAtMost} ×`,
        reached: ratio <= goal.ratioAtMost,
      } as const)
    : ({
        of: 'ratio',
        text: `at least ${goal.ratioAtLeast} ×`,
        reached: ratio >= goal.ratioAtLeast,
      } as const);
}

/** Make a row of our runs and, where there is one, of those of the peer beside them. */
export function rowOf(
  facts: Pick<Row, 'work' | 'on' | 'unit' | 'note'>,
  runs: {
    readonly ours: readonly number[];
    readonly peer?: { readonly name: string; readonly took: readonly number[] };
  },
  goal?: Goal,
): Row {
  const ours = sampleOf(runs.ours);
  const compared = runs.peer && {
    peer: runs.peer.name,
    took: sampleOf(runs.peer.took),
    ratio: pairedRatio(runs.ours, runs.peer.took),
  };
  return {
    ...facts,
    rounds: runs.ours.length,
    ours,
    ...(compared && { compared }),
    ...(goal && { goal: judge(goal, facts.unit, ours, compared) }),
  };
}
