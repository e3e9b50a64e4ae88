import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Repository } from '../git/repository.ts';
import type { KnownUnderRules } from '../rules/read-rules.ts';
import type { ReleasedLines } from './released-lines.ts';

/** To be raised with every change of what is kept, or of what is asked of a document. */
const format = 1;

/** Files that may be read anew in each check before the file is written again. */
const mostAnew = 16;

/** What the file holds. */
interface Kept {
  /** By blob and path: what a file says by itself. */
  readonly files: ReadonlyMap<string, KnownUnderRules>;
  readonly lines: ReleasedLines | undefined;
}

/**
 * What checks read of files and releases, kept below the Git folder so that the next check reads
 * what has changed. Derived: it goes by Git's names of blobs and tags, deleting it costs nothing
 * but time, and only `qms check` reads it, which is advice to authors.
 */
export class KeptCheck {
  readonly #file: string;
  readonly #headLine: string;
  readonly #kept: Kept;
  /** What this check asked for. */
  readonly #asked = new Map<string, KnownUnderRules>();

  private constructor(file: string, headLine: string, kept: Kept | undefined) {
    this.#file = file;
    this.#headLine = headLine;
    this.#kept = kept ?? { files: new Map(), lines: undefined };
  }

  /** Nothing is known for any doubt: another version, a file that is cut off or changed. */
  static async open({ commonDir }: Repository, version: string): Promise<KeptCheck> {
    const file = join(commonDir, 'qms', 'checked');
    const headLine = `git-qms ${version} checked ${String(format)} node ${process.version}`;
    try {
      const bytes = await readFile(file);
      const end = bytes.indexOf(10);
      const body = bytes.subarray(end + 1);
      if (bytes.toString('latin1', 0, end) === `${headLine} ${sha256(body)}`) {
        // The digest says that these are the bytes that `write` wrote.
        return new KeptCheck(file, headLine, deserialize(body) as Kept);
      }
    } catch {
      // Without the file, everything is read.
    }
    return new KeptCheck(file, headLine, undefined);
  }

  /** What is known of a file; what reading finds out is written into it. */
  known(path: string, blob: string): KnownUnderRules {
    const key = `${blob} ${path}`;
    let known = this.#asked.get(key);
    if (known === undefined) {
      known = this.#kept.files.get(key) ?? {};
      this.#asked.set(key, known);
    }
    return known;
  }

  get lines(): ReleasedLines | undefined {
    return this.#kept.lines;
  }

  /** Keep what this check asked for, where much of it is new; what can't be written is not kept. */
  async write(lines: ReleasedLines | undefined): Promise<void> {
    const { files, lines: before } = this.#kept;
    const anew = [...this.#asked].filter(([key]) => !files.has(key));
    const releases = (lines?.releases ?? 0) - (before?.releases ?? 0);
    // Rules are rare, and to read them takes as long as many documents.
    const isMuch = anew.length + releases > mostAnew || anew.some(([, { rules }]) => rules);
    if (!isMuch) return;
    const temporary = `${this.#file}.${randomBytes(6).toString('hex')}`;
    try {
      const body = serialize({ files: this.#asked, lines: lines ?? before } satisfies Kept);
      await mkdir(dirname(this.#file), { recursive: true });
      const head = Buffer.from(`${this.#headLine} ${sha256(body)}\n`);
      await writeFile(temporary, Buffer.concat([head, body]), { flag: 'wx' });
      // Two checks at once: each file is whole, and the last one stays.
      await rename(temporary, this.#file);
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
