/**
 * Threat: What was written of a record that was disposed of can't go, or takes something else along.
 * Decision: Its drafts at its own path may be missing as its files may; nothing else is excused, and
 * nothing by a release that is none.
 */
import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import { edition, issue, looseShop, markdown, revise, sop } from '../support/shop.ts';
import type { Files, StockRegister } from '../support/stock-register.ts';

describe('a draft of a record that was disposed of', () => {
  const what = edition('NCR-2026-001', '1', { record: true, fields: { date: '2026-01-05' } });
  const [path = ''] = Object.keys(what.files);
  const draft = edition('NCR-2026-001', '1', { record: true, body: 'Names.\n' }).files[path] ?? '';
  const lose = ({ repository }: StockRegister, text: string | Buffer) => {
    rmSync(repository.objectFile(repository.object('blob', text)));
  };
  const file = (register: StockRegister): void => {
    register.commit(what.files);
    register.release({ put: [what] });
  };
  const dispose = (register: StockRegister): void => {
    register.release({ dispose: [what] });
  };
  /** A record is drafted, filed, disposed of, and deleted from the work. */
  const disposed = (drafts: Files = { [path]: draft }): StockRegister => {
    const register = looseShop();
    register.commit(drafts);
    file(register);
    dispose(register);
    revise(register, { commit: { remove: [path] } });
    return register;
  };
  const missing = { code: 'git/object-missing', severity: 'unknown' } as const;

  test('may be missing as the record may', async () => {
    const register = disposed();
    expectVerified(await verify(register));
    lose(register, draft);
    expectVerified(await verify(register));
    lose(register, what.files[path] ?? '');
    const gone = await verify(register);
    const warning = { code: 'release/disposed-missing', severity: 'warning', upTo: 6 } as const;
    expectProblem(gone, warning);
    revise(register, { edition: sop('4') });
    expectProblem(await verify(register, { previous: gone }), { ...warning, upTo: 7 });
    expectProblem(await verify(register), { ...warning, upTo: 7 });
  });

  test('may not be missing before', async () => {
    const register = looseShop();
    register.commit({ [path]: draft });
    file(register);
    revise(register);
    expectVerified(await verify(register));
    lose(register, draft);
    expectProblem(await verify(register), { ...missing, upTo: 3 });
  });

  test('may not be missing where nothing of the record was released', async () => {
    const register = disposed({ 'draft.md': draft });
    expectVerified(await verify(register));
    lose(register, draft);
    expectProblem(await verify(register), { ...missing, upTo: 3 });
  });

  test('may not be missing where another document had its place', async () => {
    const register = looseShop();
    const aside = 'qms-docs/ncr/aside.md';
    issue(register, edition('SOP-009', '1', { path }));
    issue(register, edition('SOP-009', '2', { path: aside }));
    const late = 'Perhaps of another document.\n';
    register.commit({ [path]: late }, { remove: [aside] });
    file(register);
    dispose(register);
    expectVerified(await verify(register));
    lose(register, late);
    expectProblem(await verify(register), { ...missing, upTo: 5 });
  });

  test('may not be missing where the disposal is none', async () => {
    const register = looseShop();
    register.commit({ [path]: draft });
    file(register);
    expectVerified(await verify(register));
    register.release({ dispose: [what], change: { key: null } });
    lose(register, draft);
    expectProblem(await verify(register), {
      code: 'git/object-missing',
      severity: 'unknown',
      upTo: 3,
      outcome: 'problems',
    });
  });

  test('is not what a release that is none says that the record had', async () => {
    const register = disposed();
    const hidden = markdown('SOP-001', '4', { body: 'Who wrote this?\n' });
    register.commit({ 'draft.md': hidden }, { by: 'erin' });
    register.commit({}, { by: 'dave', remove: ['draft.md'] });
    revise(register, { edition: sop('4') });
    expectVerified(await verify(register));
    const files = { ...what.files, 'draft.md': hidden };
    register.release({ put: [{ ...what, files }], change: { key: null } });
    lose(register, hidden);
    const { problems, register: found } = await verify(register);
    expect(problems.map(({ code }) => code)).toContain('git/object-missing');
    expect(found?.releases).toHaveLength(6);
  });
});
