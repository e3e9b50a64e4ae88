import { createServer, type RequestListener, type Server } from 'node:http';

import { type Problem, QmsError } from '../problem/problem.ts';

export interface ListenOptions {
  /** By default this machine only. */
  readonly host?: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** A server that listens. */
export interface Listening {
  /** `http://127.0.0.1:8080/`. */
  readonly address: string;
  readonly port: number;
  /** Take no new requests, let those that run finish for a moment, then end. */
  close(): Promise<void>;
}

/** Names under which a server on a loopback address answers (`AppOptions.hosts`). */
export const loopbackHosts: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether an address is of this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.[0-9]{1,3}){3}$/.test(host);
}

/** How long requests that run may take to finish when the server ends. */
const graceMs = 2000;

/**
 * Listen for requests.
 * @throws {QmsError} `server/port-in-use`, `server/port-denied`, `server/address-unavailable`.
 */
export async function listen(app: RequestListener, options: ListenOptions): Promise<Listening> {
  const host = options.host ?? '127.0.0.1';
  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 30_000 }, app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(listenFailure(error, host, options.port));
    });
    server.listen(options.port, host, resolve);
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : options.port;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    address: `http://${name === '0.0.0.0' || name === '[::]' ? 'localhost' : name}:${String(port)}/`,
    port,
    close: () => close(server),
  };
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeIdleConnections();
  const timer = setTimeout(() => {
    server.closeAllConnections();
  }, graceMs);
  await closed;
  clearTimeout(timer);
}

const codes: Readonly<Record<string, Problem['code']>> = {
  EADDRINUSE: 'server/port-in-use',
  EACCES: 'server/port-denied',
  EADDRNOTAVAIL: 'server/address-unavailable',
  ENOTFOUND: 'server/address-unavailable',
};

/** The system's refusal to listen, in words; anything unforeseen as it is. */
export function listenFailure(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const code = codes[error.code ?? ''];
  if (code === undefined) return error;
  return QmsError.of(code, {
    message: `The server can not listen on ${host} port ${String(port)}: ${reasonOf(code)}.`,
    place: {},
  });
}

function reasonOf(code: Problem['code']): string {
  switch (code) {
    case 'server/port-in-use':
      return 'another program uses this port';
    case 'server/port-denied':
      return 'this user may not use this port';
    default:
      return 'this machine has no such address';
  }
}
