/**
 * Threat: A request tries paths, refs, options, other hosts or broken HTTP to reach more than the
 * pages (`..%2f`, `--upload-pack=`, `HEAD:../x`).
 * Decision: Only ids from the verified index reach anything; everything else is not found or refused
 * in one shape, nothing is written, and the server goes on.
 */
import { connect } from 'node:net';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shop } from '../support/shop.ts';
import { serving, type Serving } from '../support/serving.ts';
import type { StockRegister } from '../support/stock-register.ts';

const secret = 'what nobody may read';
let register: StockRegister;
let server: Serving;
let port: number;

beforeAll(async () => {
  register = shop();
  register.repository.git('config', 'qms.anchor', register.anchor);
  // Beside the released files lie others, in the repository and around it.
  register.commit({ 'secret.txt': secret, 'qms-docs/sop/draft.md': secret });
  register.repository.ref('refs/heads/secret', register.main);
  writeFileSync(join(register.repository.folder, 'secret.txt'), secret);
  writeFileSync(join(register.repository.folder, '..', 'secret.txt'), secret);
  server = await serving(register);
  port = Number(new URL(server.address ?? '').port);
});
afterAll(() => server.stop());

/** Send bytes as they are: no client that mends them stands between. @returns all that came back. */
function send(bytes: string | Buffer, hangUp = false): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const parts: Buffer[] = [];
    socket.setTimeout(10_000, () => {
      socket.destroy();
      resolve('it never answered');
    });
    socket.on('data', (part) => parts.push(part));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(Buffer.concat(parts).toString('utf8'));
    });
    // Node drops an answer that is still made when the other side hangs up.
    if (hangUp) socket.end(bytes);
    else socket.write(bytes);
  });
}

const ask = (target: string, headers = `Host: 127.0.0.1:${String(port)}\r\n`): Promise<string> =>
  send(`GET ${target} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);

const status = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);

function expectNothing(answer: string, target: string): void {
  expect(status(answer), `${target}\n${answer.slice(0, 300)}`).toBeGreaterThanOrEqual(400);
  expect(status(answer), target).toBeLessThan(500);
  expect(answer, target).not.toContain(secret);
  expect(answer, target).not.toMatch(/root:|\[core\]|\bat \S+ \(|node_modules/);
}

const file = '/d/SOP-001/2/files';

describe('a request reaches only what was verified', () => {
  test('the honest ones are answered', async () => {
    for (const target of ['/', '/d/SOP-001', '/d/SOP-001/2', `${file}/qms-docs/sop/fixture.svg`]) {
      expect(status(await ask(target)), target).toBe(200);
    }
  });

  test.each([
    ...['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/..\\secret.txt'],
    ...[`${file}/../../../../secret.txt`, `${file}/..%2f..%2f..%2fsecret.txt`],
    ...[`${file}/%2e%2e/%2e%2e/secret.txt`, `${file}/..%5c..%5csecret.txt`, `${file}/secret.txt`],
    ...[`${file}/qms-docs/sop/draft.md`, `${file}/qms-docs/sop/../sop/fixture.svg`],
    ...[`${file}/qms-docs//sop/fixture.svg`, `${file}//etc/passwd`, `${file}/%2fetc%2fpasswd`],
    ...[`${file}/qms-docs/sop/fixture.svg%00.md`, `${file}/qms-docs%2fsop%2f..%2f..%2fsecret.txt`],
    ...['/d/SOP-001/%2e%2e', '/d/../secret.txt', '/d/SOP-001%2f..%2f..%2fsecret.txt'],
    ...['/.git/config', '/config', '/HEAD', '/objects/info/packs', '/info/refs'],
    ...['/info/refs?service=git-upload-pack', '/git-upload-pack', '/refs/heads/main'],
  ])('paths: %s', async (target) => {
    expectNothing(await ask(target), target);
  });

  test.each([
    ...['/d/HEAD', '/d/main', '/d/refs%2fheads%2fsecret', '/d/secret:secret.txt', '/d/HEAD:..%2fx'],
    ...['/d/SOP-001/HEAD', '/d/SOP-001/refs%2ftags%2fqms%2frelease%2f3', '/d/SOP-001@%7b1%7d'],
    ...['/d/SOP-001/2%5e', '/d/SOP-001/2~1', '/d/SOP-001/2:secret.txt', '/register/HEAD'],
    ...['/register/3%5e%7btree%7d', '/register/0x3', '/register/3.0', '/register/%2b3'],
    ...['/api/v1/show/HEAD:secret.txt', '/api/v1/show/SOP-001@main', '/api/v1/release/HEAD'],
  ])('refs and revisions: %s', async (target) => {
    expectNothing(await ask(target), target);
  });

  test('ids of objects, though they are right', async () => {
    const commit = register.releases[2]?.commit ?? '';
    const blob = register.repository.git('rev-parse', `${commit}:documents/SOP/SOP-001/qms-docs`);
    for (const id of [commit, blob, commit.slice(0, 8)]) {
      for (const target of [`/d/${id}`, `/d/SOP-001/${id}`, `/register/${id}`, `${file}/${id}`]) {
        expectNothing(await ask(target), target);
      }
    }
  });

  test.each([
    ...['/d/--upload-pack=touch%20pwned', '/d/--output=pwned', '/d/-', '/d/-C/tmp'],
    ...['/d/SOP-001/--exec=touch%20pwned', `${file}/--output=pwned`, '/d/$(touch%20pwned)'],
    ...['/d/`touch%20pwned`', '/d/;touch%20pwned', '/d/%0atouch%20pwned', '/d/|touch%20pwned'],
  ])('options and commands: %s', async (target) => {
    expectNothing(await ask(target), target);
    const { folder } = register.repository;
    for (const where of [folder, join(folder, '..'), process.cwd()]) {
      expect(existsSync(join(where, 'pwned'))).toBe(false);
    }
  });

  test.each([
    ...['/d/__proto__', '/d/constructor', '/d/toString', '/api/v1/show/__proto__'],
    ...['/api/v1/__proto__', '/api/v1/constructor', `${file}/__proto__`, '/d/SOP-001/constructor'],
  ])('names that every object has: %s', async (target) => {
    expectNothing(await ask(target), target);
  });

  test.each([
    ...['/d/%', '/d/%zz', '/d/%c0%ae%c0%ae%2f', '/d/%ff', `/d/${'A'.repeat(5000)}`],
    ...[`/search?q=${'a'.repeat(5000)}`, `${file}/${'../'.repeat(500)}etc/passwd`],
    ...['/api/v1/list?at=--help', '/api/v1/list?state=$ne', '/api/v1/list?at=2026-99-99'],
  ])('broken encodings and lengths: %s', async (target) => {
    expectNothing(await ask(target), target);
  });
});

describe('HTTP that no browser speaks stops nobody', () => {
  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', 'TRACE', 'OPTIONS', 'CONNECT', 'PURGE'])(
    'the method %s is refused',
    async (method) => {
      const target = method === 'CONNECT' ? '127.0.0.1:22' : '/d/SOP-001';
      const answer = await send(
        `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      );
      // Node closes a CONNECT that nobody listens to without a word.
      if (method !== 'CONNECT') expect([400, 405, 501]).toContain(status(answer));
      expect(answer).not.toContain('Revision 2');
    },
  );

  test.each([
    ['another host', `Host: evil.example\r\n`],
    [
      'another host by a proxy\u2019s word',
      `Host: evil.example\r\nX-Forwarded-Host: 127.0.0.1\r\n`,
    ],
    ['no host', ''],
    ['two hosts', 'Host: evil.example\r\nHost: 127.0.0.1\r\n'],
  ])('a page asked under %s is not given', async (_what, headers) => {
    const answer = await ask('/d/SOP-001', headers);
    expect(status(answer)).toBeGreaterThanOrEqual(400);
    expect(answer).not.toContain('Revision 2');
  });

  test('an address with a host in it leads nowhere else', async () => {
    for (const target of ['http://evil.example/d/SOP-001', '//evil.example/d/SOP-001']) {
      const answer = await ask(target);
      expect(answer).not.toMatch(/^location: .*evil/im);
      expect(status(answer), target).not.toBe(500);
    }
  });

  test.each<[string, string | Buffer]>([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['zeros', Buffer.alloc(4096)],
    ['random bytes', Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) % 256))],
    ['a line break in the target', 'GET /d/SOP-001\r\nX: y HTTP/1.1\r\n\r\n'],
    ['a bare line feed', 'GET / HTTP/1.1\nHost: 127.0.0.1\n\n\n'],
    [
      'two lengths',
      'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 9\r\n\r\nab',
    ],
    [
      'chunks and a length',
      'GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n',
    ],
    [
      'a header of a megabyte',
      `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'y'.repeat(1 << 20)}\r\n\r\n`,
    ],
    [
      'ten thousand headers',
      `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n${'X: y\r\n'.repeat(10_000)}\r\n`,
    ],
    [
      'an upgrade',
      'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
    ['an end in the middle', 'GET /d/SOP-0'],
  ])('%s, and the next reader is served', async (_what, bytes) => {
    await send(bytes, true).catch(() => 'the connection was closed');
    expect(status(await ask('/d/SOP-001'))).toBe(200);
  });

  test('after all of it nothing was written, and the server said nothing of a fault', () => {
    expect(server.said()).not.toMatch(/fault|Error/);
    expect(readdirSync(register.repository.folder)).not.toContain('pwned');
    expect(register.repository.git('for-each-ref', 'refs/heads/evil')).toBe('');
  });
});
