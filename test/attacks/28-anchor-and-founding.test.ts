/**
 * Threat: Another founding release is put in place, or the anchor is taken from the repository
 * itself.
 * Decision: The anchor comes from outside; without one the outcome is undecided, and another
 * founding is another register.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import { founded, people, rules, shop, sop } from '../support/shop.ts';
import { StockRegister } from '../support/stock-register.ts';

const as = 'quality-manager approved';

describe('one register has one beginning, and the anchor comes from outside', () => {
  test('another founding release by the same people is another register', () =>
    attack(
      (register, attacked) => {
        const other = founded((data) => {
          data.title = 'Other rules';
        });
        return { anchors: [attacked ? other.anchor : register.anchor] };
      },
      { code: 'anchor/mismatch', upTo: 3 },
    ));

  test('without an anchor everything is shown and nothing claimed', () =>
    attack((register, attacked) => ({ anchors: attacked ? [] : [register.anchor] }), {
      code: 'anchor/missing',
      severity: 'unknown',
      upTo: 3,
    }));

  test('an anchor in a branch, tag or file of the repository is not asked', async () => {
    const register = shop();
    register.commit({ 'qms.anchor': `${register.anchor}\n`, 'qms-docs/ANCHOR': register.anchor });
    register.repository.ref('refs/heads/main', register.main);
    register.repository.ref('refs/qms/anchor', register.main);
    register.repository.git('config', 'qms.anchor', register.anchor);
    expectProblem(await verify(register, { anchors: [] }), {
      code: 'anchor/missing',
      severity: 'unknown',
    });
  });

  test('a second anchor that differs from the first is an error', () =>
    attack(
      (register, attacked) => ({
        anchors: [register.anchor, attacked ? `sha256:${'1'.repeat(64)}` : register.anchor],
      }),
      { code: 'anchor/conflict' },
    ));

  test.each([
    '',
    'sha256:',
    'a'.repeat(64),
    `SHA256:${'a'.repeat(64)}`,
    `sha256:${'A'.repeat(64)}`,
    'main',
  ])('the anchor %j is none', (anchor) =>
    attack((register, attacked) => ({ anchors: [attacked ? anchor : register.anchor] }), {
      code: 'anchor/malformed',
    }),
  );

  test.each<[string, (register: StockRegister) => void, string]>([
    [
      'puts something else than QMS',
      (register) => {
        const what = sop('1');
        register.commit(what.files);
        register.release({ put: [what] });
      },
      'chain/founding',
    ],
    [
      'puts QMS and something else',
      (register) => {
        const first = rules('1');
        const what = sop('1');
        register.commit({ ...first.files, ...what.files });
        register.release({ put: [first, what] });
      },
      'chain/founding',
    ],
    [
      'puts QMS 2',
      (register) => {
        const first = rules('2');
        register.commit(first.files);
        register.release({ put: [first] });
      },
      'chain/founding',
    ],
    [
      'has a parent',
      (register) => {
        const first = rules('1');
        register.commit(first.files);
        register.release({ put: [first], change: { parents: () => [register.main] } });
      },
      'chain/founding',
    ],
    [
      'names a register',
      (register) => {
        const first = rules('1');
        register.commit(first.files);
        const text = (message: string) =>
          message.replace('Release: 1\n', `Register: sha256:${'0'.repeat(64)}\nRelease: 1\n`);
        register.release({ put: [first], change: { text } });
      },
      'statement/field-unknown',
    ],
    [
      'names a previous release',
      (register) => {
        const first = rules('1');
        register.commit(first.files);
        const text = (message: string) =>
          message.replace('Release: 1\n', `Release: 1\nPrevious: sha256:${'0'.repeat(64)}\n`);
        register.release({ put: [first], change: { text } });
      },
      'statement/field-unknown',
    ],
    [
      'is signed by somebody without the role',
      (register) => {
        const first = rules('1');
        register.commit(first.files);
        register.release({ put: [first], by: 'frank' });
      },
      'release/role',
    ],
    [
      'is signed with a key that its rules do not list',
      (register) => {
        const first = rules('1');
        register.commit(first.files);
        register.release({ put: [first], change: { key: people['mallory']?.key ?? null } });
      },
      'release/key-unknown',
    ],
  ])('a founding release that %s is none', async (_what, make, code) => {
    expectVerified(await verify(founded()));
    const register = new StockRegister(people);
    make(register);
    const verification = await verify(register);
    expectProblem(verification, { code, upTo: 0 });
    expect(verification.register).toBeUndefined();
  });

  test('an approval in the founding release is an error', async () => {
    const register = new StockRegister(people);
    const first = rules('1');
    register.commit(first.files);
    const signed = register.approve(first, {
      by: 'alice',
      as,
      register: `sha256:${'0'.repeat(64)}`,
    });
    register.release({ put: [first], approvals: [signed], change: { parents: () => [] } });
    expectProblem(await verify(register), { code: 'chain/founding', upTo: 0 });
  });
});
