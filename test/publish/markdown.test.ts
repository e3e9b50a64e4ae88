import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { renderMarkdown, type TextContext } from '../../src/publish/markdown.ts';

const context: TextContext = {
  id: 'SOP-001',
  revision: '3',
  title: 'Control of documents',
  path: 'qms-docs/sops/SOP-001.md',
  files: new Set([
    'qms-docs/sops/SOP-001.md',
    'qms-docs/sops/pictures/flow chart.png',
    'qms-docs/sops/form.xlsx',
    'qms-docs/sops/drawing.svg',
  ]),
  documentAt: (path) =>
    path === 'qms-docs/sops/SOP-002.md'
      ? 'SOP-002'
      : path === 'qms-docs/qms.yaml'
        ? 'QMS'
        : undefined,
};

const html = (markdown: string): string => renderMarkdown(markdown, context).html;

/** Elements, and attributes with their values, in HTML that came from our own serializer. */
function partsOf(text: string): {
  readonly tags: readonly string[];
  readonly attributes: readonly (readonly [name: string, value: string])[];
} {
  const tags: string[] = [];
  const attributes: [string, string][] = [];
  // The serializer escapes each `<` that is not the beginning of a tag.
  for (const [, name = '', rest = ''] of text.matchAll(/<([a-z][a-z0-9]*)((?:[^>"]|"[^"]*")*)>/g)) {
    tags.push(name);
    for (const [, attribute = '', value = ''] of rest.matchAll(/\s([^\s=>"]+)(?:="([^"]*)")?/g)) {
      attributes.push([attribute, value]);
    }
  }
  return { tags, attributes };
}

const allowedTags = new Set(
  'a blockquote br code del div em figcaption figure h1 h2 h3 h4 h5 h6 hr img kbd li ol p path pre section span strong sub sup svg table tbody td th thead tr ul'.split(
    ' ',
  ),
);
const allowedAttributes = new Set(
  'align alt aria-describedby aria-hidden aria-label class d data-footnote-backref data-footnote-ref data-footnotes href id rel role src start tabindex title viewBox'.split(
    ' ',
  ),
);

/** What a reader's browser must never get, whatever the text holds. */
function expectHarmless(text: string): void {
  const { tags, attributes } = partsOf(text);
  expect(tags.filter((tag) => !allowedTags.has(tag))).toEqual([]);
  expect(attributes.filter(([name]) => !allowedAttributes.has(name))).toEqual([]);
  for (const [name, value] of attributes) {
    if (name === 'href') expect(value).toMatch(/^(?:#|\/d\/|https?:|mailto:|tel:)/i);
    if (name === 'src') expect(value).toMatch(/^\/d\/SOP-001\/3\/files\//);
    if (name === 'class') expect(value).not.toMatch(/^(?:state|notice|top)/);
  }
}

describe('hostile Markdown', () => {
  it.each([
    ['a script', '<script>alert(1)</script>'],
    ['a script in a line', 'a <script>alert(1)</script> b'],
    ['an event handler', '<img src="drawing.svg" onerror="alert(1)">'],
    ['an event handler on a link', '<a href="x" onclick="alert(1)">x</a>'],
    ['a frame', '<iframe src="https://evil.example"></iframe>'],
    ['a style element', '<style>body{display:none}</style>'],
    ['a style attribute', '<p style="position:fixed;inset:0">x</p>'],
    ['an SVG with a script', '<svg onload="alert(1)"><script>alert(1)</script></svg>'],
    ['a form', '<form action="https://evil.example"><input name="x"></form>'],
    ['an object', '<object data="x.swf"></object><embed src="x">'],
    ['a base address', '<base href="https://evil.example/">'],
    ['a refresh', '<meta http-equiv="refresh" content="0;url=https://evil.example">'],
    ['a script link', '[x](javascript:alert(1))'],
    ['a script link in disguise', '[x](JaVaScRiPt:alert(1)) [y](&#106;avascript:alert(1))'],
    ['a script link with a tab', '[x](java\tscript:alert(1)) [y](<java\nscript:alert(1)>)'],
    ['a data link', '[x](data:text/html;base64,PHNjcmlwdD4=)'],
    ['a data picture', '![x](data:image/svg+xml;base64,PHN2Zz4=)'],
    ['a vbscript link', '[x](vbscript:msgbox(1))'],
    ['an autolink with a script', '<javascript:alert(1)>'],
    ['a reference with a script', '[x][y]\n\n[y]: javascript:alert(1)'],
    ['a remote picture', '![x](https://evil.example/pixel.png)'],
    ['a remote picture without scheme', '![x](//evil.example/pixel.png)'],
    ['a picture from this server', '![x](/status) ![y](/d/SOP-002/1/files/x.png)'],
    ['a picture with backslashes', '![x](\\\\evil.example\\x.png)'],
    ['a picture outside the folder', '![x](../../../etc/passwd.png)'],
    ['a picture outside by percent', '![x](..%2f..%2f..%2fetc%2fpasswd.png)'],
    ['a broken percent', '![x](%zz.png) [y](%E0%A4%A.md)'],
    ['a file link', '[x](file:///etc/passwd)'],
    ['a class of ours', '<div class="state state-effective">In force</div>'],
    ['an attribute break', '![x](drawing.svg "\\" onerror=\\"alert(1)")'],
    ['a code language', '```"><script>alert(1)</script>\nx\n```'],
    ['a table with html', '| a |\n| --- |\n| <img src=x onerror=alert(1)> |'],
    ['a footnote with html', 'x[^1]\n\n[^1]: <script>alert(1)</script>'],
    ['an alert with html', '> [!WARNING]\n> <script>alert(1)</script>'],
    ['a comment that ends early', '<!-- x --><script>alert(1)</script><!-- -->'],
    ['a nested picture tag', '<img alt="a" src="drawing.svg" srcset="https://evil.example/x 2x">'],
    ['a CDATA section', '<![CDATA[<script>alert(1)</script>]]>'],
  ])('brings nothing to the reader: %s', (_name, markdown) => {
    expectHarmless(html(markdown));
  });

  it('brings nothing to the reader, whatever is put together', () => {
    const piece = fc.constantFrom(
      ...['<', '>', '"', "'", '`', '\n', '\n\n', ' ', '[', ']', '(', ')', '!', '|', '-', '#', '*'],
      ...['<script>', '</script>', '<img src="', ' onerror="', 'javascript:', 'data:', '&#', ';'],
      ...[
        '<svg',
        'onload=',
        '<a href="',
        '](',
        '![',
        '> [!NOTE]',
        '[^1]',
        '[^1]: ',
        '1. ',
        '- [ ] ',
      ],
      ...[
        '<br>',
        '<sub>',
        '</sub>',
        '<!--',
        '-->',
        'drawing.svg',
        '../',
        '%2e',
        'https://e.example',
        'x',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        expectHarmless(html(pieces.join('')));
      }),
      { numRuns: 400 },
    );
  });

  it('shows raw HTML as the text that it is, so that nothing approved disappears', () => {
    expect(html('<div onclick="x">Wear gloves</div>')).toBe(
      '<p class="raw-html">&#x3C;div onclick="x">Wear gloves&#x3C;/div></p>',
    );
    expect(html('a <b>bold</b> b')).toBe('<p>a &#x3C;b>bold&#x3C;/b> b</p>');
  });

  it.each([
    ['quotations', '>'.repeat(3000) + 'x'],
    ['quotations with blanks', '> '.repeat(3000) + 'x'],
    ['lists', '- '.repeat(500) + 'x'],
    ['brackets', '['.repeat(50_000)],
    ['emphasis', '*a '.repeat(30_000)],
    ['links', '[a]('.repeat(20_000)],
    ['code spans', '`a '.repeat(50_000)],
    ['tags', '<a '.repeat(50_000)],
  ])(
    'is shown as it was written, and quickly, when it nests without end: %s',
    (_name, markdown) => {
      const begun = performance.now();
      const text = html(markdown);
      expect(performance.now() - begun).toBeLessThan(5000);
      expect(text).toMatch(/^<p class="as-written-note">/);
      expect(text.length).toBeGreaterThan(markdown.length);
      expectHarmless(text);
    },
  );

  it('keeps a text that nests as people nest', () => {
    expect(html('> > > deep\n\n1. a\n   - b\n     - c\n       1. d\n')).not.toContain('as-written');
  });
});

describe('links', () => {
  it('lead to other documents by their id, with their heading', () => {
    expect(html('[x](SOP-002.md#scope)')).toContain('<a href="/d/SOP-002#scope">x</a>');
    expect(html('[x](../qms.yaml)')).toContain('<a href="/d/QMS">x</a>');
  });

  it('lead to attachments of this very revision', () => {
    expect(html('[the form](form.xlsx)')).toContain(
      '<a href="/d/SOP-001/3/files/qms-docs/sops/form.xlsx" class="attachment">the form</a>',
    );
  });

  it('to what is not released say so instead of leading anywhere', () => {
    expect(html('[the plan](SOP-077.md)')).toBe(
      '<p>the plan<span class="unreleased"> (not in the register)</span></p>',
    );
  });

  it('to other sites are marked by a shape and by words', () => {
    const text = html('[ISO](https://www.iso.org/)');
    expect(text).toContain('rel="noopener noreferrer"');
    expect(text).toContain('↗');
    expect(text).toContain('<span class="hidden"> (external site)</span>');
  });

  it('within the text stay there', () => {
    expect(html('[x](#scope)')).toBe('<p><a href="#scope">x</a></p>');
  });
});

describe('pictures', () => {
  it('come from the revision, percent-encoded, as figures with their title as caption', () => {
    expect(html('![The flow](<pictures/flow chart.png> "Figure 1")')).toBe(
      '<figure><a href="/d/SOP-001/3/files/qms-docs/sops/pictures/flow%20chart.png" class="figure-link">' +
        '<img src="/d/SOP-001/3/files/qms-docs/sops/pictures/flow%20chart.png" alt="The flow"></a>' +
        '<figcaption>Figure 1</figcaption></figure>',
    );
  });

  it('from elsewhere are named, not shown', () => {
    expect(html('![Logo](https://evil.example/x.png)')).toBe(
      '<p><span class="no-picture">[Picture not shown, it lies on another server: Logo]</span></p>',
    );
  });

  it('in plain HTML are pictures as well', () => {
    expect(html('<img src="drawing.svg" alt="Part">')).toContain(
      '<img src="/d/SOP-001/3/files/qms-docs/sops/drawing.svg" alt="Part">',
    );
  });
});

describe('headings', () => {
  it('stand below the one of the page, without gaps, and make the list of contents', () => {
    const { html: text, contents } = renderMarkdown('# Scope\n\n### Deep\n\n## Words\n', context);
    expect(text).toContain('<h2 id="scope">');
    expect(text).toContain('<h3 id="deep">');
    expect(contents.map((each) => `${String(each.level)} ${each.id}`)).toEqual([
      '2 scope',
      '3 deep',
      '3 words',
    ]);
  });

  it('that only repeat the title are left out', () => {
    expect(html('# SOP-001: Control of Documents\n\nText')).not.toContain('<h');
    expect(html('# Control of documents\n\n## Scope')).toContain('<h2 id="scope">Scope</h2>');
  });

  it('with the same words get ids of their own', () => {
    expect(html('## A\n\n## A')).toMatch(/id="a".*id="a-1"/s);
  });
});

describe('warnings, tables, tasks and notes', () => {
  it('carry the word of the warning and its shape', () => {
    const text = html('> [!WARNING]\n> Hot.');
    expect(text).toContain('<div class="alert alert-warning" role="note">');
    expect(text).toMatch(/<svg class="alert-shape"[^>]*aria-hidden="true">.*<\/svg>Warning<\/p>/s);
  });

  it('scroll alone, can be reached by keyboard, and have a name', () => {
    expect(html('## Settings\n\n| a | b |\n| --- | --: |\n| 1 | 2 |')).toContain(
      '<div class="table-scroll" role="region" tabindex="0" aria-label="Table 1: Settings"><table>',
    );
  });

  it('have no header cell without words', () => {
    expect(html('| | b |\n| --- | --- |\n| 1 | 2 |')).not.toContain('<th></th>');
  });

  it('tell a ticked box from an empty one in words', () => {
    const text = html('- [ ] a\n- [x] b');
    expect(text).toContain('aria-label="to tick:"');
    expect(text).toContain('aria-label="ticked:"');
    expect(text).not.toContain('<input');
  });

  it('lead to a note and back', () => {
    const text = html('x[^1]\n\n[^1]: Note.');
    expect(text).toContain('href="#user-content-fn-1"');
    expect(text).toContain('id="user-content-fn-1"');
    expect(text).toContain('href="#user-content-fnref-1"');
  });

  it('keep sub- and superscripts and line breaks', () => {
    expect(html('H<sub>2</sub>O m<sup>2</sup> a<br>b')).toBe(
      '<p>H<sub>2</sub>O m<sup>2</sup> a<br>\nb</p>',
    );
  });

  it('never show the front matter', () => {
    expect(html('---\nid: SOP-001\n---\n\nText')).toContain('<p>Text</p>');
    expect(html('---\nid: SOP-001\n---\n\nText')).not.toContain('id: SOP');
  });
});
