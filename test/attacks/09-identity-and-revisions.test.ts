/**
 * Threat: Two files claim one id, a document changes its id, or a revision is skipped or made
 * twice.
 * Decision: One id is one document, content holds exactly one, and each revision is the successor
 * of the last released; otherwise the release is refused.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import {
  approvals,
  edition,
  imagePath,
  issue,
  markdown,
  revise,
  shop,
  sop,
  wi,
} from '../support/shop.ts';
import type { StockRegister } from '../support/stock-register.ts';

/** The next revision of the work instruction. */
function instruct(register: StockRegister, revision: string) {
  const what = wi(revision, { fields: { changes: 'Another letter' } });
  register.commit(what.files);
  const byAlice = register.approve(what, { by: 'alice', as: 'quality-manager approved' });
  register.release({ put: [what], approvals: [byAlice] });
}

describe('one id is one document, and its revisions follow each other', () => {
  test('content with two controlled documents is refused', () =>
    attack(
      (register, attacked) => {
        const second = { 'qms-docs/sop/SOP-001b.md': markdown('SOP-001', '3') };
        revise(register, {
          edition: sop('3', { files: attacked ? second : { [imagePath]: 'x' } }),
        });
      },
      { code: 'release/document-file', release: 4, upTo: 3 },
    ));

  test('content without a controlled document is refused', () =>
    attack(
      (register, attacked) => {
        const path = attacked ? 'qms-docs/_drafts/SOP-001.md' : 'qms-docs/drafts/SOP-001.md';
        revise(register, { edition: sop('3', { path }) });
      },
      { code: 'release/document-file', release: 4, upTo: 3 },
    ));

  test('a controlled document outside the documents root is none', () =>
    attack(
      (register, attacked) => {
        const path = attacked ? 'elsewhere/SOP-001.md' : 'qms-docs/elsewhere/SOP-001.md';
        revise(register, { edition: sop('3', { path }) });
      },
      { code: 'release/document-file', release: 4, upTo: 3 },
    ));

  test('a document that changes its id is refused', () =>
    attack(
      (register, attacked) => {
        revise(register, {
          edition: sop('3', { fields: { id: attacked ? 'SOP-002' : 'SOP-001' } }),
        });
      },
      { code: 'release/id-mismatch', release: 4, upTo: 3 },
    ));

  test('a document that bears another revision than the release says is refused', () =>
    attack(
      (register, attacked) => {
        revise(register, { edition: sop('3', { fields: { revision: attacked ? '4' : '3' } }) });
      },
      { code: 'release/revision-mismatch', release: 4, upTo: 3 },
    ));

  test.each(['1', '2', '4'])('revision %s after 2 is refused', (revision) =>
    attack(
      (register, attacked) => {
        const edited = sop(attacked ? revision : '3', { fields: { changes: 'All of it' } });
        revise(register, { edition: edited });
      },
      { code: 'release/revision-order', release: 4, upTo: 3 },
    ),
  );

  test.each(['A', 'C', 'AA'])('revision %s after A is refused', (revision) =>
    attack(
      (register, attacked) => {
        instruct(register, attacked ? revision : 'B');
      },
      { code: 'release/revision-order', release: 4, upTo: 3 },
    ),
  );

  test.each(['0', '03', '-3', '3.0', 'I', 'AZ', '١'])('%s is no revision', (revision) =>
    attack(
      (register, attacked) => {
        revise(register, {
          edition: sop(attacked ? revision : '3', { fields: { changes: 'All of it' } }),
        });
      },
      { code: 'statement/field-value', release: 4, upTo: 3 },
    ),
  );

  test('a letter for a type with numbers is refused', () =>
    attack(
      (register, attacked) => {
        const edited = edition('SOP-002', attacked ? 'C' : '3');
        register.commit(edited.files);
        register.release({ put: [edited], approvals: approvals(register, edited) });
      },
      { code: 'release/revision-order', release: 4, upTo: 3 },
    ));

  test('two branches that both make revision 3: the second release of it is refused', () =>
    attack(
      (register, attacked) => {
        const base = register.main;
        const one = sop('3', { body: 'On the one hand.\n' });
        const other = sop(attacked ? '3' : '4', { body: 'On the other hand.\n' });
        register.commit(one.files);
        register.release({ put: [one], approvals: approvals(register, one) });
        register.commit(other.files, { parents: [base] });
        register.release({ put: [other], approvals: approvals(register, other) });
      },
      { code: 'release/revision-order', release: 5, upTo: 4 },
    ));

  test('an adopted document goes on from its number, and Y is followed by AA', async () => {
    const register = shop();
    issue(register, edition('SOP-007', '12', { fields: { changes: undefined } }));
    issue(register, edition('SOP-007', '13'));
    const old = edition('WI-007', 'Y');
    const next = edition('WI-007', 'AA', { fields: { changes: 'Once round the alphabet' } });
    for (const what of [old, next]) {
      register.commit(what.files);
      const byAlice = register.approve(what, { by: 'alice', as: 'quality-manager approved' });
      register.release({ put: [what], approvals: [byAlice] });
    }
    const verification = await verify(register);
    expectVerified(verification);
    expect(verification.register?.documents.get('WI-007')?.revisions.at(-1)?.revision).toBe('AA');
  });

  test('a document may move with a new revision', async () => {
    const register = shop();
    const moved = sop('3', { path: 'qms-docs/shopfloor/clamping.md' });
    register.commit(moved.files, { remove: ['qms-docs/sop/SOP-001.md'] });
    register.release({ put: [moved], approvals: approvals(register, moved) });
    const verification = await verify(register);
    expectVerified(verification);
    const last = verification.register?.documents.get('SOP-001')?.revisions.at(-1);
    expect(last?.path).toBe('qms-docs/shopfloor/clamping.md');
  });

  test.each([['SOP-001', 'twice in one field', 'Put: SOP-001 3']])(
    '%s that stands %s is refused',
    (_id, _where, begin) =>
      attack(
        (register, attacked) => {
          const text = (message: string) => message.replace(new RegExp(`(${begin}.*\n)`), '$1$1');
          revise(register, { release: { change: attacked ? { text } : {} } });
        },
        { code: 'statement/field-repeated', release: 4, upTo: 3 },
      ),
  );

  test('an id that is put and confirmed in one release is refused', () =>
    attack(
      (register, attacked) => {
        const text = (message: string) =>
          message
            .replace(/^(Release 4: .*)\n/, '$1, SOP-001 confirmed\n')
            .replace(/(Put: SOP-001 3 sha256:\S+ (\S+)\n)/, '$1Confirm: SOP-001 3 $2\n');
        revise(register, { release: { change: attacked ? { text } : {} } });
      },
      { code: 'statement/field-repeated', release: 4, upTo: 3 },
    ));
});
