/**
 * Threat: Rules are changed together with what they allow, alone, by those they empower, or so that
 * everybody is locked out.
 * Decision: Rules change in a release of their own under the rules before them, and only to rules
 * that can be changed again.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import {
  approved,
  edition,
  founded,
  newRules,
  people,
  person,
  rules,
  type RulesData,
  shop,
  sop,
  type,
} from '../support/shop.ts';
import { StockRegister } from '../support/stock-register.ts';

const as = 'quality-manager approved';

describe('rules change under the rules before them', () => {
  test('rules together with a document that they would allow are refused', () =>
    attack(
      (register, attacked) => {
        const next = rules('2', (data) => {
          data.people['frank'] = person('frank', ['quality-manager'], ['approve']);
        });
        const what = sop('3');
        register.commit({ ...next.files, ...what.files });
        const byAlice = register.approve([next, what], {
          by: 'alice',
          as,
          name: 'qms/approve/CO-3/alice',
        });
        const byBob = register.approve(what, { by: 'bob', as: 'process-owner reviewed' });
        if (attacked) {
          register.release({ put: [next, what], approvals: [byAlice, byBob] });
          return;
        }
        register.release({ put: [next], approvals: [byAlice] });
        register.release({ put: [what], approvals: [byAlice, byBob] });
      },
      { code: 'release/rules-alone', release: 4, upTo: 3 },
    ));

  test('rules together with a withdrawal are refused', () =>
    attack(
      (register, attacked) => {
        const next = rules('2');
        register.commit(next.files);
        const byAlice = register.approve(next, { by: 'alice', as });
        const gone = edition('WI-001', 'A');
        const out = register.approve(gone, { by: 'alice', as, decision: 'withdraw' });
        if (attacked) {
          register.release({ put: [next], withdraw: [gone], approvals: [byAlice, out] });
          return;
        }
        register.release({ put: [next], approvals: [byAlice] });
        register.release({ withdraw: [gone], approvals: [out] });
      },
      { code: 'release/rules-alone', release: 4, upTo: 3 },
    ));

  test('rules that nobody approved are refused', () =>
    attack(
      (register, attacked) => {
        newRules(register, rules('2'), attacked ? { approvals: [] } : {});
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('rules approved only by somebody whom they newly empower are refused', () =>
    attack(
      (register, attacked) => {
        const next = rules('2', (data) => {
          data.people['mallory'] = person('mallory', ['quality-manager'], ['approve']);
        });
        register.commit(next.files);
        const signed = register.approve(next, { by: attacked ? 'mallory' : 'alice', as });
        register.release({ put: [next], approvals: [signed] });
      },
      { code: 'approval/person-unknown', release: 4, upTo: 3 },
    ));

  test('rules approved by the releaser alone are refused while others could approve them', () =>
    attack(
      (register, attacked) => {
        const next = rules('2');
        register.commit(next.files);
        const signed = register.approve(next, { by: attacked ? 'grace' : 'alice', as });
        register.release({ put: [next], approvals: [signed], by: 'grace' });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('rules approved by who wrote them are refused while others could approve them', () =>
    attack(
      (register, attacked) => {
        const next = rules('2');
        register.commit(next.files, { by: 'alice' });
        const signed = register.approve(next, { by: attacked ? 'alice' : 'erin', as });
        register.release({ put: [next], approvals: [signed] });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  /** The shop with few people: who may fill what is then decided in four steps. */
  const few =
    (...ids: string[]) =>
    (data: RulesData) => {
      const all = {
        // Both: may approve and release.
        grace: person(
          'grace',
          ['document-controller', 'quality-manager'],
          ['approve', 'release', 'commit'],
        ),
        alice: person('alice', ['quality-manager'], ['approve', 'commit']),
        carol: person('carol', ['document-controller'], ['release', 'commit']),
        bob: person('bob', ['process-owner'], ['approve', 'commit']),
        dave: person('dave', [], ['commit']),
      };
      data.people = Object.fromEntries(Object.entries(all).filter(([id]) => ids.includes(id)));
    };
  const small =
    (...ids: string[]) =>
    () =>
      founded(few(...ids));

  test('where only the contributor and the signer could approve, the contributor may not', () =>
    attack(
      (register, attacked) => {
        // Alice wrote, Grace signs: without both nobody, without Alice Grace.
        const next = rules('2', few('grace', 'alice', 'carol', 'dave'));
        register.commit(next.files, { by: 'alice' });
        const signed = register.approve(next, { by: attacked ? 'alice' : 'grace', as });
        register.release({ put: [next], approvals: [signed], by: 'grace' });
      },
      { code: 'release/requirements', release: 2, upTo: 1 },
      small('grace', 'alice', 'carol', 'dave'),
    ));

  test('where everybody else contributed, only the signer may not', () =>
    attack(
      (register, attacked) => {
        // Both wrote; Grace signs. Without the signer Alice could, so Grace may not.
        const next = rules('2', few('grace', 'alice', 'carol', 'dave'));
        register.commit(rules('2').files, { by: 'grace' });
        register.commit(next.files, { by: 'alice' });
        const signed = register.approve(next, { by: attacked ? 'grace' : 'alice', as });
        register.release({ put: [next], approvals: [signed], by: 'grace' });
      },
      { code: 'release/requirements', release: 2, upTo: 1 },
      small('grace', 'alice', 'carol', 'dave'),
    ));

  test('a founder who is alone writes, approves and releases the next rules', async () => {
    const register = founded(few('grace'));
    const next = rules('2', few('grace', 'alice'));
    register.commit(next.files, { by: 'grace' });
    const signed = register.approve(next, { by: 'grace', as });
    register.release({ put: [next], approvals: [signed], by: 'grace' });
    // Release 1 was signed by Carol in the usual story, so say who founded this one.
    const verification = await verify(register);
    expectProblem(verification, { code: 'release/person-unknown', release: 1, upTo: 0 });
    const alone = new StockRegister(people);
    const first = rules('1', few('grace'));
    alone.commit(first.files, { by: 'grace' });
    alone.release({ put: [first], by: 'grace' });
    alone.commit(next.files, { by: 'grace' });
    const own = alone.approve(next, { by: 'grace', as });
    alone.release({ put: [next], approvals: [own], by: 'grace' });
    expectVerified(await verify(alone));
  });

  const lockouts: [string, (data: RulesData) => void][] = [
    [
      'nobody who approves',
      (data) => {
        for (const one of Object.values(data.people))
          one.roles = one.roles.filter((role) => role !== 'quality-manager');
      },
    ],
    [
      'nobody who releases',
      (data) => {
        for (const one of Object.values(data.people))
          one.roles = one.roles.filter((role) => role !== 'document-controller');
      },
    ],
    [
      'nobody with a key for approving',
      (data) => {
        for (const one of Object.values(data.people)) {
          for (const key of one.keys)
            key.use = key.use
              .filter((use) => use !== 'approve')
              .concat('commit')
              .filter((use, at, all) => all.indexOf(use) === at);
        }
      },
    ],
    [
      'nobody with a key for releasing',
      (data) => {
        for (const one of Object.values(data.people)) {
          for (const key of one.keys)
            key.use = key.use
              .filter((use) => use !== 'release')
              .concat('commit')
              .filter((use, at, all) => all.indexOf(use) === at);
        }
      },
    ],
    [
      'more approvals asked for than there are people',
      (data) => {
        data.types['rules'] = type('rules', 'QMS', [{ ...approved, count: '4' }]);
      },
    ],
    [
      'only one person for two requirements',
      (data) => {
        data.types['rules'] = type('rules', 'QMS', [
          approved,
          { role: 'process-owner', meaning: 'approved' },
        ]);
        data.people = {
          carol: person('carol', ['document-controller'], ['release']),
          erin: person('erin', ['quality-manager', 'process-owner'], ['approve']),
        };
      },
    ],
    [
      'only compromised keys for approving',
      (data) => {
        data.compromised = ['alice', 'erin', 'grace'].map((id) => ({
          key: people[id]?.key.fingerprint ?? '',
          since: '4',
          reason: 'Stolen',
        }));
      },
    ],
  ];
  test.each(lockouts)('rules with %s are refused', (_what, change) =>
    attack(
      (register, attacked) => {
        newRules(register, rules('2', attacked ? change : undefined));
      },
      { code: 'rules/lock-out', release: 4, upTo: 3 },
    ),
  );

  test.each(lockouts.slice(0, 2))('founding rules with %s are refused', async (_what, change) => {
    const register = new StockRegister(people);
    const first = rules('1', change);
    register.commit(first.files, { by: 'carol' });
    register.release({ put: [first] });
    const verification = await verify(register);
    expect(verification.outcome).toBe('problems');
    expect(verification.register).toBeUndefined();
  });

  test.each<[string, (data: RulesData) => void]>([
    [
      'without the type of a document in force',
      (data) => {
        delete data.types['wi'];
      },
    ],
    [
      'that make the type a record',
      (data) => {
        data.types['wi'] = type('record', 'WI', [approved], { revisions: 'letter' });
      },
    ],
    [
      'that give the type another prefix',
      (data) => {
        data.types['wi'] = type('document', 'WIN', [approved], { revisions: 'letter' });
      },
    ],
    [
      'that give the type another revision scheme',
      (data) => {
        data.types['wi'] = type('document', 'WI', [approved]);
      },
    ],
  ])('rules %s are refused', (_what, change) =>
    attack(
      (register, attacked) => {
        newRules(register, rules('2', attacked ? change : undefined));
      },
      { code: 'release/type-removed', release: 4, upTo: 3 },
    ),
  );

  test('the type of a withdrawn document may go', async () => {
    const register = shop();
    const gone = edition('WI-001', 'A');
    const out = register.approve(gone, { by: 'alice', as, decision: 'withdraw' });
    register.release({ withdraw: [gone], approvals: [out] });
    newRules(
      register,
      rules('2', (data) => {
        delete data.types['wi'];
      }),
    );
    expectVerified(await verify(register));
  });

  test('QMS is never withdrawn', () =>
    attack(
      (register, attacked) => {
        const gone = attacked ? rules('1') : edition('WI-001', 'A');
        const decision = 'withdraw' as const;
        const out = register.approve(gone, { by: 'alice', as, decision });
        register.release({ withdraw: [gone], approvals: [out] });
      },
      { code: 'release/act', release: 4, upTo: 3 },
    ));

  test.each([
    ['the same number', '1', 'release/revision-order'],
    ['the next number but one', '3', 'release/revision-order'],
  ])('older rules brought back under %s are refused', (_what, revision, code) =>
    attack(
      (register, attacked) => {
        newRules(
          register,
          rules('2', (data) => {
            data.title = 'Rules for the time being';
          }),
        );
        newRules(register, rules(attacked ? (revision === '3' ? '4' : revision) : '3'));
      },
      { code, release: 5, upTo: 4 },
    ),
  );
});
