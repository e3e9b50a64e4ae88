import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { makeProblem } from '../../src/problem/problem.ts';
import type { CurrentState } from '../../src/publish/snapshot.ts';
import { askServer, type AskedServer } from '../support/asking.ts';
import { startBrowser, watchRequests } from '../support/browser.ts';
import { fixtureNow, fixtureSnapshot } from '../support/register-fixture.ts';

const pages: Readonly<Record<string, string>> = {
  library: '/',
  'search-found': '/search?q=sop+1',
  'search-nothing': '/search?q=wi+009',
  'document-in-force': '/d/WI-004',
  'document-procedure': '/d/SOP-001',
  'document-contested': '/d/SOP-004',
  'document-pending': '/d/SOP-005',
  'document-withdrawn': '/d/WI-009',
  'revision-pending': '/d/SOP-001/3',
  'revision-superseded': '/d/WI-004/A',
  'revision-withdrawn': '/d/WI-009/B',
  rules: '/d/QMS',
  record: '/d/NCR-2026-014',
  external: '/d/EXT-001',
  history: '/d/SOP-001/history',
  evidence: '/d/WI-004/B/evidence',
  register: '/register',
  release: '/register/7',
  status: '/status',
  'not-found': '/d/SOP-404',
};

const shots = path.resolve(import.meta.dirname, '../../test-results/screenshots');
const snapshot = fixtureSnapshot();
const trouble = {
  since: fixtureNow - 3600,
  problems: [
    makeProblem('chain/gap', {
      message: 'Release 9 is missing; release 10 is there.',
      place: { ref: 'refs/tags/qms/release/10' },
    }),
  ],
};

let state: CurrentState = { snapshot, trouble: undefined };
let server: AskedServer;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  server = await askServer({ snapshot: () => state, now: () => fixtureNow });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** A page of a screen of our own, with a watch on every request and message of the browser. */
async function open(
  options: BrowserContextOptions,
): Promise<{ readonly context: BrowserContext; readonly page: Page; readonly strange: string[] }> {
  const context = await browser.newContext(options);
  const strange = await watchRequests(context, server.address);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (!message.text().includes('404 (Not Found)')) strange.push(`says: ${message.text()}`);
  });
  return { context, page, strange };
}

const goTo = (page: Page, address: string): Promise<unknown> =>
  page.goto(new URL(address, server.address).href);

const screens = [
  { name: 'office', viewport: { width: 1280, height: 800 }, touch: false },
  { name: 'tablet', viewport: { width: 800, height: 1280 }, touch: true },
  { name: 'phone', viewport: { width: 360, height: 740 }, touch: true },
] as const;

describe.each(screens)('on a screen of $viewport.width pixels', ({ viewport, touch }) => {
  it('every page fits, is photographed, and asks nothing of another machine', async () => {
    const { context, page, strange } = await open({
      viewport,
      hasTouch: touch,
      isMobile: touch,
      colorScheme: 'light',
    });
    const wide: string[] = [];
    for (const [name, address] of Object.entries(pages)) {
      await goTo(page, address);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      if (typeof width !== 'number' || width > viewport.width)
        wide.push(`${name}: ${String(width)}`);
      const file = `${name}-${String(viewport.width)}.png`;
      await page.screenshot({ path: path.join(shots, file), fullPage: true });
    }
    await context.close();
    expect(wide).toEqual([]);
    expect(strange).toEqual([]);
  });
});

/** Rules about colours, the only ones on which light and dark can differ. */
const colourRules = ['color-contrast', 'color-contrast-enhanced'];

describe.each([
  { colorScheme: 'light', rules: undefined },
  { colorScheme: 'dark', rules: colourRules },
] as const)('in $colorScheme colours', ({ colorScheme, rules }) => {
  /** What axe finds on a page, contrast of 7 to 1 included. */
  const violations = async (page: Page, name: string): Promise<string[]> => {
    const builder = new AxeBuilder({ page }).options({
      resultTypes: ['violations'],
      ...(rules === undefined
        ? { rules: { 'color-contrast-enhanced': { enabled: true } } }
        : { runOnly: [...rules] }),
    });
    const { violations: found } = await builder.analyze();
    return found.flatMap(({ id, nodes }) => nodes.map((node) => `${name}: ${id} ${node.html}`));
  };

  it.each(Object.entries(pages))('axe finds nothing on the page %s', async (name, address) => {
    const { context, page } = await open({ viewport: { width: 1280, height: 800 }, colorScheme });
    await goTo(page, address);
    const found = await violations(page, name);
    await context.close();
    expect(found).toEqual([]);
  });

  it('a page that shows a kept state is as readable, and is photographed', async () => {
    state = { snapshot, trouble };
    const { context, page } = await open({ viewport: { width: 1280, height: 800 }, colorScheme });
    await goTo(page, '/d/WI-004');
    await page.screenshot({ path: path.join(shots, `state-kept-${colorScheme}.png`) });
    const found = await violations(page, 'state-kept');
    state = { snapshot, trouble: undefined };
    await context.close();
    expect(found).toEqual([]);
  });
});

describe('with gloves, on a tablet', () => {
  it('everything to touch is at least 48 pixels high, but links within a sentence', async () => {
    const { context, page } = await open({
      viewport: { width: 800, height: 1280 },
      hasTouch: true,
      isMobile: true,
    });
    const small: string[] = [];
    for (const [name, address] of Object.entries(pages)) {
      await goTo(page, address);
      const found = await page.evaluate(`[...document.querySelectorAll('a, button, input, summary')]
        .filter((node) => !node.closest('.text, .skip, .lead, .measure, .changed, p.quiet, main p'))
        .filter((node) => node.offsetParent !== null)
        .map((node) => [node.getBoundingClientRect().height, node.outerHTML.slice(0, 90)])
        .filter(([height]) => height < 48)
        .map(([height, html]) => Math.round(height) + ' ' + html)`);
      for (const each of Array.isArray(found) ? found : []) small.push(`${name}: ${String(each)}`);
    }
    await context.close();
    expect(small).toEqual([]);
  });
});

describe('by keyboard and without scripts', () => {
  it('the library has its search field in focus, and a search leads to the document', async () => {
    const { context, page, strange } = await open({
      viewport: { width: 1280, height: 800 },
      javaScriptEnabled: false,
    });
    await goTo(page, '/');
    await page.locator('#Search-large:focus').waitFor();
    await page.keyboard.type('sop 2');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/search?q=sop+2');
    await page.locator('.documents a').first().click();
    await page.waitForURL('**/d/SOP-002');
    const state = await page.locator('.state .words').textContent();
    await context.close();
    expect(state).toBe('In force · revision 1 · since 10 March 2025');
    expect(strange).toEqual([]);
  });

  it('pictures of a document are there, and a table can be scrolled by keyboard', async () => {
    const { context, page } = await open({ viewport: { width: 360, height: 740 } });
    await goTo(page, '/d/WI-004');
    const shown = await page.evaluate(
      `[...document.querySelectorAll('.text img')].map((image) => image.complete && image.naturalWidth > 0)`,
    );
    await page.locator('.table-scroll').first().focus();
    await page.keyboard.press('ArrowRight');
    const scrolled = () => page.evaluate(`document.querySelector('.table-scroll').scrollLeft`);
    await expect.poll(scrolled).toBeGreaterThan(0);
    await context.close();
    expect(shown).toEqual([true, true]);
  });
});

describe('on paper', () => {
  it('the state, the identity and the line of each sheet are there, and no navigation', async () => {
    const { context, page } = await open({ viewport: { width: 794, height: 1123 } });
    await goTo(page, '/d/WI-004/A');
    await page.emulateMedia({ media: 'print' });
    const seen = (selector: string): Promise<boolean> => page.locator(selector).first().isVisible();
    expect(await seen('.state .words')).toBe(true);
    expect(await seen('.facts')).toBe(true);
    expect(await seen('.watermark')).toBe(true);
    expect(await seen('.top')).toBe(false);
    const line =
      await page.evaluate(`[...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
      .map((rule) => rule.cssText).filter((text) => text.includes('counter(pages)')).join()`);
    expect(line).toContain('WI-004 · revision A · Superseded as of 2026-11-25 · ');
    await page.screenshot({ path: path.join(shots, 'print-superseded.png'), fullPage: true });
    const pdf = await page.pdf({ format: 'A4' });
    await context.close();
    expect(pdf.length).toBeGreaterThan(5000);
  });
});
