/**
 * Threat: A statement repeats, reorders or hides lines, so that people and programs count
 * differently.
 * Decision: Lists ascend strictly, fields are known and in order, and a statement written again
 * gives the same bytes; otherwise it is refused.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import { approvals, edition, founded, revise, sop } from '../support/shop.ts';
import type { StockRegister } from '../support/stock-register.ts';

/** Two new procedures in one release, approved by a change order of two people. */
function order(
  register: StockRegister,
  text?: (message: string) => string,
  byText?: (message: string) => string,
) {
  const both = [edition('SOP-002', '1'), edition('SOP-003', '1')];
  register.commit(Object.assign({}, ...both.map(({ files }) => files)) as Record<string, string>);
  const name = 'qms/approve/CO-5';
  const byAlice = register.approve(both, {
    by: 'alice',
    as: 'quality-manager approved',
    name: `${name}/alice`,
    change: byText === undefined ? {} : { text: byText },
  });
  const byBob = register.approve(both, {
    by: 'bob',
    as: 'process-owner reviewed',
    name: `${name}/bob`,
  });
  register.release({
    put: both,
    approvals: [byAlice, byBob],
    change: text === undefined ? {} : { text },
  });
}

const swap = (field: string) => (message: string) =>
  message.replace(new RegExp(`(${field}: .*\n)(${field}: .*\n)`), '$2$1');
const twice = (field: string) => (message: string) =>
  message.replace(new RegExp(`(${field}: .*\n)`), '$1$1');

const lists: [string, 'release' | 'approval', (message: string) => string, string][] = [
  ['Put out of order', 'release', swap('Put'), 'statement/field-order'],
  ['Put twice', 'release', twice('Put'), 'statement/field-repeated'],
  ['Approval out of order', 'release', swap('Approval'), 'statement/field-order'],
  ['Approval twice', 'release', twice('Approval'), 'statement/field-repeated'],
  ['Document out of order', 'approval', swap('Document'), 'statement/field-order'],
  ['Document twice', 'approval', twice('Document'), 'statement/field-repeated'],
  ['As twice', 'approval', twice('As'), 'statement/field-repeated'],
  ['Decision twice', 'approval', twice('Decision'), 'statement/field-repeated'],
  [
    'no Document',
    'approval',
    (text) => text.replace(/Document: .*\n/g, ''),
    'statement/field-missing',
  ],
  [
    'no Decision',
    'approval',
    (text) => text.replace(/Decision: .*\n/, ''),
    'statement/field-missing',
  ],
  ['no As', 'approval', (text) => text.replace(/As: .*\n/, ''), 'statement/field-missing'],
  [
    'a decision that is none',
    'approval',
    (text) => text.replace('Decision: approve', 'Decision: accept'),
    'statement/field-value',
  ],
  [
    'a decision in capitals',
    'approval',
    (text) => text.replace('Decision: approve', 'Decision: APPROVE'),
    'statement/field-value',
  ],
  [
    'a role without a meaning',
    'approval',
    (text) => text.replace(/As: (\S+) \S+/, 'As: $1'),
    'statement/field-value',
  ],
  [
    'a meaning of two words',
    'approval',
    (text) => text.replace(/As: .*/, '$& twice'),
    'statement/field-value',
  ],
  [
    'two blanks in a field',
    'approval',
    (text) => text.replace(/As: (\S+) /, 'As: $1  '),
    'statement/field-value',
  ],
  [
    'a number with a zero before it',
    'release',
    (text) => text.replace('Release: 4', 'Release: 04'),
    'statement/field-value',
  ],
  [
    'another digest than SHA-256',
    'release',
    (text) => text.replace(/(Put: SOP-002 1 )sha256:/, '$1sha1:'),
    'statement/field-value',
  ],
  [
    'a short digest',
    'release',
    (text) => text.replace(/(Put: SOP-002 1 sha256:).{8}/, '$1'),
    'statement/field-value',
  ],
  [
    'an id of more than 40 characters',
    'release',
    (text) => text.replaceAll('SOP-002', `SOP-${'ABCDEFGHIJKLMN-'.repeat(3)}X`),
    'statement/field-value',
  ],
  [
    'an id with a hyphen at its end',
    'release',
    (text) => text.replaceAll('SOP-002', 'SOP-'),
    'statement/field-value',
  ],
  [
    'fields of the other kind',
    'release',
    (text) => text.replace('Person: ', 'Decision: approve\nPerson: '),
    'statement/field-unknown',
  ],
];

describe('lists in statements are strictly ascending and fields are exactly those of the format', () => {
  test.each(lists)('a statement with %s is refused (%s)', (_what, kind, change, code) =>
    attack(
      (register, attacked) => {
        if (!attacked) order(register);
        else if (kind === 'release') order(register, change);
        else order(register, undefined, change);
      },
      { code, release: 4, upTo: 3 },
    ),
  );

  test('a change order of twelve documents names ten of them in its subject', async () => {
    const register = founded();
    const many = Array.from({ length: 12 }, (_, at) => edition(`SOP-${String(101 + at)}`, '1'));
    register.commit(Object.assign({}, ...many.map(({ files }) => files)) as Record<string, string>);
    const signed = [
      register.approve(many, {
        by: 'alice',
        as: 'quality-manager approved',
        name: 'qms/approve/CO-1/alice',
      }),
      register.approve(many, {
        by: 'bob',
        as: 'process-owner reviewed',
        name: 'qms/approve/CO-1/bob',
      }),
    ];
    register.release({ put: many, approvals: signed });
    const verification = await verify(register);
    expectVerified(verification);
    expect(verification.register?.releases.at(-1)?.subject).toMatch(
      /SOP-110 revision 1 and 2 more$/,
    );
  });

  test('a subject that leaves a document out of a change order is refused', () =>
    attack(
      (register, attacked) => {
        const text = (message: string) => message.replace(', SOP-003 revision 1', '');
        order(register, attacked ? text : undefined);
      },
      { code: 'statement/subject', release: 4, upTo: 3 },
    ));

  test('approvals in several roles by one person fill one requirement each time', () =>
    attack(
      (register, attacked) => {
        const what = sop('3');
        register.commit(what.files);
        const both = ['process-owner reviewed', 'quality-manager approved'];
        const byErin = register.approve(what, { by: 'erin', as: both });
        const [byAlice] = approvals(register, what);
        register.release({
          put: [what],
          approvals: attacked || byAlice === undefined ? [byErin] : [byAlice, byErin],
        });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('a comment of several paragraphs is free text', async () => {
    const register = founded();
    revise(register, {
      edition: sop('1'),
      alice: { comment: 'Tried: twice.\nOnce more.\n\nDocument: the one at mill 4\n\n- a list' },
      release: { comment: 'After the audit.' },
    });
    const verification = await verify(register);
    expectVerified(verification);
    expect(verification.register?.releases.at(-1)?.comment).toBe('After the audit.');
  });
});
