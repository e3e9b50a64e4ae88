import { describe, expect, it } from 'vitest';
import type { Answer } from '../support/command.ts';
import { ask, askAnew, day, forget, hour, withoutObjects } from '../support/kept.ts';
import {
  edition,
  founded,
  newRules,
  people,
  revise,
  rules,
  shop,
  sop,
  wi,
} from '../support/shop.ts';
import { ed25519Key } from '../support/ssh-keys.ts';
import type { Edition, StockRegister } from '../support/stock-register.ts';

const planned = (register: StockRegister, what = sop('3')): void => {
  revise(register, { edition: what, release: { day: register.dayOf(register.clock + 9 * day) } });
};

const record = edition('NCR-2026-001', '1', { record: true, fields: { date: '2026-01-05' } });

const reject = (register: StockRegister, options: { date?: number } = {}): void => {
  register.approve(sop('2'), {
    by: 'alice',
    as: 'quality-manager approved',
    decision: 'reject',
    ...options,
  });
};

const end = (register: StockRegister, decision: 'withdraw' | 'confirm', what: Edition): void => {
  const by = { decision, at: register.lastRelease() } as const;
  const signed = [register.approve(what, { by: 'alice', as: 'quality-manager approved', ...by })];
  if (what.id.startsWith('SOP')) {
    signed.push(register.approve(what, { by: 'bob', as: 'process-owner reviewed', ...by }));
  }
  register.release({ [decision]: [what], approvals: signed });
};

const stolen = rules('2', (data) => {
  data.people['bob']?.keys.push({ key: ed25519Key('bob 2').line, use: ['approve'] });
  const key = people['bob']?.key.fingerprint ?? '';
  data.compromised = [{ key, since: '3', reason: 'The laptop was stolen' }];
});

/** Registers in which something is, each with whether an answer from what was kept will do. */
const registers: readonly (readonly [string, boolean, () => StockRegister])[] = [
  ['only its rules', true, () => founded()],
  ['three releases', true, () => shop()],
  [
    'planned, confirmed, withdrawn and disposed documents',
    true,
    () => {
      const register = shop();
      register.commit(record.files);
      register.release({ put: [record] });
      end(register, 'confirm', sop('2'));
      planned(register);
      end(register, 'withdraw', wi('A'));
      register.release({ dispose: [record] });
      return register;
    },
  ],
  [
    'uncounted approvals, malformed tags and a later rejection',
    true,
    () => {
      const register = shop();
      register.commit(sop('3').files);
      register.approve(sop('3'), { by: 'alice', as: 'quality-manager approved', comment: 'Good' });
      register.approve(sop('3'), { by: 'dave', as: 'process-owner reviewed' });
      register.repository.ref('refs/tags/qms/approve/x', register.main);
      reject(register);
      return register;
    },
  ],
  [
    'a rejection before the release',
    true,
    () => {
      const register = shop();
      register.commit(sop('3').files);
      const what = sop('3');
      register.approve(what, { by: 'bob', as: 'process-owner reviewed', decision: 'reject' });
      const byErin = register.approve(what, { by: 'erin', as: 'quality-manager approved' });
      const byBob = register.approve(what, {
        by: 'bob',
        as: 'process-owner reviewed',
        date: register.clock - 600,
      });
      register.release({ put: [what], approvals: [byErin, byBob] });
      return register;
    },
  ],
  [
    'a compromised key',
    true,
    () => {
      const register = shop();
      newRules(register, stolen);
      planned(register);
      return register;
    },
  ],
  [
    'a release that is none',
    false,
    () => {
      const register = shop();
      revise(register, { release: { change: { signature: { namespace: 'file' } } } });
      return register;
    },
  ],
  [
    'junk among the releases',
    false,
    () => {
      const register = shop();
      register.repository.ref('refs/tags/qms/release/next', register.main);
      return register;
    },
  ],
  [
    'a tag whose object is missing',
    false,
    () => {
      const register = shop();
      register.repository.ref('refs/tags/qms/reject/x', 'a'.repeat(40));
      return register;
    },
  ],
];

const lists = [
  'list',
  'list --json',
  'list --state superseded --format csv',
  'list --at 2026-01-05',
];
const looks = ['show ? --json', 'show ? --evidence --json', 'history ?'];

const questions: readonly string[] = [
  ...lists,
  ...['QMS', 'SOP-001', 'WI-001', 'NCR-2026-001'].flatMap((id) =>
    looks.map((look) => look.replace('?', id)),
  ),
  'show SOP-001@1 --json',
];

describe('what an earlier question kept', () => {
  it.each(registers)('gives the same answers of %s', async (_what, isEnough, made) => {
    const register = made();
    const anew: Answer[] = [];
    for (const question of questions) anew.push(await askAnew(register, question));
    await ask(register, 'list');
    const told: Answer[] = [];
    for (const question of questions) told.push(await ask(register, question));
    expect(told).toEqual(anew);
    const bare: Answer[] = [];
    await withoutObjects(register, async () => {
      for (const question of questions) bare.push(await ask(register, question));
    });
    if (isEnough) expect(bare).toEqual(anew);
  });

  it('is judged under the anchor and head that are given each time', async () => {
    const register = shop();
    const [one, other] = [register.anchor, `sha256:${'1'.repeat(64)}`];
    const { release, digest } = register.head(2);
    const material: readonly (readonly string[])[] = [
      [],
      ['--anchor', one],
      ['--anchor', other],
      ['--anchor', 'x'],
      ['--anchor', one, '--head', `${String(release)}:${digest}`],
      ['--anchor', one, '--head', `${String(release)}:${other}`],
      ['--anchor', one, '--head', `9:${digest}`],
    ];
    const anew: Answer[] = [];
    for (const trust of material) anew.push(await askAnew(register, 'list', { trust }));
    await ask(register, 'list');
    forget(register);
    await withoutObjects(register, async () => {
      for (const [at, trust] of material.entries()) {
        expect(await ask(register, 'list', { trust })).toEqual(anew[at]);
        forget(register);
      }
    });
    expect(new Set(anew.map(({ code }) => code))).toEqual(new Set([0, 1, 2]));
  });

  it('is remembered as the newest release that was seen', async () => {
    const register = shop();
    await ask(register, 'list');
    forget(register);
    await withoutObjects(register, () => ask(register, 'list'));
    expect(register.repository.git('config', 'qms.head')).toContain(`3:${register.head().digest}`);
  });
});

describe('what was kept and time', () => {
  it('says what is in force now, without a verification', async () => {
    const register = shop();
    planned(register);
    await ask(register, 'list');
    await withoutObjects(register, async () => {
      const state = async (after: number) =>
        (await ask(register, 'show SOP-001@3', { after })).stdout;
      expect(await state(day)).toContain('pending, in force from');
      expect(await state(10 * day)).toContain('in force since');
      expect((await ask(register, 'show SOP-001@2', { after: 10 * day })).stdout).toContain(
        'superseded',
      );
    });
  });

  it('is of no use to a clock that stands before what it holds', async () => {
    const register = shop();
    await ask(register, 'list');
    for (const after of [-240, -600, -2 * day]) {
      const anew = await askAnew(register, 'list', { after });
      expect(await ask(register, 'list', { after })).toEqual(anew);
      expect(anew.code).toBe(after === -240 ? 0 : 1);
    }
    expect((await ask(register, 'list')).code).toBe(0);
  });

  it('tells of a tag from the future for as long as it is one', async () => {
    const register = shop();
    reject(register, { date: register.clock + 5 * day });
    for (const after of [hour, 6 * day, hour]) {
      const anew = await askAnew(register, 'verify --json', { after });
      await ask(register, 'list', { after });
      expect(await ask(register, 'verify --kept --json', { after })).toMatchObject({
        code: anew.code,
      });
      const problems = async (question: string) =>
        JSON.parse((await ask(register, question, { after })).stdout).problems as unknown;
      expect(await problems('verify --kept --json')).toEqual(JSON.parse(anew.stdout).problems);
    }
  });

  it('is contested under a compromised key only as long as it is in use', async () => {
    const register = shop();
    newRules(register, stolen);
    const next = sop('3');
    register.commit(next.files);
    const signed = [
      register.approve(next, { by: 'alice', as: 'quality-manager approved' }),
      register.approve(next, { by: 'erin', as: 'process-owner reviewed' }),
    ];
    register.release({
      put: [next],
      approvals: signed,
      day: register.dayOf(register.clock + 9 * day),
    });
    const answers: Answer[] = [];
    for (const after of [day, 20 * day, 2 * day]) {
      const anew = await askAnew(register, 'list --state superseded', { after });
      expect(await ask(register, 'list --state superseded', { after })).toEqual(anew);
      expect(await ask(register, 'list', { after })).toEqual(
        await askAnew(register, 'list', { after }),
      );
      answers.push(anew);
    }
    expect(answers[0]).not.toEqual(answers[1]);
  });
});
