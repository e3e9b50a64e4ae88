import { describe, expect, it } from 'vitest';
import type { Digest, Document } from '../../src/document/document.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import type { Problem } from '../../src/problem/problem.ts';
import { clauses, parseClause } from '../../src/rules/clauses.ts';
import { checkAgainstReleased } from '../../src/rules/check-released.ts';
import { checkForRelease } from '../../src/rules/document-rules.ts';
import { checkFitness } from '../../src/rules/fitness.ts';
import { goodRules, rulesOf } from './rules-text.ts';

const rules = await rulesOf(goodRules);
const ids = new Set(['SOP-001', 'SOP-002', 'NCR-2026-014']);

function documentOf(fields: string): Document {
  const text = `---\n${fields}---\nText\n`;
  const { document, problems } = parseDocument('qms-docs/x.md', new TextEncoder().encode(text));
  if (document === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return document;
}

const sop = 'id: SOP-001\ntitle: T\ntype: sop\nrevision: 2\nowner: process-owner\n';
const ncr =
  'id: NCR-2026-014\ntitle: T\ntype: ncr\nrevision: 1\nowner: alice\ndate: 2026-11-21\n' +
  'fields:\n  severity: minor\n  found: 2026-11-20\n';
const ext =
  'id: EXT-1\ntitle: T\ntype: drawing\nrevision: B\nowner: quality-manager\n' +
  'source: Acme\nissue: 2015\nchecked: 2026-11-01\n';

const seen = (problems: readonly Problem[]): unknown[] =>
  problems.map(({ code, place }) => [code, place.field, place.line]);

describe('a document that is released', () => {
  it.each([sop, ncr, ext])('may be as it is', (fields) => {
    const document = documentOf(fields);
    expect(checkForRelease(document, rules, { laterRevision: false })).toEqual([]);
    expect(checkFitness(document, rules, ids)).toEqual([]);
  });

  it.each([
    ['document/type-unknown', 'type', 4, sop.replace('type: sop', 'type: sup')],
    ['document/type-unknown', 'type', 4, sop.replace('type: sop', 'type: rules')],
    ['document/type-mismatch', 'type', 4, sop.replace('type: sop', 'type: ncr')],
    ['document/type-mismatch', 'type', 4, sop.replace('SOP-001', 'XYZ-001')],
    ['document/type-mismatch', 'type', 4, sop.replace('SOP-001', 'QMS-001')],
    ['document/revision-scheme', 'revision', 5, sop.replace('revision: 2', 'revision: B')],
    ['document/revision-scheme', 'revision', 5, ext.replace('revision: B', 'revision: 2')],
    ['document/field-missing', 'date', 1, ncr.replace('date: 2026-11-21\n', '')],
    ['document/field-missing', 'fields', 1, ncr.replace(/fields:[^]*/, '')],
    ['document/field-missing', 'source', 1, ext.replace('source: Acme\n', '')],
    ['document/field-missing', 'issue', 1, ext.replace('issue: 2015\n', '')],
    ['document/field-missing', 'checked', 1, ext.replace('checked: 2026-11-01\n', '')],
    [
      'document/role-unknown',
      'approval[1].role',
      7,
      `${sop}approval: [{role: process-owner, meaning: a}, {role: nobody, meaning: b}]\n`,
    ],
  ])('gives %s at %s', (code, field, line, fields) => {
    const problems = checkForRelease(documentOf(fields), rules, { laterRevision: false });
    expect(seen(problems)).toContainEqual([code, field, line]);
    expect(problems[0]).toMatchObject({ place: { file: 'qms-docs/x.md' } });
  });

  it('needs a reason from its second released revision on', () => {
    const without = checkForRelease(documentOf(sop), rules, { laterRevision: true });
    expect(seen(without)).toEqual([['document/changes-missing', 'changes', 1]]);
    const reason = documentOf(`${sop}changes: Limits were wrong\n`);
    expect(checkForRelease(reason, rules, { laterRevision: true })).toEqual([]);
  });
});

describe('the fitness of a document', () => {
  it.each([
    ['document/owner-unknown', 'owner', sop.replace('owner: process-owner', 'owner: process-owne')],
    ['document/role-unknown', 'audience[1]', `${sop}audience: [process-owner, everybody]\n`],
    ['document/clause-unknown', 'clauses[0]', `${sop}clauses: [7.9]\n`],
    ['document/clause-unknown', 'clauses[0]', `${sop}clauses: [seven]\n`],
    ['document/clause-unknown', 'clauses[1]', `${sop}clauses: [7.5, iso14001:2015/7.5]\n`],
    ['document/supersedes-unknown', 'supersedes[0]', `${sop}supersedes: [SOP-001]\n`],
    ['document/supersedes-unknown', 'supersedes[0]', `${sop}supersedes: [SOP-009]\n`],
    ['document/supersedes-unknown', 'supersedes[0]', `${sop}supersedes: [sop 9]\n`],
    ['document/fields', 'fields.severity', ncr.replace('minor', 'small')],
    ['document/fields', 'fields.found', ncr.replace('2026-11-20', 'yesterday')],
    ['document/fields', 'fields.found', ncr.replace('  found: 2026-11-20\n', '')],
    ['document/fields', 'fields.colour', `${ncr}  colour: red\n`],
    ['document/fields', 'fields.seen-by', `${ncr}  seen-by: alice\n`],
    ['document/fields', 'fields.seen-by', `${ncr}  seen-by: [alice, zoe]\n`],
    ['document/fields', 'fields.cause', `${ncr}  cause: [a, b]\n`],
    ['document/fields', 'fields.parts', `${ncr}  parts: 012\n`],
    ['document/fields', 'fields.contained', `${ncr}  contained: yes\n`],
    ['document/fields', 'fields.follows', `${ncr}  follows: NCR-1\n`],
    ['document/fields', 'fields.against', `${ncr}  against: 99\n`],
    ['document/fields', 'fields.severity', ncr.replace('minor', '')],
    ['document/days', 'effective', `${ncr}effective: 2026-11-01\n`],
  ])('gives %s at %s', (code, field, fields) => {
    expect(seen(checkFitness(documentOf(fields), rules, ids))).toMatchObject(
      [[code, field, {}]].map(([one, other]) => [one, other, expect.any(Number) as number]),
    );
  });

  it('takes every kind of field with a value of its kind', () => {
    const full = `${ncr}  seen-by: [alice, carol]\n  cause: no\n  parts: -12.50\n  contained: true\n  follows: SOP-002\n  against: 8.7.1\n`;
    expect(checkFitness(documentOf(full), rules, ids)).toEqual([]);
  });
});

describe('a document that was released before', () => {
  const digest: Digest = `sha256:${'0'.repeat(64)}`;
  const other: Digest = `sha256:${'1'.repeat(64)}`;
  const place = { file: 'x.md', line: 5 };
  const past = { revisions: [{ revision: '3', digest }], end: undefined };
  const check = (revision: string, now: Digest | undefined) =>
    checkAgainstReleased({ id: 'SOP-001', revision, digest: now, place }, 'number', past);

  it('stands unchanged, or with the next revision', () => {
    expect(check('3', digest)).toEqual([]);
    expect(check('3', undefined)).toEqual([]);
    expect(check('4', other)).toEqual([]);
    expect(
      checkAgainstReleased({ id: 'SOP-001', revision: '9', digest, place }, 'number', undefined),
    ).toEqual([]);
  });

  it.each([
    ['document/not-revised', '3', other],
    ['document/revision-order', '2', other],
    ['document/revision-order', '5', other],
  ] as const)('gives %s for revision %s', (code, revision, now) => {
    expect(check(revision, now)).toMatchObject([
      { code, place: { file: 'x.md', line: 5, field: 'revision' }, document: 'SOP-001' },
    ]);
  });

  it('is not needed any more where it was withdrawn', () => {
    expect(
      checkAgainstReleased({ id: 'SOP-001', revision: '3', digest, place }, 'number', {
        ...past,
        end: {},
      }),
    ).toMatchObject([{ code: 'document/ended', severity: 'warning' }]);
  });
});

describe('the clauses of ISO 9001:2015', () => {
  it('are those of 4 to 10, each once, none confirmed against the bought text', () => {
    const numbers = clauses.map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers[0]).toBe('4');
    expect(numbers.at(-1)).toBe('10.3');
    expect(clauses.every(({ verified }) => !verified)).toBe(true);
    // Every clause but the top ones stands below one that is there too.
    for (const number of numbers.filter((each) => each.includes('.'))) {
      expect(numbers).toContain(number.slice(0, number.lastIndexOf('.')));
    }
    const named = clauses.filter(({ documented }) => documented !== undefined);
    expect(named).toHaveLength(28);
  });

  it.each([
    ['7.5.3.2', 'iso9001:2015', '7.5.3.2', undefined],
    ['7.2 d', 'iso9001:2015', '7.2', 'd'],
    ['iso13485:2016/4.2.4', 'iso13485:2016', '4.2.4', undefined],
  ])('are meant by %s', (text, standard, number, item) => {
    expect(parseClause(text, rules.standards)).toMatchObject({
      reference: { standard, number, item },
    });
  });

  it('are not meant without a standard', () => {
    expect(parseClause('7.5', [])).toHaveProperty('reason');
  });
});
