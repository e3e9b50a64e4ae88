/**
 * Threat: The parents of a release commit leave history out or bring some in.
 * Decision: They are exactly those that the format names, in its order; otherwise the release is
 * refused.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import { issue, revise, shop, sop } from '../support/shop.ts';
import { type StockRegister } from '../support/stock-register.ts';

const bothParents = (register: StockRegister) => [register.lastRelease(), register.main];

/** What is done to the parents of release 4. */
const parents: [string, (all: string[], register: StockRegister) => string[]][] = [
  ['none', () => []],
  ['only the release before', (all) => all.slice(0, 1)],
  ['only the commit that holds what is put', (all) => all.slice(1)],
  ['both in the other order', (all) => [...all].reverse()],
  [
    'the release before the one before',
    (all, register) => [register.releases[1]?.commit ?? '', ...all.slice(1)],
  ],
  ['one more', (all, register) => [...all, register.releases[0]?.commit ?? '']],
  ['the first one twice', (all) => [all[0] ?? '', ...all]],
  [
    'a commit without the content',
    (all, register) => [all[0] ?? '', register.repository.git('rev-parse', `${all[1] ?? ''}^`)],
  ],
  [
    'a commit without the content before the approved one',
    ([first = '', second = ''], register) => [
      first,
      register.repository.git('rev-parse', `${second}^`),
      second,
    ],
  ],
];

describe('the parents of a release commit are the ones the format names', () => {
  test.each(parents)('a release with these parents is refused: %s', (_what, change) =>
    attack(
      (register, attacked) => {
        const wrong = (all: string[]) => change(all, register);
        revise(register, { release: { change: attacked ? { parents: wrong } : {} } });
      },
      { code: 'release/parents', release: 4, upTo: 3 },
    ),
  );

  /** A branch with the content, squashed on main: the approvals point at the branch. */
  const squash = (register: StockRegister, change: (all: string[]) => string[]) => {
    const base = register.main;
    const what = sop('3');
    const at = register.commit(what.files, { parents: [base], main: false });
    const more = register.commit({ 'notes.txt': 'x\n' }, { parents: [at], main: false });
    register.commit(what.files, { parents: [base] });
    const signed = [
      register.approve(what, { by: 'alice', as: 'quality-manager approved', at }),
      register.approve(what, { by: 'bob', as: 'process-owner reviewed', at: more }),
    ];
    register.release({ put: [what], approvals: signed, change: { parents: change } });
  };

  test('the approved commit of a squashed branch is a parent', () =>
    attack(
      (register, attacked) => {
        squash(register, (all) => (attacked ? all.slice(0, 2) : all));
      },
      { code: 'release/parents', release: 4, upTo: 3 },
    ));

  test('approvals\u2019 commits stand in the order of the approvals', () =>
    attack(
      (register, attacked) => {
        squash(register, (all) => {
          expect(all).toHaveLength(4);
          const [first = '', second = '', third = '', fourth = ''] = all;
          return attacked ? [first, second, fourth, third] : all;
        });
      },
      { code: 'release/parents', release: 4, upTo: 3 },
    ));

  test('an approval of a commit that is reachable adds no parent', () =>
    attack(
      (register, attacked) => {
        const what = sop('3');
        const at = register.commit(what.files);
        register.commit({ 'notes.txt': 'x\n' });
        const signed = [
          register.approve(what, { by: 'alice', as: 'quality-manager approved', at }),
          register.approve(what, { by: 'bob', as: 'process-owner reviewed', at }),
        ];
        const more = (all: string[]) => (attacked ? [...all, at] : all);
        register.release({ put: [what], approvals: signed, change: { parents: more } });
      },
      { code: 'release/parents', release: 4, upTo: 3 },
    ));

  test('a confirmation has the release before as its only parent', () =>
    attack(
      (register, attacked) => {
        const what = sop('2');
        const at = register.lastRelease();
        const decision = 'confirm' as const;
        const signed = [
          register.approve(what, { by: 'alice', as: 'quality-manager approved', decision, at }),
          register.approve(what, { by: 'bob', as: 'process-owner reviewed', decision, at }),
        ];
        const more = () => (attacked ? bothParents(register) : [register.lastRelease()]);
        register.release({ confirm: [what], approvals: signed, change: { parents: more } });
      },
      { code: 'release/parents', release: 4, upTo: 3 },
    ));

  test('a history that was rewritten behind a release keeps what the release holds', async () => {
    const register = shop();
    const base = register.main;
    const what = sop('3');
    const at = register.commit(what.files, { parents: [base], main: false });
    const signed = [
      register.approve(what, { by: 'alice', as: 'quality-manager approved', at }),
      register.approve(what, { by: 'bob', as: 'process-owner reviewed', at }),
    ];
    // A new root commit with the same files: main was rewritten, the approvals stay good.
    register.commit(what.files, { parents: [base], message: 'Rebased\n' });
    register.release({ put: [what], approvals: signed });
    issue(register, sop('4'));
    expectVerified(await verify(register));
  });
});
