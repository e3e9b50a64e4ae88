import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  attack,
  expectProblem,
  expectVerified,
  inWords,
  verify,
} from '../support/expect-verification.ts';
import type { TreeFiles } from '../support/raw-repository.ts';
import {
  edition,
  issue,
  keyLine,
  looseShop,
  newRules,
  people,
  revise,
  rules,
  rulesPath,
  rulesText,
  shop,
  sop,
} from '../support/shop.ts';
import type { Edition, StockRegister } from '../support/stock-register.ts';

const as = 'quality-manager approved';

/** Refs that are written at once, as if somebody had pushed them. */
function pushRefs(register: StockRegister, names: readonly string[], id: string): void {
  const packed = join(register.repository.folder, 'packed-refs');
  const lines = readFileSync(packed, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('^'));
  const all = [...lines, ...names.map((name) => `${id} refs/tags/${name}`)];
  all.sort((a, b) => Buffer.compare(Buffer.from(a.slice(41)), Buffer.from(b.slice(41))));
  writeFileSync(packed, `# pack-refs with: sorted \n${all.join('\n')}\n`);
}

describe('a second founding hides nobody', () => {
  // Got through: a branch beside the register that adds the first rules once more made what lies
  // before it work from before the register, so that its author could approve it.
  test('a branch that adds the first rules again does not make its past foreign work', () =>
    attack(
      (register, attacked) => {
        const what = edition('SIG-001', '1');
        const { key } = people.alice ?? {};
        const draft = register.commit(what.files, {
          by: attacked ? 'alice' : 'dave',
          parents: [],
          main: false,
          ...(attacked ? {} : { key: people.dave?.key }),
          ...(key === undefined ? {} : {}),
        });
        const again = register.commit(rules('1').files, {
          by: 'dave',
          parents: [draft],
          main: false,
        });
        const merged = { ...register.mainFiles.get(register.main), ...what.files };
        register.commit(merged, { by: 'dave', parents: [register.main, again] });
        const signed = register.approve(what, { by: 'alice', as });
        register.release({ put: [what], approvals: [signed] });
      },
      { code: ['release/requirements', 'release/contributor-unsigned'], release: 4, upTo: 3 },
    ));
});

describe('junk in any number or size is only junk', () => {
  test('very many tags that are no release end the register and nothing else', async () => {
    const register = shop();
    const names = Array.from({ length: 130_000 }, (_, at) => `qms/release/${String(at + 5)}`);
    pushRefs(register, names, register.main);
    expectProblem(await verify(register), { code: 'chain/gap', upTo: 3 });
  });

  test('very many junk tags are warnings', async () => {
    const register = shop();
    const names = Array.from({ length: 130_000 }, (_, at) => `qms/approve/j/${String(at + 5)}`);
    pushRefs(register, names, register.main);
    expectProblem(await verify(register), {
      code: 'statement/not-annotated',
      severity: 'warning',
      upTo: 3,
    });
  });

  test('a tag on an object over the limit is a warning', async () => {
    const register = shop();
    const large = register.repository.object('blob', Buffer.alloc(64 * 1024 * 1024 + 1));
    register.repository.ref('refs/tags/qms/approve/large', large);
    for (const store of ['git', 'isomorphic'] as const) {
      expectProblem(await verify(register, { store }), {
        code: 'git/object-too-large',
        severity: 'warning',
        upTo: 3,
      });
    }
  });

  test('a release with a Markdown file over the limit ends the register before it', async () => {
    const register = shop();
    const what = sop('3', { files: { 'qms-docs/sop/_x.md': Buffer.alloc(64 * 1024 * 1024 + 1) } });
    issue(register, what);
    expectProblem(await verify(register), { code: 'git/object-too-large', release: 4, upTo: 3 });
  });

  test('a release commit with very many header lines is refused', async () => {
    const register = shop();
    revise(register, {
      release: {
        change: {
          commit: (raw) => raw.replace('\n\n', `\n${'x y\n'.repeat(200_000)}\n`),
        },
      },
    });
    expectProblem(await verify(register), { code: 'git/commit-malformed', release: 4, upTo: 3 });
  });

  test('a commit with very many parents is only a commit', async () => {
    const register = shop();
    const parents = Array.from({ length: 200_000 }, () => register.main);
    register.commit(sop('3').files, { parents });
    const what = sop('3');
    register.commit(edition('WI-002', 'A').files);
    const signed = [
      register.approve(what, { by: 'alice', as }),
      register.approve(what, { by: 'bob', as: 'process-owner reviewed' }),
    ];
    register.release({ put: [what], approvals: signed });
    const verification = await verify(register);
    expect(inWords(verification.problems)).toEqual([]);
  });
});
