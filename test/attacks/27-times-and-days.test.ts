/**
 * Threat: Times go backwards or lie in the future, or a day is set before the signing.
 * Decision: Order is proof and time a claim: releases go forward, five minutes are allowed, and
 * days are those of the time zone in the rules.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import { edition, newRules, people, revise, rules, shop, sop } from '../support/shop.ts';
import { seconds } from '../support/statement-text.ts';
import { StockRegister } from '../support/stock-register.ts';

const fiveMinutes = 300;
/** A confirmation at an instant. */
function confirm(register: StockRegister, date: number, day?: string) {
  const what = sop('2');
  const at = register.lastRelease();
  const decision = 'confirm' as const;
  const approvals = [
    register.approve(what, { by: 'alice', as: 'quality-manager approved', decision, at, date }),
    register.approve(what, { by: 'bob', as: 'process-owner reviewed', decision, at, date }),
  ];
  register.release({ confirm: [what], approvals, date, ...(day === undefined ? {} : { day }) });
}

describe('times go forward', () => {
  test('a release more than five minutes before the one before it is refused', () =>
    attack(
      (register, attacked) => {
        const third = register.clock;
        confirm(register, third - fiveMinutes - (attacked ? 1 : 0));
      },
      { code: 'chain/time-backwards', release: 4, upTo: 3 },
    ));

  test('a release more than five minutes in the future is refused', () =>
    attack(
      (register, attacked) => {
        revise(register);
        return { now: register.clock - fiveMinutes - (attacked ? 1 : 0) };
      },
      { code: 'chain/time-future', release: 4, upTo: 3 },
    ));

  test('an approval more than five minutes after the release is refused', () =>
    attack(
      (register, attacked) => {
        const date = register.clock + 600;
        revise(register, {
          alice: { date: date + fiveMinutes + (attacked ? 1 : 0) },
          release: { date },
        });
        register.clock = date;
      },
      { code: 'approval/future', release: 4, upTo: 3 },
    ));

  test('an old approval is no problem: age is not asked', async () => {
    const register = shop();
    revise(register, { alice: { date: seconds('2020-01-01T00:00:00Z') } });
    expectVerified(await verify(register));
  });

  test('an uncounted approval dated in the future is a warning', () =>
    attack(
      (register, attacked) => {
        const date = register.clock + 3600 + fiveMinutes + (attacked ? 1 : 0);
        register.approve(sop('2'), { by: 'alice', as: 'quality-manager approved', date });
      },
      { code: 'approval/future', severity: 'warning', upTo: 3 },
    ));

  test('a time zone in a tag changes nothing', async () => {
    const register = shop();
    const payload = (text: string) => text.replace(/^(tagger .*) \+0000$/m, '$1 -1130');
    revise(register, { alice: { change: { payload } }, release: { change: { payload } } });
    expectVerified(await verify(register));
  });
});

describe('days are those of the time zone in the rules', () => {
  test('a day before the day of signing is refused', () =>
    attack(
      (register, attacked) => {
        revise(register, { release: { day: attacked ? '2026-01-04' : '2026-01-05' } });
      },
      { code: 'release/day', release: 4, upTo: 3 },
    ));

  test('late in the evening in Detroit the day of signing is not that of Greenwich', () =>
    attack(
      (register, attacked) => {
        // 22:30 on 10 January in Detroit is 03:30 on 11 January in Greenwich.
        const date = seconds('2026-01-11T03:30:00Z');
        confirm(register, date, attacked ? '2026-01-11' : '2026-01-10');
        register.clock = date;
      },
      { code: 'release/day', release: 4, upTo: 3 },
    ));

  test('a planned day is that of the line, and until then the revision is pending', async () => {
    const register = shop();
    revise(register, { release: { day: '2026-03-01' } });
    const verification = await verify(register);
    expectVerified(verification);
    const put = verification.register?.documents.get('SOP-001')?.revisions.at(-1)?.put;
    expect(put?.from).toBe(seconds('2026-03-01T05:00:00Z'));
  });

  test('on the day of signing nothing takes effect before the instant of signing', async () => {
    const register = shop();
    revise(register);
    const verification = await verify(register);
    expectVerified(verification);
    const put = verification.register?.documents.get('SOP-001')?.revisions.at(-1)?.put;
    expect(put?.from).toBe(register.clock);
  });

  test('a day before the one that the document asks for is refused', () =>
    attack(
      (register, attacked) => {
        const edition = sop('3', { fields: { effective: '2026-02-01' } });
        const day = attacked ? '2026-01-31' : '2026-02-01';
        revise(register, { edition, release: { day } });
      },
      { code: 'release/day', release: 4, upTo: 3 },
    ));

  test('rules bear the day of signing', () =>
    attack(
      (register, attacked) => {
        newRules(register, rules('2'), attacked ? { day: '2026-01-06' } : {});
      },
      { code: 'release/day', release: 4, upTo: 3 },
    ));

  test('the founding release bears the day of signing', async () => {
    const register = new StockRegister(people);
    const first = rules('1');
    register.commit(first.files);
    register.release({ put: [first], day: '2026-01-06' });
    expectProblem(await verify(register), { code: 'release/day', release: 1, upTo: 0 });
  });

  test.each(['2026-01-04', '2026-01-06'])(
    'a confirmation on %s, which is not the day of signing, is refused',
    (day) =>
      attack(
        (register, attacked) => {
          confirm(register, register.clock, attacked ? day : '2026-01-05');
        },
        { code: 'release/day', release: 4, upTo: 3 },
      ),
  );

  test.each(['2026-02-30', '2026-1-5', '20260105', 'tomorrow'])('%s is no day', (day) =>
    attack(
      (register, attacked) => {
        revise(register, { release: { day: attacked ? day : '2026-03-01' } });
      },
      { code: 'statement/field-value', release: 4, upTo: 3 },
    ),
  );

  test('a withdrawal may be planned, and ends the document on its day', async () => {
    const register = shop();
    const what = sop('2');
    const decision = 'withdraw' as const;
    const approvals = [
      register.approve(what, { by: 'alice', as: 'quality-manager approved', decision }),
      register.approve(what, { by: 'bob', as: 'process-owner reviewed', decision }),
    ];
    register.release({ withdraw: [what], approvals, day: '2026-04-01' });
    const verification = await verify(register);
    expectVerified(verification);
    const end = verification.register?.documents.get('SOP-001')?.end;
    // Summer time in Detroit begins in March: the day begins at 04:00 in Greenwich.
    expect(end?.from).toBe(seconds('2026-04-01T04:00:00Z'));
  });

  test('a withdrawal on a day before the day of signing is refused', () =>
    attack(
      (register, attacked) => {
        const what = edition('WI-001', 'A');
        const as = 'quality-manager approved';
        const out = register.approve(what, { by: 'alice', as, decision: 'withdraw' });
        const day = attacked ? '2026-01-04' : '2026-01-05';
        register.release({ withdraw: [what], approvals: [out], day });
      },
      { code: 'release/day', release: 4, upTo: 3 },
    ));
});
