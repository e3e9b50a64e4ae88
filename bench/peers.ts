/**
 * The programs that we are measured beside, and how they are installed: packages of npm in exact
 * versions into the user's cache, never among our own; nginx and cgit by Debian's `apt-get` where
 * they are missing.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './corpus.ts';

/** What is there; what is not has no path. */
export interface Peers {
  readonly remark: { readonly cli: string; readonly gfm: string } | undefined;
  readonly markdownlint: string | undefined;
  readonly nginx: string | undefined;
  readonly cgit: string | undefined;
}

/** What a row says whose peer is not there. */
export const howToInstall = 'is not installed: npm run bench -- --install-peers';

const npmPeers = {
  'markdownlint-cli2': '0.24.1',
  'remark-cli': '12.0.1',
  'remark-gfm': '4.0.1',
} as const;

const peersFolder = path.join(cacheFolder, 'peers');
const debianPeers = [
  { found: () => nginxProgram(), debian: 'nginx-light' },
  { found: () => cgitProgram(), debian: 'cgit' },
] as const;

function firstProgram(candidates: readonly string[]): string | undefined {
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const nginxProgram = () => {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin'];
  return firstProgram(folders.map((folder) => path.join(folder, 'nginx')));
};
const cgitProgram = () =>
  firstProgram(['/usr/lib/cgit/cgit.cgi', '/var/www/cgi-bin/cgit', '/usr/libexec/cgit/cgit.cgi']);

/** A file of an npm peer, if the package stands there in the version that is measured. */
function npmFile(name: keyof typeof npmPeers, file: string): string | undefined {
  const folder = path.join(peersFolder, 'node_modules', name);
  const manifest = path.join(folder, 'package.json');
  if (!existsSync(manifest)) return undefined;
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return version === npmPeers[name] ? path.join(folder, file) : undefined;
}

export function findPeers(): Peers {
  const cli = npmFile('remark-cli', 'cli.js');
  const gfm = npmFile('remark-gfm', 'index.js');
  return {
    remark: cli === undefined || gfm === undefined ? undefined : { cli, gfm },
    markdownlint: npmFile('markdownlint-cli2', 'markdownlint-cli2-bin.mjs'),
    nginx: nginxProgram(),
    cgit: cgitProgram(),
  };
}

/**
 * Install what is missing. Each that can't be installed is said, and the rest goes on.
 *
 * @param say Told what is done, a line each.
 */
export function installPeers(say: (line: string) => void): void {
  // Standard output is for results alone.
  const run = (program: string, ...args: readonly string[]) =>
    execFileSync(program, args, { stdio: ['ignore', 2, 2] });
  const { remark, markdownlint } = findPeers();
  if (remark === undefined || markdownlint === undefined) {
    const wanted = Object.entries(npmPeers).map(([name, version]) => `${name}@${version}`);
    say(`Installing ${wanted.join(', ')} into ${peersFolder}`);
    mkdirSync(peersFolder, { recursive: true });
    const manifest = { private: true, description: 'Peers of the bench of git-qms' };
    writeFileSync(path.join(peersFolder, 'package.json'), JSON.stringify(manifest));
    try {
      const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--save-exact'];
      run('npm', 'install', '--prefix', peersFolder, ...quiet, ...wanted);
    } catch {
      say('npm could not install them.');
    }
  }
  for (const { found, debian } of debianPeers) {
    if (found() !== undefined) continue;
    say(`Installing the Debian package ${debian}`);
    const asRoot = process.getuid?.() === 0 ? [] : ['sudo'];
    const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', debian];
    const [program = '', ...args] = [...asRoot, ...install];
    try {
      run(program, ...args);
    } catch {
      say(`${debian} could not be installed; after apt-get update it may be.`);
    }
  }
}
