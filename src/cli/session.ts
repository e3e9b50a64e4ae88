import { resolve } from 'node:path';
import { formatJson } from '../audit/json.ts';
import type { Problem } from '../problem/problem.ts';
import { exitCodes, outcomeOf } from '../problem/problem.ts';
import { type Paint, paintFor } from './paint.ts';
import { countProblems, formatProblems } from './problem-text.ts';
import type { Surroundings } from './surroundings.ts';

/** The options that every command understands. */
export interface GlobalOptions {
  /** `-C <folder>`. */
  readonly C?: string;
  readonly json?: boolean;
  readonly anchor?: string;
  readonly head?: string;
}

/** The command was called in a way that can not be: exit code 64. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** One run of one command: where it runs, what was asked, and how it answers. */
export class Session {
  readonly surroundings: Surroundings;
  readonly options: GlobalOptions;
  /** Absolute path of the folder in which the command runs. */
  readonly folder: string;
  readonly paint: Paint;
  readonly paintError: Paint;

  constructor(surroundings: Surroundings, options: GlobalOptions) {
    this.surroundings = surroundings;
    this.options = options;
    this.folder = resolve(surroundings.cwd, options.C ?? '.');
    this.paint = paintFor('output', surroundings);
    this.paintError = paintFor('error', surroundings);
  }

  get json(): boolean {
    return this.options.json === true;
  }

  /** Columns of the terminal behind standard output, undefined where it is none. */
  get columns(): number | undefined {
    const { terminal } = this.surroundings;
    return terminal.output ? terminal.columns : undefined;
  }

  /** Data, on standard output. */
  print(text: string): void {
    this.surroundings.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  printJson(value: unknown): void {
    this.surroundings.stdout.write(formatJson(value));
  }

  /** What a person should know, on standard error. */
  say(text: string): void {
    this.surroundings.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** What the program is doing, on standard error and only on a terminal. */
  progress(text: string): void {
    if (this.surroundings.terminal.error) this.say(this.paintError('gray', text));
  }

  /** Problems as text on standard error. */
  sayProblems(problems: readonly Problem[]): void {
    if (problems.length === 0) return;
    const { terminal } = this.surroundings;
    const columns = terminal.error ? terminal.columns : undefined;
    this.say(formatProblems(problems, this.paintError, columns));
  }

  /**
   * Problems with a closing line that says how many and what to do next.
   * @returns The exit code that the problems give.
   */
  answerProblems(problems: readonly Problem[]): number {
    this.sayProblems(problems);
    const first = problems[0];
    const count = countProblems(problems);
    if (first !== undefined) this.say(`${count}. What one means: qms explain ${first.code}`);
    return exitCodes[outcomeOf(problems)];
  }
}
