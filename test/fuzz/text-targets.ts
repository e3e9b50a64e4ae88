import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFrontMatter } from '../../src/document/edit-front-matter.ts';
import { findInHtml } from '../../src/document/html-attributes.ts';
import { isDocumentId } from '../../src/document/identity.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import { parseStrictYaml, type YamlValue } from '../../src/document/strict-yaml.ts';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { QmsError } from '../../src/problem/problem.ts';
import { parseRules } from '../../src/rules/parse-rules.ts';
import type { Random } from '../support/random.ts';
import { must, some, type Target, tokens } from './target.ts';
import { yamlText, yamlTokens } from './yaml-text.ts';

const root = join(import.meta.dirname, '../..');
const sample = (path: string): Buffer => readFileSync(join(root, 'qms-docs', path));

const head = 'id: SOP-001\ntitle: About\ntype: sop\nrevision: 3\nowner: process-owner\n';
const lines = [
  ...[
    'clauses: [7.5.1, iso13485:2016/4.2.4]',
    'changes: Because',
    'effective: 2026-12-01',
    'review: 12 months',
  ],
  ...[
    'approval:\n  - {role: x, meaning: reviewed}',
    'audience: [operator]',
    'supersedes: [SOP-009]',
    '# a',
  ],
  ...[
    'fields:\n  severity: minor\n  n: [1, 2]',
    'date: 2026-01-05',
    'status: effective',
    'Id: x',
    'changes: |\n  a\n  b',
  ],
  ...[
    'keywords:\n  - a\n  - "b"',
    'machines: []',
    'source: "x"',
    'title: Again',
    'processes: {a: b}',
    '--- ',
  ],
];

function document(random: Random): Buffer {
  const more = some(random, lines.slice(0, random.oneIn(3) ? lines.length : 10), 0, 5);
  const body = random.pick([
    '# Text\n',
    '',
    'a\n---\nb\n',
    '---\n',
    'x\r\n',
    '![x](y.png)\n',
    'no end',
  ]);
  return Buffer.from(`---\n${head}${more.map((one) => `${one}\n`).join('')}---\n${body}`);
}

const documentTokens = tokens(
  ...[
    '---\n',
    '---',
    '--- \n',
    '----\n',
    '---js\n',
    '---yaml\n',
    '\xef\xbb\xbf',
    '\r\n',
    '\r',
    '\n...\n',
  ],
  ...[
    'id: ',
    'revision: ',
    'type: ',
    'owner: ',
    'status: effective\n',
    'fields:\n  a: b\n',
    '\xe2\x80\x8b',
  ],
  ...lines.map((one) => `${one}\n`),
  ...yamlTokens.slice(0, 20),
);

const rulesTokens = tokens(
  ...[
    'people:\n',
    'roles:\n',
    'types:\n',
    'keys:\n',
    '  - key: ',
    'use: [approve]',
    'kind: record',
    'prefix: SOP',
  ],
  ...[
    'independent: false',
    'contributors: signed',
    'count: 2',
    'release:\n  role: ',
    'compromised:\n',
    'since: 3',
  ],
  ...[
    'SHA256:x',
    'email: [x@y]',
    'timezone: Europe/Berlin',
    '{role: quality-manager, meaning: approved}',
    'kind: rules',
  ],
  ...yamlTokens,
);

/** How deep a value goes. */
function depthOf(value: YamlValue): number {
  if (typeof value === 'string') return 0;
  return 1 + Math.max(0, ...Object.values(value).map((one: YamlValue) => depthOf(one)));
}

const rulesSeed = sample('qms.yaml');

/** Parsers of text that people write. */
export const textTargets: readonly Target[] = [
  {
    name: 'yaml',
    share: 20,
    seeds: [
      Buffer.from('a: 1\nb: [x, y]\nc:\n  d: "e"\n  f: |\n    g\n'),
      sample('sops/SOP-001.md').subarray(4, 300),
    ],
    tokens: yamlTokens,
    generate: yamlText,
    check(bytes) {
      const { yaml: read, problems } = parseStrictYaml(bytes.toString(), {}, 1, 4 * 1024 * 1024);
      must((read === undefined) === problems.length > 0, 'a value, or reasons why there is none');
      if (read === undefined) return false;
      must(depthOf(read.value) <= 41, 'nesting has a limit');
      return true;
    },
  },
  {
    name: 'document',
    share: 15,
    seeds: [
      sample('sops/SOP-017.md'),
      sample('records/2026/NCR-2026-021.md'),
      sample('external/EXT-002.md'),
    ],
    tokens: documentTokens,
    generate: document,
    check(bytes) {
      const { document: read, problems } = parseDocument('qms-docs/x.md', bytes);
      must(
        (read === undefined) === problems.length > 0,
        'a document, or reasons why there is none',
      );
      if (read === undefined) return false;
      const text = bytes.toString();
      const { frontMatter, body, bodyLine } = read;
      // Read again in the plainest way: what people see must be what was parsed.
      const all = text.split('\n');
      const fence = all.indexOf('---', 1);
      must(
        all[0] === '---' && fence > 0 && bodyLine === fence + 2,
        'the fences are the first two lines ---',
      );
      must(all.slice(fence + 1).join('\n') === body, 'the body is what follows');
      must(isDocumentId(frontMatter.id) && frontMatter.id !== 'QMS', 'the id is one of a document');
      let changed: string;
      try {
        changed = setFrontMatter(text, { revision: '77', changes: 'For "this": #1' });
      } catch (error) {
        if (error instanceof QmsError) return true;
        throw error;
      }
      const again = parseDocument('qms-docs/x.md', Buffer.from(changed)).document;
      must(again?.frontMatter.revision === '77' && again.body === body, 'a field can be set');
      must(
        JSON.stringify({ ...again?.frontMatter, revision: '', changes: '', fields: '' }) ===
          JSON.stringify({ ...frontMatter, revision: '', changes: '', fields: '' }),
        'setting a field changes no other',
      );
      return true;
    },
  },
  {
    name: 'rules',
    share: 4,
    seeds: [rulesSeed],
    tokens: rulesTokens,
    generate: () => rulesSeed,
    async check(bytes) {
      const { rules, problems } = await parseRules('qms.yaml', bytes, nodeCryptography);
      must((rules === undefined) === problems.length > 0, 'rules, or reasons why there are none');
      if (rules === undefined) return false;
      const owners = new Map<string, string>();
      for (const person of rules.people.values()) {
        for (const key of person.keys) {
          const { fingerprint } = key.identity;
          must(
            (owners.get(fingerprint) ?? person.id) === person.id,
            'one key belongs to one person',
          );
          owners.set(fingerprint, person.id);
        }
      }
      must(rules.roles.has(rules.releaseRole), 'the role that releases is there');
      must(
        [...rules.types.values()].filter((type) => type.kind === 'rules').length === 1,
        'one type is the rules',
      );
      return true;
    },
  },
  {
    name: 'html',
    share: 40,
    seeds: [
      Buffer.from(
        '<p>x <img src="a.png" alt=y><a href=\'b&amp;c.md\'>z</a><!-- x --><script>a</script>',
      ),
    ],
    tokens: tokens(
      '<',
      '>',
      '"',
      "'",
      '=',
      '/',
      '<!--',
      '-->',
      '<script',
      '</script>',
      ' src=',
      ' href="',
      'srcset=',
      '&amp;',
      '&#x41;',
      '&',
      '\0',
      '<img ',
      'onload=',
      '<script></script>',
      '<!-- -->',
      '<a b="c">',
    ),
    generate: (random) =>
      Buffer.from(
        Array.from({ length: random.below(5) }, () =>
          random.pick([
            '<img src=a.png>',
            '<a href="x y">',
            '</a>',
            '<!-- -->',
            '<script>1<2</script>',
            '<b',
            "<video poster='p'>",
            'text',
          ]),
        ).join(''),
      ),
    check(bytes) {
      const text = bytes.toString();
      const found = findInHtml(text);
      let last = -1;
      for (const one of found) {
        must(one.offset >= 0 && one.offset <= text.length, 'it stands in the text');
        must(one.offset >= last || one.kind === 'destination', 'in the order of the text');
        last = one.offset;
      }
      return found.length > 0;
    },
  },
];
