import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { stockEnvironment } from './raw-repository.ts';

const sha256 = (bytes: string): string => createHash('sha256').update(bytes).digest('hex');

/**
 * A copy of a repository in which signed tags and released trees can be made again with stock git
 * and ssh-keygen, by somebody who has keys and no scruples.
 */
export class DoctoredCopy {
  readonly top: string;
  readonly #folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'git-qms-doctored-'));
  readonly #keys: string;

  constructor(original: string, keys: string) {
    this.top = path.join(this.#folder, 'register');
    this.#keys = keys;
    cpSync(path.join(original, '.git'), this.top, { recursive: true });
    this.git(['config', 'core.bare', 'true']);
  }

  git(args: readonly string[], input?: string, env: NodeJS.ProcessEnv = {}): string {
    return execFileSync('git', args, {
      cwd: this.top,
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...stockEnvironment, ...env },
    }).trimEnd();
  }

  /** The file of a key; somebody whom the register does not know gets one now. */
  key(id: string): string {
    if (id !== 'mallory') return path.join(this.#keys, id);
    const file = path.join(this.#folder, id);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file], { input: 'y\n' });
    return file;
  }

  /** SHA-256 of a tag, as `Previous` names it. */
  digest(tag: string): string {
    return sha256(`${this.git(['cat-file', '-p', `refs/tags/${tag}`])}\n`);
  }

  /** Raw bytes of a tag before its signature. */
  text(object: string): string {
    const raw = `${this.git(['cat-file', '-p', object])}\n`;
    return raw.slice(0, raw.indexOf('-----BEGIN '));
  }

  /** Sign the text of a tag. @returns The raw tag. */
  sign(text: string, by: string): string {
    const file = path.join(this.#folder, 'text');
    writeFileSync(file, text);
    rmSync(`${file}.sig`, { force: true });
    execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'git', '-f', this.key(by), file], {
      stdio: 'ignore',
    });
    return text + execFileSync('cat', [`${file}.sig`], { encoding: 'utf8' });
  }

  /** Write a raw tag and let a ref point at it, whatever git thinks of it. */
  put(ref: string, raw: string): void {
    const id = this.git(['hash-object', '-t', 'tag', '-w', '--literally', '--stdin'], raw);
    this.git(['update-ref', `refs/tags/${ref}`, id]);
  }

  /** The commit of a release again, with other files: path and text, or null to leave it out. */
  release(number: number, files: Readonly<Record<string, string | null>>): string {
    const from = `refs/tags/qms/release/${String(number)}^{commit}`;
    const env = { GIT_INDEX_FILE: path.join(this.#folder, 'index') };
    this.git(['read-tree', from], undefined, env);
    for (const [file, text] of Object.entries(files)) {
      if (text === null) {
        // (the mode 0 takes an entry out; --remove would ask for a work tree)
        const none = `0 ${'0'.repeat(40)}\t${file}\n`;
        this.git(['update-index', '--index-info'], none, env);
      } else {
        const blob = this.git(['hash-object', '-w', '--stdin'], text);
        this.git(['update-index', '--add', '--cacheinfo', `100644,${blob},${file}`], '', env);
      }
    }
    const tree = this.git(['write-tree'], undefined, env);
    const parents = this.git(['show', '-s', '--format=%P', from]).split(' ');
    return this.git([
      ...['commit-tree', tree, '-m', 'Release'],
      ...parents.flatMap((parent) => ['-p', parent]),
    ]);
  }

  /**
   * Release a number again: other files, other lines, signed by the releaser or somebody else.
   * Only the newest, or each later one too, keeps the chain whole.
   */
  releaseAgain(
    number: number,
    change: {
      readonly files?: Readonly<Record<string, string | null>>;
      readonly text?: (text: string) => string;
      readonly by?: string;
    },
  ): void {
    const name = `qms/release/${String(number)}`;
    const commit = this.release(number, change.files ?? {});
    const text = this.text(`refs/tags/${name}`).replace(/^object .*$/m, `object ${commit}`);
    this.put(name, this.sign(change.text?.(text) ?? text, change.by ?? 'carol'));
  }

  /** Put another raw approval into the evidence of the newest release, which names it. */
  swapApproval(number: number, name: string, doctor: (text: string) => string): void {
    const release = `refs/tags/qms/release/${String(number)}`;
    const raw = this.git(['cat-file', '-p', release]);
    const old = new RegExp(`^Approval: sha256:([0-9a-f]{64}) ${name}$`, 'm').exec(raw)?.[1] ?? '';
    const evidence = this.git(['cat-file', 'blob', `${release}^{commit}:evidence/${old}`]);
    const made = doctor(`${evidence}\n`);
    this.releaseAgain(number, {
      files: { [`evidence/${old}`]: null, [`evidence/${sha256(made)}`]: made },
      text: (text) => text.replace(old, sha256(made)),
    });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
