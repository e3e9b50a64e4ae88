/** Requests a second of a page from the running server and from Express with the same bytes. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Sample, interleave } from './measure.ts';

const connections = 32;
const secondsOfRun = 3;
const readyWithinMs = 60_000;

/** Headers that belong to the connection or are made anew for each answer. */
const ownHeaders = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'];

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Wait until the page is there. */
async function firstAnswer(url: string, child: ChildProcess): Promise<Response> {
  const end = performance.now() + readyWithinMs;
  while (performance.now() < end) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}.`);
    try {
      const answer = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
      if (answer.ok) return answer;
      await answer.body?.cancel();
    } catch {
      // Not listening yet.
    }
    await sleep(100);
  }
  throw new Error(`${url} did not answer within ${readyWithinMs / 1000} s.`);
}

interface Load {
  readonly requests: { readonly average: number };
  readonly latency: { readonly p99: number };
  readonly non2xx: number;
  readonly errors: number;
}

/** A few seconds of load from a process of its own. */
async function load(url: string): Promise<Load> {
  const client = path.join(import.meta.dirname, '../node_modules/autocannon/autocannon.js');
  const args = ['-c', String(connections), '-d', String(secondsOfRun), '--json', url];
  const { stdout } = await promisify(execFile)(process.execPath, [client, ...args]);
  const result = JSON.parse(stdout) as Load;
  // Without this, a server that refuses quickly would look quick.
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers other than 2xx, ${result.errors} errors.`);
  }
  return result;
}

export async function measurePage(
  serve: (port: number) => [program: string, ...args: string[]],
  options: {
    readonly page: string;
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    readonly runs: number;
  },
): Promise<{ readonly samples: readonly [Sample, Sample]; readonly p99: number }> {
  const { cwd, env } = options;
  const port = await freePort();
  const [program, ...args] = serve(port);
  const server = spawn(program, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
  let peer: ChildProcess | undefined;
  try {
    const url = `http://127.0.0.1:${port}${options.page}`;
    const answer = await firstAnswer(url, server);
    const headers = Object.fromEntries(
      [...answer.headers].filter(([name]) => !ownHeaders.includes(name)),
    );
    const body = Buffer.from(await answer.arrayBuffer());
    const peerFile = path.join(import.meta.dirname, 'express-peer.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', peerFile, JSON.stringify(headers)], {
      cwd: path.dirname(import.meta.dirname),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    peer = child;
    child.stdin.end(body);
    const [peerPort] = (await once(createInterface(child.stdout), 'line')) as [string];
    const p99: number[] = [];
    const samples = await interleave(
      async () => {
        const { requests, latency } = await load(url);
        p99.push(latency.p99);
        return requests.average;
      },
      async () => (await load(`http://127.0.0.1:${peerPort}/page`)).requests.average,
      options.runs,
    );
    return { samples, p99: Math.max(...p99.slice(1)) };
  } finally {
    await stop(server);
    if (peer !== undefined) await stop(peer);
  }
}
