/** A running `qms serve`, and requests to it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Corpus, gitEnvironment } from './corpus.ts';
import { type Build, childrenMemory, memoryOf, qms, thisBuild, untilAtRest } from './program.ts';

/** A register of thousands of releases may be verified from the beginning first. */
const readyWithinMs = 300_000;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** From asking to the last byte. */
  readonly ms: number;
}

/** One connection that stays open, as a browser's does. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  ask(url: string): Promise<Answer> {
    const start = performance.now();
    return new Promise((resolve, reject) => {
      get(url, { agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject).on('end', () => {
          const headers = Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          );
          resolve({
            status: response.statusCode ?? 0,
            headers,
            body: Buffer.concat(chunks),
            ms: performance.now() - start,
          });
        });
      }).on('error', reject);
    });
  }

  /** @throws {Error} for an answer other than 200: without this, a refusal would look quick. */
  async page(url: string): Promise<Answer> {
    const answer = await this.ask(url);
    if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}.`);
    return answer;
  }

  close(): void {
    this.#agent.destroy();
  }
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  // Without this, an interrupted run would leave servers behind.
  for (const child of running) child.kill();
});

/** End a process with this one, whatever ends this one. */
export function endWithUs<C extends ChildProcess>(child: C): C {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** In MiB. */
export interface ServerMemory {
  /** Of the process that answers: now, and at most since its start. */
  readonly residentMb: number;
  readonly peakMb: number;
  /** The most that it and all that it started had together, looked at ten times a second. */
  readonly familyMb: number;
}

export interface Server {
  /** `http://127.0.0.1:40123`, without a slash at the end. */
  readonly url: string;
  /** When its process was started, by `performance.now()`. */
  readonly startedAt: number;
  memory(): ServerMemory;
  /**
   * Wait until it has done what it does after its start, such as verifying what was kept: from
   * there on it is a server that has been running for a while.
   */
  atRest(): Promise<void>;
  stop(): Promise<void>;
}

/** Start the server and wait until it says where it listens. */
export async function startServer(
  corpus: Pick<Corpus, 'folder' | 'anchor'>,
  build: Build = thisBuild,
): Promise<Server> {
  const [program, ...args] = qms(corpus, ['serve', '--port', '0'], build);
  const startedAt = performance.now();
  const child = endWithUs(
    spawn(program, args, {
      cwd: corpus.folder,
      env: gitEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (said.length < 2000) said += chunk.toString();
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`qms serve ended: ${said}`);
  });
  const pid = child.pid ?? 0;
  let familyMb = 0;
  const watch = setInterval(() => {
    if (running.has(child)) {
      familyMb = Math.max(familyMb, memoryOf(pid).residentMb + childrenMemory(pid));
    }
  }, 100);
  child.once('exit', () => {
    clearInterval(watch);
  });
  const late = new AbortController();
  const lines = createInterface(child.stdout);
  try {
    const line = await Promise.race([
      once(lines, 'line').then(([text]) => text as string),
      ended,
      sleep(readyWithinMs, undefined, { signal: late.signal }).then(() => {
        throw new Error(`qms serve did not listen within ${readyWithinMs / 1000} s: ${said}`);
      }),
    ]);
    return {
      url: line.trim().replace(/\/$/, ''),
      startedAt,
      memory: () => ({ ...memoryOf(pid), familyMb }),
      atRest: () => untilAtRest(pid, readyWithinMs),
      stop: () => stop(child),
    };
  } catch (error) {
    await stop(child);
    throw error;
  } finally {
    late.abort();
    // From here on an end is the caller's doing, or shows in the next request.
    ended.catch(() => undefined);
  }
}

/** Wait until something answers there; until then connections are refused. */
export async function untilAnswered(url: string, withinMs: number): Promise<Answer> {
  const client = new Client();
  const end = performance.now() + withinMs;
  try {
    for (;;) {
      try {
        return await client.page(url);
      } catch (error) {
        if (performance.now() > end) throw error;
      }
      await sleep(20);
    }
  } finally {
    client.close();
  }
}

/** Ask every two milliseconds until the page says something: when it did, by `performance.now()`. */
export async function untilPageSays(
  client: Client,
  url: string,
  text: string,
  withinMs: number,
): Promise<number> {
  const end = performance.now() + withinMs;
  while (performance.now() < end) {
    const { status, body } = await client.ask(url);
    if (status === 200 && body.includes(text)) return performance.now();
    await sleep(2);
  }
  throw new Error(`${url} did not say "${text}" within ${withinMs / 1000} s.`);
}
