import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/document/parse-document.ts';
import { parsePlainDocument } from '../../src/document/plain-document.ts';
import { Random } from '../support/random.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const plain = `---
id: SOP-001
title: Control of documents, records and forms
type: sop
revision: 3
owner: process-owner
clauses: [7.5.1, 7.5.2 c]
changes: Was 2.10 before
effective: 2026-12-01
review: 24 months
audience: [operator]
keywords: [no, 012, Größe, 1.10]
---

# Text
---
`;

const lines = plain.split('\n');

/** Lines of front matter, right and wrong, as people and attackers write them. */
const odd = [
  ...['title: yes', 'title: ~', 'title: 12:30:45', 'title: a: b', 'title: a #b', 'title: "a"'],
  ...[
    "title: 'a'",
    'title: a ',
    'title:  a',
    'title:a',
    'title: ',
    'title:',
    ' title: a',
    '\ttitle: a',
  ],
  ...[
    'title: [a',
    'title: [a, b]',
    'title: - a',
    'title: -a',
    'title: a -',
    'title: |',
    'title: >',
    'title: a, b',
  ],
  ...[
    'title: &a b',
    'title: *a',
    'title: !t a',
    'title: a & b',
    'title: A\u00e9',
    'title: A\u0301',
    'title: \u202ea',
  ],
  ...[
    'title: constructor',
    'constructor: a',
    '__proto__: a',
    'toString: a',
    '# note',
    'title: a\r',
    '...',
    '--- ',
    '----',
  ],
  ...[
    'clauses: []',
    'clauses: [ 7.5 ]',
    'clauses: [7.5,7.6]',
    'clauses: [7.5, ]',
    'clauses: 7.5',
    'clauses: [a b, c]',
  ],
  ...[
    'clauses: [a: b]',
    'clauses: [[a]]',
    'clauses: [iso9001:2015/7.5]',
    'clauses: ["a"]',
    'clauses: [a, b,  c]',
  ],
  ...[
    'effective: 2026-02-30',
    'effective: 2026-12-01 ',
    'effective: 26-12-01',
    'review: 2 month',
    'review: 0 days',
  ],
  ...[
    'revision: 01',
    'revision: A',
    'revision: I',
    'revision: 1.0',
    'id: QMS',
    'id: sop-1',
    'id: SOP',
    'id: SOP-1-2',
  ],
  ...[
    'date: 2026-01-01',
    'source: ISO',
    'issue: 2015',
    'checked: 2026-01-01',
    'checked: soon',
    'fields: a',
    'fields: {a: b}',
  ],
  ...[
    'approval: []',
    'approval: [a]',
    'status: effective',
    'supersedes: [SOP-009]',
    '  folded',
    '- a',
    '? a',
    ': a',
    '',
    '---',
  ],
];

describe('plain documents', () => {
  it('parses what nearly everybody writes as the whole parser does', () => {
    const document = parsePlainDocument('a.md', encode(plain));
    expect(document).toBeDefined();
    expect(parseDocument('a.md', encode(plain))).toEqual({ document, problems: [] });
    expect(document?.frontMatter.keywords).toEqual(['no', '012', 'Größe', '1.10']);
    expect(document?.frontMatter.review).toEqual({ count: 24, unit: 'months' });
  });

  it('parses the documents of the sample', () => {
    const root = path.join(import.meta.dirname, '../../qms-docs');
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
    let parsed = 0;
    for (const file of files.filter((name) => name.endsWith('.md'))) {
      const bytes = readFileSync(path.join(root, file));
      const document = parsePlainDocument(file, bytes);
      if (document === undefined) continue;
      parsed += 1;
      expect(parseDocument(file, bytes)).toEqual({ document, problems: [] });
    }
    expect(parsed).toBeGreaterThan(0);
  });

  it('leaves to the whole parser whatever that would refuse or read otherwise', () => {
    const random = new Random(4);
    let [taken, left] = [0, 0];
    for (let round = 0; round < 6000; round += 1) {
      const text = [...lines];
      for (let times = random.between(1, 2); times > 0; times -= 1) {
        const at = random.between(0, 13);
        if (random.oneIn(4)) text.splice(at, 1);
        else if (random.oneIn(3)) text.splice(at, 0, random.pick(odd));
        else if (random.oneIn(2)) text.splice(at, 1, random.pick(odd));
        else {
          const line = text[at] ?? '';
          const cut = random.between(0, line.length);
          text[at] =
            line.slice(0, cut) + random.pick([...' ,:[]-#\'"&*!|>%@`{}?.\t0Aä']) + line.slice(cut);
        }
      }
      const bytes = encode(text.join('\n'));
      const document = parsePlainDocument('a.md', bytes);
      if (document === undefined) left += 1;
      else {
        taken += 1;
        expect(parseDocument('a.md', bytes), text.join('\n')).toEqual({ document, problems: [] });
      }
    }
    expect(taken).toBeGreaterThan(500);
    expect(left).toBeGreaterThan(500);
  });
});
