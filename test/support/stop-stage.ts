import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { CommandShop } from './command-shop.ts';
import { commandFolder, installPreReceive } from './hook-server.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** A command that writes, on a stage where it has something to do. */
export interface StopCommand {
  readonly name: string;
  readonly argv: readonly string[];
  /** Which state of the stage it begins with; the next is `work` where none is said. */
  readonly from?: 'nothing' | 'pushed' | 'hooked' | 'work' | 'head-unknown';
  /** What a second run may say, with another exit code than 0, where the first did its work. */
  readonly done?: RegExp;
  /** Without the program git for what this command writes. */
  readonly withoutGit?: boolean;
  /** A server: it is asked to end as soon as it says its address. */
  readonly serves?: boolean;
}

const released = /is released already|cli\/nothing-to-do|release\/(?:ended|requirements)/u;
const founding = [
  'init',
  ...['--organization', 'Mill', '--timezone', 'America/Detroit', '--yes'],
  ...['--name', 'Alice', '--email', 'alice@mill.example', '--key', 'KEY'],
];

/** Every command that writes something that lasts. */
export const stopCommands: readonly StopCommand[] = [
  { name: 'init', argv: founding, from: 'nothing', done: /already-founded/u },
  { name: 'new', argv: ['new', 'sop', 'Selling'] },
  { name: 'revise', argv: ['revise', 'SOP-001', '-m', 'Shorter'], done: /revision-open/u },
  { name: 'revise QMS', argv: ['revise', 'QMS', '-m', 'Bob joins'], done: /revision-open/u },
  { name: 'approve', argv: ['approve', 'SOP-003', 'SOP-004'] },
  { name: 'approve --push', argv: ['approve', 'SOP-003', '--push'], from: 'pushed' },
  { name: 'approve --reject', argv: ['approve', 'SOP-003', '--reject', '-m', 'Torque is missing'] },
  { name: 'approve --withdraw', argv: ['approve', 'SOP-001', '--withdraw'] },
  { name: 'approve --confirm', argv: ['approve', 'SOP-001', '--confirm'] },
  { name: 'approve --dispose', argv: ['approve', 'NCR-2025-001', '--dispose'] },
  { name: 'release', argv: ['release', 'SOP-002'], done: released },
  {
    name: 'release --push',
    argv: ['release', 'SOP-002', '--push'],
    from: 'pushed',
    done: released,
  },
  {
    name: 'release --push to a hook',
    argv: ['release', 'SOP-002', '--push'],
    from: 'hooked',
    done: released,
  },
  { name: 'release --all', argv: ['release', '--all'], done: released },
  { name: 'release --withdraw', argv: ['release', '--withdraw', 'SOP-005'], done: released },
  { name: 'release --dispose', argv: ['release', '--dispose', 'GAU-2025-001'], done: released },
  { name: 'verify', argv: ['verify'], from: 'head-unknown' },
  { name: 'serve', argv: ['serve', '--port', '0'], from: 'head-unknown', serves: true },
  { name: 'approve without git', argv: ['approve', 'SOP-003', 'SOP-004'], withoutGit: true },
  { name: 'release without git', argv: ['release', 'SOP-002'], done: released, withoutGit: true },
  { name: 'verify without git', argv: ['verify'], from: 'head-unknown', withoutGit: true },
];

const recordType = (id: string, prefix: string): string =>
  `  ${id}:\n    title: ${id}\n    kind: record\n    prefix: ${prefix}\n    revisions: number\n    approvals: []\n    retention: 1 months\n`;

/**
 * A shop of one with a bare repository beside it, which can be brought back to what it was before
 * a command. All of it lies below one folder, always the same one, so that paths in it stay good.
 */
export class StopStage {
  readonly shop = new CommandShop();
  readonly server = path.join(this.shop.folder, 'server.git');

  #anchor = '';
  /** The command, compiled; its folder is in PATH, for the hook of the server. */
  readonly program = path.join(this.shop.folder, 'dist/cli/bin.js');

  /** The anchor of the stage's register, but of what `init` founds. */
  get anchor(): string {
    return this.#anchor;
  }

  remove(): void {
    this.shop.remove();
  }

  /** Make every state from which a command begins. */
  async build(): Promise<void> {
    const { shop } = this;
    commandFolder(shop.folder);
    mkdirSync(path.join(shop.folder, 'tmp'));
    symlinkSync(path.join(root, 'hooks'), path.join(shop.folder, 'hooks'));
    this.keep('nothing');
    this.#anchor = await shop.found();
    await shop.do('alice', 'revise', 'QMS', '-m', 'Records');
    shop.write(
      'qms-docs/qms.yaml',
      shop
        .read('qms-docs/qms.yaml')
        .replace(/(prefix: NCR[^]*?retention: )10 years/u, '$11 months')
        .replace('types:\n', `types:\n${recordType('gauge', 'GAU')}`),
    );
    shop.commit('alice', 'Records');
    await shop.do('alice', 'approve', 'QMS');
    await shop.do('alice', 'release', 'QMS');
    for (const title of ['Buying', 'Storing', 'Sawing', 'Packing', 'Painting']) {
      await shop.draft(title);
    }
    const file = (await shop.do('alice', 'new', 'nonconformity', 'Bore too wide')).stdout.trim();
    const filled = shop.read(file).replace(/severity:.*/u, 'severity: minor');
    shop.write(file, filled.replace(/found:.*/u, 'found: 2025-11-24'));
    await shop.do('alice', 'new', 'gauge', 'Calliper 4');
    shop.commit('alice', 'Two records');
    await shop.do('alice', 'approve', 'SOP-001', 'SOP-002', 'SOP-005', 'NCR-2025-001');
    await shop.do('alice', 'release', 'SOP-001', 'SOP-005', 'NCR-2025-001', 'GAU-2025-001');
    await shop.do('alice', 'approve', 'SOP-005', '--withdraw');
    this.keep('work');
    shop.git('alice', 'config', '--unset', 'qms.head');
    this.keep('head-unknown');
    this.restore('work');
    execFileSync('git', ['init', '-q', '--bare', '--initial-branch=main', this.server]);
    shop.git('alice', 'remote', 'add', 'origin', this.server);
    shop.git('alice', 'push', '-q', 'origin', 'main', 'register', 'refs/tags/qms/*');
    this.keep('pushed');
    installPreReceive(this.server, this.#anchor);
    this.keep('hooked');
  }

  #kept(state: string): string {
    return path.join(this.shop.folder, 'states', state);
  }

  /** Keep the state of the stage under a name. */
  keep(state: string): void {
    const { shop, server } = this;
    const kept = this.#kept(state);
    rmSync(kept, { recursive: true, force: true });
    mkdirSync(kept, { recursive: true });
    cpSync(shop.top, path.join(kept, 'shop'), { recursive: true });
    if (existsSync(server)) cpSync(server, path.join(kept, 'server.git'), { recursive: true });
  }

  /** Bring a state back. */
  restore(state: string): void {
    const { shop, server } = this;
    const kept = this.#kept(state);
    rmSync(shop.top, { recursive: true, force: true });
    rmSync(server, { recursive: true, force: true });
    cpSync(path.join(kept, 'shop'), shop.top, { recursive: true });
    const served = path.join(kept, 'server.git');
    if (existsSync(served)) cpSync(served, server, { recursive: true });
  }

  argvOf(command: StopCommand): readonly string[] {
    return command.argv.map((one) =>
      one === 'KEY' ? `${this.shop.worker('alice').key}.pub` : one,
    );
  }

  environmentOf(command: StopCommand): NodeJS.ProcessEnv {
    const env = this.shop.environment('alice');
    // What a killed command leaves in its folder for signing goes away with the stage.
    env['TMPDIR'] = path.join(this.shop.folder, 'tmp');
    env['PATH'] = `${path.join(this.shop.folder, 'bin')}${path.delimiter}${env['PATH'] ?? ''}`;
    return command.withoutGit === true ? { ...env, QMS_GIT_STORE: 'isomorphic' } : env;
  }

  /** The repositories of the stage. */
  get repositories(): readonly string[] {
    return [this.shop.top, this.server].filter((folder) => existsSync(folder));
  }

  /** Every file outside `.git`, with its text. */
  files(): ReadonlyMap<string, string> {
    return filesBelow(this.shop.top, (name) => name !== '.git');
  }

  /** What remains of killed writers inside the repositories: locks. */
  locks(): readonly string[] {
    return this.repositories
      .flatMap((folder) => [...filesBelow(folder, (name) => name !== 'objects').keys()])
      .filter((file) => file.endsWith('.lock'));
  }
}

function filesBelow(
  folder: string,
  wanted: (name: string) => boolean,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!wanted(entry.name)) continue;
    const full = path.join(folder, entry.name);
    if (entry.isDirectory())
      for (const [name, text] of filesBelow(full, wanted)) found.set(name, text);
    else found.set(full, readFileSync(full, 'latin1'));
  }
  return found;
}
