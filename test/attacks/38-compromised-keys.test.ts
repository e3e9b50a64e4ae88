/**
 * Threat: A key is stolen, and what rests on it is shown as if nothing had happened.
 * Decision: Rules name the key and since when; what rests on it is contested until other keys
 * confirm or replace it.
 */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommandShop } from '../support/command-shop.ts';
import { attack, expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import { edition, issue, newRules, people, revise, rules, shop, sop } from '../support/shop.ts';
import { ed25519Key } from '../support/ssh-keys.ts';
import type { Edition, StockRegister } from '../support/stock-register.ts';

/** Rules 2: a key is compromised since a release; its person has another one. */
const compromise = (id: string, since: string, honest = false): Edition =>
  rules('2', (data) => {
    const [old] = data.people[id]?.keys ?? [];
    data.people[id]!.keys.push({ key: ed25519Key(`${id} 2`).line, use: old?.use ?? [] });
    const key = honest
      ? ed25519Key('somebody else').fingerprint
      : (people[id]?.key.fingerprint ?? '');
    data.compromised = [{ key, since, reason: 'The laptop was stolen' }];
  });

const contested = (document: string, release: number) => ({
  code: 'release/contested',
  document,
  release,
});
const at = (register: StockRegister) => register.lastRelease();
const confirm = (register: StockRegister, key?: string) => {
  const what = sop('2');
  const decision = 'confirm' as const;
  const change = key === undefined ? {} : { key: ed25519Key(key) };
  register.release({
    confirm: [what],
    approvals: [
      register.approve(what, {
        by: 'alice',
        as: 'quality-manager approved',
        decision,
        at: at(register),
        change,
      }),
      register.approve(what, {
        by: 'bob',
        as: 'process-owner reviewed',
        decision,
        at: at(register),
      }),
    ],
  });
};

describe('what rests on a compromised key is contested until it is confirmed', () => {
  test.each([
    ['an approver', 'bob', '3', [contested('SOP-001', 3)]],
    ['the releaser', 'carol', '3', [contested('SOP-001', 3), contested('WI-001', 3)]],
    [
      'the approver of a change order',
      'alice',
      '3',
      [contested('SOP-001', 3), contested('WI-001', 3)],
    ],
  ])('revisions in force that rest on the key of %s', async (_who, id, since, expected) => {
    // The rules themselves are approved by Erin and released by Grace: they rest on good keys.
    const play = (honest: boolean) => {
      const register = shop();
      const next = compromise(id, since, honest);
      register.commit(next.files);
      const byErin = register.approve(next, { by: 'erin', as: 'quality-manager approved' });
      register.release({ put: [next], approvals: [byErin], by: 'grace' });
      return register;
    };
    expectVerified(await verify(play(true)));
    const verification = await verify(play(false));
    for (const one of expected) expectProblem(verification, one);
    expect(verification.problems.filter(({ severity }) => severity === 'error')).toHaveLength(
      expected.length,
    );
    expect(verification.register?.releases).toHaveLength(4);
    const document = verification.register?.documents.get('SOP-001');
    expect(document?.revisions.at(-1)?.contested).not.toEqual([]);
  });

  test('a key compromised since a later release leaves earlier revisions alone', async () => {
    const register = shop();
    newRules(register, compromise('bob', '4'));
    expectVerified(await verify(register));
  });

  test('superseded revisions get a warning', async () => {
    const register = shop();
    newRules(register, compromise('bob', '2'));
    const verification = await verify(register);
    expectProblem(verification, contested('SOP-001', 3));
    expectProblem(verification, {
      code: 'release/contested-past',
      severity: 'warning',
      document: 'SOP-001',
      outcome: 'problems',
    });
  });

  test('a withdrawn revision gets a warning', () =>
    attack(
      (register, attacked) => {
        const gone = edition('WI-001', 'A');
        const as = 'quality-manager approved';
        const out = register.approve(gone, { by: 'erin', as, decision: 'withdraw' });
        register.release({ withdraw: [gone], approvals: [out], by: 'grace' });
        const next = compromise('alice', '3', !attacked);
        register.commit(next.files);
        const byErin = register.approve(next, { by: 'erin', as });
        register.release({ put: [next], approvals: [byErin], by: 'grace' });
      },
      {
        code: 'release/contested-past',
        severity: 'warning',
        document: 'WI-001',
        outcome: 'problems',
      },
    ));

  test('a revision that is planned is contested like one in force', async () => {
    const register = shop();
    const day = register.dayOf(register.clock + 30 * 86_400);
    revise(register, { release: { day } });
    newRules(register, compromise('bob', '4'));
    expectProblem(await verify(register), contested('SOP-001', 4));
  });

  test('a revision in force is settled by the next one, though that is only planned', async () => {
    const register = shop();
    newRules(register, compromise('bob', '3'));
    const day = register.dayOf(register.clock + 30 * 86_400);
    const bob = { change: { key: ed25519Key('bob 2') } };
    revise(register, { bob, release: { day } });
    expectVerified(await verify(register));
  });

  test('a record gets a warning: what happened is not undone', async () => {
    const register = shop();
    const fields = { date: '2026-01-05' };
    const record = edition('NCR-2026-001', '1', { record: true, fields });
    register.commit(record.files);
    register.release({ put: [record], approvals: [] });
    const next = compromise('carol', '4');
    register.commit(next.files);
    const byErin = register.approve(next, { by: 'erin', as: 'quality-manager approved' });
    register.release({ put: [next], approvals: [byErin], by: 'grace' });
    const { outcome, problems } = await verify(register);
    expect(problems.map(({ code, document }) => [code, document])).toEqual([
      ['release/contested-past', 'NCR-2026-001'],
    ]);
    expect(outcome).toBe('verified');
  });

  test('a confirmation that rests on other keys settles it', async () => {
    const register = shop();
    newRules(register, compromise('bob', '3'));
    expectProblem(await verify(register), contested('SOP-001', 3));
    const what = sop('2');
    const decision = 'confirm' as const;
    register.release({
      confirm: [what],
      approvals: [
        register.approve(what, {
          by: 'alice',
          as: 'quality-manager approved',
          decision,
          at: at(register),
        }),
        register.approve(what, {
          by: 'bob',
          as: 'process-owner reviewed',
          decision,
          at: at(register),
          change: { key: ed25519Key('bob 2') },
        }),
      ],
    });
    const verification = await verify(register);
    expect(verification.outcome).toBe('verified');
    expect(verification.register?.documents.get('SOP-001')?.revisions.at(-1)?.contested).toEqual(
      [],
    );
  });

  test('a confirmation that rests on the compromised key again settles nothing', async () => {
    const register = shop();
    newRules(register, compromise('bob', '3'));
    confirm(register);
    expectProblem(await verify(register), { code: 'release/contested', document: 'SOP-001' });
  });

  test('a confirmation from before the rules that name the key settles it if it rests on none', async () => {
    const register = shop();
    confirm(register);
    const next = compromise('alice', '3');
    register.commit(next.files);
    const byErin = register.approve(next, { by: 'erin', as: 'quality-manager approved' });
    register.release({ put: [next], approvals: [byErin] });
    // The confirmation rests on Alice's key too, so it settles nothing.
    expectProblem(await verify(register), { code: 'release/contested', document: 'SOP-001' });
  });

  test('the next revision by other keys settles it', async () => {
    const register = shop();
    newRules(register, compromise('bob', '3'));
    const what = sop('3');
    register.commit(what.files);
    register.release({
      put: [what],
      approvals: [
        register.approve(what, { by: 'alice', as: 'quality-manager approved' }),
        register.approve(what, { by: 'erin', as: 'process-owner reviewed' }),
      ],
    });
    const verification = await verify(register);
    expect(verification.outcome).toBe('verified');
    expectProblem(verification, {
      code: 'release/contested-past',
      severity: 'warning',
      document: 'SOP-001',
    });
  });

  test('an approval that was not needed and rests on the key does not make it contested only if not counted', async () => {
    const register = shop();
    issue(register, edition('SOP-002', '1'));
    newRules(register, compromise('grace', '3'));
    // Grace signed nothing of it.
    expectVerified(await verify(register));
  });
});

describe('an entry that names no key that was ever listed', () => {
  const shop = new CommandShop();
  beforeAll(async () => {
    await shop.foundWithThree();
  });
  afterAll(() => {
    shop.remove();
  });

  test('is refused before it is released, because it would contest nothing', async () => {
    const key = ed25519Key('nobody').fingerprint;
    await shop.do('alice', 'revise', 'QMS', '-m', 'A stolen key');
    const file = 'qms-docs/qms.yaml';
    shop.write(
      file,
      `${shop.read(file)}compromised: [{key: "${key}", since: 1, reason: stolen}]\n`,
    );
    shop.commit('alice', 'A stolen key');
    const { code, stderr } = await shop.run('carol', 'release', 'QMS', '--dry-run');
    expect(code).toBe(1);
    expect(stderr).toContain('making/compromised-unknown');
    expect(stderr).toContain(`The rules call ${key} compromised`);
    const own = shop.worker('bob').key;
    const listed = execFileSync('ssh-keygen', ['-lf', `${own}.pub`], { encoding: 'utf8' }).split(
      ' ',
    )[1];
    shop.write(file, shop.read(file).replace(key, listed ?? ''));
    shop.commit('alice', 'The right key');
    const again = await shop.run('carol', 'release', 'QMS', '--dry-run');
    expect(again.stderr).not.toContain('making/compromised-unknown');
  });
});
