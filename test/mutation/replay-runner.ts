/**
 * Runs the recorded verifications for Stryker, all in one process: nothing is loaded again from
 * one mutant to the next, so that a mutant costs as long as its verifications take.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { decidedBy } from './recording.ts';
import type * as Replay from './replay.ts';

/** What the instrumented sources look at and count in (Stryker's instrumenter). */
interface Instruments {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: unknown;
}

/** The parts of Stryker's requests that are looked at. */
interface MutantRun {
  readonly activeMutant: { readonly id: string };
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
}

/** Cases that a mutant meets at most; `packRecording` puts different ones first. */
const mostCases = Number(process.env['MOST_CASES'] ?? 500);

/** `2/3`: every third mutant, from the second on. */
const [part = 1, parts = 1] = (process.env['SAMPLE_OF_MUTANTS'] ?? '1/1').split('/').map(Number);

/** Beside the sources: a long run that is ended goes on from here. */
const resultsFile = `mutants-${String(mostCases)}.jsonl`;

const instruments = ((globalThis as { __stryker__?: Instruments }).__stryker__ ??= {});

interface Result {
  readonly status: string;
  readonly [more: string]: unknown;
}

class ReplayRunner {
  #recording: Replay.Recording = { cases: [], objects: new Map() };
  /** By the id of the case, what is decided, as one text. */
  #expected: ReadonlyMap<string, string> = new Map();
  #replay: typeof Replay | undefined;
  #decidedBy: typeof decidedBy | undefined;
  /** What became of mutants in a run over the same tree that was ended. */
  #known: ReadonlyMap<string, Result> = new Map();

  capabilities(): { reloadEnvironment: boolean } {
    return { reloadEnvironment: false };
  }

  async init(): Promise<void> {
    this.#replay = await import('./replay.ts');
    this.#decidedBy = (await import('./recording.ts')).decidedBy;
    this.#recording = this.#replay.readRecording(process.env['RECORDED_VERIFICATIONS'] ?? '');
    this.#expected = new Map(
      this.#recording.cases.map(({ id, decided }) => [id, JSON.stringify(decided)]),
    );
    this.#known = this.#readResults();
  }

  #readResults(): ReadonlyMap<string, Result> {
    if (!existsSync(resultsFile)) return new Map();
    const lines = readFileSync(resultsFile, 'utf8').split('\n').slice(0, -1);
    return new Map(lines.map((line) => JSON.parse(line) as [string, Result]));
  }

  async dryRun(): Promise<unknown> {
    const tests = [];
    for (const { id, test } of this.#recording.cases) {
      instruments.currentTestId = id;
      const begin = performance.now();
      const failure = await this.#fault(id, false);
      const timeSpentMs = performance.now() - begin;
      const result = failure === undefined ? { status: 0 } : { status: 1, failureMessage: failure };
      tests.push({ id, name: `${id} ${test}`, timeSpentMs, ...result });
    }
    instruments.currentTestId = undefined;
    return { status: 'complete', tests, mutantCoverage: instruments.mutantCoverage };
  }

  async mutantRun(asked: MutantRun): Promise<Result> {
    if (Number(asked.activeMutant.id) % parts !== part - 1) {
      return { status: 'error', errorMessage: 'not in the sample' };
    }
    const { id } = asked.activeMutant;
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const result = await this.#run(asked);
    appendFileSync(resultsFile, `${JSON.stringify([id, result])}\n`);
    return result;
  }

  async #run({ activeMutant, testFilter, hitLimit }: MutantRun): Promise<Result> {
    const chosen = new Set(testFilter ?? this.#recording.cases.map(({ id }) => id));
    this.#replay?.forgetBeginnings();
    Object.assign(instruments, { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
    let nrOfTests = 0;
    try {
      for (const { id } of this.#recording.cases) {
        if (!chosen.has(id)) continue;
        if (nrOfTests === mostCases) break;
        nrOfTests++;
        const failureMessage = await this.#fault(id, true);
        if (hitLimit !== undefined && (instruments.hitCount ?? 0) > hitLimit) {
          return { status: 'timeout', reason: 'the mutant was reached too often' };
        }
        if (failureMessage !== undefined) {
          return { status: 'killed', killedBy: [id], failureMessage, nrOfTests };
        }
      }
      return { status: 'survived', nrOfTests };
    } finally {
      instruments.activeMutant = undefined;
    }
  }

  /** How a case is decided otherwise than it was, if it is. */
  async #fault(id: string, share: boolean): Promise<string | undefined> {
    const one = this.#recording.cases.find((each) => each.id === id);
    if (one === undefined || this.#replay === undefined) throw new Error(`no case ${id}`);
    try {
      const decided = this.#decidedBy?.(await this.#replay.replay(this.#recording, one, share));
      return decided === this.#expected.get(id) ? undefined : 'it is decided otherwise';
    } catch (error) {
      return String(error);
    }
  }
}

/** What Stryker looks for in a file of plugins. */
export const strykerPlugins = [
  { kind: 'TestRunner', name: 'replay', factory: () => new ReplayRunner() },
];
