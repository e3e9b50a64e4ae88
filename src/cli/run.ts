import { CommandLine } from './command-line.ts';
import { answerFailure } from './failure.ts';
import { Session } from './session.ts';
import type { Surroundings } from './surroundings.ts';
import { readVersion } from './version.ts';

/** Adds a command to the command line. */
type Add = (line: CommandLine) => void;

/** In the order of the work, which is the order of `qms --help`. */
const commands: ReadonlyMap<string, () => Promise<Add>> = new Map([
  ['init', async () => (await import('./commands/init.ts')).addInit],
  ['new', async () => (await import('./commands/new.ts')).addNew],
  ['revise', async () => (await import('./commands/revise.ts')).addRevise],
  ['check', async () => (await import('./commands/check.ts')).addCheck],
  ['approve', async () => (await import('./commands/approve.ts')).addApprove],
  ['release', async () => (await import('./commands/release.ts')).addRelease],
  ['list', async () => (await import('./commands/list.ts')).addList],
  ['show', async () => (await import('./commands/show.ts')).addShow],
  ['history', async () => (await import('./commands/history.ts')).addHistory],
  ['verify', async () => (await import('./commands/verify.ts')).addVerify],
  ['serve', async () => (await import('./commands/serve.ts')).addServe],
  ['hook', async () => (await import('./commands/hook.ts')).addHook],
  ['explain', async () => (await import('./commands/explain.ts')).addExplain],
  ['demo', async () => (await import('./commands/demo.ts')).addDemo],
]);

const globalOption = /^(-C|--json$|--anchor\b|--head\b)/u;
const takesValue = /^(-C|--anchor|--head)$/u;

/**
 * What adds the commands that a command line needs: the one that it names, none for the version,
 * otherwise all, for the help and for what was perhaps meant. To load all of them takes a third of
 * a start of Node.
 */
async function adding(argv: readonly string[]): Promise<readonly Add[]> {
  let at = 0;
  while (globalOption.test(argv[at] ?? '')) at += takesValue.test(argv[at] ?? '') ? 2 : 1;
  const first = argv[at] ?? '';
  if (first === '--version' || first === '-V') return [];
  const named = commands.get(first);
  return Promise.all(named === undefined ? [...commands.values()].map((add) => add()) : [named()]);
}

/**
 * Run one command line.
 *
 * @param argv  The arguments behind the program's name.
 * @returns The exit code: 0 verified or done, 1 problems, 2 undecided, 3 a fault of the software,
 *   64 wrong usage, 130 interrupted. Everything else is said on the streams; nothing is thrown.
 */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const version = readVersion();
  const line = new CommandLine(surroundings, version);
  try {
    for (const add of await adding(argv)) add(line);
    if (argv.length === 0) {
      line.program.outputHelp();
      return 0;
    }
    await line.program.parseAsync([...argv], { from: 'user' });
    return line.exitCode;
  } catch (error) {
    return answerFailure(error, new Session(surroundings, line.globalOptions()), version);
  }
}
