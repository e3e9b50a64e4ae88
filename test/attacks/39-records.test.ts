/**
 * Threat: Records are filed, corrected or disposed of without what their type asks for.
 * Decision: They need the approvals of their type, and only a valid disposal excuses files that are
 * missing.
 */
import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { attack, expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import type { TreeFiles } from '../support/raw-repository.ts';
import { runIn, serving, type Serving } from '../support/serving.ts';
import { edition, looseShop, pathOf, revise, shop } from '../support/shop.ts';
import type { Approval, Edition, StockRegister } from '../support/stock-register.ts';

const record = (id: string, revision = '1'): Edition =>
  edition(id, revision, { record: true, fields: { date: '2026-01-05' } });

/** File a record; records of the type AUD need an approval. */
function file(register: StockRegister, what: Edition): Approval[] {
  register.commit(what.files);
  const signed = what.id.startsWith('AUD')
    ? [register.approve(what, { by: 'alice', as: 'quality-manager approved' })]
    : [];
  register.release({ put: [what], approvals: signed });
  return signed;
}

const dispose = (register: StockRegister, what: Edition, signed: readonly Approval[] = []) => {
  register.release({ dispose: [what], approvals: signed });
};

describe('records', () => {
  test('a record is filed without approvals where its type asks for none, and leaves the tree', async () => {
    const register = shop();
    file(register, record('NCR-2026-001'));
    revise(register);
    const verification = await verify(register);
    expectVerified(verification);
    expect(
      register.repository.git('ls-tree', '-r', '--name-only', register.lastRelease()),
    ).not.toContain('NCR');
    expect(verification.register?.documents.get('NCR-2026-001')?.revisions).toHaveLength(1);
  });

  test('a record that stays in the tree of the next release is refused', () =>
    attack(
      (register, attacked) => {
        const what = record('NCR-2026-001');
        file(register, what);
        const [path = ''] = Object.keys(what.files);
        const text = what.files[path] ?? '';
        const tree = (files: TreeFiles) => {
          const id = register.repository.object('blob', text);
          files.set(`documents/NCR-2026/NCR-2026-001/${path}`, { mode: '100644', id });
        };
        revise(register, { release: { change: attacked ? { tree } : {} } });
      },
      { code: 'release/tree', release: 5, upTo: 4 },
    ));

  test('a record that is corrected gets the next revision', () =>
    attack(
      (register, attacked) => {
        file(register, record('NCR-2026-001'));
        file(register, record('NCR-2026-001', attacked ? '3' : '2'));
      },
      { code: 'release/revision-order', release: 5, upTo: 4 },
    ));

  test('a record without a date is refused', () =>
    attack(
      (register, attacked) => {
        const fields = { date: attacked ? undefined : '2026-01-05' };
        file(register, edition('NCR-2026-001', '1', { record: true, fields }));
      },
      { code: 'document/field-missing', release: 4, upTo: 3 },
    ));

  test('a record whose type asks for an approval is not filed without it', () =>
    attack(
      (register, attacked) => {
        const what = record('AUD-2026-001');
        register.commit(what.files);
        const signed = register.approve(what, { by: 'alice', as: 'quality-manager approved' });
        register.release({ put: [what], approvals: attacked ? [] : [signed] });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('a record whose type asks for an approval is not disposed of without it', () =>
    attack(
      (register, attacked) => {
        const what = record('AUD-2026-001');
        file(register, what);
        const as = 'quality-manager approved';
        const signed = register.approve(what, { by: 'alice', as, decision: 'dispose' });
        dispose(register, what, attacked ? [] : [signed]);
      },
      { code: 'release/requirements', release: 5, upTo: 4 },
    ));

  test('the approval of filing does not dispose', () =>
    attack(
      (register, attacked) => {
        const what = record('AUD-2026-001');
        const filed = file(register, what);
        const as = 'quality-manager approved';
        const signed = register.approve(what, { by: 'alice', as, decision: 'dispose' });
        dispose(register, what, attacked ? filed : [signed]);
      },
      { code: 'approval/unused', release: 5, upTo: 4 },
    ));

  test('only records are disposed of', () =>
    attack(
      (register, attacked) => {
        const what = attacked ? edition('WI-001', 'A') : record('AUD-2026-001');
        if (!attacked) file(register, what);
        const as = 'quality-manager approved';
        const signed = register.approve(what, { by: 'alice', as, decision: 'dispose' });
        dispose(register, what, [signed]);
      },
      { code: 'release/act', release: 4, upTo: 3 },
    ));

  test('the id of a record that was disposed of does not return', () =>
    attack(
      (register, attacked) => {
        const what = record('NCR-2026-001');
        file(register, what);
        dispose(register, what);
        file(register, record(attacked ? 'NCR-2026-001' : 'NCR-2026-002', '2'));
      },
      { code: 'release/ended', release: 6, upTo: 5 },
    ));

  /** The file in the repository that holds the text of a record. */
  const textOf = (register: StockRegister, what: Edition): string => {
    const [text = ''] = Object.values(what.files);
    return register.repository.objectFile(register.repository.object('blob', text));
  };

  test('after its disposal the files of a record may be missing, with a warning', async () => {
    const register = looseShop();
    const what = record('NCR-2026-001');
    file(register, what);
    revise(register);
    dispose(register, what);
    expectVerified(await verify(register));
    rmSync(textOf(register, what));
    const verification = await verify(register);
    expectProblem(verification, {
      code: 'release/disposed-missing',
      severity: 'warning',
      document: 'NCR-2026-001',
      upTo: 6,
    });
  });

  /** A record whose type asks for nothing, but whose own front matter for a review. */
  const asking = (): Edition =>
    edition('NCR-2026-001', '1', {
      record: true,
      fields: { date: '2026-01-05', approval: '[{role: process-owner, meaning: reviewed}]' },
    });
  const bob = { by: 'bob', as: 'process-owner reviewed' };

  test('after its disposal a record may be missing that asked for an approval itself', async () => {
    const register = looseShop();
    const what = asking();
    register.commit(what.files);
    register.release({ put: [what], approvals: [register.approve(what, bob)] });
    dispose(register, what, [register.approve(what, { ...bob, decision: 'dispose' })]);
    revise(register);
    expectVerified(await verify(register));
    rmSync(textOf(register, what));
    const verification = await verify(register);
    expectProblem(verification, {
      code: 'release/disposed-missing',
      severity: 'warning',
      document: 'NCR-2026-001',
      upTo: 6,
    });
    expect(verification.problems).toHaveLength(1);
    const document = verification.register?.documents.get('NCR-2026-001');
    expect(document?.end?.approvals.map((one) => one.person)).toEqual(['bob']);
    expect(document?.revisions[0]?.put.notCounted).toEqual([]);
  });

  test('an approval that a record did not ask for is not let in by a lost file and a disposal that is none', async () => {
    const refusedAt4 = { release: 4, upTo: 3 };
    const build = (by: string): StockRegister => {
      const register = looseShop();
      const what = asking();
      register.commit(what.files);
      const alice = register.approve(what, { by: 'alice', as: 'quality-manager approved' });
      const signed = [alice, register.approve(what, bob)];
      register.release({ put: [what], approvals: signed });
      register.release({
        dispose: [what],
        approvals: [register.approve(what, { ...bob, decision: 'dispose' })],
        by,
      });
      return register;
    };
    expectProblem(await verify(build('carol')), { code: 'approval/unused', ...refusedAt4 });
    const register = build('dave');
    expectProblem(await verify(register), { code: 'approval/unused', ...refusedAt4 });
    rmSync(textOf(register, asking()));
    expectProblem(await verify(register), {
      code: 'git/object-missing',
      severity: 'unknown',
      outcome: 'problems',
      ...refusedAt4,
    });
  });

  /** What people see of the record of `asking`, disposed of by release 5. */
  async function expectShownWithoutText(server: Serving): Promise<void> {
    const get = async (path: string) => {
      const answer = await fetch(`${server.address ?? ''}${path}`);
      return { status: answer.status, text: (await answer.text()).replace(/<[^>]*>/g, '') };
    };
    const page = await get('/d/NCR-2026-001/1');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Disposed of by release 5: its text is no longer kept.');
    expect(page.text).toContain('Disposed of · revision 1');
    expect(page.text).not.toContain('This is revision 1.');
    for (const path of [
      '/d/NCR-2026-001',
      '/d/NCR-2026-001/history',
      '/d/NCR-2026-001/1/evidence',
      '/search?q=NCR',
      '/register/4',
      '/status',
      '/api/v1/show/NCR-2026-001@1',
      '/api/v1/show/NCR-2026-001/evidence',
      '/api/v1/history/NCR-2026-001',
      '/api/v1/list',
      '/api/v1/release/5',
    ]) {
      expect([path, (await get(path)).status]).toEqual([path, 200]);
    }
    const file = await get(`/d/NCR-2026-001/1/files/${pathOf('NCR-2026-001')}`);
    expect(file.status).toBe(404);
    expect(file.text).toContain('was disposed of by release 5: its files are no longer kept');
  }

  test('a record that is gone after its disposal is shown without its text, also by a server that held it', async () => {
    const register = looseShop();
    register.repository.git('config', 'qms.anchor', register.anchor);
    const what = asking();
    register.commit(what.files);
    register.release({ put: [what], approvals: [register.approve(what, bob)] });
    dispose(register, what, [register.approve(what, { ...bob, decision: 'dispose' })]);
    const held = await serving(register);
    const early = await serving(register);
    try {
      expect(await early.page('/d/NCR-2026-001/1')).toContain('This is revision 1.');
      const content = await runIn(register, 'show', 'NCR-2026-001@1', '--content');
      expect([content.code, content.stdout]).toEqual([0, Object.values(what.files)[0]]);
      rmSync(textOf(register, what));
      await expectShownWithoutText(held);
    } finally {
      await held.stop();
      await early.stop();
    }
    const late = await serving(register);
    try {
      await expectShownWithoutText(late);
      const { text } = await fetch(`${late.address ?? ''}/d/NCR-2026-001/1/evidence`).then(
        async (answer) => ({ text: await answer.text() }),
      );
      expect(text).toContain('its files are no longer kept');
      expect(text).not.toContain('qms-content 1\n<');
    } finally {
      await late.stop();
    }
    const content = await runIn(register, 'show', 'NCR-2026-001@1', '--content');
    expect([content.code, content.stdout]).toEqual([2, '']);
    expect(content.stderr.replace(/\s+/g, ' ')).toContain(
      'The text of NCR-2026-001 revision 1 is no longer kept: NCR-2026-001 was disposed of by release 5.',
    );
    expect(content.stderr).not.toContain('complete clone');
  });

  test('a text that is missing without a disposal is not passed off as disposed of', async () => {
    const register = looseShop();
    register.repository.git('config', 'qms.anchor', register.anchor);
    const what = asking();
    register.commit(what.files);
    register.release({ put: [what], approvals: [register.approve(what, bob)] });
    revise(register);
    const server = await serving(register);
    try {
      // Revision 1 of SOP-001 is superseded, so its text is read only when it is asked for.
      const lost = register.repository.git(
        'rev-parse',
        `qms/release/2:documents/SOP/SOP-001/${pathOf('SOP-001')}`,
      );
      rmSync(register.repository.objectFile(lost));
      const answer = await fetch(`${server.address ?? ''}/d/SOP-001/1`);
      expect(answer.status).toBe(503);
      expect(await answer.text()).not.toContain('no longer kept');
    } finally {
      await server.stop();
    }
  });

  test('before its disposal a missing file of a record is an unknown', async () => {
    const register = looseShop();
    const what = record('NCR-2026-001');
    file(register, what);
    revise(register);
    expectVerified(await verify(register));
    const [text = ''] = Object.values(what.files);
    rmSync(register.repository.objectFile(register.repository.object('blob', text)));
    expectProblem(await verify(register), { code: 'git/object-missing', severity: 'unknown' });
  });

  test('the disposal of one record does not excuse the files of another', async () => {
    const register = looseShop();
    const gone = record('NCR-2026-001');
    const kept = record('NCR-2026-002');
    file(register, gone);
    file(register, kept);
    dispose(register, gone);
    expectVerified(await verify(register));
    const [text = ''] = Object.values(kept.files);
    rmSync(register.repository.objectFile(register.repository.object('blob', text)));
    expectProblem(await verify(register), { code: 'git/object-missing', severity: 'unknown' });
  });
});
