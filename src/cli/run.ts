import { CommandLine } from './command-line.ts';
import { addApprove } from './commands/approve.ts';
import { addCheck } from './commands/check.ts';
import { addDemo } from './commands/demo.ts';
import { addExplain } from './commands/explain.ts';
import { addHistory } from './commands/history.ts';
import { addHook } from './commands/hook.ts';
import { addInit } from './commands/init.ts';
import { addList } from './commands/list.ts';
import { addNew } from './commands/new.ts';
import { addRelease } from './commands/release.ts';
import { addRevise } from './commands/revise.ts';
import { addServe } from './commands/serve.ts';
import { addShow } from './commands/show.ts';
import { addVerify } from './commands/verify.ts';
import { answerFailure } from './failure.ts';
import { Session } from './session.ts';
import type { Surroundings } from './surroundings.ts';
import { readVersion } from './version.ts';

/** In the order of the work, which is the order of `qms --help`. */
const commands = [
  addInit,
  addNew,
  addRevise,
  addCheck,
  addApprove,
  addRelease,
  addList,
  addShow,
  addHistory,
  addVerify,
  addServe,
  addHook,
  addExplain,
  addDemo,
];

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
    for (const add of commands) add(line);
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
