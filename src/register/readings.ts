import type { Cryptography } from '../git/cryptography.ts';
import { QmsError } from '../problem/problem.ts';
import {
  type ApprovalReading,
  type BlobReading,
  type BlobTask,
  type DocumentReading,
  readBlobs,
} from './blob-reading.ts';
import type { ObjectReader } from './object-reader.ts';

/** Reads blobs elsewhere at the same time: other threads with a store of their own. */
export interface BlobReaders {
  /** So many releases must be there to be judged that their help pays for starting them. */
  readonly worthFrom: number;
  /** What `readBlobs` gives, in the order of the tasks. */
  read(tasks: readonly BlobTask[]): Promise<readonly BlobReading[]>;
}

/** Tasks that are given away together. */
const chunkSize = 64;

const keyOf = ({ kind, blob, name }: BlobTask): string => `${kind} ${blob} ${name}`;

/**
 * What the documents and approvals of releases say by themselves: read ahead by other threads
 * where there are any, otherwise here when it is asked for.
 */
export class Readings {
  readonly #reader: ObjectReader;
  readonly #cryptography: Cryptography;
  readonly #readers: BlobReaders | undefined;
  /** Given away and not asked for yet. */
  readonly #ahead = new Map<string, () => Promise<BlobReading | undefined>>();

  constructor(reader: ObjectReader, cryptography: Cryptography, readers: BlobReaders | undefined) {
    this.#reader = reader;
    this.#cryptography = cryptography;
    this.#readers = readers;
  }

  /** Begin to read what will be asked for. */
  async readAhead(tasks: readonly BlobTask[]): Promise<void> {
    const readers = this.#readers;
    if (readers === undefined) {
      await this.#reader.prefetch(tasks.map((task) => task.blob));
      return;
    }
    const fresh = tasks.filter((task) => !this.#ahead.has(keyOf(task)));
    for (let at = 0; at < fresh.length; at += chunkSize) {
      const chunk = fresh.slice(at, at + chunkSize);
      // Where others fail, it is read here, and what is wrong is met again.
      const read = readers.read(chunk).catch(() => []);
      chunk.forEach((task, index) => {
        this.#ahead.set(keyOf(task), async () => (await read)[index]);
      });
    }
  }

  /** @throws {QmsError} where the blob can't be read. */
  async document(blob: string, path: string): Promise<DocumentReading> {
    const reading = await this.#take({ kind: 'document', blob, name: path });
    if (reading.kind !== 'document') throw wrongKind(reading);
    this.#reader.rememberIds(blob, reading.document.ids);
    return reading.document;
  }

  /** @throws {QmsError} where the blob can't be read. */
  async approval(blob: string, name: string): Promise<ApprovalReading> {
    const reading = await this.#take({ kind: 'approval', blob, name });
    if (reading.kind !== 'approval') throw wrongKind(reading);
    return reading.approval;
  }

  async #take(task: BlobTask): Promise<BlobReading> {
    const key = keyOf(task);
    const given = this.#ahead.get(key);
    this.#ahead.delete(key);
    const read = given === undefined ? undefined : await given();
    if (read !== undefined && read.kind !== 'fault') return read;
    const [here] = await readBlobs([task], this.#reader, this.#cryptography);
    if (here === undefined) throw new Error('a task has no reading');
    return here;
  }
}

function wrongKind(reading: BlobReading): Error {
  if (reading.kind === 'fault') return new QmsError(...reading.problems);
  return new Error('a reading is of another kind than its task');
}
