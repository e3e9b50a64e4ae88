import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { lockRemedy } from './left-lock.ts';
import { problemCodes } from '../problem/codes.ts';
import { QmsError } from '../problem/problem.ts';

/** Environment variables as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface GitOptions {
  readonly cwd: string;
  readonly env: Environment;
  /** The repository's Git folder; without it git looks upwards from `cwd`. */
  readonly gitDir?: string;
  readonly input?: Uint8Array | string;
  /** Another index than the repository's own; relative to `cwd`. */
  readonly indexFile?: string;
  /** Exit codes besides 0 that are an answer and no failure. */
  readonly allowExit?: readonly number[];
  /**
   * Run as if the user had typed it: hooks, network and prompts as configured. For push and
   * fetch only; everything else runs nothing that a repository's configuration names.
   */
  readonly asUser?: boolean;
}

export interface GitResult {
  readonly stdout: Uint8Array;
  readonly stderr: string;
  readonly exit: number;
}

/** Variables that would lead git to another repository, or to other objects, than ours. */
const misleading = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_INDEX_FILE',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_REPLACE_REF_BASE',
  'GIT_CONFIG',
];

/** The fixed environment in which git answers questions (the quarantine's variables stay). */
function gitEnvironment({ env, asUser, indexFile }: GitOptions): NodeJS.ProcessEnv {
  const result: NodeJS.ProcessEnv = { ...env };
  for (const name of misleading) Reflect.deleteProperty(result, name);
  return {
    ...result,
    ...(indexFile === undefined ? {} : { GIT_INDEX_FILE: indexFile }),
    LC_ALL: 'C',
    LANGUAGE: 'C',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    // Without this, asking for an object that a partial clone left out would start ssh or
    // whatever else the repository's configuration names.
    ...(asUser === true ? {} : { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' }),
  };
}

/** Arguments before the command: nothing that the repository configures is started. */
function gitArguments(args: readonly string[], options: GitOptions): string[] {
  return [
    ...(options.gitDir === undefined ? [] : [`--git-dir=${options.gitDir}`]),
    ...(options.asUser === true
      ? []
      : ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'core.pager=cat']),
    '-c',
    'core.fsync=all',
    ...args,
  ];
}

/** Start git with pipes; never through a shell. */
export function startGit(
  args: readonly string[],
  options: GitOptions,
): ChildProcessWithoutNullStreams {
  return spawn('git', gitArguments(args, options), {
    cwd: options.cwd,
    env: gitEnvironment(options),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
}

/**
 * Run git to its end.
 * @throws {QmsError} `git/program-missing` where there is none, `git/failed` where it can not be
 *   started, is killed, or ends with a code that is not expected.
 */
export async function runGit(args: readonly string[], options: GitOptions): Promise<GitResult> {
  const { promise, resolve, reject } = promiseParts<GitResult>();
  const child = startGit(args, options);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  let started = true;
  child.on('error', (error) => {
    started = false;
    startFailure(error, options.cwd).then(reject, reject);
  });
  child.on('close', (exit, signal) => {
    if (!started) return;
    const said = Buffer.concat(stderr).toString('utf8').trim();
    if (exit !== null && (exit === 0 || options.allowExit?.includes(exit) === true)) {
      resolve({ stdout: new Uint8Array(Buffer.concat(stdout)), stderr: said, exit });
    } else {
      reject(gitFailure(args, exit ?? signal ?? 'unknown', said));
    }
  });
  // A git that ends early closes its input; what it said on stderr is the better message.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return promise;
}

/** Of some files git says only that it can not write them, and of none why. */
const cannotWrite = /(?:failed to|unable to|could not|couldn't) (?:create|write|flush|close)/iu;

/** The remedy for a lock in the way or a disk that takes nothing; otherwise that of the code. */
function remedyFor(said: string): { readonly remedy?: string } {
  const remedy =
    lockRemedy(said) ??
    (cannotWrite.test(said) ? problemCodes['git/write-failed'].remedy : undefined);
  return remedy === undefined ? {} : { remedy };
}

/** A failure of git in words. */
export function gitFailure(args: readonly string[], exit: number | string, said: string): QmsError {
  const command = args.find((argument) => !argument.startsWith('-')) ?? '';
  const words = said === '' ? 'it said nothing' : said.replace(/\s+/g, ' ');
  return QmsError.of('git/failed', {
    message: `git ${command} ended with ${String(exit)}: ${words}${/[.!?]$/.test(words) ? '' : '.'}`,
    place: {},
    ...remedyFor(said),
  });
}

/** Why git could not even be started. */
export async function startFailure(error: Error, cwd: string): Promise<QmsError> {
  const missing = 'code' in error && error.code === 'ENOENT';
  const folder = await stat(cwd).catch(() => undefined);
  if (missing && folder?.isDirectory() === true) {
    return QmsError.of('git/program-missing', {
      message: 'The program git was not found in any folder of PATH.',
      place: {},
    });
  }
  return QmsError.of('git/failed', {
    message: `git could not be started in ${cwd}: ${error.message}`,
    place: { file: cwd },
    remedy: 'Check that the folder exists and that git may be run.',
  });
}

/** Whether a folder of PATH holds a git that may be run, and nothing asks for going without. */
export async function hasGitProgram(env: Environment): Promise<boolean> {
  if (env['QMS_GIT_STORE'] === 'isomorphic') return false;
  const names = process.platform === 'win32' ? ['git.exe', 'git.cmd'] : ['git'];
  for (const folder of (env['PATH'] ?? env['Path'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    for (const name of names) {
      try {
        await access(join(folder, name), constants.X_OK);
        if ((await stat(join(folder, name))).isFile()) return true;
      } catch {
        // Not here: look in the next folder.
      }
    }
  }
  return false;
}

function promiseParts<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
