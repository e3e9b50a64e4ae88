import { type ProblemCode, problemCodes } from './codes.ts';

/**
 * How a finding bears on the outcome of a verification (shared register format, "Severity").
 * Any `error` makes it *problems*; otherwise any `unknown` makes it *undecided*.
 */
export type Severity = 'error' | 'unknown' | 'warning';

/** Where a problem is. A file of the working tree or a tree (`file`), a ref, or an object. */
export interface Place {
  /** Path from the repository root, or an absolute path outside it. */
  readonly file?: string;
  /** Line, counted from 1. */
  readonly line?: number;
  /** Column in UTF-16 code units, counted from 1. */
  readonly column?: number;
  /** Full ref name, `refs/tags/qms/release/3`. */
  readonly ref?: string;
  /** Object id, 40 hex digits. */
  readonly object?: string;
  /** Field of the front matter, rules or statement: `approvals[1].role`. */
  readonly field?: string;
}

/** A finding: data that is returned, all at once, never thrown. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** One sentence or two: what is, and what was expected. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly remedy: string;
  readonly place: Place;
  /** The other end of the problem: the first of two documents with one id, say. */
  readonly related?: Place;
  readonly document?: string;
  readonly revision?: string;
  readonly release?: number;
}

/** The facts of one problem; severity and remedy come from the table unless they are given. */
export interface ProblemFacts {
  readonly message: string;
  readonly place: Place;
  readonly remedy?: string;
  readonly severity?: Severity;
  readonly related?: Place;
  readonly document?: string;
  readonly revision?: string;
  readonly release?: number;
}

/** Make a problem from its code and facts. */
export function makeProblem(code: ProblemCode, facts: ProblemFacts): Problem {
  const entry = problemCodes[code];
  return {
    code,
    severity: facts.severity ?? entry.severity,
    message: facts.message,
    remedy: facts.remedy ?? entry.remedy,
    place: facts.place,
    ...(facts.related === undefined ? {} : { related: facts.related }),
    ...(facts.document === undefined ? {} : { document: facts.document }),
    ...(facts.revision === undefined ? {} : { revision: facts.revision }),
    ...(facts.release === undefined ? {} : { release: facts.release }),
  };
}

/**
 * The answer would be unfounded: thrown where something could not be checked or done, never
 * returned as `false` or an empty list. Carries the problems that say why.
 */
export class QmsError extends Error {
  override readonly name = 'QmsError';
  readonly problems: readonly [Problem, ...Problem[]];

  constructor(first: Problem, ...rest: readonly Problem[]) {
    super(first.message);
    this.problems = [first, ...rest];
  }

  get code(): ProblemCode {
    return this.problems[0].code;
  }

  /** Shorthand for the common case of one problem. */
  static of(code: ProblemCode, facts: ProblemFacts): QmsError {
    return new QmsError(makeProblem(code, facts));
  }
}

/** The outcome of a set of problems: any error, otherwise any unknown, otherwise verified. */
export type Outcome = 'verified' | 'problems' | 'undecided';

/** Decide the outcome of a verification from its problems (shared register format, "Severity"). */
export function outcomeOf(problems: Iterable<Problem>): Outcome {
  let outcome: Outcome = 'verified';
  for (const problem of problems) {
    if (problem.severity === 'error') return 'problems';
    if (problem.severity === 'unknown') outcome = 'undecided';
  }
  return outcome;
}

/** Exit codes, everywhere the same (shared register format, "Outcomes and exit codes"). */
export const exitCodes = { verified: 0, problems: 1, undecided: 2, fault: 3, usage: 64 } as const;
