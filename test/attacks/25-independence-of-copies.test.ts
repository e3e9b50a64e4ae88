/**
 * Threat: Somebody writes under the name of another and lets a later commit look like the original,
 * or merges a release into the work.
 * Decision: Only a commit that does not descend from the copy can be what was copied, and the commits
 * of merged releases count like all others.
 */
import { describe, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import { people, revise, shop, sop } from '../support/shop.ts';
import { ed25519Key } from '../support/ssh-keys.ts';
import type { Edition, StockRegister } from '../support/stock-register.ts';

const actor = (id: string) => people[id] ?? { name: id, email: id, key: ed25519Key(id) };
const alice = actor('alice');
const dave = actor('dave');
const refused = { code: 'release/requirements', release: 4, upTo: 3 };

/** Alice and Bob approve the newest commit, and it is released. */
function release(register: StockRegister, what: Edition): void {
  const approvals = [
    register.approve(what, { by: 'alice', as: 'quality-manager approved' }),
    register.approve(what, { by: 'bob', as: 'process-owner reviewed' }),
  ];
  register.release({ put: [what], approvals });
}

describe('who brought work over is excused by what it was brought from', () => {
  test('not by a later commit that returns to the same text', () =>
    attack((register, attacked) => {
      const what = sop('3');
      const [path = ''] = Object.keys(what.files);
      const first = attacked ? { author: dave, committer: alice } : { by: 'dave' };
      register.commit(what.files, first);
      register.commit({ [path]: `${String(what.files[path])}More.\n` }, { by: 'dave' });
      register.commit(what.files, { by: 'dave' });
      release(register, what);
    }, refused));

  test('and by one that stands beside it', async () => {
    const register = shop();
    const what = sop('3');
    const base = register.main;
    const original = register.commit(what.files, { by: 'dave', main: false });
    register.commit(what.files, { author: dave, committer: alice, parents: [base] });
    const approvals = [
      register.approve(what, { by: 'alice', as: 'quality-manager approved' }),
      register.approve(what, { by: 'bob', as: 'process-owner reviewed', at: original }),
    ];
    register.release({ put: [what], approvals });
    expectVerified(await verify(register));
  });
});

describe('releases that were merged into the work are work', () => {
  test('and whoever made their commits contributed to what they hold', () =>
    attack(
      (register, attacked) => {
        revise(register, { release: { by: 'grace' } });
        const parents = [register.main, ...(attacked ? [register.lastRelease()] : [])];
        register.commit({ 'notes.txt': 'Merged.\n' }, { by: 'dave', parents });
        const what = sop('4');
        revise(register, { edition: what, commit: { by: 'dave' }, alice: { by: 'grace' } });
      },
      { ...refused, release: 5, upTo: 4 },
    ));
});
