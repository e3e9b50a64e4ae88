import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Answer, runCommand } from '../support/command.ts';
import { startBrowser, watchRequests } from '../support/browser.ts';

/** Where the demo says that it listens. */
interface Listening {
  readonly address: string;
}

/** What a browser sees on a page, apart from what axe finds. */
interface Seen {
  /** Addresses on the server, without fragment, that the page links to. */
  readonly links: readonly string[];
  /** The same with the fragments that they name. */
  readonly fragments: readonly string[];
  readonly ids: readonly string[];
  readonly brokenImages: readonly string[];
  readonly images: number;
  readonly width: number;
  /** Tables of which a part shows only after scrolling, by their names. */
  readonly cutTables: readonly string[];
  /** State bar in words, where there is one. */
  readonly state: string;
}

const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'git-qms-shown-'));
const shop = path.join(folder, 'demo/shop');
const shots = path.resolve(import.meta.dirname, '../../test-results/screenshots/demo');

/** The demo's clock starts on a day after the sample's records, and runs. */
const began = performance.now();
const now = (): Date => new Date(Date.UTC(2026, 10, 20, 12) + performance.now() - began);

const ending = new AbortController();
let running: Promise<Answer> | undefined;
let address = '';
let browser: Browser;

/** A document that the demo does not have. */
const missing = '/d/WI-404';

/** Pages by address, in the order in which they were found. */
const pages = new Map<string, Seen>();
const violations: string[] = [];
const strange: string[] = [];
const notAnswered: string[] = [];

/** Start `qms demo` on a free port. @returns The address that it prints. */
async function startDemo(): Promise<string> {
  const stdout = new PassThrough();
  const line = new Promise<string>((resolve) => {
    stdout.once('data', (chunk: Buffer) => {
      resolve(chunk.toString('utf8'));
    });
  });
  running = runCommand(['demo', '--port', '0', '--folder', 'demo', '--json'], folder, {
    now,
    stdout,
    untilStopped: () => ending.signal,
  });
  const failed = running.then(({ code, stderr }) => {
    throw new Error(`the demo ended with ${String(code)}: ${stderr}`);
  });
  // Once it serves, its end is awaited elsewhere.
  failed.catch(() => undefined);
  const listening = JSON.parse(await Promise.race([line, failed])) as Listening;
  return listening.address;
}

/** A page of a screen of our own, with a watch on every request and message of the browser. */
async function open(
  options: BrowserContextOptions,
): Promise<{ readonly context: BrowserContext; readonly page: Page; readonly asked: string[] }> {
  const context = await browser.newContext({ colorScheme: 'light', ...options });
  const asked = await watchRequests(context, address);
  const page = await context.newPage();
  const at = (): string => new URL(page.url()).pathname;
  page.on('console', (message) => {
    // Of the one page that is opened though it is not there.
    if (at() === missing && message.text().includes('404 (Not Found)')) return;
    asked.push(`${at()} says: ${message.text()}`);
  });
  page.on('pageerror', (error) => asked.push(`${at()} fails: ${error.message}`));
  page.on('requestfailed', (request) => asked.push(`${at()} did not get ${request.url()}`));
  return { context, page, asked };
}

const tablet = { viewport: { width: 800, height: 1280 }, hasTouch: true, isMobile: true } as const;
const office = { viewport: { width: 1280, height: 800 } } as const;

const goTo = async (page: Page, to: string): Promise<number> =>
  (await page.goto(new URL(to, address).href))?.status() ?? 0;

const look = (page: Page): Promise<Seen> =>
  page.evaluate(`(() => {
    const inside = [...document.querySelectorAll('a[href]')]
      .map((link) => new URL(link.href))
      .filter((url) => url.origin === location.origin);
    const images = [...document.images];
    return {
      links: inside.map((url) => url.pathname + url.search),
      fragments: inside.filter((url) => url.hash !== '').map((url) => url.pathname + url.search + url.hash),
      ids: [...document.querySelectorAll('[id]')].map((node) => node.id),
      brokenImages: images
        .filter((image) => !image.complete || image.naturalWidth === 0)
        .map((image) => image.currentSrc),
      images: images.length,
      width: document.documentElement.scrollWidth,
      cutTables: [...document.querySelectorAll('.table-scroll')]
        .filter((box) => box.scrollWidth > box.clientWidth)
        .map((box) => box.getAttribute('aria-label') + ' ' + box.scrollWidth),
      state: document.querySelector('.state .words')?.textContent ?? '',
    };
  })()`);

/** What axe finds on a page, contrast of 7 to 1 included. */
async function axe(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page })
    // The pages have no frames; without this each look would open one more empty page.
    .setLegacyMode()
    .options({
      resultTypes: ['violations'],
      rules: { 'color-contrast-enhanced': { enabled: true } },
    })
    .analyze();
  const { pathname } = new URL(page.url());
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${pathname}: ${id} ${node.html}`));
}

const isFile = (to: string): boolean => /^\/d\/[^/]+\/[^/]+\/files\//.test(to);

/**
 * Whether axe looks at a page. All 300 would take minutes: it sees every document as it is in
 * force, and the first five of each other kind, which differ in their words only.
 */
function axed(to: string, seen: Map<string, number>): boolean {
  const kind = kindOf(to);
  const times = (seen.get(kind) ?? 0) + 1;
  seen.set(kind, times);
  return kind === 'document' || times <= 5;
}

function kindOf(to: string): string {
  const [first = '', , third, fourth] = to.slice(1).split('/');
  if (first !== 'd') return first;
  if (fourth !== undefined) return fourth;
  if (third === undefined) return 'document';
  return third === 'history' ? third : 'revision';
}

/** Open every address that is linked from the first ones and stays on the server. */
async function crawl(first: readonly string[]): Promise<void> {
  const { context, page, asked } = await open(tablet);
  const found = new Set(first);
  const kinds = new Map<string, number>();
  for (const to of found) {
    if (isFile(to) || to.startsWith('/api/')) {
      // A browser would save it instead of showing it.
      const { status } = await fetch(new URL(to, address));
      if (status !== 200) notAnswered.push(`${to}: ${String(status)}`);
      continue;
    }
    const status = await goTo(page, to);
    if (status !== 200) notAnswered.push(`${to}: ${String(status)}`);
    const seen = await look(page);
    pages.set(to, seen);
    for (const link of seen.links) found.add(link);
    if (axed(to, kinds)) violations.push(...(await axe(page)));
  }
  strange.push(...asked);
  await context.close();
}

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  [address, browser] = await Promise.all([startDemo(), startBrowser()]);
  await crawl(['/', '/register', '/status']);
}, 600_000);

afterAll(async () => {
  await browser.close();
  ending.abort();
  await running;
  rmSync(folder, { recursive: true, force: true });
});

const each = (check: (seen: Seen, to: string) => readonly string[]): string[] =>
  [...pages].flatMap(([to, seen]) => check(seen, to).map((text) => `${to}: ${text}`));

describe('every page that the demo links to, on a tablet', () => {
  it('is found: documents, revisions, histories, evidence and releases', () => {
    const count = (pattern: RegExp): number =>
      [...pages.keys()].filter((to) => pattern.test(to)).length;
    expect(count(/^\/d\/[^/]+$/)).toBeGreaterThan(60);
    expect(count(/^\/d\/[^/]+\/history$/)).toBeGreaterThan(60);
    expect(count(/^\/d\/[^/]+\/[^/]+\/evidence$/)).toBeGreaterThan(60);
    expect(count(/^\/register\/\d+$/)).toBeGreaterThan(10);
    expect([...pages.keys()]).toEqual(
      expect.arrayContaining(['/d/QMS', '/d/WI-001/B', '/d/WI-003/A', '/d/WI-009']),
    );
  });

  it('answers 200', () => {
    expect(notAnswered).toEqual([]);
  });

  it('asks nothing of another machine, and the browser has nothing to say about it', () => {
    expect(strange).toEqual([]);
  });

  it('fits on 800 pixels', () => {
    const wide = ({ width }: Seen): string[] => (width > 800 ? [String(width)] : []);
    expect(each(wide)).toEqual([]);
  });

  it('shows every column of the tables of a work instruction, a history and the register', () => {
    const read = /^\/d\/WI-\d+$|\/history$|^\/register$/;
    expect(each(({ cutTables }, to) => (read.test(to) ? cutTables : []))).toEqual([]);
  });

  it('shows every picture', () => {
    expect([...pages.values()].some(({ images }) => images > 0)).toBe(true);
    expect(each(({ brokenImages }) => brokenImages)).toEqual([]);
  });

  it('leads to headings that are there', () => {
    const lost = ({ fragments }: Seen): string[] =>
      fragments.filter((link) => {
        const [to = '', fragment = ''] = link.split('#');
        return pages.get(to)?.ids.includes(decodeURIComponent(fragment)) === false;
      });
    expect(each(lost)).toEqual([]);
  });

  it('gives axe nothing to find, contrast of 7 to 1 included', () => {
    expect(violations).toEqual([]);
  });
});

describe('the states of the demo', () => {
  it('says on each page what may be worked by', () => {
    expect(pages.get('/d/WI-001')?.state).toMatch(/^In force · revision A/);
    expect(pages.get('/d/WI-001/B')?.state).toMatch(/^Not yet in force · revision B/);
    expect(pages.get('/d/WI-009')?.state).toMatch(/^Withdrawn/);
    expect(pages.get('/d/WI-003/A')?.state).toMatch(/^Superseded/);
  });
});

/** A page of each kind, and five work instructions. */
const photographed: Readonly<Record<string, string>> = {
  library: '/',
  search: '/search?q=mill',
  register: '/register',
  release: '/register/1',
  status: '/status',
  'not-found': missing,
  history: '/d/SOP-005/history',
  evidence: '/d/WI-003/B/evidence',
  rules: '/d/QMS',
  policy: '/d/POL-001',
  procedure: '/d/SOP-005',
  form: '/d/FRM-001',
  external: '/d/EXT-001',
  record: '/d/NCR-2026-009',
  'revision-pending': '/d/WI-001/B',
  'revision-superseded': '/d/WI-003/A',
  withdrawn: '/d/WI-009',
  'revision-withdrawn': '/d/WI-009/A',
  'WI-001': '/d/WI-001',
  'WI-002': '/d/WI-002',
  'WI-003': '/d/WI-003',
  'WI-004': '/d/WI-004',
  'WI-005': '/d/WI-005',
};

describe.each([
  { name: 'in the office', width: 1280, screen: office },
  { name: 'on a tablet', width: 800, screen: tablet },
])('$name', ({ width, screen }) => {
  it(`a page of each kind is photographed and fits on ${String(width)} pixels`, async () => {
    const { context, page, asked } = await open(screen);
    const wide: string[] = [];
    for (const [name, to] of Object.entries(photographed)) {
      await goTo(page, to);
      const seen = await look(page);
      if (seen.width > width) wide.push(`${name}: ${String(seen.width)}`);
      const file = path.join(shots, `${name}-${String(width)}.png`);
      await page.screenshot({ path: file, fullPage: true });
    }
    await context.close();
    expect(wide).toEqual([]);
    expect(asked).toEqual([]);
  });
});

const git = (...argv: readonly string[]): string =>
  execFileSync('git', argv, { cwd: shop, encoding: 'utf8' }).trim();

describe('while the newest release is missing from the repository', () => {
  it('every page says that the newest state did not verify, until the release is back', async () => {
    const [newest = ''] = git(
      'for-each-ref',
      '--sort=-version:refname',
      '--format=%(refname)',
      'refs/tags/qms/release/',
    ).split('\n');
    const tag = git('rev-parse', newest);
    const { context, page, asked } = await open(tablet);
    const noticed = async (to: string): Promise<boolean> => {
      await goTo(page, to);
      const notice = page.locator('.notice', { hasText: 'newest state of the register did not' });
      return (await notice.count()) === 1;
    };
    const silent: string[] = [];
    const found: string[] = [];
    git('update-ref', '-d', newest);
    try {
      await expect.poll(() => noticed('/d/WI-004'), { timeout: 10_000 }).toBe(true);
      for (const [name, to] of Object.entries(photographed)) {
        if (!(await noticed(to))) silent.push(to);
        if (['library', 'status', 'WI-004'].includes(name)) {
          await page.screenshot({ path: path.join(shots, `kept-${name}-800.png`), fullPage: true });
          found.push(...(await axe(page)));
        }
      }
    } finally {
      git('update-ref', newest, tag);
    }
    await expect.poll(() => noticed('/d/WI-004'), { timeout: 10_000 }).toBe(false);
    await context.close();
    expect(silent).toEqual([]);
    expect(found).toEqual([]);
    expect(asked).toEqual([]);
  });
});
