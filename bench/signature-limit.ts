/**
 * The limit of verification: checks every signature of the corpus in the first argument with
 * `node:crypto` on all cores, and prints the milliseconds that the checks alone took. A process
 * of its own, so that the thread pool has a thread for each core and the harness stays small.
 */
import { corpusSignatures, verifyRawInParallel } from './signatures.ts';

const signatures = await corpusSignatures(process.argv[2] ?? '.');
const start = performance.now();
await verifyRawInParallel(signatures);
console.log(performance.now() - start);
