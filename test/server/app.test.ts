import { createHash } from 'node:crypto';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { documentView } from '../../src/audit/document-view.ts';
import { evidenceOf } from '../../src/audit/evidence.ts';
import { historyOf } from '../../src/audit/history.ts';
import { releaseView } from '../../src/audit/journal.ts';
import { formatJson } from '../../src/audit/json.ts';
import { listDocuments } from '../../src/audit/list.ts';
import { verificationReport } from '../../src/audit/verification-report.ts';
import { QmsError } from '../../src/problem/problem.ts';
import type { CurrentState, Snapshot } from '../../src/publish/snapshot.ts';
import { stylesheetAddress } from '../../src/server/library.ts';
import { loopbackHosts } from '../../src/server/listen.ts';
import {
  askAnew,
  askServer,
  type AskedServer,
  fixturePages,
  type RawAnswer,
} from '../support/asking.ts';
import { fixtureNow, fixtureSnapshot, snapshotOf } from '../support/register-fixture.ts';

const snapshot = fixtureSnapshot();
let state: CurrentState = { snapshot, trouble: undefined };
let now = fixtureNow;
let server: AskedServer;

beforeAll(async () => {
  server = await askServer({ snapshot: () => state, now: () => now, hosts: loopbackHosts });
});
afterAll(() => server.close());

/** A page without the parts that only say where a line may break. */
const words = (html: string): string => html.replace(/<\/?span[^>]*>/g, '');

const picture = '/d/WI-004/B/files/qms-docs/work-instructions/pictures/clamping.svg';

describe('every answer', () => {
  it.each([
    ...fixturePages,
    picture,
    '/nowhere',
    '/d/SOP-404',
    '/api/v1/list',
    '/healthz',
    stylesheetAddress,
  ])('bears the headers that keep a browser from doing more than showing it: %s', async (path) => {
    const { headers } = await server.ask(path);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['x-robots-tag']).toBe('noindex, nofollow');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
    expect(headers['content-security-policy']).not.toMatch(
      /unsafe-eval|upgrade|script-src|https?:/,
    );
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it.each(fixturePages)(
    'is a page without scripts, frames or anything from elsewhere: %s',
    async (path) => {
      const { status, text, headers } = await server.ask(path);
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
      expect(text).not.toMatch(/<script|<iframe|<object|<embed|javascript:|\son[a-z]+=|style="/i);
      for (const [, address = ''] of text.matchAll(/(?:src|action)="([^"]*)"/g)) {
        expect(address).toMatch(/^\//);
      }
      expect(text.match(/<h1/g)).toHaveLength(1);
    },
  );

  it('allows no style but the stylesheet and the one in the page itself', async () => {
    const { text, headers } = await server.ask('/d/WI-004');
    const style = /<style>(.*?)<\/style>/s.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toContain(`style-src 'self' 'sha256-${hash}'`);
    expect(text).toContain(`<link rel="stylesheet" href="${stylesheetAddress}"`);
  });
});

describe('the address of a document', () => {
  it('shows the effective revision, with its state, identity and who approved it', async () => {
    const { text } = await server.ask('/d/WI-004');
    expect(words(text)).toContain('In force · revision B · since 2 November 2026');
    expect(text).toContain('Bob Fischer, Process owner, reviewed 1 November 2026');
    expect(text).toContain('Tighten both bolts in turn to');
    expect(text).not.toContain('Old text');
  });

  it('switches by itself when the planned day begins', async () => {
    now = Date.UTC(2026, 11, 1, 4, 59, 59) / 1000;
    expect(words((await server.ask('/d/SOP-001')).text)).toContain('In force · revision 2');
    now += 1;
    const { text } = await server.ask('/d/SOP-001');
    expect(words(text)).toContain('In force · revision 3 · since 1 December 2026');
    expect(text).toContain('What changed:');
    now = fixtureNow;
    expect(words((await server.ask('/d/SOP-001')).text)).toContain('In force · revision 2');
  });

  it('leads on, without a text to work by, where nothing is effective', async () => {
    const pending = await server.ask('/d/SOP-005');
    expect(words(pending.text)).toContain('Not yet in force · revision 1 · from 4 January 2027');
    expect(pending.text).not.toContain('The author raises the revision');
    const withdrawn = await server.ask('/d/WI-009');
    expect(words(withdrawn.text)).toContain('Withdrawn · revision B · since 12 November 2026');
    expect(withdrawn.text).toContain('href="/d/WI-010"');
    expect(withdrawn.text).not.toContain('Break all edges');
  });

  it('marks an old revision in words and by its edge, and leads to the one in force', async () => {
    const { text } = await server.ask('/d/WI-004/A');
    expect(words(text)).toContain(
      'Superseded · revision A · no longer in force since 2 November 2026',
    );
    expect(text).toContain('class="obsolete obsolete-superseded"');
    expect(text).toContain('Go to revision B, which is in force');
  });

  it('says in a bar of its own that a document is contested', async () => {
    expect((await server.ask('/d/SOP-004')).text).toContain(
      'Contested · ask before you work by it',
    );
  });

  it('knows nothing by an id or revision that the register does not hold', async () => {
    for (const path of ['/d/SOP-404', '/d/sop-001', '/d/constructor', '/d/SOP-001/9', '/d/QMS/x']) {
      expect((await server.ask(path)).status).toBe(404);
    }
  });
});

describe('files of a revision', () => {
  it('come with the type of their extension, in a sandbox, byte for byte', async () => {
    const { status, headers, text } = await server.ask(picture);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('image/svg+xml');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    );
    expect(text).toMatch(/^<svg /);
  });

  it('are downloads where a browser could make more of them', async () => {
    const files = new Map(
      ['page.html', 'macro.xlsm', 'data.csv', 'no-extension', 'x.png.html', 'script.js'].map(
        (name) => [`qms-docs/${name}`, new TextEncoder().encode('<script>alert(1)</script>')],
      ),
    );
    state = { snapshot: snapshotOf('Text.', files), trouble: undefined };
    for (const path of files.keys()) {
      const { headers } = await server.ask(`/d/SOP-001/1/files/${path}`);
      expect(headers['content-disposition']).toMatch(/^attachment; filename="/);
      expect(headers['content-type']).toMatch(/^(?:application\/octet-stream|text\/csv)/);
    }
    state = { snapshot, trouble: undefined };
  });

  it('are only those of that revision, by the exact path', async () => {
    const refused = [
      '/d/WI-004/A/files/qms-docs/work-instructions/pictures/clamping.svg',
      '/d/WI-004/B/files/pictures/clamping.svg',
      '/d/WI-004/B/files/qms-docs/work-instructions/pictures/CLAMPING.svg',
      '/d/WI-004/B/files/qms-docs/work-instructions/pictures/./clamping.svg',
      '/d/WI-004/B/files/qms-docs/work-instructions/x/../pictures/clamping.svg',
      '/d/WI-004/B/files/',
    ];
    for (const path of refused) {
      const { status } = await server.ask(path, { headers: { accept: 'application/json' } });
      expect(`${path} ${String(status)}`).toBe(`${path} 404`);
    }
    const { text } = await server.ask(refused[1] ?? '', {
      headers: { accept: 'application/json' },
    });
    expect(JSON.parse(text)).toMatchObject({ problems: [{ code: 'server/file-unknown' }] });
  });

  it('are not shown when their bytes are not those that were released', async () => {
    const other: Snapshot = {
      ...snapshot,
      readFile: () => Promise.resolve(new TextEncoder().encode('something else')),
    };
    for (const path of [picture, '/d/WI-004', '/d/QMS']) {
      const { status, text } = await askAnew(other, path);
      expect(status).toBe(500);
      expect(text).toContain('publish/content-mismatch');
      expect(text).not.toContain('something else');
    }
  });

  it('that can not be read give one message and no page', async () => {
    const missing: Snapshot = {
      ...snapshot,
      readFile: (file) =>
        Promise.reject(
          QmsError.of('publish/content-missing', {
            message: `${file.path} could not be read.`,
            place: { file: file.path },
          }),
        ),
    };
    const { status, text } = await askAnew(missing, '/d/WI-004');
    expect(status).toBe(503);
    expect(text).toContain('publish/content-missing');
  });
});

describe('caches', () => {
  const tagOf = (answer: RawAnswer): string => String(answer.headers['etag']);

  it('ask again for every page, and hear 304 as long as it is the same', async () => {
    const first = await server.ask('/d/WI-004');
    expect(first.headers['cache-control']).toBe('no-cache');
    const again = await server.ask('/d/WI-004', { headers: { 'if-none-match': tagOf(first) } });
    expect(`${String(again.status)} ${again.text}`).toBe('304 ');
    const other = await server.ask('/d/WI-004', { headers: { 'if-none-match': '"other"' } });
    expect(other.status).toBe(200);
  });

  it('may keep the stylesheet for ever, because its address names its content', async () => {
    const { headers } = await server.ask(stylesheetAddress);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['content-type']).toBe('text/css; charset=utf-8');
  });

  it('get text compressed where they can take it, under a tag of its own', async () => {
    const plain = await server.ask('/d/WI-004');
    const zipped = await server.ask('/d/WI-004', { headers: { 'accept-encoding': 'gzip' } });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.body).toString()).toBe(plain.text);
    expect(tagOf(zipped)).not.toBe(tagOf(plain));
    expect(zipped.headers['vary']).toContain('Accept-Encoding');
    for (const both of ['gzip, br', 'br;q=0.5, gzip', ' br ']) {
      const { headers, body } = await server.ask('/d/WI-004', {
        headers: { 'accept-encoding': both },
      });
      expect(headers['content-encoding']).toBe('br');
      expect(brotliDecompressSync(body).toString()).toBe(plain.text);
      expect(new Set([headers['etag'], tagOf(plain), tagOf(zipped)]).size).toBe(3);
    }
    for (const refused of ['gzip;q=0', 'xbr', 'identity, gzip; q=0.000', 'xgzip', 'br; q=0']) {
      const { headers } = await server.ask('/d/WI-004', {
        headers: { 'accept-encoding': refused },
      });
      expect(headers['content-encoding']).toBeUndefined();
    }
  });
});

describe('the search', () => {
  const found = async (query: string): Promise<string[]> => {
    const { text } = await server.ask(`/search?q=${encodeURIComponent(query)}`);
    return [...text.matchAll(/<span class="id">([^<]+)<\/span> <span class="name">/g)].map(
      ([, id = '']) => id,
    );
  };

  it('finds an id however it is typed', async () => {
    for (const query of ['SOP-001', 'sop 1', 'sop1', 'sop 001', 'SOP001']) {
      expect((await found(query))[0]).toBe('SOP-001');
    }
  });

  it('finds titles, keywords, machines and headings, with a slip or the beginning of a word', async () => {
    expect(await found('vibratory')).toEqual(['WI-010']);
    expect(await found('clampign')).toContain('WI-004');
    expect(await found('vice')).toEqual(['WI-004']);
    expect(await found('mill 4')).toContain('WI-004');
    expect(await found('zero poi')).toEqual(['WI-004']);
  });

  it('finds only what is in force, and says so of an id that is not', async () => {
    expect(await found('deburring by hand')).not.toContain('WI-009');
    expect(await found('calibration')).toEqual([]);
    const { text } = await server.ask('/search?q=wi+009');
    expect(text).toContain('Withdrawn · revision B · since 12 November 2026');
  });
});

describe('the interface for programs', () => {
  it('answers with the JSON of the questions, byte for byte', async () => {
    const { verification } = snapshot;
    const { register } = verification;
    if (register === undefined) throw new Error('the fixture has a register');
    const expected: readonly (readonly [string, unknown])[] = [
      ['/api/v1/list', listDocuments(verification, now)],
      ['/api/v1/list?state=pending', listDocuments(verification, now, { state: 'pending' })],
      ['/api/v1/list?type=wi', listDocuments(verification, now, { type: 'wi' })],
      ['/api/v1/list?at=2026-11-25', listDocuments(verification, now)],
      ['/api/v1/verify', verificationReport(verification, now)],
      ['/api/v1/show/SOP-001', documentView(register, 'SOP-001', now)],
      ['/api/v1/show/SOP-001@3', documentView(register, 'SOP-001', now, '3')],
      ['/api/v1/show/SOP-001/evidence', evidenceOf(register, 'SOP-001', '2')],
      ['/api/v1/show/SOP-001@3/evidence', evidenceOf(register, 'SOP-001', '3')],
      ['/api/v1/history/SOP-001', historyOf(register, 'SOP-001', now)],
      ['/api/v1/release/6', releaseView(register, 6)],
    ];
    for (const [path, answer] of expected) {
      const { status, text, headers } = await server.ask(path);
      expect(`${path} ${String(status)}`).toBe(`${path} 200`);
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(text).toBe(formatJson(answer));
    }
  });

  it('answers for a day in the past with what was in force then', async () => {
    const { text } = await server.ask('/api/v1/list?at=2025-03-10');
    expect(text).toContain('"title": "Control of documents"');
    expect(text).not.toContain('Control of documented information');
  });
});
