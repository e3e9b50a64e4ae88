import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Repository } from '../git/repository.ts';
import { History, type HistoryFacts } from '../register/history.ts';
import type { Verification } from '../register/register.ts';

/** To be raised with every change of what a `Verification` holds. */
const format = 3;

/** A verification as plain data: everything in it is, but the history. */
interface Kept {
  readonly verification: Verification;
  readonly history: HistoryFacts | undefined;
}

/**
 * What a server's hook verified last, kept in a file below the Git folder so that the next push
 * goes on from there. Derived: it counts only for the tags that it rests on, deleting it costs
 * nothing but time, and no other command reads it. Whoever can write it can replace the hook.
 */
export class KeptVerification {
  readonly #file: string;
  readonly #headLine: string;

  constructor(repository: Repository, version: string) {
    this.#file = join(repository.commonDir, 'qms', 'verified');
    this.#headLine = `git-qms ${version} verified ${String(format)} node ${process.version}`;
  }

  /** Undefined for any doubt: another version, a file that is cut off or changed. */
  async read(): Promise<Verification | undefined> {
    try {
      const bytes = await readFile(this.#file);
      const end = bytes.indexOf(10);
      const body = bytes.subarray(end + 1);
      if (bytes.toString('latin1', 0, end) !== this.#line(body)) return undefined;
      // The digest says that these are the bytes that `write` wrote.
      const { verification, history } = deserialize(body) as Kept;
      const { chain } = verification;
      if (chain === undefined || history === undefined) return undefined;
      return { ...verification, chain: { ...chain, history: new History(history) } };
    } catch {
      return undefined;
    }
  }

  /** Replace the file; what can't be written is not kept, and the next push takes longer. */
  async write(verification: Verification): Promise<void> {
    const { chain } = verification;
    if (chain === undefined) return;
    const temporary = `${this.#file}.${randomBytes(6).toString('hex')}`;
    try {
      const plain = { ...chain, history: undefined };
      const body = serialize({
        verification: { ...verification, chain: plain },
        history: chain.history.facts(),
      });
      await mkdir(dirname(this.#file), { recursive: true });
      await writeFile(temporary, Buffer.concat([Buffer.from(`${this.#line(body)}\n`), body]), {
        flag: 'wx',
      });
      // Two hooks at once: each file is whole, and the last one stays.
      await rename(temporary, this.#file);
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  async remove(): Promise<void> {
    await rm(this.#file, { force: true }).catch(() => undefined);
  }

  #line(body: Uint8Array): string {
    return `${this.#headLine} ${createHash('sha256').update(body).digest('hex')}`;
  }
}

/** Tags that may be read anew in each push before the file is written again. */
const mostAnew = 64;

/** Whether so much is new since what was kept that the next push should not read it again. */
export function isWorthKeeping(
  { chain }: Verification,
  kept: { readonly releases: number; readonly tags: number },
): boolean {
  if (chain === undefined) return false;
  const isLonger = chain.releases.length !== kept.releases;
  return isLonger || Math.abs(chain.loose.size - kept.tags) > mostAnew;
}
