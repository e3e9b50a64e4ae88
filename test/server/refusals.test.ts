import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { makeProblem } from '../../src/problem/problem.ts';
import type { CurrentState, Snapshot } from '../../src/publish/snapshot.ts';
import { loopbackHosts } from '../../src/server/listen.ts';
import { askAnew, askServer, type AskedServer, fixturePages } from '../support/asking.ts';
import { fixtureNow, fixtureSnapshot } from '../support/register-fixture.ts';

const snapshot = fixtureSnapshot();
let state: CurrentState = { snapshot, trouble: undefined };
let server: AskedServer;

beforeAll(async () => {
  server = await askServer({
    snapshot: () => state,
    now: () => fixtureNow,
    hosts: loopbackHosts,
  });
});
afterAll(() => server.close());

describe('odd requests', () => {
  it.each([
    '/d/..%2f..%2fetc%2fpasswd',
    '/d/SOP-001/..%2f..%2f..%2fetc%2fpasswd',
    '/d/SOP-001/2/files/..%2f..%2f..%2f..%2fetc%2fpasswd',
    '/d/SOP-001/2/files/../../../../etc/passwd',
    '/d/SOP-001/2/files/%2e%2e/%2e%2e/etc/passwd',
    '/d/SOP-001/2/files/%00',
    '/d/SOP-001%00/2',
    '/d/HEAD:..%2fx',
    '/d/HEAD:../x',
    '/d/--upload-pack=touch%20x',
    '/d/refs%2ftags%2fqms%2frelease%2f1',
    '/d/SOP-001/--output=x',
    '/register/0',
    '/register/-1',
    '/register/1e3',
    '/register/99999999999',
    '/register/__proto__',
    '/.git/config',
    '/..%5c..%5cwindows',
    '//evil.example/x',
    '/d//',
    '/D/SOP-001',
    '/api/v1/show/__proto__',
    '/api/v1/release/x',
    '/api/v1/approve/SOP-001',
    '/style-0000000000000000.css',
  ])('find nothing: %s', async (path) => {
    const { status, text } = await server.ask(path);
    expect(status).toBe(404);
    expect(text).not.toContain('root:');
    expect(text).not.toMatch(/\bat .*\.tsx?:[0-9]+/);
  });

  it.each([
    ['a broken percent-encoding', '/d/%zz'],
    ['a broken percent-encoding in a file', '/d/SOP-001/2/files/%E0%A4%A'],
    ['a very long address', `/d/${'A'.repeat(3000)}`],
    ['a very long search', `/search?q=${'a'.repeat(3000)}`],
    ['a day that is none', '/api/v1/list?at=2026-02-30'],
    ['a state that is none', '/api/v1/list?state=good'],
  ])('are refused with one message: %s', async (_name, path) => {
    const { status, text } = await server.ask(path);
    expect(status).toBe(400);
    expect(text).toContain('server/request-malformed');
  });

  it('write nothing: only GET and HEAD are answered', async () => {
    // Also of a page that stands finished.
    expect((await server.ask('/d/SOP-001')).status).toBe(200);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']) {
      const { status, headers, text } = await server.ask('/d/SOP-001', { method });
      expect(status).toBe(405);
      expect(headers['allow']).toBe('GET, HEAD');
      expect(text).toContain('server/method');
    }
    const { status, text } = await server.ask('/d/SOP-001', { method: 'HEAD' });
    expect(`${String(status)} ${text}`).toBe('200 ');
  });

  it('under another name get nothing, so that no page from elsewhere can read the documents', async () => {
    for (const host of ['localhost:8080', '127.0.0.1', '[::1]:80']) {
      expect((await server.ask('/', { headers: { host } })).status).toBe(200);
    }
    for (const host of ['evil.example:8080', 'localhost.evil.example', 'evil.example:localhost']) {
      const { status, text } = await server.ask('/', { headers: { host } });
      expect(status).toBe(421);
      expect(text).toContain('server/host');
    }
  });

  it('have what they typed escaped', async () => {
    const { text } = await server.ask('/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22');
    expect(text).not.toContain('<script');
    expect(text).toContain('&lt;script');
    const missing = await server.ask('/%3Cscript%3Ealert(1)%3C/script%3E');
    expect(missing.text).not.toContain('<script');
  });

  it('with several searches or none are searches for nothing', async () => {
    for (const path of ['/search?q=a&q=b', '/search?q[x]=1', '/search?']) {
      expect((await server.ask(path)).status).toBe(200);
    }
  });
});

describe('errors', () => {
  it('have one shape: a page, or problems as JSON for who asks so and below /api', async () => {
    const page = await server.ask('/nowhere', { headers: { accept: 'text/html' } });
    expect(page.text).toContain('server/not-found');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    for (const answer of [
      await server.ask('/nowhere', { headers: { accept: 'application/json' } }),
      await server.ask('/api/v1/nowhere'),
      await server.ask('/api/v1/nowhere', { headers: { accept: 'text/html' } }),
    ]) {
      expect(answer.status).toBe(404);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(JSON.parse(answer.text)).toMatchObject({
        problems: [{ code: 'server/not-found', severity: 'error' }],
      });
    }
  });

  it('of the software show no stack to the reader, but to the log', async () => {
    const broken: Snapshot = {
      ...snapshot,
      readFile: () => Promise.reject(new TypeError('secret detail')),
    };
    const { status, text, fault } = await askAnew(broken, '/d/WI-004');
    expect(status).toBe(500);
    expect(text).toContain('server/fault');
    expect(text).not.toContain('secret detail');
    expect(fault).toContain('TypeError: secret detail');
  });
});

describe('a state that does not verify', () => {
  const trouble = {
    since: fixtureNow - 60,
    problems: [makeProblem('chain/gap', { message: 'Release 9 is missing.', place: {} })],
  };

  it('leaves the last verified one on every page, and every page says so', async () => {
    state = { snapshot, trouble };
    for (const path of fixturePages) {
      expect((await server.ask(path)).text).toContain(
        'The newest state of the register did not verify.',
      );
    }
    expect((await server.ask('/status')).text).toContain('Release 9 is missing.');
    const ready = await server.ask('/readyz');
    expect(JSON.parse(ready.text)).toEqual({ status: 'ready', release: 8, newestVerifies: false });
    state = { snapshot, trouble: undefined };
    expect((await server.ask('/')).text).not.toContain('did not verify');
  });

  it('shows nothing where nothing was ever verified, and says what is wrong', async () => {
    state = { snapshot: undefined, trouble };
    for (const path of ['/', '/d/SOP-001', '/status', '/api/v1/list']) {
      const { status, text } = await server.ask(path);
      expect(status).toBe(503);
      expect(text).toContain('server/nothing-verified');
      expect(text).toContain('Release 9 is missing.');
    }
    expect((await server.ask('/readyz')).status).toBe(503);
    expect((await server.ask('/healthz')).status).toBe(200);
    state = { snapshot, trouble: undefined };
  });
});
