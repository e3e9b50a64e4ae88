/**
 * Threat: Huge files, statements, folders or numbers of tags exhaust the verification.
 * Decision: Limits end in a message that names them, parsers take linear time, and junk in any
 * number stays a warning.
 */
import { describe, expect, test } from 'vitest';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attack, expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import { pathOf, revise, shop, sop } from '../support/shop.ts';

describe('sizes over the limits end in a clear message', () => {
  test('a comment of more than 64 KiB is refused', () =>
    attack(
      (register, attacked) => {
        const lines = Array.from({ length: attacked ? 1100 : 900 }, () => 'x'.repeat(60));
        revise(register, { alice: { comment: lines.join('\n') } });
      },
      { code: 'statement/too-large', release: 4, upTo: 3 },
    ));

  test('more than 1,000 lines of a kind are refused', () =>
    attack(
      (register, attacked) => {
        const text = (message: string) => {
          const more = Array.from(
            { length: 1000 },
            (_, at) => `Document: ZZZ-${String(1000 + at)} 1 sha256:${'0'.repeat(64)}\n`,
          );
          return message.replace(/(Document: .*\n)/, `$1${more.join('')}`);
        };
        revise(register, { alice: { change: attacked ? { text } : {} } });
      },
      { code: 'statement/too-large', release: 4, upTo: 3 },
    ));

  test('a Markdown file of more than 1 MiB is refused', () =>
    attack(
      (register, attacked) => {
        const body = 'Sixteen bytes..\n'.repeat(attacked ? 65_536 : 60_000);
        revise(register, { edition: sop('3', { body }) });
      },
      { code: 'text/too-large', release: 4, upTo: 3 },
    ));

  test('a file of more than 64 MiB is refused', async () => {
    const register = shop();
    expectVerified(await verify(register));
    const files = { 'qms-docs/sop/film.bin': Buffer.alloc(64 * 1024 * 1024 + 1, 'film') };
    revise(register, { edition: sop('3', { files }) });
    const verification = await verify(register);
    expectProblem(verification, { code: 'git/object-too-large', upTo: 3 });
  });

  test('folders nested very deeply are refused', () =>
    attack(
      (register, attacked) => {
        const { repository } = register;
        const treeId = (id: string) => {
          let deep = repository.object('tree', '');
          for (let depth = 0; depth < 3000; depth += 1) {
            deep = repository.rawTree([{ mode: '40000', name: 'd', id: deep }]);
          }
          const listed = repository
            .git('ls-tree', id)
            .split('\n')
            .map((line) => {
              const [mode = '', , object = '', name = ''] = line.split(/[ \t]/);
              return {
                mode: mode.replace(/^0/, ''),
                name,
                id: name === 'documents' ? deep : object,
              };
            });
          return repository.sortedTree(listed);
        };
        revise(register, { release: { change: attacked ? { treeId } : {} } });
      },
      { code: 'release/tree', release: 4, upTo: 3 },
    ));

  test('very long lines and very many brackets in a document are only text', async () => {
    const register = shop();
    revise(register, {
      edition: sop('3', { body: `${'[('.repeat(100_000)}\n${'>'.repeat(100_000)}\n` }),
    });
    expectVerified(await verify(register));
    expect(pathOf('SOP-001')).toBe('qms-docs/sop/SOP-001.md');
  });

  test('ten thousand junk tags are warnings and the register stays good', async () => {
    const register = shop();
    const packed = join(register.repository.folder, 'packed-refs');
    const junk = Array.from(
      { length: 10_000 },
      (_, at) => `${register.main} refs/tags/qms/approve/junk/${String(10_000 + at)}\n`,
    );
    const [before = '', ...after] = readFileSync(packed, 'utf8').split(/^(?=.*\/release\/)/m);
    writeFileSync(packed, [before, ...junk, ...after].join(''));
    const verification = await verify(register);
    expectProblem(verification, { code: 'statement/not-annotated', severity: 'warning', upTo: 3 });
  });
});
