import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Answer, runCommand } from './command.ts';

/** Somebody who works in the shop, with an own key. */
export interface Worker {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly key: string;
  readonly publicKey: string;
}

/**
 * A folder in which the commands are run as different people, at an instant that the test moves.
 * Real git, real keys.
 */
export class CommandShop {
  readonly folder: string;
  readonly top: string;
  /** Seconds since the epoch. */
  now = 1_764_000_000;
  readonly #workers = new Map<string, Worker>();

  constructor() {
    this.folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'git-qms-shop-'));
    this.top = path.join(this.folder, 'shop');
    mkdirSync(this.top);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  worker(id: string): Worker {
    const known = this.#workers.get(id);
    if (known !== undefined) return known;
    const key = path.join(this.folder, id);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', id, '-f', key]);
    const name = id.charAt(0).toUpperCase() + id.slice(1);
    const publicKey = readFileSync(`${key}.pub`, 'utf8').trim();
    const worker = { id, name, email: `${id}@mill.example`, key, publicKey };
    this.#workers.set(id, worker);
    return worker;
  }

  /** Git's configuration of a person, as `git -c` hands it on. */
  environment(id: string): NodeJS.ProcessEnv {
    const { name, email, key } = this.worker(id);
    const settings = [
      ['user.name', name],
      ['user.email', email],
      ['user.signingkey', `${key}.pub`],
      ['gpg.format', 'ssh'],
    ] as const;
    const env: NodeJS.ProcessEnv = { ...process.env, GIT_CONFIG_COUNT: String(settings.length) };
    settings.forEach(([setting, value], index) => {
      env[`GIT_CONFIG_KEY_${String(index)}`] = setting;
      env[`GIT_CONFIG_VALUE_${String(index)}`] = value;
    });
    return env;
  }

  /** Run a command as a person; each takes a minute. */
  async run(id: string, ...argv: readonly string[]): Promise<Answer> {
    this.now += 60;
    const at = this.now;
    return runCommand(argv, this.top, {
      env: this.environment(id),
      now: () => new Date(at * 1000),
    });
  }

  /** Run a command that must succeed. */
  async do(id: string, ...argv: readonly string[]): Promise<Answer> {
    const answer = await this.run(id, ...argv);
    if (answer.code !== 0) {
      throw new Error(`qms ${argv.join(' ')} gave ${String(answer.code)}: ${answer.stderr}`);
    }
    return answer;
  }

  git(id: string, ...args: readonly string[]): string {
    const date = `${String(this.now)} +0000`;
    return execFileSync('git', args, {
      cwd: this.top,
      encoding: 'utf8',
      env: { ...this.environment(id), GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    });
  }

  read(file: string): string {
    return readFileSync(path.join(this.top, file), 'utf8');
  }

  write(file: string, text: string): void {
    const absolute = path.join(this.top, file);
    mkdirSync(path.dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
  }

  commit(id: string, message: string): void {
    this.now += 60;
    this.git(id, 'add', '--all');
    this.git(id, 'commit', '--quiet', '--no-verify', '-m', message);
  }

  /** `qms init` by alice. @returns The anchor. */
  async found(): Promise<string> {
    const { name, email, key } = this.worker('alice');
    const who = ['--name', name, '--email', email, '--key', `${key}.pub`];
    const where = ['--organization', 'Mill: one', '--timezone', 'America/Detroit', '--yes'];
    return (await this.do('alice', 'init', ...who, ...where)).stdout.trim();
  }

  /**
   * Rules with four people: bob, carol and dave (who may only commit) join, an SOP needs a process owner and the quality
   * manager, both independent of its authors.
   */
  async foundWithThree(): Promise<string> {
    const anchor = await this.found();
    await this.do('alice', 'revise', 'QMS', '-m', 'Bob and Carol join');
    const people = ['bob', 'carol', 'dave'].map((id) => {
      const { name, email, publicKey } = this.worker(id);
      const roles = id === 'bob' ? 'process-owner' : 'quality-manager, document-controller';
      return `  ${id}:\n    name: ${name}\n    email: [${email}]\n    roles: [${roles}]\n    keys:\n      - {key: ${publicKey}, use: [${id === 'dave' ? 'commit' : 'approve, release, commit'}]}\n`;
    });
    const sop = 'prefix: SOP\n    revisions: number\n    approvals:\n';
    const rules = this.read('qms-docs/qms.yaml')
      .replace('types:\n', `${people.join('')}types:\n`)
      .replace(sop, `${sop}      - {role: process-owner, meaning: reviewed}\n`)
      .replace(/(prefix: SOP[^]*?independent: )false/u, '$1true');
    this.write('qms-docs/qms.yaml', rules);
    this.commit('alice', 'Bob and Carol join');
    await this.do('alice', 'approve', 'QMS');
    await this.do('alice', 'release', 'QMS');
    return anchor;
  }

  /** A draft of an SOP by alice, committed. */
  async draft(title = 'Buying'): Promise<void> {
    const { stdout } = await this.do('alice', 'new', 'sop', title);
    const file = stdout.trim();
    this.write(file, `${this.read(file)}\nBuy from the list.\n`);
    this.commit('alice', `Draft ${title}`);
  }
}
