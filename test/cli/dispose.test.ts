import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandShop } from '../support/command-shop.ts';

const recordType = (id: string, prefix: string, more: string): string =>
  `  ${id}:\n    title: ${id}\n    kind: record\n    prefix: ${prefix}\n    revisions: number\n    approvals: []\n${more}`;

describe('records at the end of their retention time', () => {
  const shop = new CommandShop();
  const ncr = 'NCR-2025-001';

  beforeAll(async () => {
    await shop.found();
    await shop.do('alice', 'revise', 'QMS', '-m', 'Records of deliveries and gauges');
    const types =
      recordType('delivery', 'DEL', '') + recordType('gauge', 'GAU', '    retention: 1 months\n');
    const rules = shop
      .read('qms-docs/qms.yaml')
      .replace(/(prefix: NCR[^]*?retention: )10 years/u, '$12 months')
      .replace('types:\n', `types:\n${types}`);
    shop.write('qms-docs/qms.yaml', rules);
    shop.commit('alice', 'Records of deliveries and gauges');
    await shop.do('alice', 'approve', 'QMS');
    await shop.do('alice', 'release', 'QMS');
    const file = (await shop.do('alice', 'new', 'nonconformity', 'Bore too wide')).stdout.trim();
    const filled = shop
      .read(file)
      .replace(/severity:.*/u, 'severity: minor')
      .replace(/found:.*/u, 'found: 2025-11-24');
    shop.write(file, filled);
    await shop.do('alice', 'new', 'delivery', 'Steel');
    await shop.do('alice', 'new', 'gauge', 'Calliper 4');
    shop.commit('alice', 'Three records');
    await shop.do('alice', 'approve', ncr);
    await shop.do('alice', 'release', ncr, 'DEL-2025-001', 'GAU-2025-001');
  });
  afterAll(() => {
    shop.remove();
  });

  it('are kept until their day, which is named', async () => {
    for (const id of [ncr, 'GAU-2025-001']) {
      const answer = await shop.run('alice', 'release', '--dispose', id);
      expect(answer.code).toBe(1);
      expect(answer.stderr).toContain('making/retention');
      expect(answer.stderr.replace(/\s+/g, ' ')).toContain(
        `${id} is of 2025-11-24 and must be kept until 202${id === ncr ? '6-01-24' : '5-12-24'}; today is`,
      );
    }
  });

  it('are not disposed of where their type names no retention time', async () => {
    shop.now += 4000 * 86_400;
    const answer = await shop.run('alice', 'release', '--dispose', 'DEL-2025-001');
    shop.now -= 4000 * 86_400;
    expect(answer.code).toBe(1);
    expect(answer.stderr.replace(/\s+/g, ' ')).toContain(
      'The type delivery names no retention time, so nothing says how long DEL-2025-001 must be kept.',
    );
    expect(shop.git('alice', 'tag', '-l', 'qms/release/4')).toBe('');
  });

  it('are disposed of afterwards, where the type asks for it with an approval', async () => {
    // An approval may be signed before the day; only the release waits for it.
    await shop.do('alice', 'approve', ncr, '--dispose', '-m', 'Customer agreed.');
    shop.now += 70 * 86_400;
    await shop.do('alice', 'release', '--dispose', 'GAU-2025-001');
    const answer = await shop.do('alice', 'release', '--dispose', ncr);
    expect(answer.stdout).toContain(`${ncr} disposed of`);
    expect(answer.stdout).toContain(`rests on qms/approve/${ncr}/1/alice`);
    expect((await shop.do('alice', 'verify')).stdout).toContain('verified: 5 releases');
    const list = JSON.parse((await shop.do('alice', 'list', '--json')).stdout) as {
      documents: { id: string; state: string }[];
    };
    const states = list.documents.map(({ id, state }) => `${id} ${state}`);
    expect(states).toEqual([
      'DEL-2025-001 effective',
      'GAU-2025-001 withdrawn',
      `${ncr} withdrawn`,
      'QMS effective',
    ]);
    expect((await shop.do('alice', 'history', ncr)).stdout).toContain(
      'Disposed of on 2026-02-02 by release 5',
    );
  });

  it('end once, and are no documents', async () => {
    const again = await shop.run('alice', 'release', '--dispose', ncr);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('release/ended');
    const rules = await shop.run('alice', 'release', '--dispose', 'QMS');
    expect(rules.code).toBe(1);
    expect(rules.stderr).toContain('QMS is no record');
  });

  it('need the approval where their type asks for one', async () => {
    const file = (await shop.do('alice', 'new', 'nonconformity', 'Scratch')).stdout.trim();
    const filled = shop
      .read(file)
      .replace(/severity:.*/u, 'severity: minor')
      .replace(/found:.*/u, 'found: 2026-02-01');
    shop.write(file, filled);
    shop.commit('alice', 'One more');
    const id = /NCR-[0-9-]+/u.exec(file)?.[0] ?? '';
    await shop.do('alice', 'approve', id);
    await shop.do('alice', 'release', id);
    shop.now += 70 * 86_400;
    const answer = await shop.run('alice', 'release', '--dispose', id);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('release/requirements');
  });
});
