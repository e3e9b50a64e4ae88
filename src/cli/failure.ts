import { createHash } from 'node:crypto';
import { CommanderError } from 'commander';
import { makeProblem, type Problem, QmsError, exitCodes } from '../problem/problem.ts';
import { exitCodeOfCommander } from './command-line.ts';
import type { Session } from './session.ts';
import { UsageError } from './session.ts';

/** The person ended a question (Ctrl-C, Escape): nothing was done. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** 128 and the number of SIGINT, as shells expect it. */
export const interruptedCode = 130;

function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function systemPath(error: unknown): string {
  if (error instanceof Error && 'path' in error && typeof error.path === 'string') {
    return error.path;
  }
  return '-';
}

/** What the operating system refused is no fault of the software: a problem with its remedy. */
function problemOfSystem(error: unknown): Problem | undefined {
  const file = systemPath(error);
  const message = error instanceof Error ? error.message : String(error);
  // So says Node where a folder and those above it can't be made, on a full disk as well.
  const unmade = error instanceof Error && 'syscall' in error && error.syscall === 'mkdir';
  switch (systemCode(error)) {
    case 'ENOENT':
      if (!unmade) return undefined;
      return makeProblem('cli/disk-full', {
        message: `The folder could not be made; most often there is no space left: ${message}.`,
        place: { file },
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return makeProblem('cli/disk-full', {
        message: `There is no space left: ${message}.`,
        place: { file },
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return makeProblem('cli/not-permitted', {
        message: `The system does not permit it: ${message}.`,
        place: { file },
      });
    case 'ENOTDIR':
    case 'EISDIR':
      return makeProblem('cli/not-a-folder', {
        message: `A file stands where a folder is needed, or the reverse: ${message}.`,
        place: { file },
      });
    default:
      return undefined;
  }
}

/** A short stable name of a fault: error name and the place in the code, no machine paths. */
function faultCode(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.name) : String(error);
  const frames = stack
    .split('\n')
    .filter((line) => line.includes(' at '))
    .slice(0, 3)
    .map((line) => line.replace(/^.*\/((?:dist|src|node_modules)\/)/, '$1').replace(/\)$/, ''));
  const name = error instanceof Error ? error.name : typeof error;
  return createHash('sha256')
    .update([name, ...frames].join('\n'))
    .digest('hex')
    .slice(0, 8);
}

/**
 * Say what went wrong and give the exit code: usage 64, problems 1 or 2, interruption 130, and
 * for a fault of the software one line that asks for a report, and 3.
 */
export function answerFailure(error: unknown, session: Session, version: string): number {
  if (error instanceof CommanderError) return exitCodeOfCommander(error);
  if (error instanceof Interrupted) {
    session.say('Interrupted. Nothing was changed.');
    return interruptedCode;
  }
  if (error instanceof UsageError) {
    session.say(`error: ${error.message}`);
    return exitCodes.usage;
  }
  const system = problemOfSystem(error);
  const problems =
    error instanceof QmsError ? error.problems : system === undefined ? [] : [system];
  if (problems.length > 0) {
    if (session.json) session.printJson({ problems });
    return session.answerProblems(problems);
  }
  const what = error instanceof Error ? error.message : String(error);
  const line = what.split('\n', 1)[0] ?? '';
  session.say(
    `qms ${version} has a fault, ${faultCode(error)}: ${line}. ` +
      'Report this line and what you did to the makers of git-qms; QMS_DEBUG=1 shows where it happened.',
  );
  if (session.surroundings.env['QMS_DEBUG'] === '1' && error instanceof Error) {
    session.say(error.stack ?? '');
  }
  return exitCodes.fault;
}
