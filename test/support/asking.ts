import { request } from 'node:http';

import type { Snapshot } from '../../src/publish/snapshot.ts';
import { createApp, type AppOptions } from '../../src/server/app.ts';
import { listen } from '../../src/server/listen.ts';
import { fixtureNow } from './register-fixture.ts';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly text: string;
}

/** A server of a test with the means to ask it anything. */
export interface AskedServer {
  readonly address: string;
  /** What the server did not foresee. */
  readonly faults: readonly unknown[];
  /** The path goes out as it stands: nothing resolves `..` or mends an encoding. */
  ask(path: string, options?: AskOptions): Promise<RawAnswer>;
  close(): Promise<void>;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Start the application on a free port. */
export async function askServer(options: AppOptions): Promise<AskedServer> {
  const faults: unknown[] = [];
  const app = createApp({ faulted: (error) => faults.push(error), ...options });
  const listening = await listen(app, { port: 0 });
  return {
    address: listening.address,
    faults,
    ask: (path, { method = 'GET', headers = {} } = {}) =>
      new Promise((resolve, reject) => {
        const asked = request(
          { host: '127.0.0.1', port: listening.port, path, method, headers, agent: false },
          (response) => {
            const parts: Buffer[] = [];
            response.on('data', (part: Buffer) => parts.push(part));
            response.on('error', reject);
            response.on('end', () => {
              const body = Buffer.concat(parts);
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body,
                text: body.toString(),
              });
            });
          },
        );
        asked.on('error', reject);
        asked.end();
      }),
    close: () => listening.close(),
  };
}

/** One answer of a new server that keeps nothing yet, over a snapshot of its own. */
export async function askAnew(
  shown: Snapshot,
  path: string,
): Promise<RawAnswer & { readonly fault: string }> {
  const fresh = await askServer({
    snapshot: () => ({ snapshot: shown, trouble: undefined }),
    now: () => fixtureNow,
  });
  const answer = await fresh.ask(path);
  await fresh.close();
  return { ...answer, fault: String(fresh.faults.at(-1)) };
}

/** A page of each kind, in the fixture. */
export const fixturePages = [
  '/',
  '/search',
  '/search?q=sop+42',
  '/register',
  '/register/6',
  '/status',
  '/d/SOP-001',
  '/d/SOP-001/2',
  '/d/SOP-001/3',
  '/d/SOP-001/history',
  '/d/SOP-001/2/evidence',
  '/d/SOP-005',
  '/d/WI-009',
  '/d/WI-009/B',
  '/d/QMS',
  '/d/NCR-2026-014',
];
