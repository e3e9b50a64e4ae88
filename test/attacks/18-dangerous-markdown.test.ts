/**
 * Threat: A released text holds script, raw HTML, SVG, `javascript:` or `data:` links, pictures from
 * elsewhere, or nests and runs on until a reader's browser or the server gives up.
 * Decision: Pages carry structure and words only, raw HTML is shown as the text that was approved,
 * attachments run nothing, and what can not be laid out in time is shown as it was written.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { edition, imagePath, issue, revise, shop, sop } from '../support/shop.ts';
import { serving, type Serving } from '../support/serving.ts';
import type { StockRegister } from '../support/stock-register.ts';

const evil = 'https://evil.example';

/** Lines of Markdown that bring something into a page, and the words that must stay readable. */
const dangerous: readonly [what: string, markdown: string, words: string][] = [
  ['a script', '<script>alert(1)</script>', '&#x3C;script>alert(1)&#x3C;/script>'],
  ['a script in words', 'Turn <script>alert(1)</script> off.', 'alert(1)'],
  ['a broken tag', '<scr<script>ipt>alert(2)</scr</script>ipt>', 'alert(2)'],
  ['a script behind a comment', '<!-- x --><script>alert(3)</script>', 'alert(3)'],
  ['an event on a picture', '<img src=fixture.svg onerror=alert(4)>', ''],
  ['an event on a picture from elsewhere', `<img src="${evil}/a.png" onload=alert(5)>`, ''],
  ['an SVG that loads', '<svg onload=alert(6)><circle r=1 /></svg>', 'onload=alert(6)'],
  ['a script in MathML', '<math><mi xlink:href="javascript:alert(7)">x</mi></math>', 'alert(7)'],
  ['a frame', `<iframe src="${evil}/f" srcdoc="<p>x"></iframe>`, 'iframe'],
  ['an object', `<object data="${evil}/o"></object><embed src="${evil}/e">`, 'object'],
  ['a style', '<style>body{display:none}</style>', 'display:none'],
  ['a style on an element', '<p style="position:fixed;inset:0">Over</p>', 'Over'],
  ['a base address', `<base href="${evil}/">`, 'base'],
  ['a refresh', `<meta http-equiv="refresh" content="0;url=${evil}">`, 'refresh'],
  ['a form', `<form action="${evil}"><input name=a><button>Go</button></form>`, 'Go'],
  ['a link that runs', '[Run one](javascript:alert(8))', 'Run one'],
  ['a link that runs, in disguise', '[Run two](JaVaScRiPt&colon;alert(9))', 'Run two'],
  ['a link that runs, with a tab', '[Run three](<java\tscript:alert(10)>)', 'Run three'],
  ['a link that runs, in a definition', '[Run four][r]\n\n[r]: javascript:alert(11)', 'Run four'],
  ['a link that runs, in brackets', '<javascript:alert(12)>', ''],
  ['a link that holds a page', '[Data](data:text/html;base64,PHNjcmlwdD4=)', 'Data'],
  ['a link to a file', '[File](file:///etc/passwd)', 'File'],
  ['a link to VBScript', '[Basic](vbscript:msgbox)', 'Basic'],
  ['a link in HTML that runs', '<a href="javascript:alert(13)">Press</a>', 'Press'],
  ['a picture from elsewhere', `![Spy](${evil}/pixel.png)`, 'Spy'],
  ['a picture from elsewhere without scheme', '![Spy two](//evil.example/p.png)', 'Spy two'],
  ['a picture that is data', '![Inline](data:image/svg+xml;base64,PHN2Zz4=)', 'Inline'],
  ['an attribute broken out of', '![" onerror="alert(14)](fixture.svg "\\" onload=\\"x")', ''],
  ['a code language broken out of', '```"><script>alert(15)\ncode fifteen\n```', 'code fifteen'],
  ['an id that hides another', '<a id="main" name="getElementById">Clobber</a>', 'Clobber'],
  ['a template', '{{constructor.constructor("alert(16)")()}} ${alert(16)}', 'constructor'],
  ['a null in an entity', '&#0;&#x202e;&#60;script&#62;alert(17)&#60;/script&#62;', 'alert(17)'],
  ['an end of the page', '</main></body></html><h1>Not controlled</h1>', 'Not controlled'],
];

/** Tags of a page with their attributes; our own serializer escapes every other `<`. */
function tagsOf(page: string): { name: string; attributes: Map<string, string> }[] {
  return [...page.matchAll(/<([a-z][a-z0-9]*)((?:[^>"]|"[^"]*")*)>/gi)].map(
    ([, name = '', rest = '']) => ({
      name: name.toLowerCase(),
      attributes: new Map(
        [...rest.matchAll(/\s([^\s=>"]+)(?:="([^"]*)")?/g)].map(([, key = '', value = '']) => [
          key.toLowerCase(),
          value,
        ]),
      ),
    }),
  );
}

/** Nothing in a page runs, loads from elsewhere, or leads to anything but an ordinary address. */
function expectHarmless(page: string, what: string): void {
  expect(page, what).toMatch(/^<!DOCTYPE html>/i);
  expect(page.match(/<\/main>/g), what).toHaveLength(1);
  // What the page brings itself stands in its head, named by its hash in the policy.
  expect(page.slice(page.indexOf('<main')), what).not.toContain('<style');
  for (const { name, attributes } of tagsOf(page)) {
    const refused = ['script', 'iframe', 'object', 'embed', 'base', 'math', 'template'];
    expect(refused, what).not.toContain(name);
    for (const [key, value] of attributes) {
      expect(key, what).not.toMatch(/^on|^style$|^srcdoc$|^srcset$|^http-equiv$|:href$/);
      if (key === 'src' || key === 'action') expect(value, what).toMatch(/^\/(?!\/)/);
      if (key === 'href') expect(value, what).toMatch(/^(?:\/(?!\/)|#|https?:|mailto:|tel:|\.)/);
    }
  }
}

describe('a released text brings nothing but words and structure into a page', () => {
  let server: Serving;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script><image href="${evil}/x.png"/></svg>\n`;

  beforeAll(async () => {
    const register = shop();
    register.repository.git('config', 'qms.anchor', register.anchor);
    dangerous.forEach(([, markdown], at) => {
      const id = `SOP-${String(100 + at)}`;
      register.commit(edition(id, '1', { body: `Before.\n\n${markdown}\n\nAfter.\n` }).files);
    });
    const bodies = dangerous.map(([, markdown], at) =>
      edition(`SOP-${String(100 + at)}`, '1', { body: `Before.\n\n${markdown}\n\nAfter.\n` }),
    );
    issue(register, ...bodies);
    const title = '"<script>alert(20)</script><img src=x onerror=alert(20)>"';
    const changes = '"</p><script>alert(21)</script>"';
    revise(register, {
      edition: sop('3', { fields: { title, changes }, files: { [imagePath]: svg } }),
      alice: { comment: '<script>alert(22)</script>\n\n[x](javascript:alert(22))' },
    });
    server = await serving(register);
  });
  afterAll(() => server.stop());

  test.each(dangerous.map(([what, , words], at) => [what, `SOP-${String(100 + at)}`, words]))(
    '%s',
    async (what, id, words) => {
      const page = await server.page(`/d/${id}`);
      expectHarmless(page, what);
      // Nothing that was approved disappears, and the text around stands.
      expect(page).toContain('Before.');
      expect(page).toContain('After.');
      expect(page).toContain(words);
    },
  );

  test('a title, a reason and a comment that hold script, on every page that shows them', async () => {
    for (const path of [
      ...['/', '/register', '/register/5', '/search?q=script', '/status', '/d/SOP-001'],
      ...['/d/SOP-001/3', '/d/SOP-001/history', '/d/SOP-001/3/evidence'],
    ]) {
      const page = await server.page(path);
      expectHarmless(page, path);
      expect(page, path).not.toContain('<img src=x');
    }
    expect(await server.page('/d/SOP-001')).toContain('alert(20)');
  });

  test('a picture with script is served so that nothing in it runs', async () => {
    const answer = await fetch(`${server.address ?? ''}/d/SOP-001/3/files/${imagePath}`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe(svg);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain('sandbox');
    expect(policy).not.toContain('script-src');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('the pages themselves allow no script, whatever a browser makes of them', async () => {
    const answer = await fetch(`${server.address ?? ''}/d/SOP-100`);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('script-src');
    expect(policy).toContain("base-uri 'none'");
    expect(policy).toContain("form-action 'self'");
  });
});

describe('a text that would take for ever is answered all the same', () => {
  const endless: readonly [string, string][] = [
    ['ten thousand quotations in one another', '> '.repeat(10_000)],
    ['ten thousand lists in one another', '- '.repeat(10_000)],
    ['lists that step in, line by line', steps(800)],
    ['lists that step in, over and over', `${steps(29)}\n`.repeat(400)],
    ['a line of half a million letters', 'a'.repeat(500_000)],
    ['a hundred thousand brackets', '['.repeat(100_000)],
    ['a hundred thousand emphases', '*a '.repeat(100_000)],
    ['links in links', `${'['.repeat(9000)}x${'](y)'.repeat(9000)}`],
    ['a hundred thousand ticks', Array.from({ length: 400 }, (_, at) => '`'.repeat(at)).join(' ')],
    ['elements in one another', '<b>'.repeat(50_000)],
    ['a table with thousands of columns', `${'|a'.repeat(5000)}\n${'|-'.repeat(5000)}\n`],
    ['entities', '&amp'.repeat(100_000)],
    ['comments that never end', '<!--'.repeat(50_000)],
  ];

  test.each(endless)('%s', async (_what, body) => {
    const register: StockRegister = shop();
    register.repository.git('config', 'qms.anchor', register.anchor);
    revise(register, { edition: sop('3', { body: `Before.\n\n${body}\n` }) });
    const server = await serving(register);
    try {
      const begin = performance.now();
      const page = await server.page('/d/SOP-001');
      expect(page).toContain('Before.');
      expectHarmless(page, _what);
      // Far above what any of them takes here, far below what a square would.
      expect(performance.now() - begin).toBeLessThan(20_000);
    } finally {
      await server.stop();
    }
  });

  /** Each line a list deeper than the one before it. */
  function steps(depth: number): string {
    return Array.from({ length: depth }, (_, at) => `${'  '.repeat(at)}- x`).join('\n');
  }
});
