import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type Answer, runCommand } from './command.ts';
import type { StopCommand, StopStage } from './stop-stage.ts';
import { type Counter, runStopped, type Stop, type Stopped } from './stopped-program.ts';

/** How far a command had come when it was stopped. */
export const reaches = [
  'before anything',
  'objects written',
  'files or refs written',
  'after the end',
] as const;

export type Reach = (typeof reaches)[number];

/** What one stop showed. */
export interface Trial {
  readonly reach: Reach;
  /** What is not as promised; empty where all is well. */
  readonly faults: readonly string[];
  /** Locks that the stop left. */
  readonly locks: number;
  /** How the same command, run again, ended. */
  readonly again: 'succeeded' | 'said that it was done' | 'failed';
  /** What its messages said to do before it could. */
  readonly asked: readonly string[];
  readonly stopped: Stopped;
}

interface State {
  readonly refs: readonly string[];
  readonly files: ReadonlyMap<string, string>;
  readonly objects: number;
  readonly verified: readonly number[];
  /** What the clone remembers: names of settings. */
  readonly settings: string;
}

/** A command that ran to its end, to which stopped runs are compared. */
export interface WholeRun {
  readonly command: StopCommand;
  readonly before: State;
  readonly after: State;
  readonly calls: number;
  readonly ms: number;
}

/** Runs commands as processes, stops them, and looks at what is left. */
export class StopTrials {
  readonly #stage: StopStage;
  readonly #program: readonly string[];
  readonly #counter: Counter | undefined;

  /** @param program Arguments of node in front of those of the command. */
  constructor(stage: StopStage, program: readonly string[], counter: Counter | undefined) {
    this.#stage = stage;
    this.#program = program;
    this.#counter = counter;
  }

  async #run(command: StopCommand, stop: Stop): Promise<Stopped> {
    const stage = this.#stage;
    return runStopped(
      [...this.#program, ...stage.argvOf(command)],
      stage.shop.top,
      stage.environmentOf(command),
      stop,
      this.#counter,
      command.serves === true ? 'output' : 'end',
    );
  }

  /** Run a command to its end. */
  async whole(command: StopCommand): Promise<WholeRun> {
    this.#stage.restore(command.from ?? 'work');
    const before = await this.#state();
    this.#stage.restore(command.from ?? 'work');
    const run = await this.#run(command, { kind: 'never' });
    if (run.code !== 0) throw new Error(`${command.name} gave ${String(run.code)}: ${run.stderr}`);
    const after = await this.#state();
    return { command, before, after, calls: run.calls, ms: run.ms };
  }

  /** Stop a command and look. */
  async stop({ command, before, after }: WholeRun, stop: Stop): Promise<Trial> {
    const stage = this.#stage;
    stage.restore(command.from ?? 'work');
    const stopped = await this.#run(command, stop);
    const faults: string[] = [];
    const locks = stage.locks().length;
    if (stop.kind === 'full') faults.push(...faultsOfFull(stopped, locks));
    const now = await this.#state();
    faults.push(...this.#faultsOf(now, before, after));
    const reach = reachOf(stopped, now, before);
    const { again, asked, said } = await this.#again(command);
    if (again === 'failed') faults.push(`run again, it failed: ${said}`);
    else faults.push(...this.#faultsAtEnd(await this.#state(), after));
    return { reach, faults, locks, again, asked, stopped };
  }

  /** Run it again, and do what its message says where it can not. */
  async #again(
    command: StopCommand,
  ): Promise<{ again: Trial['again']; asked: readonly string[]; said: string }> {
    const asked: string[] = [];
    for (let turn = 0; ; turn++) {
      const { code, stderr } = await this.#here(this.#stage.shop.top, command);
      const lock = / rm "([^"]+)"/u.exec(stderr)?.[1];
      if (code === 0 && lock === undefined) return { again: 'succeeded', asked, said: '' };
      if (turn < 6 && lock !== undefined && existsSync(lock) && lock.endsWith('.lock')) {
        asked.push('a lock to be removed');
        rmSync(lock);
        continue;
      }
      if (turn < 6 && !asked.includes('a fetch') && stderr.includes('git fetch origin --tags')) {
        asked.push('a fetch');
        asked.push(...this.#fetch());
        continue;
      }
      if (command.done?.test(stderr) === true) {
        return { again: 'said that it was done', asked, said: '' };
      }
      return { again: 'failed', asked, said: stderr };
    }
  }

  /** Fetch; a lock that was left stands in the way of git as well, and git names it. */
  #fetch(): readonly string[] {
    const { shop } = this.#stage;
    const asked: string[] = [];
    for (;;) {
      const args = ['fetch', '-q', 'origin', '--tags'];
      const { status, stderr } = spawnSync('git', args, { cwd: shop.top, encoding: 'utf8' });
      if (status === 0) return asked;
      const lock = /Unable to create '([^']+\.lock)'/u.exec(stderr)?.[1];
      if (lock === undefined || !existsSync(lock)) throw new Error(stderr);
      rmSync(lock);
      asked.push('a lock to be removed');
    }
  }

  /** A command in this process: quicker, and never stopped. */
  async #here(folder: string, command: StopCommand): Promise<Answer> {
    const stage = this.#stage;
    const env = stage.environmentOf(command);
    const ended = new AbortController();
    ended.abort();
    return runCommand(stage.argvOf(command), folder, { env, untilStopped: () => ended.signal });
  }

  async #verify(folder: string): Promise<number> {
    const env = this.#stage.shop.environment('alice');
    if (!folder.endsWith('.git')) return (await runCommand(['verify'], folder, { env })).code;
    const { anchor } = this.#stage;
    return (await runCommand(['verify', '--anchor', anchor], folder, { env })).code;
  }

  async #state(): Promise<State> {
    const { repositories } = this.#stage;
    const files = this.#stage.files();
    const refs: string[] = [];
    const verified: number[] = [];
    let objects = 0;
    for (const folder of repositories) {
      const listed = spawnSync(
        'git',
        ['-C', folder, 'for-each-ref', '--format=%(refname) %(objectname)'],
        { encoding: 'utf8' },
      );
      const name = path.basename(folder);
      refs.push(
        ...listed.stdout.split('\n').flatMap((line) => (line === '' ? [] : [`${name} ${line}`])),
      );
      for (const store of [path.join(folder, '.git/objects'), path.join(folder, 'objects')]) {
        if (existsSync(store)) objects += readdirSync(store, { recursive: true }).length;
      }
      verified.push(await this.#verify(folder));
    }
    return { refs, files, objects, verified, settings: this.#settings() };
  }

  #settings(): string {
    const args = ['config', '--local', '--name-only', '--get-regexp', '^(qms|user|gpg)\\.'];
    const cwd = this.#stage.shop.top;
    return spawnSync('git', args, { cwd, encoding: 'utf8' }).stdout;
  }

  #faultsOf(now: State, before: State, after: State): readonly string[] {
    const faults = [...this.#faultsOfGit()];
    now.verified.forEach((code, index) => {
      if (code !== before.verified[index] && code !== after.verified[index]) {
        faults.push(`qms verify gives ${String(code)}`);
      }
    });
    for (const [file, text] of now.files) {
      const name = path.basename(file);
      // Written beside and not yet in its place: the next run takes it away.
      if (/^\..*\.new$/u.test(name)) continue;
      if (text !== before.files.get(file) && text !== after.files.get(file)) {
        faults.push(`${name} is half written`);
      }
    }
    for (const file of before.files.keys()) {
      if (!now.files.has(file)) faults.push(`${path.basename(file)} is gone`);
    }
    return faults;
  }

  #faultsOfGit(): readonly string[] {
    return this.#stage.repositories.flatMap((folder) => {
      // Ended in the middle of `git init`: there is no repository yet.
      if (spawnSync('git', ['-C', folder, 'rev-parse', '--git-dir']).status !== 0) return [];
      const args = ['-C', folder, 'fsck', '--strict', '--no-dangling', '--no-progress'];
      const { status, stdout, stderr } = spawnSync('git', args, { encoding: 'utf8' });
      // A repository that was only just made has nothing to be checked yet.
      const said = (stdout + stderr).replace(/^notice: .*\n/gmu, '');
      return status === 0 && said === '' ? [] : [`git fsck: ${said}`];
    });
  }

  #faultsAtEnd(end: State, after: State): readonly string[] {
    const faults = [...this.#faultsOfGit()];
    if (String(end.verified) !== String(after.verified)) {
      faults.push(`at the end, qms verify gives ${String(end.verified)}`);
    }
    if (end.settings !== after.settings) {
      faults.push(`at the end, noted is only ${end.settings.replaceAll('\n', ' ')}`);
    }
    const names = (state: State): readonly string[] =>
      state.refs.map((line) => line.slice(0, line.lastIndexOf(' ')));
    const there = new Set(names(end));
    for (const name of names(after)) {
      // A fetch that a message asked for brings more; nothing may be missing.
      if (!there.has(name)) faults.push(`at the end, ${name} is missing`);
    }
    for (const [file, text] of after.files) {
      if (end.files.get(file) !== text) faults.push(`at the end, ${path.basename(file)} differs`);
    }
    for (const file of end.files.keys()) {
      if (path.basename(file).endsWith('.new'))
        faults.push(`at the end, ${path.basename(file)} is there`);
    }
    const newest = (folder: string): string => {
      const args = ['-C', folder, 'for-each-ref', '--sort=-version:refname', '--count=1'];
      const format = '--format=%(*objectname)';
      const { stdout } = spawnSync('git', [...args, format, 'refs/tags/qms/release'], {
        encoding: 'utf8',
      });
      return stdout.trim();
    };
    for (const folder of this.#stage.repositories) {
      const branch = spawnSync(
        'git',
        ['-C', folder, 'rev-parse', '-q', '--verify', 'refs/heads/register'],
        { encoding: 'utf8' },
      );
      if (branch.stdout.trim() !== newest(folder)) {
        faults.push(`at the end, the branch register of ${path.basename(folder)} is behind`);
      }
    }
    return faults;
  }
}

function faultsOfFull({ code, stderr }: Stopped, locks: number): readonly string[] {
  const faults: string[] = [];
  if (code === null || code > 2) faults.push(`it gave ${String(code)}: ${stderr}`);
  else if (code !== 0 && stderr === '') faults.push('it said nothing');
  if (/^ {4}at /mu.test(stderr)) faults.push(`it showed its inside: ${stderr}`);
  if (
    code !== 0 &&
    code !== null &&
    !/no space left|disk is full|out of diskspace|git\/(?:write|push)-failed/iu.test(stderr)
  ) {
    faults.push(`it did not say that something could not be written: ${stderr}`);
  }
  if (locks > 0) faults.push(`it left ${String(locks)} locks`);
  return faults;
}

function reachOf({ code }: Stopped, now: State, before: State): Reach {
  // A git that was killed alone is a failure that the command names; it ends by itself then.
  if (code === 0) return 'after the end';
  const files = (state: State): string => JSON.stringify([...state.files, ...state.refs]);
  if (files(now) !== files(before)) return 'files or refs written';
  return now.objects === before.objects ? 'before anything' : 'objects written';
}
