import { get } from 'node:http';
import { describe, expect, it } from 'vitest';

import { QmsError } from '../../src/problem/problem.ts';
import { isLoopback, listen, listenFailure } from '../../src/server/listen.ts';

const answer = (_request: unknown, response: { end(text: string): void }): void => {
  response.end('here');
};

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof QmsError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('a server that listens', () => {
  it('does so for this machine only unless it is told otherwise', async () => {
    const server = await listen(answer, { port: 0 });
    expect(server.address).toBe(`http://127.0.0.1:${String(server.port)}/`);
    const text = await (await fetch(server.address)).text();
    await server.close();
    expect(text).toBe('here');
  });

  it('says that the port is in use, instead of failing with a stack', async () => {
    const first = await listen(answer, { port: 0 });
    expect(await codeOf(listen(answer, { port: first.port }))).toBe('server/port-in-use');
    await first.close();
  });

  it('says that the address is not one of this machine', async () => {
    expect(await codeOf(listen(answer, { port: 0, host: '192.0.2.1' }))).toBe(
      'server/address-unavailable',
    );
  });

  it('says that the port may not be used', () => {
    // Who runs tests as root may use any port: so the system's refusal is given by hand.
    const refused = Object.assign(new Error('listen EACCES'), { code: 'EACCES' });
    expect(listenFailure(refused, '127.0.0.1', 80)).toMatchObject({
      message: 'The server can not listen on 127.0.0.1 port 80: this user may not use this port.',
      code: 'server/port-denied',
    });
    const other = Object.assign(new Error('listen EIO'), { code: 'EIO' });
    expect(listenFailure(other, '127.0.0.1', 80)).toBe(other);
  });

  it('lets a request that runs finish before it ends', async () => {
    const server = await listen(
      (_request, response) => {
        setTimeout(() => {
          response.end('done');
        }, 150);
      },
      { port: 0 },
    );
    const asked = new Promise<string>((resolve, reject) => {
      get(server.address, (response) => {
        let text = '';
        response.on('data', (part: Buffer) => {
          text += part.toString();
        });
        response.on('end', () => {
          resolve(text);
        });
      }).on('error', reject);
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.close();
    expect(await asked).toBe('done');
  });
});

describe('a loopback address', () => {
  it('is told from any other', () => {
    expect(['127.0.0.1', 'localhost', '::1', '127.5.4.3'].filter(isLoopback)).toHaveLength(4);
    expect(
      ['0.0.0.0', '::', '10.0.0.1', '127.evil.example', '1127.0.0.1'].filter(isLoopback),
    ).toEqual([]);
  });
});
