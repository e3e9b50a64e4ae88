import { describe, expect, it } from 'vitest';
import type { Document } from '../../src/document/document.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import { findReferences, namesNothing } from '../../src/document/references.ts';
import { Random } from '../support/random.ts';

const head =
  '---\nid: SOP-001\ntitle: Control\ntype: sop\nrevision: 3\nowner: process-owner\n---\n';

function documentOf(body: string): Document {
  const { document } = parseDocument('a.md', new TextEncoder().encode(`${head}${body}`));
  if (document === undefined) throw new Error('the document of the test is refused');
  return document;
}

const nested = (mark: string, times: number): string =>
  `${mark.repeat(times)}a${mark.repeat(times)}`;

/** An item in an item in an item …, each on a line of its own. */
const stairs = (steps: number): string =>
  Array.from({ length: steps }, (_, step) => `${'  '.repeat(step)}- a\n`).join('');

const pieces = [
  ...[
    'a',
    'B',
    '7',
    ' ',
    ' ',
    '\n',
    '\n',
    '\n\n',
    '# ',
    '- ',
    '1. ',
    '* ',
    '> ',
    '    ',
    '\t',
    '```\n',
    '~~~\n',
    '---\n',
  ],
  ...[
    '*',
    '**',
    '_',
    '~~',
    '~',
    '`',
    '``',
    '|',
    '| a | b |\n| --- | :-: |\n',
    '===\n',
    '(',
    ')',
    ':',
    '://',
    '/',
    '.',
    ',',
  ],
  ...[
    'ht',
    'tp',
    'w',
    'ww',
    '.example',
    '!',
    ']',
    '^',
    '+',
    '=',
    '"',
    '#',
    '$',
    ';',
    '%20',
    'x.md',
    'ftp://a.example',
    'Ä',
  ],
];
const naming = [
  '[',
  '<',
  '@',
  '&',
  '\\',
  'http://',
  'HTTPS://',
  'www.',
  '[a](b.md)',
  '<img src="a">',
  '&#64;',
  'a@b.example',
];

describe('a document that names nothing', () => {
  it('is what has no link, image or HTML, whatever else it holds', () => {
    for (const body of [
      '',
      'Text\n',
      '# One\n\n1. a\n2. **b**\n\n| a |\n| --- |\n| b |\n',
      '> quote\n\n```\ncode\n```\n',
    ]) {
      expect(namesNothing(documentOf(body)), body).toBe(true);
    }
  });

  it.each([
    ...['[a](b.md)', '![a](b.png)', '<img src="a.png">', '<!-- a -->', 'https://a.example'],
    ...['HTTP\\://a.example', 'www.a.example', 'a@b.example', 'a&#64;b.example', 'a\\@b.example'],
    ...['&#104;ttp://a.example', '[a]: b.md'],
  ])('is not %s', (body) => {
    expect(namesNothing(documentOf(body))).toBe(false);
  });

  it.each([
    ['emphasis in emphasis', nested('*a ', 100)],
    ['marks side by side', nested('_', 300)],
    ['quotes in quotes', `${'>'.repeat(150)} a`],
    ['lists in lists', stairs(120)],
    ['a long text', 'a'.repeat(70_000)],
  ])('is not what may be too much for the parser: %s', (_what, body) => {
    expect(namesNothing(documentOf(body))).toBe(false);
  });

  it('gives the parser nothing to find', async () => {
    const random = new Random(11);
    let quiet = 0;
    for (let round = 0; round < 600; round += 1) {
      let body = '';
      for (let left = random.between(1, 60); left > 0; left -= 1) body += random.pick(pieces);
      if (random.oneIn(4)) body += random.pick(naming);
      const document = documentOf(body.normalize('NFC'));
      if (!namesNothing(document)) continue;
      quiet += 1;
      const { references, problems } = await findReferences(document);
      expect({ references, problems }, body).toEqual({ references: [], problems: [] });
    }
    expect(quiet).toBeGreaterThan(200);
  });

  it('is never deeper than the parser takes', async () => {
    const random = new Random(12);
    const blocks = ['>', '> ', '- ', '* ', '1. ', '\t', '  ', '>- '];
    const marks = ['*', '**a ', '_', '~~a ', '*a _b '];
    let quiet = 0;
    for (let round = 0; round < 300; round += 1) {
      let body = '';
      for (let line = 0; line < 12; line += 1) {
        body += random.pick(blocks).repeat(20).slice(0, random.between(0, 20));
        body += `a ${random.pick(marks).repeat(random.below(12))}a\n`;
        if (random.oneIn(3)) body += '\n';
      }
      const document = documentOf(body);
      if (!namesNothing(document)) continue;
      quiet += 1;
      expect((await findReferences(document)).problems, body).toEqual([]);
    }
    expect(quiet).toBeGreaterThan(30);
  });
});
