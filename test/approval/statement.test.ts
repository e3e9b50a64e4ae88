import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatStatement, subjectOf } from '../../src/approval/format-statement.ts';
import { parseStatement } from '../../src/approval/parse-statement.ts';
import type {
  ApprovalStatement,
  ReleaseStatement,
  Statement,
} from '../../src/approval/statement.ts';
import type { Digest } from '../../src/document/document.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const digestOf = (hex: string): Digest => `sha256:${hex}`;
const sha = digestOf('a'.repeat(64));

const hex = fc.string({
  unit: fc.constantFrom(...'0123456789abcdef'),
  minLength: 64,
  maxLength: 64,
});
const anyDigest = hex.map(digestOf);
const id = fc
  .tuple(fc.constantFrom('SOP', 'WI', 'NCR-2026', 'A1'), fc.integer({ min: 1, max: 999 }))
  .map(([prefix, n]) => `${prefix}-${String(n)}`);
const revision = fc.oneof(
  fc.integer({ min: 1, max: 999 }).map(String),
  fc.constantFrom('A', 'B', 'Y', 'AA', 'BY'),
);
const day = fc.constantFrom('2026-01-31', '2024-02-29', '2026-12-01');
const person = fc.constantFrom('alice', 'bob-2', 'j_d');
const word = fc.constantFrom('tried', 'at', 'mill', '4', 'Größe', '测试', 'Qms-Statement', 'a: b');
const paragraph = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
const comment = fc.array(paragraph, { maxLength: 3 }).map((all) => all.join('\n\n'));

const sortedBy = <T>(lines: readonly T[], key: (line: T) => string): T[] =>
  [...new Map(lines.map((line) => [key(line), line])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, line]) => line);

const approval: fc.Arbitrary<ApprovalStatement> = fc.record({
  kind: fc.constant('approval' as const),
  comment,
  register: anyDigest,
  documents: fc
    .array(fc.record({ id, revision, digest: anyDigest }), { minLength: 1, maxLength: 14 })
    .map((lines) => sortedBy(lines, (line) => line.id)),
  decision: fc.constantFrom('approve', 'reject', 'withdraw', 'confirm', 'dispose'),
  as: fc
    .array(
      fc.record({
        role: fc.constantFrom('qm', 'owner'),
        meaning: fc.constantFrom('approved', 'reviewed'),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((lines) => sortedBy(lines, (line) => `${line.role} ${line.meaning}`)),
  person,
});

const release: fc.Arbitrary<ReleaseStatement> = fc
  .record({
    comment,
    number: fc.integer({ min: 1, max: 999_999 }),
    person,
    register: anyDigest,
    previous: anyDigest,
    lines: fc.array(fc.record({ id, revision, digest: anyDigest, day, act: fc.nat(3) }), {
      minLength: 1,
      maxLength: 14,
    }),
    approvals: fc.array(
      fc.record({ digest: anyDigest, name: id.map((one) => `qms/approve/${one}/1/a`) }),
    ),
  })
  .map(({ comment, number, person, register, previous, lines, approvals }) => {
    const distinct = sortedBy(lines, (line) => line.id);
    const ended = (act: number) =>
      distinct
        .filter((line) => line.act === act)
        .map((line) => ({ id: line.id, revision: line.revision, day: line.day }));
    return {
      kind: 'release',
      comment,
      register: number === 1 ? undefined : register,
      release: number,
      previous: number === 1 ? undefined : previous,
      person,
      put: distinct
        .filter((line) => line.act === 0)
        .map(({ id, revision, digest, day }) => ({ id, revision, digest, day })),
      withdraw: ended(1),
      confirm: ended(2),
      dispose: ended(3),
      approvals: sortedBy(approvals, (line) => line.name),
    };
  });

const statement: fc.Arbitrary<Statement> = fc.oneof(approval, release);

describe('a statement', () => {
  it('is the same after it was written and read', () => {
    fc.assert(
      fc.property(statement, (one) => {
        expect(parseStatement(bytes(formatStatement(one)))).toEqual({ ok: true, statement: one });
      }),
    );
  });

  it('is either refused or written again to the same bytes, whatever was changed in it', () => {
    fc.assert(
      fc.property(statement, fc.nat(), fc.nat(255), fc.nat(2), (one, at, byte, how) => {
        const original = bytes(formatStatement(one));
        const place = at % original.length;
        const before = original.subarray(0, place);
        const rest = original.subarray(how === 2 ? place : place + 1);
        const changed = Uint8Array.from([...before, ...(how === 0 ? [] : [byte]), ...rest]);
        const parsed = parseStatement(changed);
        if (parsed.ok) expect(bytes(formatStatement(parsed.statement))).toEqual(changed);
      }),
      { numRuns: 2000 },
    );
  });

  it('names ten documents in its subject and counts the others', () => {
    const documents = Array.from({ length: 12 }, (_, i) => ({
      id: `SOP-${String(i + 100)}`,
      revision: '1',
      digest: sha,
    }));
    const subject = subjectOf({
      kind: 'approval',
      comment: '',
      register: sha,
      documents,
      decision: 'dispose',
      as: [],
      person: 'alice',
    });
    expect(subject.startsWith('Dispose of SOP-100 revision 1, SOP-101 revision 1, ')).toBe(true);
    expect(subject.endsWith(', SOP-109 revision 1 and 2 more')).toBe(true);
  });
});

const good = [
  'Approve SOP-001 revision 3',
  '',
  'Compared with revision 2.',
  '',
  'Qms-Statement: approval/1',
  `Register: ${sha}`,
  `Document: SOP-001 3 ${sha}`,
  'Decision: approve',
  'As: quality-manager approved',
  'Person: alice',
  '',
].join('\n');

const goodRelease = [
  'Release 2: SOP-001 revision 3, WI-009 withdrawn',
  '',
  'Qms-Statement: release/1',
  `Register: ${sha}`,
  'Release: 2',
  `Previous: ${sha}`,
  'Person: carol',
  `Put: SOP-001 3 ${sha} 2026-12-01`,
  'Withdraw: WI-009 B 2026-12-01',
  `Approval: ${sha} qms/approve/SOP-001/3/alice`,
  '',
].join('\n');

const refusals: readonly (readonly [string, string, string, string | RegExp, string])[] = [
  [
    'a subject that says more',
    'statement/subject',
    good,
    'revision 3',
    'revision 3 '.trim() + ', SOP-002 revision 1',
  ],
  ['a missing last line end', 'statement/layout', good, /\n$/, ''],
  ['two line ends at the end', 'statement/layout', good, /\n$/, '\n\n'],
  ['a trailing blank', 'statement/layout', good, 'revision 2.', 'revision 2. '],
  ['a line that looks like armour', 'statement/layout', good, 'Compared', '-----Compared'],
  ['two empty lines', 'statement/layout', good, '\n\nCompared', '\n\n\nCompared'],
  ['no empty second line', 'statement/layout', good, '3\n\nCompared', '3\nCompared'],
  [
    'fields in the comment',
    'statement/layout',
    good,
    'Compared',
    'Qms-Statement: approval/1\nCompared',
  ],
  ['a carriage return', 'statement/text', good, 'revision 2.', 'revision 2.\r'],
  ['an invisible character', 'statement/text', good, 'Compared', 'Com\u200Bpared'],
  ['text that is not NFC', 'statement/text', good, 'Compared', 'Cómpared'.normalize('NFD')],
  ['an unknown field', 'statement/field-unknown', good, 'Person:', 'Status: fine\nPerson:'],
  ['a field without a value', 'statement/field-unknown', good, 'Person: alice', 'Person:'],
  ['a folded line', 'statement/field-unknown', good, 'Person: alice', 'Person: alice\n bob'],
  [
    'fields in another order',
    'statement/field-order',
    good,
    /(Decision: approve\n)(As: .*\n)/,
    '$2$1',
  ],
  [
    'a second decision',
    'statement/field-repeated',
    good,
    'Decision: approve',
    'Decision: approve\nDecision: approve',
  ],
  ['a document twice', 'statement/field-repeated', good, /(Document: .*\n)/, '$1$1'],
  ['a role twice', 'statement/field-repeated', good, /(As: .*\n)/, '$1$1'],
  [
    'documents in descending order',
    'statement/field-order',
    good,
    /(Document: .*\n)/,
    `$1Document: SOP-000 1 ${sha}\n`,
  ],
  ['no person', 'statement/field-missing', good, 'Person: alice\n', ''],
  ['no role', 'statement/field-missing', good, /As: .*\n/, ''],
  ['no document', 'statement/field-missing', good, /Document: .*\n/, ''],
  ['no register', 'statement/field-missing', good, /Register: .*\n/, ''],
  ['another statement', 'statement/field-missing', good, 'approval/1', 'approval/2'],
  [
    'a decision that does not exist',
    'statement/field-value',
    good,
    'Decision: approve',
    'Decision: Approve',
  ],
  [
    'a digest in upper case',
    'statement/field-value',
    good,
    /(Document: SOP-001 3 sha256:)a/,
    '$1A',
  ],
  ['two blanks between values', 'statement/field-value', good, 'SOP-001 3 sha', 'SOP-001  3 sha'],
  [
    'a revision with a leading zero',
    'statement/field-value',
    good,
    'SOP-001 3 sha',
    'SOP-001 03 sha',
  ],
  ['a letter that is no revision', 'statement/field-value', good, 'SOP-001 3 sha', 'SOP-001 O sha'],
  ['an id that is none', 'statement/field-value', good, 'SOP-001 3 sha', 'sop-001 3 sha'],
  [
    'a meaning of two words',
    'statement/field-value',
    good,
    'manager approved',
    'manager approved it',
  ],
  ['a person who is no id', 'statement/field-value', good, 'Person: alice', 'Person: Alice'],
  [
    'a release with a leading zero',
    'statement/field-value',
    goodRelease,
    'Release: 2',
    'Release: 02',
  ],
  [
    'a day that does not exist',
    'statement/field-value',
    goodRelease,
    'B 2026-12-01',
    'B 2026-02-30',
  ],
  [
    'an approval that is a rejection',
    'statement/field-value',
    goodRelease,
    'qms/approve/',
    'qms/reject/',
  ],
  ['an id in two lines', 'statement/field-repeated', goodRelease, 'WI-009 B', 'SOP-001 B'],
  ['a release of nothing', 'statement/field-missing', goodRelease, /Put: .*\nWithdraw: .*\n/, ''],
  [
    'a later release without predecessor',
    'statement/field-missing',
    goodRelease,
    /Previous: .*\n/,
    '',
  ],
  [
    'a later release without register',
    'statement/field-missing',
    goodRelease,
    /Register: .*\n/,
    '',
  ],
  [
    'a founding release with a register',
    'statement/field-unknown',
    goodRelease,
    'Release: 2',
    'Release: 1',
  ],
];

describe('a message is refused as a statement for', () => {
  it('nothing where it is good', () => {
    expect(parseStatement(bytes(good))).toMatchObject({ ok: true });
    expect(parseStatement(bytes(goodRelease))).toMatchObject({ ok: true });
  });

  it.each(refusals)('%s', (_, code, text, from, to) => {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    expect(parseStatement(bytes(changed))).toMatchObject({ ok: false, fault: { code } });
  });

  it('more than 64 KiB of comment', () => {
    const long = good.replace('Compared', 'x'.repeat(64 * 1024));
    expect(parseStatement(bytes(long))).toMatchObject({ fault: { code: 'statement/too-large' } });
  });

  it('more than 1,000 lines of a kind', () => {
    const lines = Array.from(
      { length: 1001 },
      (_, i) => `Document: SOP-${String(i + 1000)} 1 ${sha}`,
    );
    const long = good.replace(/Document: .*/, lines.join('\n'));
    expect(parseStatement(bytes(long))).toMatchObject({ fault: { code: 'statement/too-large' } });
  });

  it('bytes that are not UTF-8', () => {
    const broken = Uint8Array.from([
      ...bytes(good).subarray(0, 40),
      0xff,
      ...bytes(good).subarray(40),
    ]);
    expect(parseStatement(broken)).toMatchObject({ fault: { code: 'statement/text' } });
  });
});
