/**
 * Threat: Headers of tags are repeated, reordered or unknown; trees hold doubled, unsorted or
 * padded entries.
 * Decision: Both are parsed strictly; what is not canonical is refused.
 */
import { describe, test } from 'vitest';
import { attack } from '../support/expect-verification.ts';
import type { RawEntry, RawRepository } from '../support/raw-repository.ts';
import { revise } from '../support/shop.ts';
import { sshSignature } from '../support/ssh-keys.ts';

/** What can be wrong with the headers of a tag, though it is signed. */
const headers: [string, (payload: string) => string | Buffer][] = [
  ['an unknown header', (text) => text.replace('\n\n', '\nencoding latin1\n\n')],
  ['two objects', (text) => text.replace(/^(object .*\n)/, '$1$1')],
  ['two tag headers', (text) => text.replace(/^(tag .*\n)/m, '$1$1')],
  ['two taggers', (text) => text.replace(/^(tagger .*\n)/m, '$1$1')],
  ['no tagger', (text) => text.replace(/^tagger .*\n/m, '')],
  ['no type', (text) => text.replace(/^type .*\n/m, '')],
  ['type before object', (text) => text.replace(/^(object .*\n)(type .*\n)/, '$2$1')],
  ['line ends of Windows in its headers', (text) => text.replace('\n', '\r\n')],
  ['a NUL in the tagger', (text) => text.replace(/^(tagger [^<]*)/m, '$1\0')],
  ['two addresses in the tagger', (text) => text.replace(/^(tagger [^<]*)/m, '$1<x@y.example> ')],
  ['no time', (text) => text.replace(/^(tagger .*>) .*$/m, '$1')],
  ['a negative time', (text) => text.replace(/^(tagger .*>) /m, '$1 -')],
  ['a time zone that is none', (text) => text.replace(/^(tagger .*) \+0000$/m, '$1 GMT')],
  ['a short object', (text) => text.replace(/^object (.{39})./, 'object $1')],
];

/** What can be wrong with the message of a statement. */
const messages: [string, (text: string) => string, string][] = [
  ['line ends of Windows', (text) => text.replaceAll('\n', '\r\n'), 'statement/text'],
  ['a NUL', (text) => text.replace('revision', 'revi\0sion'), 'statement/text'],
  ['a tab in a field', (text) => text.replace('Person: ', 'Person:\t'), 'statement/field-unknown'],
  ['an empty line more at the end', (text) => `${text}\n`, 'statement/layout'],
  ['two empty lines', (text) => text.replace('\n\n', '\n\n\n'), 'statement/layout'],
  ['a blank at the end of a line', (text) => text.replace(/Person: .*/, '$& '), 'statement/layout'],
  ['no line end at its end', (text) => text.replace(/\n$/, ''), 'statement/layout'],
  ['an unknown field', (text) => `${text}Colour: red\n`, 'statement/field-unknown'],
  ['a field twice', (text) => text.replace(/(Person: .*\n)/, '$1$1'), 'statement/field-repeated'],
  [
    'a folded field',
    (text) => text.replace(/Person: (.*)/, 'Person:\n $1'),
    'statement/field-unknown',
  ],
  [
    'a field in lower case',
    (text) => text.replace('Person: ', 'person: '),
    'statement/field-unknown',
  ],
  [
    'a colon without a blank',
    (text) => text.replace('Person: ', 'Person:'),
    'statement/field-unknown',
  ],
  ['no person', (text) => text.replace(/Person: .*\n/, ''), 'statement/field-missing'],
  ['no register', (text) => text.replace(/Register: .*\n/, ''), 'statement/field-missing'],
  [
    'fields out of order',
    (text) => text.replace(/(Register: .*\n)(.*\n)/, '$2$1'),
    'statement/field-order',
  ],
  [
    'a digest in upper case',
    (text) =>
      text.replace(
        /(Register: sha256:)(\S+)/,
        (_, a: string, b: string) => `${a}${b.toUpperCase()}`,
      ),
    'statement/field-value',
  ],
  [
    'another version',
    (text) => text.replace(/(Qms-Statement: \w+)\/1/, '$1/2'),
    'statement/field-missing',
  ],
];

describe('a tag that readers could understand in two ways is refused', () => {
  test.each(headers)('a release tag with %s is refused', (_what, payload) =>
    attack(
      (register, attacked) => {
        revise(register, { release: { change: attacked ? { payload } : {} } });
      },
      { code: 'git/tag-malformed', release: 4, upTo: 3 },
    ),
  );

  test.each(headers)('an approval tag with %s is refused', (_what, payload) =>
    attack(
      (register, attacked) => {
        revise(register, { alice: { change: attacked ? { payload } : {} } });
      },
      { code: 'git/tag-malformed', release: 4, upTo: 3 },
    ),
  );

  test.each(messages)('a release with %s is refused', (_what, text, code) =>
    attack(
      (register, attacked) => {
        revise(register, { release: { change: attacked ? { text } : {} } });
      },
      { code, release: 4, upTo: 3 },
    ),
  );

  test.each(messages)('an approval with %s is refused', (_what, text, code) =>
    attack(
      (register, attacked) => {
        revise(register, { alice: { change: attacked ? { text } : {} } });
      },
      { code, release: 4, upTo: 3 },
    ),
  );

  test('a statement that is not UTF-8 is refused', () =>
    attack(
      (register, attacked) => {
        const payload = (text: string) =>
          Buffer.from(text.replace('Caf\u00e9', 'Caf\u00ff'), attacked ? 'latin1' : 'utf8');
        revise(register, { alice: { comment: 'Caf\u00e9', change: { payload } } });
      },
      { code: 'statement/text', release: 4, upTo: 3 },
    ));

  test('a signature over other headers than those of the object is bad', () =>
    attack(
      (register, attacked) => {
        const armour = (good: Buffer) =>
          attacked
            ? sshSignature(register.actor('alice').key, Buffer.from('something else'))
            : good;
        revise(register, { alice: { change: { armour } } });
      },
      { code: 'approval/signature-bad', release: 4, upTo: 3 },
    ));
});

/** What can be wrong with a tree. */
const trees: [string, (entries: RawEntry[], repository: RawRepository) => string][] = [
  [
    'an entry twice',
    (entries, repository) => repository.rawTree(entries.flatMap((entry) => [entry, entry])),
  ],
  [
    'a file and a folder of one name',
    (entries, repository) => {
      const blob = repository.object('blob', 'x');
      return repository.rawTree([{ mode: '100644', name: 'documents', id: blob }, ...entries]);
    },
  ],
  ['its entries out of order', (entries, repository) => repository.rawTree([...entries].reverse())],
  [
    'a zero before a mode',
    (entries, repository) =>
      repository.rawTree(entries.map((entry) => ({ ...entry, mode: `0${entry.mode}` }))),
  ],
  [
    'an empty name',
    (entries, repository) =>
      repository.rawTree([{ mode: '40000', name: '', id: entries[0]?.id ?? '' }, ...entries]),
  ],
  [
    'a slash in a name',
    (entries, repository) =>
      repository.rawTree([{ mode: '40000', name: 'a/b', id: entries[0]?.id ?? '' }, ...entries]),
  ],
  [
    'a mode that is none',
    (entries, repository) =>
      repository.rawTree(entries.map((entry) => ({ ...entry, mode: '40001' }))),
  ],
  [
    'a cut end',
    (entries, repository) => {
      const whole = repository.rawTree(entries);
      const hex = repository.git('cat-file', '-s', whole);
      const raw = Buffer.concat(
        entries.flatMap(({ mode, name, id }) => [
          Buffer.from(`${mode} ${String(name)}\0`),
          Buffer.from(id, 'hex'),
        ]),
      );
      return repository.object('tree', raw.subarray(0, Number(hex) - 1));
    },
  ],
];

describe('a tree that is not canonical is refused', () => {
  test.each(trees)('a release whose tree has %s is refused', (_what, make) =>
    attack(
      (register, attacked) => {
        const { repository } = register;
        const treeId = (id: string) => {
          const entries = repository
            .git('ls-tree', id)
            .split('\n')
            .map((line) => {
              const [mode = '', , object = '', name = ''] = line.split(/[ \t]/);
              return { mode: mode.replace(/^0/, ''), name, id: object };
            });
          return make(entries, repository);
        };
        revise(register, { release: { change: attacked ? { treeId } : {} } });
      },
      { code: 'git/tree-malformed', release: 4, upTo: 3 },
    ),
  );
});
