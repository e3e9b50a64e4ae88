import type { ProblemCode } from '../problem/codes.ts';
import { makeProblem, type Problem, type ProblemFacts, QmsError } from '../problem/problem.ts';

/** Collects what is found about one release, so that each finding says where. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly #ref: string;
  readonly #release: number;

  constructor(release: number) {
    this.#release = release;
    this.#ref = `refs/tags/qms/release/${String(release)}`;
  }

  get place(): { readonly ref: string } {
    return { ref: this.#ref };
  }

  find(code: ProblemCode, message: string, more: Partial<ProblemFacts> = {}): void {
    this.problems.push(
      makeProblem(code, { place: this.place, release: this.#release, ...more, message }),
    );
  }

  /** Take over problems that were found without knowing the release. */
  take(problems: readonly Problem[], more: Partial<Problem> = {}): void {
    for (const problem of problems) {
      this.problems.push({ ...problem, release: this.#release, ...more });
    }
  }

  /**
   * Run a step; what it throws because something could not be read becomes a problem of the
   * release, with the severity of its code.
   * @returns Undefined where the step could not be finished.
   */
  async attempt<T>(step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof QmsError)) throw error;
      this.take(error.problems.map((one) => ({ ...one, place: { ...this.place, ...one.place } })));
      return undefined;
    }
  }

  /** Whether nothing was found that keeps the release from counting. */
  isGood(): boolean {
    return this.problems.every((problem) => problem.severity === 'warning');
  }
}
