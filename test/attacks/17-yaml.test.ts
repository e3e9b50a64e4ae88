/**
 * Threat: YAML is used where readers disagree: doubled keys, aliases, tags, merge keys, prototypes,
 * words that change their meaning.
 * Decision: All of that is refused, and each scalar is text until the format says what it is.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import { newRules, pathOf, revise, rules, rulesPath, shop, sop } from '../support/shop.ts';

/** Lines of YAML whose readers disagree, in front matter. */
const frontMatter: [string, (text: string) => string, string][] = [
  [
    'a duplicate key',
    (text) => text.replace('title: ', 'owner: alice\ntitle: '),
    'yaml/duplicate-key',
  ],
  [
    'an anchor and an alias',
    (text) => text.replace('title: ', 'processes: &a [x]\nkeywords: *a\ntitle: '),
    'yaml/feature',
  ],
  ['an anchor alone', (text) => text.replace('title: ', 'title: &a '), 'yaml/feature'],
  ['a merge key', (text) => text.replace('title: ', '<<: {owner: alice}\ntitle: '), 'yaml/feature'],
  ['a tag', (text) => text.replace('title: ', 'title: !!str '), 'yaml/feature'],
  ['a tag of its own', (text) => text.replace('title: ', 'title: !js '), 'yaml/feature'],
  ['a directive', (text) => text.replace('---\n', '---\n%YAML 1.1\n'), 'yaml/feature'],
  [
    '__proto__',
    (text) => text.replace('title: ', '__proto__: {status: effective}\ntitle: '),
    'yaml/feature',
  ],
  [
    'constructor',
    (text) => text.replace('title: ', 'constructor: {prototype: x}\ntitle: '),
    'document/field-unknown',
  ],
  [
    'a tab as indentation',
    (text) => text.replace('title: ', 'processes:\n\t- x\ntitle: '),
    'yaml/syntax',
  ],
  [
    'a list as a whole',
    (text) => text.replace(/^---\n.*?\n---\n/s, '---\n- id\n---\n'),
    'document/field-value',
  ],
  [
    'nothing between its fences',
    (text) => text.replace(/^---\n.*?\n---\n/s, '---\n---\n'),
    'document/field-missing',
  ],
  [
    'very deep nesting',
    (text) => text.replace('title: ', `processes: ${'['.repeat(5000)}${']'.repeat(5000)}\ntitle: `),
    'yaml/nesting',
  ],
  [
    'an octal revision',
    (text) => text.replace('revision: 3', 'revision: 0o3'),
    'document/field-value',
  ],
  [
    'a revision with a sign',
    (text) => text.replace('revision: 3', 'revision: +3'),
    'document/field-value',
  ],
  [
    'a revision with a decimal',
    (text) => text.replace('revision: 3', 'revision: 3.0'),
    'document/field-value',
  ],
  [
    'a zero before the revision',
    (text) => text.replace('revision: 3', 'revision: 03'),
    'document/field-value',
  ],
  [
    'a day that does not exist',
    (text) => text.replace('title: ', 'effective: 2026-02-30\ntitle: '),
    'document/field-value',
  ],
  [
    'a day with a time',
    (text) => text.replace('title: ', 'effective: 2026-01-01T00:00:00Z\ntitle: '),
    'document/field-value',
  ],
  [
    'a list for its title',
    (text) => text.replace(/title: .*/, 'title: [a, b]'),
    'document/field-value',
  ],
];

describe('YAML means the same to every reader', () => {
  test.each(frontMatter)('front matter with %s is refused', (_what, change, code) =>
    attack(
      (register, attacked) => {
        const path = pathOf('SOP-001');
        const what = sop('3');
        const text = String(what.files[path]);
        revise(register, {
          edition: { ...what, files: { ...what.files, [path]: attacked ? change(text) : text } },
        });
      },
      { code, release: 4, upTo: 3 },
    ),
  );

  test('a revision that is quoted, and words that YAML 1.1 takes for something else, are text', async () => {
    const register = shop();
    const fields = {
      revision: '"3"',
      title: 'no',
      processes: '[on, 0x10, 012, 12:30:45, 1.10, ~]',
    };
    revise(register, { edition: sop('3', { fields }) });
    const verification = await verify(register);
    expectVerified(verification);
    const revision = verification.register?.documents.get('SOP-001')?.revisions.at(-1);
    expect(revision?.frontMatter?.title).toBe('no');
    expect(revision?.frontMatter?.processes).toEqual([
      'on',
      '0x10',
      '012',
      '12:30:45',
      '1.10',
      '~',
    ]);
  });

  const bomb = 'a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n';
  test.each<[string, (text: string) => string, string]>([
    [
      'a duplicate key',
      (text) => text.replace('timezone: ', 'title: Twice\ntimezone: '),
      'yaml/duplicate-key',
    ],
    [
      'a person twice',
      (text) =>
        text.replace('  bob:\n', '  alice:\n    name: A\n    email: [a@b.example]\n  bob:\n'),
      'yaml/duplicate-key',
    ],
    ['a billion laughs', (text) => `${text}${bomb}`, 'yaml/feature'],
    [
      'a merge key',
      (text) => text.replace('  bob:\n', '  bob:\n    <<: {roles: [quality-manager]}\n'),
      'yaml/feature',
    ],
    ['two documents', (text) => `${text}---\n${text}`, 'yaml/feature'],
    ['an unknown key', (text) => `${text}colour: red\n`, 'rules/field-unknown'],
    ['no time zone', (text) => text.replace(/^timezone: .*\n/m, ''), 'rules/field-missing'],
    [
      'a time zone that is none',
      (text) => text.replace(/^timezone: .*\n/m, 'timezone: Mars/Base\n'),
      'rules/field-value',
    ],
    [
      'a truth value in capitals',
      (text) => text.replace('independent: false', 'independent: False'),
      'rules/field-value',
    ],
    ['a count of zero', (text) => text.replace('count: 2', 'count: 0'), 'rules/field-value'],
    ['a count in words', (text) => text.replace('count: 2', 'count: two'), 'rules/field-value'],
  ])('rules with %s are refused', (_what, change, code) =>
    attack(
      (register, attacked) => {
        const next = rules('2');
        const text = String(next.files[rulesPath]);
        newRules(register, { ...next, files: { [rulesPath]: attacked ? change(text) : text } });
      },
      { code, release: 4, upTo: 3 },
    ),
  );

  test('a role named like the prototype of objects is refused', () =>
    attack(
      (register, attacked) => {
        const next = rules('2');
        const text = String(next.files[rulesPath]).replace(
          'roles:\n',
          `roles:\n  ${attacked ? '__proto__' : 'proto'}: Prototype\n`,
        );
        newRules(register, { ...next, files: { [rulesPath]: text } });
      },
      { code: 'yaml/feature', release: 4, upTo: 3 },
    ));
});
