import { parentPort, workerData } from 'node:worker_threads';
import { threadCryptography } from '../git/node-cryptography.ts';
import { openStore } from '../git/open-store.ts';
import type { Repository } from '../git/repository.ts';
import { type BlobReading, type BlobTask, readBlobs } from '../register/blob-reading.ts';
import { ObjectReader } from '../register/object-reader.ts';

// What runs in each thread of `ReadingThreads`: tasks come in, readings go out in their order.

const port = parentPort;
if (port === null) throw new Error('this file is run in a thread');
const store = await openStore(workerData as Repository);
// Each object is asked for once.
const reader = new ObjectReader(store, 4 * 1024 * 1024);
let last = Promise.resolve();

port.on('message', (tasks: readonly BlobTask[]) => {
  last = last.then(async () => {
    const readings = await readBlobs(tasks, reader, threadCryptography);
    const bytes = packRaw(readings);
    port.postMessage(bytes.readings, [bytes.packed]);
  });
});

/** The raw bytes of statements in one buffer, which changes its thread instead of being copied. */
function packRaw(readings: readonly BlobReading[]): {
  readonly readings: readonly BlobReading[];
  readonly packed: ArrayBuffer;
} {
  let size = 0;
  for (const one of readings) {
    if (one.kind === 'approval') size += one.approval.statement?.raw.length ?? 0;
  }
  const packed = new ArrayBuffer(size);
  let at = 0;
  const moved = readings.map((one): BlobReading => {
    const statement = one.kind === 'approval' ? one.approval.statement : undefined;
    if (one.kind !== 'approval' || statement === undefined) return one;
    const raw = new Uint8Array(packed, at, statement.raw.length);
    raw.set(statement.raw);
    at += raw.length;
    return { ...one, approval: { ...one.approval, statement: { ...statement, raw } } };
  });
  return { readings: moved, packed };
}
