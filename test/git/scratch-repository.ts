import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { deflateSync } from 'node:zlib';
import { mkdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { type Repository, openRepository } from '../../src/git/repository.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone when the tests of the file are done. */
export function scratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'qms-git-')));
  folders.push(folder);
  return folder;
}

export const fixedEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  LC_ALL: 'C',
  GIT_AUTHOR_NAME: 'Alice',
  GIT_AUTHOR_EMAIL: 'alice@abc.example',
  GIT_AUTHOR_DATE: '1767625200 +0000',
  GIT_COMMITTER_NAME: 'Bob',
  GIT_COMMITTER_EMAIL: 'bob@abc.example',
  GIT_COMMITTER_DATE: '1767625200 +0000',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

/** A real repository made with stock git. */
export class ScratchRepository {
  readonly folder: string;
  #gitFolder: string | undefined;

  constructor(options: readonly string[] = [], folder = join(scratchFolder(), 'repository')) {
    this.folder = folder;
    execFileSync('git', ['init', '-q', '-b', 'main', ...options, folder], {
      env: fixedEnvironment,
    });
    this.git('config', 'gc.auto', '0');
  }

  git(...args: readonly string[]): string {
    return this.gitBytes(args).toString('utf8').trim();
  }

  gitBytes(args: readonly string[], input?: Uint8Array | string): Buffer {
    return execFileSync('git', args, {
      cwd: this.folder,
      env: fixedEnvironment,
      input: input ?? '',
      stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 1 << 28,
    });
  }

  /** Write a file and commit everything; the commit's id. */
  commit(file: string, content: string | Uint8Array): string {
    mkdirSync(join(this.folder, file, '..'), { recursive: true });
    writeFileSync(join(this.folder, file), content);
    this.git('add', '-A');
    this.git('commit', '-q', '-m', `Write ${file}`);
    return this.git('rev-parse', 'HEAD');
  }

  blob(content: Uint8Array | string): string {
    return this.gitBytes(['hash-object', '-w', '--stdin'], content).toString().trim();
  }

  /** Write any bytes as an object of any type, checked by nobody; its id. */
  raw(type: string, bytes: Uint8Array | string): string {
    const content = Buffer.concat([
      Buffer.from(`${type} ${String(Buffer.byteLength(bytes))}\0`),
      Buffer.from(bytes),
    ]);
    const id = createHash('sha1').update(content).digest('hex');
    this.loose(id, deflateSync(content));
    return id;
  }

  /** Put any bytes where the loose object of an id is. */
  loose(id: string, fileBytes: Uint8Array): void {
    const file = this.loosePath(id);
    mkdirSync(join(file, '..'), { recursive: true });
    rmSync(file, { force: true });
    writeFileSync(file, fileBytes);
  }

  loosePath(id: string): string {
    return join(this.gitFolder(), 'objects', id.slice(0, 2), id.slice(2));
  }

  gitFolder(): string {
    this.#gitFolder ??= this.git('rev-parse', '--absolute-git-dir');
    return this.#gitFolder;
  }

  packFile(extension: string): string {
    const folder = join(this.gitFolder(), 'objects', 'pack');
    const name = readdirSync(folder).find((file) => file.endsWith(extension));
    if (name === undefined) throw new Error(`no pack file ${extension}`);
    return join(folder, name);
  }

  open(env: NodeJS.ProcessEnv = fixedEnvironment): Promise<Repository> {
    return openRepository(this.folder, env);
  }
}
