import { Random } from '../support/random.ts';
import { cpuMs } from './cpu-time.ts';
import { mostInputBytes, mutate } from './mutate.ts';
import type { Target } from './target.ts';

/** A broken promise, with the smallest input that was found to break it. */
export interface Finding {
  readonly target: string;
  readonly what: string;
  readonly input: Buffer;
}

/** What was counted for one parser. */
export interface TargetCounts {
  readonly target: string;
  readonly inputs: number;
  readonly accepted: number;
  /** Inputs that were well-formed as far as the grammar goes, and were not changed. */
  readonly generated: number;
  readonly elapsedMs: number;
  /** The longest that one input took, and its size. */
  readonly slowestMs: number;
  readonly slowestBytes: number;
  readonly largestBytes: number;
  readonly findings: readonly Finding[];
}

/** Above this an input of at most 64 KiB is a finding. */
export const timeLimitMs = 1000;
/** Above this an input is run again, in case the machine was busy with something else. */
const suspiciousMs = 20;
const mostFindings = 5;
/** Accepted inputs that are kept to be changed further. */
const poolSize = 256;

/** Run the parser once; the answer is what went wrong, or whether it accepted. */
async function judge(target: Target, input: Buffer): Promise<boolean | string> {
  try {
    const accepted = target.check(input);
    return typeof accepted === 'boolean' ? accepted : await accepted;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

/** The processor time of one run in ms: the least of a few. */
async function timeOf(target: Target, input: Buffer, runs = 3): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < runs; run += 1) {
    const start = cpuMs();
    await judge(target, input);
    least = Math.min(least, cpuMs() - start);
  }
  return least;
}

/** Take parts out of an input as long as it still breaks the same promise. */
export async function shrink(target: Target, input: Buffer, what: string): Promise<Buffer> {
  const alike = what.slice(0, 40);
  let small = input;
  for (let part = Math.ceil(input.length / 2); part >= 1; part = Math.floor(part / 2)) {
    for (let at = 0; at < small.length;) {
      const less = Buffer.concat([small.subarray(0, at), small.subarray(at + part)]);
      const answer = await judge(target, less);
      if (typeof answer === 'string' && answer.startsWith(alike)) small = less;
      else at += part;
    }
  }
  return small;
}

/** Is told of each input before it runs, so that somebody outside can see which one hangs. */
export type Watch = (input: Buffer) => void;

/**
 * Give a parser so many inputs: some of its grammar, most of them changed, and those that it
 * accepted changed further. The same seed gives the same inputs.
 */
export async function fuzzTarget(
  target: Target,
  count: number,
  seed: number,
  watch: Watch = () => undefined,
): Promise<TargetCounts> {
  const random = new Random(seed);
  const pool = [...target.seeds];
  const findings: Finding[] = [];
  let [accepted, generated, slowestMs, slowestBytes, largestBytes] = [0, 0, 0, 0, 0];
  const started = performance.now();
  for (let at = 0; at < count; at += 1) {
    const isGrammar = random.oneIn(3);
    const base = isGrammar ? target.generate(random) : random.pick(pool);
    const isPlain = isGrammar && random.oneIn(4);
    const input = isPlain
      ? base.subarray(0, mostInputBytes)
      : mutate(base, random, target.tokens, random.pick(pool));
    if (isPlain) generated += 1;
    if (input.length > largestBytes) largestBytes = input.length;
    watch(input);
    const before = performance.now();
    const running = judgeNow(target, input);
    const answer = typeof running === 'object' ? await running : running;
    let elapsed = performance.now() - before;
    if (elapsed > suspiciousMs) elapsed = Math.min(elapsed, await timeOf(target, input));
    if (elapsed > slowestMs) [slowestMs, slowestBytes] = [elapsed, input.length];
    if (answer === true) {
      accepted += 1;
      // Large ones would slow down all that is made of them.
      if (input.length < 8192) {
        if (pool.length < poolSize) pool.push(Buffer.from(input));
        else if (random.oneIn(8)) pool[random.below(poolSize)] = Buffer.from(input);
      }
    }
    const what =
      typeof answer === 'string'
        ? answer
        : elapsed > timeLimitMs
          ? `took ${elapsed.toFixed(0)} ms`
          : undefined;
    if (
      what !== undefined &&
      findings.every((one) => one.what.slice(0, 60) !== what.slice(0, 60))
    ) {
      const small = typeof answer === 'string' ? await shrink(target, input, what) : input;
      findings.push({ target: target.name, what, input: small });
      if (findings.length >= mostFindings) {
        count = at + 1;
      }
    }
  }
  return {
    target: target.name,
    inputs: count,
    accepted,
    generated,
    elapsedMs: performance.now() - started,
    slowestMs,
    slowestBytes,
    largestBytes,
    findings,
  };
}

/** As `judge`, without a promise where the parser needs none: most inputs take microseconds. */
function judgeNow(target: Target, input: Buffer): boolean | string | Promise<boolean | string> {
  try {
    const accepted = target.check(input);
    if (typeof accepted === 'boolean') return accepted;
    return accepted.catch((error: unknown) => String(error));
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

/** The growth of the time with the length of an input that repeats one piece. */
export interface Growth {
  readonly target: string;
  readonly tried: number;
  /** The steepest: how often the time doubled when the length did, where it is long enough to say. */
  readonly steepest: number;
  readonly findings: readonly Finding[];
}

/**
 * Repeat a piece inside an input, then four times as often, and see whether the time grows with
 * the length or with its square: sixteen times as long is quadratic.
 *
 * @param leastMs Below this nothing is asked further: it is too quick to say.
 */
export async function growthOf(
  target: Target,
  count: number,
  seed: number,
  leastMs = 50,
): Promise<Growth> {
  const random = new Random(seed);
  const findings: Finding[] = [];
  let steepest = 0;
  for (let at = 0; at < count; at += 1) {
    const base = random.oneIn(2) ? target.generate(random) : random.pick(target.seeds);
    const cut = random.below(base.length + 1);
    const choices = random.oneIn(3) ? plainPieces : target.tokens;
    const pieces = Array.from({ length: random.between(1, 3) }, () => random.pick(choices));
    const piece = Buffer.concat(pieces.map((one) => one.subarray(0, 400)));
    if (piece.length === 0) continue;
    const rest = random.oneIn(2) ? base.subarray(cut) : Buffer.alloc(0);
    const repeated = (bytes: number): Buffer => {
      const times = Math.max(1, Math.floor(bytes / piece.length));
      const middle = Buffer.concat(Array.from({ length: times }, () => piece));
      return Buffer.concat([base.subarray(0, cut), middle, rest]);
    };
    const long = repeated(growthBytes);
    // What is quick at this length is quick, and what is measured of it says little.
    if ((await timeOf(target, long, 1)) < leastMs) continue;
    const power = powerOf(
      await timeOf(target, long),
      await timeOf(target, repeated(growthBytes * 4)),
    );
    steepest = Math.max(steepest, power);
    if (power < steep) continue;
    const what = `grows like the power ${power.toFixed(1)} with ${JSON.stringify(piece.toString('latin1'))}`;
    findings.push({ target: target.name, what, input: long });
  }
  return { target: target.name, tried: count, steepest, findings };
}

/** What patterns look at again and again, whatever the format. */
const plainPieces = [...'a0 \t\n<>"-=@.:,#'].map((piece) => Buffer.from(piece));

/** Repetitions are tried at this length and, where that takes long, at four times of it. */
const growthBytes = 256 * 1024;

/** Above this the time grows with the square; what lies between is a machine that is busy. */
const steep = 1.75;

/** The power of the length with which the time grows, told from a length and four times that. */
function powerOf(quarterMs: number, wholeMs: number): number {
  return Math.log2(wholeMs / Math.max(0.1, quarterMs)) / 2;
}
