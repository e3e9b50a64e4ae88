/**
 * Threat: Characters that hide, reorder or imitate text make a reviewer see something else.
 * Decision: They are refused in documents, rules and statements, ids are ASCII, and text is in NFC.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import { newRules, revise, rules, shop, sop } from '../support/shop.ts';

/** Characters that make people see something else than what is signed. */
const hidden: [string, string][] = [
  ['a right-to-left override', '\u202e'],
  ['a left-to-right isolate', '\u2066'],
  ['an Arabic letter mark', '\u061c'],
  ['a zero-width space', '\u200b'],
  ['a right-to-left mark', '\u200f'],
  ['a word joiner', '\u2060'],
  ['a byte-order mark in the text', '\ufeff'],
  ['a line separator', '\u2028'],
  ['a Mongolian vowel separator', '\u180e'],
  ['a tag character', '\u{e0041}'],
  ['a zero-width joiner between letters', '\u200d'],
  ['an escape', '\u001b'],
  ['a next-line control', '\u0085'],
  ['a carriage return', '\r'],
  ['a form feed', '\f'],
  ['a NUL', '\0'],
];

describe('what people see is what was signed', () => {
  test.each(hidden)('a document with %s is refused', (_what, character) =>
    attack(
      (register, attacked) => {
        const body = `Tighten to 5${attacked ? character : ' '}0 Nm.\n`;
        revise(register, { edition: sop('3', { body }) });
      },
      { code: character === '\r' ? 'text/line-end' : 'text/character', release: 4, upTo: 3 },
    ),
  );

  test.each(hidden.filter(([, character]) => !'\0\r\u0085\f\u001b'.includes(character)))(
    'an approval whose comment has %s is refused',
    (_what, character) =>
      attack(
        (register, attacked) => {
          revise(register, { alice: { comment: `Tried${attacked ? character : ' '}twice.` } });
        },
        { code: 'statement/text', release: 4, upTo: 3 },
      ),
  );

  test.each(hidden.slice(0, 6))('rules with %s are refused', (_what, character) =>
    attack(
      (register, attacked) => {
        const next = rules('2', (data) => {
          data.title = `Rules${attacked ? character : ' '}2`;
        });
        const text = Object.values(next.files).join('');
        // The character itself, never an escape in the YAML.
        const raw = text.replace(/"Rules.*"/, `"Rules${attacked ? character : ' '}2"`);
        newRules(register, { ...next, files: { 'qms-docs/qms.yaml': raw } });
      },
      { code: 'text/character', release: 4, upTo: 3 },
    ),
  );

  test('joiners between characters that are no ASCII are text', async () => {
    const register = shop();
    revise(register, { edition: sop('3', { body: '👩\u200d🔧 نمی\u200cخواهم\n' }) });
    expectVerified(await verify(register));
  });

  test('a document that is not in NFC is refused', () =>
    attack(
      (register, attacked) => {
        revise(register, { edition: sop('3', { body: attacked ? 'Ma\u0308rz\n' : 'März\n' }) });
      },
      { code: 'text/not-normalized', release: 4, upTo: 3 },
    ));

  test('a document that is not UTF-8 is refused', () =>
    attack(
      (register, attacked) => {
        const [path = '', text = ''] = Object.entries(sop('3').files)[0] ?? [];
        const bytes = Buffer.concat([
          Buffer.from(text),
          Buffer.from(attacked ? [0xe9, 0x0a] : [0x65, 0x0a]),
        ]);
        revise(register, { edition: { ...sop('3'), files: { ...sop('3').files, [path]: bytes } } });
      },
      { code: 'text/utf8', release: 4, upTo: 3 },
    ));

  test.each([
    ['a Cyrillic letter in its id', 'S\u041eP-001'],
    ['a full-width letter in its id', '\uff33OP-001'],
    ['lower case in its id', 'sop-001'],
    ['another hyphen in its id', 'SOP\u2010001'],
  ])('a document with %s is refused', (_what, id) =>
    attack(
      (register, attacked) => {
        revise(register, { edition: sop('3', { fields: { id: attacked ? id : 'SOP-001' } }) });
      },
      { code: 'document/field-value', release: 4, upTo: 3 },
    ),
  );

  test('a release that puts an id with a Cyrillic letter is refused', () =>
    attack(
      (register, attacked) => {
        const text = (message: string) => message.replaceAll('SOP-001', 'S\u041eP-001');
        revise(register, { release: { change: attacked ? { text } : {} } });
      },
      {
        code: 'statement/field-value',
        release: 4,
        upTo: 3,
        and: ({ register }) => {
          expect([...(register?.documents.keys() ?? [])]).toEqual(['QMS', 'SOP-001', 'WI-001']);
        },
      },
    ));
});
