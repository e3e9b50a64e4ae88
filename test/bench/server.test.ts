import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, untilAnswered, untilPageSays } from '../../bench/server.ts';

let server: Server;
let url: string;
let asked = 0;
const client = new Client();

beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    if (request.url === '/busy') response.writeHead(503).end('revision 4');
    else response.end(asked < 5 ? 'revision 3' : 'revision 4');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  client.close();
  server.close();
});

describe('a client of the bench', () => {
  it('takes a refusal for no page, however quick it was', async () => {
    await expect(client.page(`${url}/busy`)).rejects.toThrow('answered 503');
    await expect(untilAnswered(`${url}/busy`, 50)).rejects.toThrow('answered 503');
  });

  it('asks until a page says what is new, and takes no refusal that says it', async () => {
    asked = 0;
    const start = performance.now();
    const shown = await untilPageSays(client, `${url}/d/SOP-001`, 'revision 4', 10_000);
    expect(asked).toBe(5);
    expect(shown).toBeGreaterThan(start);
    await expect(untilPageSays(client, `${url}/busy`, 'revision 4', 50)).rejects.toThrow(
      'did not say "revision 4" within 0.05 s',
    );
  });
});
