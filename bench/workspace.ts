/** Where one run works: copies of corpora, and what commands keep in them. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Corpus, gitEnvironment, movedTo } from './corpus.ts';

/** Forget what earlier commands kept beside the objects, so that nothing is warm. */
export function forgetKept(corpus: Pick<Corpus, 'folder'>): void {
  rmSync(path.join(corpus.folder, '.git', 'qms'), { recursive: true, force: true });
}

/** Copies of corpora and other files of one run, all in one folder that goes with it. */
export class Workspace {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'git-qms-bench-'));
  #count = 0;

  /** A path that nothing has yet. */
  path(name: string): string {
    this.#count += 1;
    return path.join(this.folder, `${this.#count}-${name}`);
  }

  /** A corpus that may be worked on. */
  copy(corpus: Corpus): Corpus {
    const folder = this.path('corpus');
    cpSync(corpus.folder, folder, { recursive: true, preserveTimestamps: true });
    return movedTo(corpus, folder);
  }

  /** A bare repository with the branches and tags of another, as a server keeps it. */
  bare(from: string): string {
    const folder = this.path('bare.git');
    execFileSync('git', ['clone', '-q', '--bare', from, folder], {
      env: gitEnvironment,
      stdio: 'pipe',
    });
    return folder;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
