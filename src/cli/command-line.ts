import type { CommanderError } from 'commander';
import { Command } from 'commander';
import { type GlobalOptions, Session } from './session.ts';
import type { Surroundings } from './surroundings.ts';

/** What `--help` of a command says beside its options. */
export interface CommandHelp {
  /** One line for the list of commands. */
  readonly summary: string;
  /** A paragraph; the summary where it is absent. */
  readonly description?: string;
  /** A command line and what it does. */
  readonly examples: readonly (readonly [command: string, does: string])[];
  /** What each exit code of this command means, beside 3 and 64. */
  readonly exit: Readonly<Record<number, string>>;
}

/** A command answers with the exit code of the process. */
export type Handler<Arguments extends readonly unknown[]> = (
  session: Session,
  ...args: Arguments
) => Promise<number>;

const everywhere = { 3: 'a fault of the software', 64: 'wrong usage' } as const;

function afterHelp(help: CommandHelp): string {
  const room = Math.max(...help.examples.map(([command]) => command.length));
  const examples = help.examples.map(([command, does]) => `  ${command.padEnd(room)}  ${does}`);
  const codes = Object.entries({ ...help.exit, ...everywhere }).map(
    ([code, meaning]) => `  ${code.padEnd(2)}  ${meaning}`,
  );
  return ['', 'Examples:', ...examples, '', 'Exit codes:', ...codes].join('\n');
}

/** The tree of commands of one run, and the exit code that the command gave. */
export class CommandLine {
  readonly program: Command;
  exitCode = 0;
  readonly #surroundings: Surroundings;

  constructor(surroundings: Surroundings, version: string) {
    this.#surroundings = surroundings;
    const { stdout, stderr, terminal } = surroundings;
    this.program = new Command('qms')
      .description('Document control for quality management, backed by Git.')
      .option('-C <folder>', 'run in this folder')
      .option('--json', 'print one JSON document on standard output')
      .option('--anchor <digest>', 'the anchor of the register, sha256:…')
      .option('--head <head>', 'the newest release that is known, <n>:sha256:…')
      .version(`qms ${version}`, '-V, --version', 'print the version')
      .helpOption('-h, --help', 'print this help')
      .helpCommand(false)
      .showHelpAfterError('Help: qms --help, or qms <command> --help.')
      .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(terminal.columns, 100) })
      .configureOutput({
        writeOut: (text) => void stdout.write(text),
        writeErr: (text) => void stderr.write(text),
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      })
      .exitOverride();
  }

  /**
   * Add a command.
   * @param usage    Name and arguments, `show <id>`.
   * @param options  Adds the options that only this command has.
   */
  add<Arguments extends readonly unknown[]>(
    usage: string,
    help: CommandHelp,
    options: (command: Command) => Command,
    handler: Handler<Arguments>,
  ): void {
    const command = this.program
      .command(usage)
      .summary(help.summary)
      .description(help.description ?? help.summary)
      .addHelpText('after', afterHelp(help));
    options(command).action(async (...args: unknown[]) => {
      const session = new Session(this.#surroundings, this.globalOptions());
      // Commander hands over the arguments, the options, and the command itself last.
      this.exitCode = await handler(session, ...(args.slice(0, -1) as unknown as Arguments));
    });
  }

  /** The options given before or after the command. */
  globalOptions(): GlobalOptions {
    return this.program.opts<GlobalOptions>();
  }
}

/** The exit code of what Commander ended early: help and version are no failure. */
export function exitCodeOfCommander(error: CommanderError): number {
  return error.exitCode === 0 ? 0 : 64;
}
