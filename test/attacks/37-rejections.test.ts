/**
 * Threat: A rejection is passed over, outvoted or forgotten.
 * Decision: A rejection by somebody entitled stands against a release that is not older, and the
 * document is contested until it is settled.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import {
  approvals,
  edition,
  issue,
  newRules,
  person,
  revise,
  rules,
  shop,
  sop,
} from '../support/shop.ts';
import { ed25519Key } from '../support/ssh-keys.ts';
import type { ApprovalOptions, Edition, StockRegister } from '../support/stock-register.ts';

const erin: ApprovalOptions = { by: 'erin', as: 'quality-manager approved', decision: 'reject' };

/** SOP-001 3 is rejected by Erin, a minute before it is released; by default a week of room. */
function rejected(register: StockRegister, how: Partial<ApprovalOptions> | undefined): void {
  const what = sop('3');
  register.commit(what.files);
  const signed = approvals(register, what);
  if (how !== undefined) register.approve(what, { ...erin, ...how });
  register.release({ put: [what], approvals: signed });
}

const stands = { code: 'release/rejected', release: 4, document: 'SOP-001' };

describe('a rejection that stands is an error, and the document is contested', () => {
  test('a rejection before the release stands against it', () =>
    attack(
      (register, attacked) => {
        rejected(register, attacked ? {} : undefined);
      },
      {
        ...stands,
        and: ({ register }) => {
          const revision = register?.documents.get('SOP-001')?.revisions.at(-1);
          expect(revision?.contested).not.toEqual([]);
          expect(register?.releases).toHaveLength(4);
        },
      },
    ));

  test('a rejection in the very second of the release stands', () =>
    attack((register, attacked) => {
      rejected(register, undefined);
      const date = register.clock;
      if (attacked) register.approve(sop('3'), { ...erin, date });
    }, stands));

  test('a rejection after the release is a warning', () =>
    attack(
      (register, attacked) => {
        rejected(register, undefined);
        if (attacked) register.approve(sop('3'), { ...erin, date: register.clock + 1 });
        register.clock += 10;
      },
      { code: 'release/rejected-later', severity: 'warning', document: 'SOP-001', upTo: 4 },
    ));

  test('a rejection stands whatever role it names, if its signer holds one that is required', () =>
    attack(
      (register, attacked) => {
        newRules(
          register,
          rules('2', (data) => {
            data.people['erin'] = person('erin', ['quality-manager', 'operator'], ['approve']);
          }),
        );
        rejected(register, attacked ? { as: 'operator tried' } : undefined);
      },
      { ...stands, release: 5 },
    ));

  test('nor does it matter that its signer does not hold the role that it names', async () => {
    const register = shop();
    rejected(register, { as: 'operator tried' });
    expectProblem(await verify(register), stands);
  });

  const stranger = { change: { key: ed25519Key('stranger') } };
  test.each<[string, Edition, Partial<ApprovalOptions>]>([
    ['approves another text', edition('WI-001', 'B'), { by: 'erin' }],
    ['approves it with a key that nobody lists', sop('3'), { by: 'erin', ...stranger }],
    ['wants it withdrawn', sop('3'), { by: 'erin', decision: 'withdraw' }],
    ['is somebody else, and approves', sop('3'), { by: 'grace' }],
  ])('a rejection stands, though later its signer %s', async (_what, other, how) => {
    const register = shop();
    const what = sop('3');
    register.commit({ ...what.files, ...other.files });
    const signed = approvals(register, what);
    register.approve(what, erin);
    register.approve(other, { by: 'erin', as: 'quality-manager approved', ...how });
    register.release({ put: [what], approvals: signed });
    expectProblem(await verify(register), stands);
  });

  test('a rejection by a contributor stands', () =>
    attack((register, attacked) => {
      const what = sop('3');
      register.commit({ ...what.files }, { by: 'erin' });
      const signed = approvals(register, what);
      if (attacked) register.approve(what, erin);
      register.release({ put: [what], approvals: signed });
    }, stands));

  test('a rejection of another content of the same revision does not stand', async () => {
    const register = shop();
    const draft = sop('3', { body: 'A draft.\n' });
    register.commit(draft.files);
    register.approve(draft, erin);
    revise(register);
    expectVerified(await verify(register));
  });

  test('a rejection by somebody without a required role does not stand', async () => {
    const register = shop();
    rejected(register, { by: 'frank', as: 'operator tried' });
    const verification = await verify(register);
    expect(verification.outcome).toBe('verified');
  });

  test('a rejection by a stranger is a warning', () =>
    attack(
      (register, attacked) => {
        rejected(register, attacked ? { change: { key: ed25519Key('stranger') } } : undefined);
      },
      { code: 'approval/key-unknown', severity: 'warning', upTo: 4 },
    ));

  test('a rejection withdrawn by a later approval of the same person does not stand', () =>
    attack((register, attacked) => {
      const what = sop('3');
      register.commit(what.files);
      const signed = approvals(register, what);
      const first = register.tick();
      register.approve(what, { ...erin, date: first });
      const as = 'quality-manager approved';
      register.approve(what, { by: 'erin', as, date: attacked ? first : first + 1 });
      register.clock += 5;
      register.release({ put: [what], approvals: signed });
    }, stands));

  test('an approval before the rejection does not take it back', () =>
    attack((register, attacked) => {
      const what = sop('3');
      register.commit(what.files);
      const as = 'quality-manager approved';
      const signed = [...approvals(register, what), register.approve(what, { by: 'erin', as })];
      if (attacked) register.approve(what, erin);
      register.release({ put: [what], approvals: signed });
    }, stands));

  test('the approval of another person does not take a rejection back', () =>
    attack((register, attacked) => {
      const what = sop('3');
      register.commit(what.files);
      const first = register.approve(what, { by: 'bob', as: 'process-owner reviewed' });
      if (attacked) register.approve(what, erin);
      const second = register.approve(what, { by: 'alice', as: 'quality-manager approved' });
      register.release({ put: [what], approvals: [first, second] });
    }, stands));

  test('a rejection that comes to light later stands all the same', () =>
    attack((register, attacked) => {
      rejected(register, undefined);
      // Antedated or not: it was pushed after the release.
      if (attacked) register.approve(sop('3'), { ...erin, date: register.clock - 1 });
    }, stands));

  test('a rejection by somebody who left does not stand: it could be antedated', async () => {
    const register = shop();
    rejected(register, undefined);
    const date = register.clock - 1;
    newRules(
      register,
      rules('2', (data) => {
        delete data.people['erin'];
      }),
    );
    register.approve(sop('3'), { ...erin, date });
    const verification = await verify(register);
    expect(verification.outcome).toBe('verified');
    expect(verification.register?.documents.get('SOP-001')?.revisions.at(-1)?.contested).toEqual(
      [],
    );
  });

  test('a rejection by a key that is retired does not stand any more', async () => {
    const register = shop();
    rejected(register, {});
    expectProblem(await verify(register), stands);
    newRules(
      register,
      rules('2', (data) => {
        data.people['erin']!.keys = [{ key: ed25519Key('erin 2').line, use: ['approve'] }];
      }),
    );
    const verification = await verify(register);
    expect(verification.outcome).toBe('verified');
  });

  test('the next revision with later approvals settles a rejection', async () => {
    const register = shop();
    rejected(register, {});
    expectProblem(await verify(register), stands);
    issue(register, sop('4'));
    const verification = await verify(register);
    expect(verification.outcome).toBe('verified');
  });

  const act = (register: StockRegister, decision: 'confirm' | 'withdraw', date?: number) => {
    const what = sop('3');
    const more = {
      decision,
      at: register.lastRelease(),
      ...(date === undefined ? {} : { date }),
    };
    register.release({
      [decision]: [what],
      approvals: [
        register.approve(what, { by: 'alice', as: 'quality-manager approved', ...more }),
        register.approve(what, { by: 'bob', as: 'process-owner reviewed', ...more }),
      ],
    });
  };

  test('a confirmation with later approvals settles a rejection', async () => {
    const register = shop();
    rejected(register, {});
    act(register, 'confirm');
    const verification = await verify(register);
    expect(verification.outcome).toBe('verified');
  });

  test('a confirmation with approvals from before the rejection settles nothing', async () => {
    const register = shop();
    const before = register.tick();
    rejected(register, {});
    act(register, 'confirm', before);
    expectProblem(await verify(register), stands);
  });

  test('the withdrawal of the document with later approvals settles a rejection', async () => {
    const register = shop();
    rejected(register, {});
    expectProblem(await verify(register), stands);
    act(register, 'withdraw');
    const verification = await verify(register);
    expect(verification.outcome).toBe('verified');
    const document = verification.register?.documents.get('SOP-001');
    expect(document?.end?.act).toBe('withdraw');
    expect(document?.revisions.at(-1)?.contested).toEqual([]);
  });

  test('a withdrawal with approvals from before the rejection settles nothing', async () => {
    const register = shop();
    const before = register.tick();
    rejected(register, {});
    act(register, 'withdraw', before);
    expectProblem(await verify(register), stands);
  });

  /** A record whose type asks for nothing; the first revision asked for a review itself. */
  const record = (revision: string): Edition =>
    edition('NCR-2026-001', revision, {
      record: true,
      fields: {
        date: '2026-01-05',
        approval: revision === '1' ? '[{role: process-owner, meaning: reviewed}]' : undefined,
      },
    });
  const bob = { by: 'bob', as: 'process-owner reviewed' };
  const filed = (register: StockRegister, isRejected: boolean): void => {
    const what = record('1');
    register.commit(what.files);
    const signed = register.approve(what, bob);
    if (isRejected) register.approve(what, { ...erin, as: 'process-owner reviewed' });
    register.release({ put: [what], approvals: [signed] });
  };
  const standsAgainstRecord = { code: 'release/rejected', release: 4, document: 'NCR-2026-001' };

  test('what settles without needing an approval counts from its release', async () => {
    const register = shop();
    filed(register, true);
    expectProblem(await verify(register), standsAgainstRecord);
    const corrected = register.fork();
    corrected.commit(record('2').files);
    corrected.release({ put: [record('2')] });
    expect((await verify(corrected)).outcome).toBe('verified');
    const disposed = register.fork();
    const approval = disposed.approve(record('1'), { ...bob, decision: 'dispose' });
    disposed.release({ dispose: [record('1')], approvals: [approval] });
    expect((await verify(disposed)).outcome).toBe('verified');
  });

  test('a rejection after a correction that needed no approval is not settled by it', () =>
    attack(
      (register, attacked) => {
        filed(register, false);
        register.commit(record('2').files);
        register.release({ put: [record('2')] });
        const late = { ...erin, as: 'process-owner reviewed', date: register.clock + 1 };
        if (attacked) register.approve(record('1'), late);
        register.clock += 10;
      },
      { code: 'release/rejected-later', severity: 'warning', document: 'NCR-2026-001', upTo: 5 },
    ));

  test('a rejection of a document in a change order stands against that document only', async () => {
    const register = shop();
    const what = sop('3');
    register.commit(what.files);
    const signed = approvals(register, what);
    register.approve(what, erin);
    register.release({ put: [what], approvals: signed });
    const verification = await verify(register);
    expectProblem(verification, stands);
    expect(verification.register?.documents.get('WI-001')?.revisions.at(-1)?.contested).toEqual([]);
  });

  test('a rejection stands against rules, too', () =>
    attack(
      (register, attacked) => {
        const next = rules('2');
        register.commit(next.files);
        const signed = register.approve(next, { by: 'alice', as: 'quality-manager approved' });
        if (attacked) register.approve(next, erin);
        register.release({ put: [next], approvals: [signed] });
      },
      { code: 'release/rejected', release: 4, document: 'QMS' },
    ));

  test('a rejection of another register does not stand', () =>
    attack(
      (register, attacked) => {
        rejected(register, attacked ? { register: `sha256:${'0'.repeat(64)}` } : undefined);
      },
      { code: 'approval/register', severity: 'warning', upTo: 4 },
    ));
});
