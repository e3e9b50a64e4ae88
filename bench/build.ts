/** Builds of the command: of this working tree, and of a commit beside it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { type Build, root, thisBuild } from './program.ts';

/** Programs may say what they like, but not on standard output: that is for the result. */
const stdio: ['ignore', 2, 2] = ['ignore', 2, 2];

function compile(folder: string): void {
  rmSync(path.join(folder, 'dist'), { recursive: true, force: true });
  // Types are not what is measured, and a commit of old may not hold with those of today.
  const tsc = path.join(folder, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--noCheck'], {
    cwd: folder,
    stdio,
  });
}

/** Build the working tree, with all that is not committed. */
export function buildThis(): Build {
  compile(root);
  return thisBuild;
}

export interface CommitBuild extends Build {
  /** The full name of the commit. */
  readonly commit: string;
  /** Whether it got packages of its own, because its lock file differs. */
  readonly ownPackages: boolean;
}

/**
 * Build a commit in a folder of its own, with the packages of this working tree where its lock
 * file is the same.
 *
 * @param folder Must not exist.
 * @throws {Error} with one line, where there is no such commit.
 */
export function buildCommit(name: string, folder: string): CommitBuild {
  const commit = commitNamed(name);
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync('git', ['-C', root, 'archive', commit], { maxBuffer: 2 ** 30 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  const lock = (from: string) => readFileSync(path.join(from, 'package-lock.json'), 'utf8');
  const ownPackages = lock(folder) !== lock(root);
  if (ownPackages) {
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
    execFileSync('npm', ['ci', ...quiet], { cwd: folder, stdio });
  } else {
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  }
  compile(folder);
  return { bin: path.join(folder, 'dist', 'cli', 'bin.js'), commit, ownPackages };
}

function commitNamed(name: string): string {
  try {
    const args = ['-C', root, 'rev-parse', '--verify', '--quiet', '--end-of-options'];
    return execFileSync('git', [...args, `${name}^{commit}`], { encoding: 'utf8' }).trim();
  } catch {
    throw new Error(`There is no commit ${name} here.`);
  }
}

/** The commit of the working tree, and whether something in it is not committed. */
export function thisCommit(): { readonly commit: string; readonly changed: boolean } {
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' }).trim();
  return {
    commit: git('rev-parse', 'HEAD'),
    changed: git('status', '--porcelain', '--', 'src', 'package-lock.json') !== '',
  };
}
