#!/usr/bin/env node
import { interruptedCode } from './failure.ts';
import { exitCodes } from '../problem/problem.ts';
import { run } from './run.ts';

// A reader that went away (`qms list | head`) is no failure and needs no message.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    // A full disk behind `> file`: without this, Node would print its inside.
    process.stderr.write(`The output could not be written: ${error.message}\n`);
    process.exit(exitCodes.undecided);
  });
}

const ending = new AbortController();
let takenOver = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Refs are written last and in one transaction, so that an end at any point leaves nothing
    // half made. A second signal ends a server that is slow to stop.
    if (!takenOver || ending.signal.aborted) process.exit(interruptedCode);
    ending.abort();
  });
}

process.exitCode = await run(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  now: () => new Date(),
  terminal: {
    input: process.stdin.isTTY,
    output: process.stdout.isTTY,
    error: process.stderr.isTTY,
    // A terminal that does not know its width says 0.
    columns: process.stdout.isTTY && process.stdout.columns > 0 ? process.stdout.columns : 80,
  },
  untilStopped: () => {
    takenOver = true;
    return ending.signal;
  },
});
