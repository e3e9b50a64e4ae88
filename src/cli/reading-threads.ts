import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Repository } from '../git/repository.ts';
import type { BlobReading, BlobTask } from '../register/blob-reading.ts';
import type { BlobReaders } from '../register/readings.ts';

/** More threads than this are more than one thread can give work to. */
const mostThreads = 8;

type Answer = (readings: readonly BlobReading[]) => void;

/** One thread and what it was given, in its order. */
class Thread {
  readonly #worker: Worker;
  readonly #open: { readonly done: Answer; readonly failed: (error: Error) => void }[] = [];
  #ended: Error | undefined;

  constructor(repository: Repository, entry: URL) {
    // The environment of a process is no plain object, and only those can be handed over.
    const workerData = { ...repository, env: { ...repository.env } };
    this.#worker = new Worker(entry, { workerData });
    this.#worker.on('message', (readings: readonly BlobReading[]) => {
      this.#open.shift()?.done(readings);
      this.#hold();
    });
    this.#worker.on('error', (error) => {
      this.#end(error instanceof Error ? error : new Error(String(error)));
    });
    this.#worker.on('exit', () => {
      this.#end(new Error('the thread has ended'));
    });
    this.#hold();
  }

  get waiting(): number {
    return this.#open.length;
  }

  read(tasks: readonly BlobTask[]): Promise<readonly BlobReading[]> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((done, failed) => {
      this.#open.push({ done, failed });
      this.#worker.postMessage(tasks);
      this.#hold();
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { failed } of this.#open.splice(0)) failed(error);
  }

  /** Only who waits for an answer keeps the process alive. */
  #hold(): void {
    if (this.#open.length > 0) this.#worker.ref();
    else this.#worker.unref();
  }
}

export interface ThreadOptions {
  /** Beside the one that asks; by default one for each further core. */
  readonly count?: number;
  /** See `BlobReaders`. */
  readonly worthFrom?: number;
  /** What they run; by default the built `reading-thread.js`. */
  readonly entry?: URL;
}

/**
 * Threads that read blobs, each with a store of its own. They are started when there is something
 * to read; one that fails fails what it was given, which is then read where it is needed.
 */
export class ReadingThreads implements BlobReaders {
  readonly worthFrom: number;
  readonly #repository: Repository;
  readonly #count: number;
  readonly #entry: URL;
  #threads: readonly Thread[] | undefined;

  constructor(repository: Repository, options: ThreadOptions = {}) {
    this.#repository = repository;
    const others = Math.max(1, availableParallelism() - 1);
    this.#count = options.count ?? Math.min(mostThreads, others);
    // The verification of so many releases takes a second.
    this.worthFrom = options.worthFrom ?? 128;
    // Run from its sources, there is no such file: then everything is read in one thread.
    this.#entry = options.entry ?? new URL('./reading-thread.js', import.meta.url);
  }

  read(tasks: readonly BlobTask[]): Promise<readonly BlobReading[]> {
    this.#threads ??= Array.from(
      { length: this.#count },
      () => new Thread(this.#repository, this.#entry),
    );
    let free = this.#threads[0];
    for (const one of this.#threads)
      if (free !== undefined && one.waiting < free.waiting) free = one;
    if (free === undefined) return Promise.reject(new Error('there is no thread'));
    return free.read(tasks);
  }

  async close(): Promise<void> {
    const threads = this.#threads ?? [];
    this.#threads = undefined;
    await Promise.all(threads.map((thread) => thread.close()));
  }
}

/** Have threads that read blobs of a repository for as long as something is done. */
export async function withReadingThreads<T>(
  repository: Repository,
  use: (readers: BlobReaders) => Promise<T>,
): Promise<T> {
  const threads = new ReadingThreads(repository);
  try {
    return await use(threads);
  } finally {
    await threads.close();
  }
}
