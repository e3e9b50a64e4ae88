import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandShop } from '../support/command-shop.ts';

describe('the life of a document by the commands', () => {
  const shop = new CommandShop();
  let anchor = '';

  beforeAll(async () => {
    anchor = await shop.foundWithThree();
    await shop.draft();
  });
  afterAll(() => {
    shop.remove();
  });

  it('prints the anchor and keeps it in the local configuration', () => {
    expect(anchor).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(shop.git('alice', 'config', 'qms.anchor').trim()).toBe(anchor);
    expect(shop.read('qms-docs/qms.yaml')).toContain('organization: "Mill: one"');
  });

  it('checks the draft without problems', async () => {
    const answer = await shop.run('alice', 'check', '--json');
    expect(JSON.parse(answer.stdout)).toEqual({ problems: [] });
    expect(answer.code).toBe(0);
  });

  it('names each missing approval and who could give it', async () => {
    const answer = await shop.run('carol', 'release', 'SOP-001');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('release/requirements');
    const alice = 'May not give it: Alice (alice) wrote the only commit that made it.';
    for (const [requirement, could] of [
      ['process-owner (reviewed)', 'Bob (bob)'],
      ['quality-manager (approved)', 'Carol (carol)'],
    ] as const) {
      expect(answer.stderr).toContain(
        `lacks an approval as ${requirement}. ${alice} ${could} could give it: qms approve SOP-001.`,
      );
    }
    expect(shop.git('alice', 'tag', '-l', 'qms/release/3')).toBe('');
  });

  it('prints the statement and signs nothing with --print', async () => {
    const answer = await shop.do('bob', 'approve', 'SOP-001', '--print', '-m', 'Tried it.');
    expect(answer.stdout).toContain(
      'Approve SOP-001 revision 1\n\nTried it.\n\nQms-Statement: approval/1',
    );
    expect(answer.stdout).toContain('As: process-owner reviewed\nPerson: bob');
    expect(shop.git('alice', 'tag', '-l', 'qms/approve/SOP-001/*')).toBe('');
  });

  it('lets an author sign but says that it fills nothing', async () => {
    const answer = await shop.do('alice', 'approve', 'SOP-001');
    expect(answer.stderr).toContain(
      'Alice (alice) wrote the only commit that made it: this approval will fill no requirement.',
    );
    const refused = await shop.run('carol', 'release', 'SOP-001');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'Not counted: Alice (alice) wrote the only commit that made it.',
    );
  });

  it('releases what distinct, independent people approved', async () => {
    await shop.do('bob', 'approve', 'SOP-001', '-m', 'Tried it.');
    const last = await shop.do('carol', 'approve', 'SOP-001');
    expect(last.stderr).toContain('All approvals are there. Next: qms release SOP-001');
    const dry = await shop.do('carol', 'release', '--all', '--dry-run', '--json');
    const { lines } = JSON.parse(dry.stdout) as {
      lines: { document: string; missing: string[] }[];
    };
    expect(lines).toMatchObject([{ document: 'SOP-001', missing: [] }]);
    const released = await shop.do('carol', 'release', '--all', '--json');
    expect(JSON.parse(released.stdout)).toMatchObject({
      release: 3,
      outcome: 'verified',
      put: [{ id: 'SOP-001', revision: '1' }],
    });
    expect(shop.git('alice', 'rev-parse', 'register')).toBe(
      shop.git('alice', 'rev-parse', 'qms/release/3^{commit}'),
    );
  });

  it('verifies with the anchor, and stock git accepts every tag', async () => {
    const answer = await shop.do('alice', 'verify', '--allowed-signers', 'signers');
    expect(answer.stdout).toContain('verified: 3 releases, 2 documents');
    const tags = shop.git('alice', 'tag', '-l', 'qms/*').trim().split('\n');
    expect(tags).toHaveLength(7);
    for (const tag of tags) {
      const signers = ['-c', `gpg.ssh.allowedSignersFile=${path.join(shop.top, 'signers')}`];
      // A tag that stock git does not accept makes it fail.
      execFileSync('git', [...signers, 'verify-tag', tag], { cwd: shop.top, stdio: 'pipe' });
    }
  });

  it('gives list, show, history and verify as JSON of the formats page', async () => {
    const list = JSON.parse((await shop.do('alice', 'list', '--json')).stdout) as {
      documents: Record<string, unknown>[];
    };
    expect(list.documents.map((one) => one['id'])).toEqual(['QMS', 'SOP-001']);
    expect(list.documents[1]).toMatchObject({ state: 'effective', revision: '1', release: 3 });
    const show = JSON.parse((await shop.do('alice', 'show', 'SOP-001', '--json')).stdout) as object;
    expect(show).toMatchObject({ id: 'SOP-001', revision: '1', contributors: ['alice'] });
    const history = await shop.do('alice', 'history', 'QMS', '--json');
    expect(JSON.parse(history.stdout)).toMatchObject({ revisions: [{ revision: '2' }, {}] });
    const verify = JSON.parse((await shop.do('alice', 'verify', '--json')).stdout) as object;
    expect(verify).toMatchObject({ outcome: 'verified', anchor, releases: 3, problems: [] });
  });

  it('shows the released text byte for byte', async () => {
    const answer = await shop.do('alice', 'show', 'SOP-001', '--content');
    expect(answer.stdout).toBe(shop.read('qms-docs/sop/SOP-001.md'));
  });

  it('refuses to approve again what is released', async () => {
    const answer = await shop.run('bob', 'approve', 'SOP-001');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('making/nothing-new');
  });

  it('refuses to sign where the folder differs from the commit', async () => {
    await shop.do('alice', 'revise', 'SOP-001', '-m', 'Ask for two offers');
    shop.commit('alice', 'SOP-001: ask for two offers');
    shop.write('qms-docs/sop/SOP-001.md', `${shop.read('qms-docs/sop/SOP-001.md')}\nMore.\n`);
    const dirty = await shop.run('bob', 'approve', 'SOP-001');
    expect(dirty.code).toBe(1);
    expect(dirty.stderr).toContain('cli/document-differs');
    expect(dirty.stderr).toContain('qms-docs/sop/SOP-001.md in the folder differs');
    expect((await shop.run('bob', 'approve', 'SOP-001', '--at', 'HEAD')).code).toBe(0);
    shop.git('alice', 'checkout', '--', 'qms-docs');
  });

  it('raises a revision once', async () => {
    const answer = await shop.run('alice', 'revise', 'SOP-001', '-m', 'Again');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('cli/revision-open');
  });

  it('lets a rejection stand until the same person approves', async () => {
    await shop.do('carol', 'approve', 'SOP-001', '--reject', '-m', 'Three offers.');
    const refused = await shop.run('carol', 'release', 'SOP-001');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('Carol rejected SOP-001 revision 2: Three offers.');
    await shop.do('carol', 'approve', 'SOP-001');
    const released = await shop.do('carol', 'release', 'SOP-001', '--effective', '2027-01-01');
    expect(released.stdout).toContain('SOP-001 revision 2 from 2027-01-01');
    const pending = await shop.do('alice', 'list', '--state', 'pending');
    expect(pending.stdout).toContain('SOP-001');
  });

  it('confirms and withdraws with approvals of their own', async () => {
    await shop.do('bob', 'approve', 'SOP-001', '--confirm');
    await shop.do('carol', 'approve', 'SOP-001', '--confirm');
    await shop.do('carol', 'release', '--confirm', 'SOP-001');
    await shop.do('bob', 'approve', 'SOP-001', '--withdraw', '-m', 'We buy nothing.');
    const half = await shop.run('carol', 'release', '--withdraw', 'SOP-001');
    expect(half.code).toBe(1);
    await shop.do('carol', 'approve', 'SOP-001', '--withdraw');
    await shop.do('carol', 'release', '--withdraw', 'SOP-001');
    const list = await shop.do('alice', 'list', '--state', 'withdrawn', '--format', 'csv');
    expect(list.stdout).toContain('SOP-001,sop,Buying,2,withdrawn');
    expect((await shop.do('alice', 'verify')).stdout).toContain('verified: 6 releases');
  });

  it('never gives a withdrawn id again', async () => {
    shop.git('alice', 'rm', '-q', 'qms-docs/sop/SOP-001.md');
    const answer = await shop.do('alice', 'new', 'sop', 'Selling');
    expect(answer.stdout).toBe('qms-docs/sop/SOP-002.md\n');
  });
});
