import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** All that an auditor has besides a shell: Git, OpenSSH, GnuPG and what every Unix brings. */
const programs = [
  ...['git', 'ssh-keygen', 'gpg', 'sha256sum', 'sed', 'awk', 'grep', 'cut', 'tr', 'head', 'tail'],
  ...['wc', 'sort', 'uniq', 'cat', 'cp', 'rm', 'mkdir', 'mktemp', 'sh'],
];

/** A step as somebody types it. */
export interface TypedStep {
  readonly title: string;
  readonly command: string;
}

function placeOf(program: string): string {
  return spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
}

/** Somebody with a terminal and stock programs only: no Node, none of our software. */
export class Auditor {
  readonly folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'git-qms-auditor-'));
  readonly #programs = path.join(this.folder, 'programs');

  constructor() {
    mkdirSync(this.#programs);
    for (const program of programs) {
      symlinkSync(placeOf(program), path.join(this.#programs, program));
    }
  }

  /**
   * Type steps into one shell, one after the other, whatever each of them says.
   * @returns What each step printed, errors included, by its title.
   */
  type(steps: readonly TypedStep[], shell = 'sh'): ReadonlyMap<string, string> {
    const mark = '\u0001';
    const script = steps.map(({ command }) => `printf '\\001'\n${command}\n`).join('');
    const { stdout, status } = spawnSync(placeOf(shell), ['-c', `exec 2>&1\n${script}`], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { PATH: this.#programs, HOME: this.folder, TMPDIR: this.folder },
    });
    const [before = '', ...said] = stdout.split(mark);
    if (said.length !== steps.length) {
      throw new Error(`the shell ended with ${String(status)} after: ${before}${said.join('')}`);
    }
    return new Map(steps.map(({ title }, at) => [title, said[at] ?? '']));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Values of the first step, in the place of those that stand there. */
export function withValues(command: string, values: Readonly<Record<string, string>>): string {
  return command
    .split('\n')
    .map((line) => {
      const name = line.slice(0, line.indexOf('='));
      const value = values[name];
      return value === undefined ? line : `${name}='${value}'`;
    })
    .join('\n');
}
