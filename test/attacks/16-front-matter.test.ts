/**
 * Threat: Front matter runs code, stays open, or ends elsewhere for another reader.
 * Decision: It stands between two lines that are exactly `---` from the first byte on, in plain
 * YAML and at most 16 KiB; otherwise the document is refused.
 */
import { describe, test } from 'vitest';
import { attack } from '../support/expect-verification.ts';
import { pathOf, revise, sop } from '../support/shop.ts';
import type { Edition } from '../support/stock-register.ts';

/** SOP-001 3 with another text. */
function edited(change: (text: string) => string | Buffer): Edition {
  const what = sop('3');
  const path = pathOf('SOP-001');
  return { ...what, files: { ...what.files, [path]: change(String(what.files[path])) } };
}

const fences: [string, (text: string) => string | Buffer, string][] = [
  [
    'a fence that names JavaScript',
    (text) => text.replace('---\n', '---js\n'),
    'document/front-matter-fence',
  ],
  [
    'a fence that names a method',
    (text) => text.replace('---\n', '---constructor\n'),
    'document/front-matter-fence',
  ],
  [
    'a fence that names YAML',
    (text) => text.replace('---\n', '---yaml\n'),
    'document/front-matter-fence',
  ],
  [
    'a blank behind the first fence',
    (text) => text.replace('---\n', '--- \n'),
    'document/front-matter-fence',
  ],
  ['four dashes', (text) => text.replace('---\n', '----\n'), 'document/front-matter-fence'],
  ['a byte-order mark', (text) => `\ufeff${text}`, 'text/character'],
  ['an empty line before the fence', (text) => `\n${text}`, 'document/front-matter-missing'],
  ['no closing fence', (text) => text.replace(/\n---\n/, '\n'), 'document/front-matter-unclosed'],
  [
    'a closing fence with more behind it',
    (text) => text.replace(/\n---\n/, '\n---x\n'),
    'document/front-matter-fence',
  ],
  [
    'a closing fence of dots',
    (text) => text.replace(/\n---\n/, '\n...\n'),
    'document/front-matter-unclosed',
  ],
  ['line ends of Windows', (text) => text.replaceAll('\n', '\r\n'), 'text/line-end'],
  [
    'front matter of JSON',
    (text) => text.replace(/^---\n.*?\n---\n/s, ';;;\n{"id": "SOP-001"}\n;;;\n'),
    'document/front-matter-missing',
  ],
];

describe('front matter is what stands between two exact lines at the beginning', () => {
  test.each(fences)('a document with %s is refused', (_what, change, code) =>
    attack(
      (register, attacked) => {
        revise(register, { edition: edited(attacked ? change : (text) => text) });
      },
      { code, release: 4, upTo: 3 },
    ),
  );

  test('a second block of front matter is text', () =>
    attack(
      (register, attacked) => {
        // The honest document says the same further down; only the first block counts.
        const further = (text: string) => `${text}\n---\nid: SOP-099\n---\n`;
        revise(register, {
          edition: edited((text) =>
            further(attacked ? text.replace('id: SOP-001', 'id: SOP-099') : text),
          ),
        });
      },
      { code: 'release/id-mismatch', release: 4, upTo: 3 },
    ));

  test('the verdict on broken front matter does not depend on having read it before', () =>
    attack(
      (register, attacked) => {
        // The same broken bytes in two releases: gray-matter's cache would let the second through.
        const broken = edited((text) => text.replace('title: ', attacked ? 'title: [' : 'title: '));
        revise(register, { edition: broken });
      },
      { code: 'yaml/syntax', release: 4, upTo: 3 },
    ));

  test('front matter of more than 16 KiB is refused', () =>
    attack(
      (register, attacked) => {
        const length = attacked ? 16_400 : 1_000;
        revise(register, {
          edition: edited((text) => text.replace('title: ', `title: ${'x'.repeat(length)} `)),
        });
      },
      { code: 'yaml/too-large', release: 4, upTo: 3 },
    ));
});
