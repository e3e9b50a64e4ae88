import { appendFileSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, askAnew, forget, withoutObjects } from '../support/kept.ts';
import { approvals, founded, revise, shop, sop } from '../support/shop.ts';
import type { StockRegister } from '../support/stock-register.ts';

const reject = (register: StockRegister): void => {
  const by = { by: 'alice', as: 'quality-manager approved', decision: 'reject' } as const;
  register.approve(sop('2'), by);
};

describe('what was kept and a repository that changes', () => {
  const changes: readonly (readonly [string, (register: StockRegister) => void])[] = [
    ['an approval comes', (register) => void approvals(register, sop('2'))],
    ['a rejection comes', reject],
    [
      'a rejection goes',
      (register) => {
        register.repository.deleteRef('refs/tags/qms/reject/SOP-001/2/alice');
      },
    ],
    [
      'a release comes',
      (register) => {
        revise(register);
      },
    ],
    [
      'the newest release goes',
      (register) => {
        register.repository.deleteRef(`refs/tags/qms/release/${String(register.releases.length)}`);
      },
    ],
    [
      'the first release becomes another one',
      (register) => {
        const { tag } = founded((data) => (data.title = 'Others')).releases[0] ?? { tag: '' };
        register.repository.ref('refs/tags/qms/release/1', tag);
      },
    ],
    ['tags are packed', (register) => void register.repository.git('pack-refs', '--all')],
    [
      'it becomes shallow',
      (register) => {
        writeFileSync(path.join(register.repository.folder, 'shallow'), `${register.main}\n`);
      },
    ],
    [
      'a graft comes',
      (register) => {
        mkdirSync(path.join(register.repository.folder, 'info'), { recursive: true });
        appendFileSync(path.join(register.repository.folder, 'info/grafts'), `${register.main}\n`);
      },
    ],
    [
      'a replace ref comes',
      (register) => {
        register.repository.ref(`refs/replace/${register.main}`, register.lastRelease());
      },
    ],
    [
      'an alternate is named that is not there',
      (register) => {
        mkdirSync(path.join(register.repository.folder, 'objects/info'), { recursive: true });
        writeFileSync(
          path.join(register.repository.folder, 'objects/info/alternates'),
          '/nowhere/objects\n',
        );
      },
    ],
    [
      'its format becomes one that can not be read',
      (register) => {
        register.repository.git('config', 'extensions.refStorage', 'reftable');
      },
    ],
  ];

  it.each(changes)('is seen when %s', async (_what, change) => {
    const register = shop();
    if (_what === 'a rejection goes') reject(register);
    await ask(register, 'list');
    change(register);
    for (const question of ['list', 'show SOP-001 --json', 'list --json']) {
      const anew = await askAnew(register, question);
      forget(register);
      expect(await ask(register, question)).toEqual(anew);
      forget(register);
    }
  });

  it('is enough again after one look', async () => {
    const register = shop();
    await ask(register, 'list');
    revise(register);
    const anew = await ask(register, 'list');
    expect(anew.stdout).toContain('SOP-001  3');
    const again = await withoutObjects(register, () => ask(register, 'list'));
    expect(again).toEqual(anew);
  });

  it('is gone on from: what is new is all that is read', async () => {
    const register = shop();
    await ask(register, 'list');
    const old = readdirSync(path.join(register.repository.folder, 'objects'));
    const aside = path.join(register.repository.folder, 'aside');
    mkdirSync(aside);
    for (const name of old) {
      renameSync(path.join(register.repository.folder, 'objects', name), path.join(aside, name));
    }
    reject(register);
    const answer = await ask(register, 'list');
    expect(answer.stdout).toContain('SOP-001  2');
    expect(answer.code).toBe(0);
    expect((await askAnew(register, 'list')).code).toBe(2);
  });
});

describe('a verification', () => {
  it('reads nothing of what was kept', async () => {
    const register = shop();
    await ask(register, 'list');
    const answer = await withoutObjects(register, () => ask(register, 'verify --json'));
    expect(answer.code).toBe(2);
    expect(JSON.parse(answer.stdout)).not.toHaveProperty('kept');
    expect((await withoutObjects(register, () => ask(register, 'list'))).code).toBe(0);
  });

  it('goes on from it where it is told to, and says from which release on it verified', async () => {
    const register = shop();
    const whole = await ask(register, 'verify --json');
    const nothing = await ask(register, 'verify --kept');
    expect(nothing.stdout).toContain('\nkept    nothing that could be gone on from: verified from');
    await ask(register, 'list');
    const answer = await withoutObjects(register, () => ask(register, 'verify --kept --json'));
    const report = JSON.parse(whole.stdout) as object;
    expect(JSON.parse(answer.stdout)).toEqual({ ...report, kept: 3 });
    revise(register);
    const onward = await ask(register, 'verify --kept');
    expect(onward.code).toBe(0);
    expect(onward.stdout).toContain('verified: 4 releases');
    expect(onward.stdout).toContain(
      '\nkept    releases 1 to 3 as an earlier verification found them',
    );
    const other = founded((data) => (data.title = 'Others')).releases[0]?.tag ?? '';
    register.repository.ref('refs/tags/qms/release/1', other);
    expect((await ask(register, 'verify --kept')).stdout).toContain('\nkept    nothing');
  });
});
