/**
 * Threat: Somebody approves or releases in a role that they do not hold, gained later or lost
 * before.
 * Decision: Only the rules in force for the release say who holds a role.
 */
import { describe, test } from 'vitest';
import { attack } from '../support/expect-verification.ts';
import { approvals, newRules, person, revise, rules, sop } from '../support/shop.ts';

describe('a role counts if the rules in force for the release give it', () => {
  test('an approval in a role that the person does not hold is refused', () =>
    attack(
      (register, attacked) => {
        const as = attacked ? 'process-owner reviewed' : 'quality-manager approved';
        const what = sop('3');
        register.commit(what.files);
        const [, byBob] = approvals(register, what);
        const byAlice = register.approve(what, { by: 'alice', as });
        const byErin = register.approve(what, { by: 'erin', as: 'quality-manager approved' });
        register.release({ put: [what], approvals: [byAlice, byErin, ...(byBob ? [byBob] : [])] });
      },
      { code: 'approval/role', release: 4, upTo: 3 },
    ));

  test('an approval that claims one role held and one not is refused', () =>
    attack(
      (register, attacked) => {
        const as = ['quality-manager approved', ...(attacked ? ['process-owner reviewed'] : [])];
        revise(register, { alice: { as } });
      },
      { code: 'approval/role', release: 4, upTo: 3 },
    ));

  test('a role gained by the rules of a later release does not count yet', () =>
    attack(
      (register, attacked) => {
        const what = sop('3');
        register.commit(what.files);
        const byFrank = register.approve(what, { by: 'frank', as: 'quality-manager approved' });
        const byBob = register.approve(what, { by: 'bob', as: 'process-owner reviewed' });
        const next = rules('2', (data) => {
          data.people['frank'] = person('frank', ['quality-manager'], ['approve']);
        });
        if (!attacked) newRules(register, next);
        register.commit(what.files);
        register.release({ put: [what], approvals: [byFrank, byBob] });
        if (attacked) newRules(register, next);
      },
      { code: 'approval/role', release: 4, upTo: 3 },
    ));

  test('a role lost between approval and release does not count any more', () =>
    attack(
      (register, attacked) => {
        const what = sop('3');
        register.commit(what.files);
        const signed = approvals(register, what);
        newRules(
          register,
          rules('2', (data) => {
            data.organization = 'The shop, renamed';
            if (attacked) data.people['bob'] = person('bob', ['operator'], ['approve']);
          }),
        );
        register.commit(what.files);
        register.release({ put: [what], approvals: signed });
      },
      { code: 'approval/role', release: 5, upTo: 4 },
    ));

  test('a key whose use for approving ended does not approve', () =>
    attack(
      (register, attacked) => {
        newRules(
          register,
          rules('2', (data) => {
            data.organization = 'The shop, renamed';
            if (attacked) data.people['bob'] = person('bob', ['process-owner'], ['commit']);
          }),
        );
        revise(register);
      },
      { code: 'approval/key-use', release: 5, upTo: 4 },
    ));

  test('the role that may release can change hands', () =>
    attack(
      (register, attacked) => {
        newRules(
          register,
          rules('2', (data) => {
            data.release.role = 'operator';
          }),
        );
        revise(register, { release: { by: attacked ? 'carol' : 'frank' } });
      },
      { code: 'release/role', release: 5, upTo: 4 },
    ));
});
