/**
 * Threat: An author types a status or an approval into the front matter, or names a type that needs
 * fewer approvals.
 * Decision: Derived fields are refused, and the type is the one that the id belongs to under the
 * rules in force.
 */
import { describe, test } from 'vitest';
import { attack, expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import {
  approvals,
  approved,
  edition,
  reviewed,
  revise,
  shop,
  sop,
  type,
} from '../support/shop.ts';

describe('nothing that an author types in lowers what is asked for', () => {
  test.each(['status: effective', 'approved_by: alice', 'approval_date: 2026-01-01'])(
    'front matter with %s is refused',
    (line) =>
      attack(
        (register, attacked) => {
          const [key = '', value = ''] = line.split(': ');
          revise(register, { edition: sop('3', { fields: attacked ? { [key]: value } : {} }) });
        },
        { code: 'document/field-derived', release: 4, upTo: 3 },
      ),
  );

  test.each(['wi', 'ncr', 'nosuch'])('a procedure that calls itself type %s is refused', (name) =>
    attack(
      (register, attacked) => {
        revise(register, { edition: sop('3', { fields: { type: attacked ? name : 'sop' } }) });
      },
      { code: 'release/type', release: 4, upTo: 3 },
    ),
  );

  test('a new document with the id of a type that it does not name is refused', () =>
    attack(
      (register, attacked) => {
        const what = edition('SOP-002', '1', { fields: { type: attacked ? 'any' : 'sop' } });
        revise(register, { edition: what });
      },
      { code: 'release/type', release: 4, upTo: 3 },
    ));

  test('an id with no type in the rules in force is refused', () =>
    attack(
      (register, attacked) => {
        const id = attacked ? 'NEW-001' : 'SOP-002';
        revise(register, { edition: edition(id, '1', { fields: { type: 'sop' } }) });
      },
      { code: 'release/type', release: 4, upTo: 3 },
    ));

  test('a document that asks for an approval more does not get away without it', () =>
    attack(
      (register, attacked) => {
        const what = sop('3', { fields: { approval: '[{role: operator, meaning: tried}]' } });
        register.commit(what.files);
        const signed = approvals(register, what);
        const byFrank = register.approve(what, { by: 'frank', as: 'operator tried' });
        register.release({ put: [what], approvals: attacked ? signed : [...signed, byFrank] });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('an approval asked for from a role that does not exist is refused', () =>
    attack(
      (register, attacked) => {
        const role = attacked ? 'wizard' : 'process-owner';
        // Bob reviews for the type, Erin for the document: two people for two requirements.
        const what = sop('3', { fields: { approval: `[{role: ${role}, meaning: tried}]` } });
        register.commit(what.files);
        const signed = [
          register.approve(what, { by: 'alice', as: 'quality-manager approved' }),
          register.approve(what, { by: 'bob', as: 'process-owner reviewed' }),
          register.approve(what, { by: 'erin', as: 'process-owner tried' }),
        ];
        register.release({ put: [what], approvals: signed });
      },
      { code: 'document/role-unknown', release: 4, upTo: 3 },
    ));

  test.each(['id', 'title', 'type', 'revision', 'owner'])(
    'front matter without %s is refused',
    (key) =>
      attack(
        (register, attacked) => {
          revise(register, { edition: sop('3', { fields: attacked ? { [key]: undefined } : {} }) });
        },
        { code: 'document/field-missing', release: 4, upTo: 3 },
      ),
  );

  test('a second released revision without the reason for it is refused', () =>
    attack(
      (register, attacked) => {
        revise(register, {
          edition: sop('3', { fields: attacked ? { changes: undefined } : {} }),
        });
      },
      { code: 'document/changes-missing', release: 4, upTo: 3 },
    ));

  test('front matter with a field that nobody knows is refused', () =>
    attack(
      (register, attacked) => {
        revise(register, { edition: sop('3', { fields: attacked ? { colour: 'red' } : {} }) });
      },
      { code: 'document/field-unknown', release: 4, upTo: 3 },
    ));

  test.each(['source', 'issue', 'checked'])('an external document without %s is refused', (key) =>
    attack(
      (register, attacked) => {
        const fields = {
          source: 'ISO',
          issue: '2015',
          checked: '2026-01-05',
          ...(attacked ? { [key]: undefined } : {}),
        };
        revise(register, { edition: edition('EXT-001', '1', { fields }) });
      },
      { code: 'document/field-missing', release: 4, upTo: 3 },
      () =>
        shop((data) => {
          data.types['ext'] = type('external', 'EXT', [reviewed, approved]);
        }),
    ),
  );

  test.each<[string, string | undefined, string]>([
    ['without the fields of its type', undefined, 'document/field-missing'],
    ['with a choice that is none', '{severity: severe}', ''],
  ])('a record %s', async (_what, fields, code) => {
    const begin = () =>
      shop((data) => {
        const found = { severity: { type: 'choice', of: ['minor', 'major'], required: 'true' } };
        data.types['ncr'] = { ...type('record', 'NCR', []), fields: found };
      });
    const play = (text: string | undefined) => {
      const register = begin();
      const what = edition('NCR-2026-001', '1', {
        record: true,
        fields: { date: '2026-01-05', fields: text },
      });
      register.commit(what.files);
      register.release({ put: [what] });
      return register;
    };
    expectVerified(await verify(play('{severity: minor}')));
    const verification = await verify(play(fields));
    // Whether values fit is for `check` and never changes the outcome.
    if (code === '') expectVerified(verification);
    else expectProblem(verification, { code, release: 4, upTo: 3 });
  });
});
