/**
 * Threat: A requirement with a count, or one that a document adds for itself, is filled by fewer
 * people than it asks for, or overlooked.
 * Decision: Each is filled by as many distinct people as it says, and what lacks is named with its
 * count.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import { approvals, edition, person, shop, sop } from '../support/shop.ts';

const as = 'quality-manager approved';
const refused = { code: 'release/requirements', release: 4, upTo: 3 };
const lacks = (words: string) => ({
  ...refused,
  and: ({ problems }: Awaited<ReturnType<typeof verify>>) => {
    expect(problems.map(({ message }) => message).join('\n')).toContain(words);
  },
});

describe('counts and additions are asked in full', () => {
  test.each([0, 1])('a quorum of two with %i approvals', (count) =>
    attack(
      (register, attacked) => {
        const what = edition('POL-001', '1');
        register.commit(what.files);
        const signed = ['alice', 'erin'].map((by) => register.approve(what, { by, as }));
        register.release({ put: [what], approvals: attacked ? signed.slice(0, count) : signed });
      },
      lacks(
        `POL-001 revision 1 lacks ${count === 0 ? '2 approvals' : 'an approval'} as quality-manager (approved).`,
      ),
    ),
  );

  test('an approval that the document asks for on top', () =>
    attack((register, attacked) => {
      const what = sop('3', { fields: { approval: '[{role: operator, meaning: tried}]' } });
      register.commit(what.files);
      const byFrank = register.approve(what, { by: 'frank', as: 'operator tried' });
      const signed = approvals(register, what);
      register.release({ put: [what], approvals: attacked ? signed : [...signed, byFrank] });
    }, lacks('lacks an approval as operator (tried).')));

  test('the same requirement asked for once more needs another person', () =>
    attack((register, attacked) => {
      const field = '[{role: quality-manager, meaning: approved}]';
      const what = sop('3', { fields: { approval: field } });
      register.commit(what.files);
      const byErin = register.approve(what, { by: attacked ? 'alice' : 'erin', as });
      register.release({ put: [what], approvals: [...approvals(register, what), byErin] });
    }, lacks('lacks an approval as quality-manager (approved).')));

  test('each document of a change order asks for itself', () =>
    attack((register, attacked) => {
      const one = sop('3');
      const other = edition('SOP-002', '1');
      register.commit(one.files);
      register.commit(other.files, { by: attacked ? 'alice' : 'dave' });
      const order = { name: 'qms/approve/CO-9/alice' };
      const byAlice = register.approve([one, other], { by: 'alice', as, ...order });
      const both = { by: 'bob', as: 'process-owner reviewed', name: 'qms/approve/CO-9/bob' };
      const byBob = register.approve([one, other], both);
      register.release({ put: [one, other], approvals: [byAlice, byBob] });
    }, lacks('SOP-002 revision 1 lacks an approval as quality-manager (approved). Not counted: alice')));

  test('more than are needed are named as not needed', async () => {
    const register = shop((data) => {
      data.people['frank'] = person('frank', ['quality-manager'], ['approve']);
    });
    const what = sop('3');
    register.commit(what.files);
    const byFrank = register.approve(what, { by: 'frank', as });
    register.release({ put: [what], approvals: [...approvals(register, what), byFrank] });
    const verification = await verify(register);
    expectVerified(verification);
    const last = verification.register?.documents.get('SOP-001')?.revisions.at(-1);
    expect(last?.put.notCounted.map(({ person: who, why }) => `${who} ${why}`)).toEqual([
      'frank was not needed: others fill the requirements',
    ]);
  });
});
