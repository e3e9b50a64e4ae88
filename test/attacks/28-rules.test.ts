import { describe, expect, test } from 'vitest';
import { attack, expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import {
  approved,
  edition,
  founded,
  image,
  keyLine,
  newRules,
  people,
  person,
  revise,
  rules,
  type RulesData,
  rulesPath,
  rulesText,
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

  test('rules that bear another revision than the release says are refused', () =>
    attack(
      (register, attacked) => {
        const files = { [rulesPath]: rulesText(attacked ? '3' : '2') };
        newRules(register, { id: 'QMS', revision: '2', files });
      },
      { code: 'release/revision-mismatch', release: 4, upTo: 3 },
    ));

  test('rules with a second file are refused', () =>
    attack(
      (register, attacked) => {
        const files = {
          [rulesPath]: rulesText('2'),
          ...(attacked ? { 'qms-docs/logo.svg': image } : {}),
        };
        newRules(register, { id: 'QMS', revision: '2', files });
      },
      { code: 'release/document-file', release: 4, upTo: 3 },
    ));

  test('rules under another file name are refused', () =>
    attack(
      (register, attacked) => {
        const path = attacked ? 'qms-docs/rules.yaml' : rulesPath;
        newRules(register, { id: 'QMS', revision: '2', files: { [path]: rulesText('2') } });
      },
      { code: 'release/document-file', release: 4, upTo: 3 },
    ));

  test('rules that move take the documents root along', async () => {
    const register = shop();
    newRules(register, { id: 'QMS', revision: '2', files: { 'quality/qms.yaml': rulesText('2') } });
    revise(register, { edition: sop('3', { path: 'quality/SOP-001.md' }) });
    expectVerified(await verify(register));
  });

  test.each<[string, (data: RulesData) => void]>([
    [
      'two types of one prefix',
      (data) => {
        data.types['sop2'] = type('document', 'SOP', [approved]);
      },
    ],
    [
      'a prefix that begins another',
      (data) => {
        data.types['sop2'] = type('document', 'SOP-X', [approved]);
      },
    ],
    [
      'no type of the kind rules',
      (data) => {
        delete data.types['rules'];
      },
    ],
    [
      'two types of the kind rules',
      (data) => {
        data.types['more'] = type('rules', 'MORE', [approved]);
      },
    ],
    [
      'a type of the kind rules under another name',
      (data) => {
        data.types['law'] = data.types['rules'] ?? type('rules', 'QMS', [approved]);
        delete data.types['rules'];
      },
    ],
    [
      'a document type without approvals',
      (data) => {
        data.types['sop'] = type('document', 'SOP', []);
      },
    ],
    [
      'an approval by a role that does not exist',
      (data) => {
        data.types['sop'] = type('document', 'SOP', [{ role: 'wizard', meaning: 'approved' }]);
      },
    ],
    [
      'a person with a role that does not exist',
      (data) => {
        data.people['dave'] = person('dave', ['wizard'], []);
      },
    ],
    [
      'a release role that does not exist',
      (data) => {
        data.release.role = 'wizard';
      },
    ],
    [
      'a person without an address',
      (data) => {
        data.people['dave'] = { ...person('dave', [], []), email: [] };
      },
    ],
    [
      'a person whose id is no id',
      (data) => {
        data.people['Dave Miller'] = { ...person('dave', [], []), email: ['miller@shop.example'] };
      },
    ],
    [
      'a key that is none',
      (data) => {
        data.people['mallory'] = {
          ...person('mallory', [], []),
          keys: [{ key: 'ssh-ed25519 AAAA', use: ['commit'] }],
        };
      },
    ],
    [
      'a key with an unknown use',
      (data) => {
        data.people['mallory'] = {
          ...person('mallory', [], []),
          keys: [{ key: keyLine('mallory'), use: ['rule'] }],
        };
      },
    ],
  ])('rules with %s are refused', async (_what, change) => {
    const honest = shop();
    newRules(honest, rules('2'));
    expectVerified(await verify(honest));
    const register = shop();
    newRules(register, rules('2', change));
    const verification = await verify(register);
    expect(verification.outcome).toBe('problems');
    expect(verification.register?.releases).toHaveLength(3);
    const codes = verification.problems.map(({ code }) => code);
    expect(
      codes.some((code) => code.startsWith('rules/')),
      codes.join(),
    ).toBe(true);
  });
});

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
