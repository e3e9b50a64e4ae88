/**
 * Threat: An approval is used for another act, used twice, or an act is done without approvals of
 * its own.
 * Decision: Each act needs approvals with its own decision that no earlier release counted for that
 * document; otherwise the release is refused.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import { approvals, edition, issue, revise, shop, sop, wi } from '../support/shop.ts';
import type { Decision, StockRegister } from '../support/stock-register.ts';

const manager = { by: 'alice', as: 'quality-manager approved' };

/** Both approvals of SOP-001 2 with a decision. */
const both = (register: StockRegister, decision: Decision) => [
  register.approve(sop('2'), { ...manager, decision }),
  register.approve(sop('2'), { by: 'bob', as: 'process-owner reviewed', decision }),
];

describe('each act needs approvals of its own, for that act', () => {
  test('a confirmation and a withdrawal with their approvals are good', async () => {
    const register = shop();
    const confirmed = both(register, 'confirm');
    register.release({ confirm: [sop('2')], approvals: confirmed });
    register.release({ withdraw: [sop('2')], approvals: both(register, 'withdraw') });
    const verification = await verify(register);
    expectVerified(verification);
    expect(verification.register?.documents.get('SOP-001')?.end?.release).toBe(5);
  });

  test.each<[Decision, Decision]>([
    ['approve', 'confirm'],
    ['approve', 'withdraw'],
    ['confirm', 'withdraw'],
    ['withdraw', 'confirm'],
    ['dispose', 'withdraw'],
  ])('approvals with the decision %s do not %s', (given, act) =>
    attack(
      (register, attacked) => {
        const signed = both(register, attacked ? given : act);
        register.release({ [act]: [sop('2')], approvals: signed });
      },
      { code: 'approval/unused', release: 4, upTo: 3 },
    ),
  );

  test('approvals with the decision confirm do not put', () =>
    attack(
      (register, attacked) => {
        const decision = attacked ? ('confirm' as const) : ('approve' as const);
        revise(register, { alice: { decision } });
      },
      { code: 'approval/unused', release: 4, upTo: 3 },
    ));

  test('a rejection does not put', () =>
    attack(
      (register, attacked) => {
        revise(register, { alice: attacked ? { decision: 'reject' } : {} });
      },
      { code: 'statement/field-value', release: 4, upTo: 3 },
    ));

  test('a rejection under the name of an approval does not put', () =>
    attack(
      (register, attacked) => {
        const name = 'qms/approve/SOP-001/3/alice';
        revise(register, { alice: attacked ? { decision: 'reject', name } : {} });
      },
      { code: 'approval/misplaced', release: 4, upTo: 3 },
    ));

  test('a rejection among the approvals by its name is a warning', () =>
    attack(
      (register, attacked) => {
        register.approve(sop('2'), {
          ...manager,
          ...(attacked ? { decision: 'reject', name: 'qms/approve/SOP-001/2/alice.2' } : {}),
        });
      },
      { code: 'approval/misplaced', severity: 'warning', upTo: 3 },
    ));

  test('an approval among the rejections by its name is a warning', () =>
    attack(
      (register, attacked) => {
        register.approve(sop('2'), {
          ...manager,
          ...(attacked ? { name: 'qms/reject/SOP-001/2/alice' } : {}),
        });
      },
      { code: 'approval/misplaced', severity: 'warning', upTo: 3 },
    ));

  test.each<[string, 'put' | 'withdraw' | 'confirm']>([
    ['a revision put', 'put'],
    ['a withdrawal', 'withdraw'],
    ['a confirmation', 'confirm'],
  ])('%s without approvals is refused', (_what, act) =>
    attack(
      (register, attacked) => {
        const what = act === 'put' ? sop('3') : sop('2');
        register.commit(what.files);
        const decision = act === 'put' ? 'approve' : act;
        const at = act === 'put' ? register.main : register.lastRelease();
        const signed = [
          register.approve(what, { ...manager, decision, at }),
          register.approve(what, { by: 'bob', as: 'process-owner reviewed', decision, at }),
        ];
        register.release({ [act]: [what], approvals: attacked ? [] : signed });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ),
  );

  test.each([0, 1])('a revision with only one of two approvals is refused (%i)', (left) =>
    attack(
      (register, attacked) => {
        const what = sop('3');
        register.commit(what.files);
        const signed = approvals(register, what);
        register.release({
          put: [what],
          approvals: signed.filter((_, at) => !attacked || at === left),
        });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ),
  );

  test('an approval that a release counted does not count for the next one', () =>
    attack(
      (register, attacked) => {
        const first = both(register, 'confirm');
        register.release({ confirm: [sop('2')], approvals: first });
        const again = attacked ? first : both(register, 'confirm');
        register.release({ confirm: [sop('2')], approvals: again });
      },
      { code: 'approval/reused', release: 5, upTo: 4 },
    ));

  test('one approval of two documents may serve two releases, one for each', async () => {
    const register = shop();
    const one = edition('WI-002', 'A');
    const other = edition('WI-003', 'A');
    register.commit({ ...one.files, ...other.files });
    const order = register.approve([one, other], { ...manager, name: 'qms/approve/CO-9/alice' });
    register.release({ put: [one], approvals: [order] });
    register.release({ put: [other], approvals: [order] });
    expectVerified(await verify(register));
  });

  test.each<[string, (register: StockRegister) => Parameters<StockRegister['approve']>]>([
    ['of another document', () => [wi('A'), { ...manager }]],
    ['with another meaning', () => [sop('3'), { by: 'erin', as: 'quality-manager seen' }]],
    [
      'with a role that is not asked for',
      () => [sop('3'), { by: 'frank', as: 'operator approved' }],
    ],
  ])('an approval %s that lies unused in a release is refused', (_what, make) =>
    attack(
      (register, attacked) => {
        const what = sop('3');
        register.commit(what.files);
        const signed = approvals(register, what);
        const unused = register.approve(...make(register));
        register.release({ put: [what], approvals: attacked ? [...signed, unused] : signed });
      },
      { code: 'approval/unused', release: 4, upTo: 3 },
    ),
  );

  test('more approvals than are needed are no problem', async () => {
    const register = shop();
    const what = sop('3');
    register.commit(what.files);
    const byErin = register.approve(what, { by: 'erin', as: 'quality-manager approved' });
    register.release({ put: [what], approvals: [...approvals(register, what), byErin] });
    expectVerified(await verify(register));
  });

  test('a withdrawal of a revision that is not the last released one is refused', () =>
    attack(
      (register, attacked) => {
        const what = attacked ? sop('1') : sop('2');
        const signed = [
          register.approve(what, { ...manager, decision: 'withdraw', at: register.lastRelease() }),
          register.approve(what, {
            by: 'bob',
            as: 'process-owner reviewed',
            decision: 'withdraw',
            at: register.lastRelease(),
          }),
        ];
        register.release({ withdraw: [what], approvals: signed });
      },
      { code: 'release/unknown-document', release: 4, upTo: 3 },
    ));

  test.each<Decision>(['confirm', 'withdraw'])(
    'a document that was withdrawn is past: %s is refused',
    (act) =>
      attack(
        (register, attacked) => {
          const first = attacked ? 'withdraw' : 'confirm';
          register.release({ [first]: [sop('2')], approvals: both(register, first) });
          register.release({ [act]: [sop('2')], approvals: both(register, act) });
        },
        { code: 'release/ended', release: 5, upTo: 4 },
      ),
  );

  test('the approval of one of two documents is on a commit that holds that one', () =>
    attack(
      (register, attacked) => {
        const [one, other] = [sop('3'), edition('WI-001', 'B')];
        const before = register.commit(one.files);
        register.commit(other.files);
        const at = attacked ? { at: before } : {};
        const signed = [
          register.approve(one, manager),
          register.approve(one, { by: 'bob', as: 'process-owner reviewed' }),
          register.approve(other, { ...manager, ...at }),
        ];
        register.release({ put: [one, other], approvals: signed });
      },
      { code: 'approval/content', release: 4, upTo: 3 },
    ));

  test('a confirmation of a document that was never released is refused', () =>
    attack(
      (register, attacked) => {
        const what = edition('SOP-002', '1');
        if (!attacked) issue(register, what);
        register.commit(what.files);
        const signed = [
          register.approve(what, { ...manager, decision: 'confirm' }),
          register.approve(what, { by: 'bob', as: 'process-owner reviewed', decision: 'confirm' }),
        ];
        register.release({ confirm: [what], approvals: signed, change: { parents: (all) => all } });
      },
      { code: 'release/unknown-document', release: 4, upTo: 3 },
    ));

  test('what the document asks for on top is asked for confirmation, too', () =>
    attack(
      (register, attacked) => {
        const what = sop('3', { fields: { approval: '[{role: operator, meaning: tried}]' } });
        register.commit(what.files);
        const byFrank = register.approve(what, { by: 'frank', as: 'operator tried' });
        register.release({ put: [what], approvals: [...approvals(register, what), byFrank] });
        const decision = 'confirm' as const;
        const signed = [
          register.approve(what, { ...manager, decision }),
          register.approve(what, { by: 'bob', as: 'process-owner reviewed', decision }),
        ];
        const third = register.approve(what, { by: 'frank', as: 'operator tried', decision });
        register.release({ confirm: [what], approvals: attacked ? signed : [...signed, third] });
      },
      { code: 'release/requirements', release: 5, upTo: 4 },
    ));

  test('a confirmation on a commit that does not hold the content is refused', () =>
    attack(
      (register, attacked) => {
        const decision = 'confirm' as const;
        const at = attacked ? register.release1() : register.lastRelease();
        const signed = [
          register.approve(sop('2'), { ...manager, decision, at }),
          register.approve(sop('2'), { by: 'bob', as: 'process-owner reviewed', decision }),
        ];
        register.release({ confirm: [sop('2')], approvals: signed });
      },
      { code: 'approval/content', release: 4, upTo: 3 },
    ));

  test('a confirmation of another content of that revision is refused', () =>
    attack(
      (register, attacked) => {
        const what = attacked ? sop('2', { body: 'Other.\n' }) : sop('2');
        const decision = 'confirm' as const;
        if (attacked) register.commit(what.files);
        const signed = [
          register.approve(what, { ...manager, decision }),
          register.approve(sop('2'), {
            by: 'bob',
            as: 'process-owner reviewed',
            decision,
            at: register.lastRelease(),
          }),
        ];
        register.release({ confirm: [sop('2')], approvals: signed });
      },
      { code: 'approval/unused', release: 4, upTo: 3 },
    ));

  test('who releases a document may have approved it', async () => {
    const register = shop();
    revise(register, { alice: { by: 'grace' }, release: { by: 'grace' } });
    expectVerified(await verify(register));
  });
});
