import { afterAll } from 'vitest';

/** Clean up when the tests of the file are done; in a proof, which runs without vitest, at the end. */
export function whenDone(cleanUp: () => void): void {
  if (process.env['VITEST'] === undefined) process.once('exit', cleanUp);
  else afterAll(cleanUp);
}
