/**
 * Threat: An approval is used again for another revision, another document, other bytes, another
 * path or another register.
 * Decision: It counts only for the id, revision, content digest and anchor that it names, and its
 * commit must hold that content; otherwise the release is refused.
 */
import { describe, test } from 'vitest';
import { attack } from '../support/expect-verification.ts';
import { edition, founded, revise, sop } from '../support/shop.ts';
import { sha256 } from '../support/statement-text.ts';

describe('an approval counts for one content of one revision in one register', () => {
  test('an approval of the revision before approves nothing', () =>
    attack(
      (register, attacked) => {
        const next = sop('3');
        register.commit(next.files);
        const spoken = attacked ? sop('2') : next;
        const approvals = [
          register.approve(spoken, { by: 'alice', as: 'quality-manager approved' }),
          register.approve(next, { by: 'bob', as: 'process-owner reviewed' }),
        ];
        register.release({ put: [next], approvals });
      },
      { code: 'approval/unused', release: 4, upTo: 3 },
    ));

  test('an approval of another document approves nothing', () =>
    attack(
      (register, attacked) => {
        const next = sop('3');
        const other = edition('SOP-002', '3');
        register.commit({ ...next.files, ...other.files });
        const approvals = [
          register.approve(attacked ? other : next, {
            by: 'alice',
            as: 'quality-manager approved',
          }),
          register.approve(next, { by: 'bob', as: 'process-owner reviewed' }),
        ];
        register.release({ put: [next], approvals });
      },
      { code: 'approval/unused', release: 4, upTo: 3 },
    ));

  test('an approval of a draft with other bytes approves nothing', () =>
    attack(
      (register, attacked) => {
        const draft = sop('3', { body: 'Use 2 clamps.\n' });
        const next = sop('3', { body: attacked ? 'Use 1 clamp.\n' : 'Use 2 clamps.\n' });
        register.commit(draft.files);
        const byAlice = register.approve(draft, { by: 'alice', as: 'quality-manager approved' });
        register.commit(next.files);
        const byBob = register.approve(next, { by: 'bob', as: 'process-owner reviewed' });
        register.release({ put: [next], approvals: [byAlice, byBob] });
      },
      { code: 'approval/unused', release: 4, upTo: 3 },
    ));

  test('an approval of the same content at another path approves nothing', () =>
    attack(
      (register, attacked) => {
        const next = sop('3');
        const moved = sop('3', { path: 'qms-docs/sop/moved.md' });
        register.commit({ ...next.files, ...moved.files });
        const byAlice = register.approve(attacked ? moved : next, {
          by: 'alice',
          as: 'quality-manager approved',
        });
        const byBob = register.approve(next, { by: 'bob', as: 'process-owner reviewed' });
        register.release({ put: [next], approvals: [byAlice, byBob] });
      },
      { code: 'approval/unused', release: 4, upTo: 3 },
    ));

  test('an approval made for another register is refused', () =>
    attack(
      (register, attacked) => {
        const other = sha256('another register');
        revise(register, { alice: attacked ? { register: other } : {} });
      },
      { code: 'approval/register', release: 4, upTo: 3 },
    ));

  test('an approval made for a register of the same people is refused', () =>
    attack(
      (register, attacked) => {
        const twin = founded((data) => {
          data.title = 'Rules of the other plant';
        });
        revise(register, { alice: attacked ? { register: twin.anchor } : {} });
      },
      { code: 'approval/register', release: 4, upTo: 3 },
    ));

  test('an approval whose revision was changed after signing is refused', () =>
    attack(
      (register, attacked) => {
        const edit = (raw: Buffer) =>
          Buffer.from(raw.toString().replace('Tried twice.', 'Tried never.'));
        revise(register, {
          alice: { comment: 'Tried twice.', change: attacked ? { raw: edit } : {} },
        });
      },
      { code: 'approval/signature-bad', release: 4, upTo: 3 },
    ));

  test('an approval that points at a commit without that content is refused', () =>
    attack(
      (register, attacked) => {
        const before = register.main;
        revise(register, { alice: attacked ? { at: before } : {} });
      },
      { code: 'approval/content', release: 4, upTo: 3 },
    ));
});
