/**
 * Threat: Somebody approves what they wrote themselves: by a second address, a co-author line, a
 * squash, a rebase or a merge.
 * Decision: Contributors are computed from the history that the release holds and fill nothing
 * where independence is asked; an unknown contributor is an error.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import {
  approvals,
  edition,
  image,
  imagePath,
  issue,
  markdown,
  newRules,
  pathOf,
  people,
  revise,
  rules,
  shop,
  sop,
  wi,
} from '../support/shop.ts';
import { ed25519Key } from '../support/ssh-keys.ts';
import { type CommitOptions, StockRegister } from '../support/stock-register.ts';

const as = 'quality-manager approved';
const actor = (id: string) => people[id] ?? { name: id, email: id, key: ed25519Key(id) };
const claim = (name: string, email: string) => ({ name, email });
const alice = actor('alice');
const dave = actor('dave');

/** Ways to have written what one then approves. */
const ways: [string, CommitOptions, CommitOptions][] = [
  ['as author', { by: 'alice' }, { by: 'dave' }],
  ['as author under another name', { author: claim('Somebody', alice.email) }, { by: 'dave' }],
  ['as author, address in capitals', { author: claim('A', 'ALICE@SHOP.EXAMPLE') }, { by: 'dave' }],
  ['as committer', { author: dave, committer: alice }, { author: dave, committer: dave }],
  [
    'as co-author',
    { by: 'dave', message: `Two of us\n\nCo-authored-by: Alice <${alice.email}>\n` },
    { by: 'dave', message: 'Two of us\n\nCo-authored-by: Bot <frank@shop.example>\n' },
  ],
  [
    'as co-author in other letters, in the middle of the message',
    { by: 'dave', message: `Two\nco-AUTHORED-by: x <${alice.email}>\n\nof us\n` },
    { by: 'dave', message: 'Two\nof us\n' },
  ],
  [
    'as the one whose key signed the commit',
    { by: 'dave', key: alice.key },
    { by: 'dave', key: dave.key },
  ],
];

describe('nobody approves alone what they wrote themselves', () => {
  test.each(ways)(
    'an approval by somebody who contributed %s fills nothing',
    (_what, commit, honest) =>
      attack(
        (register, attacked) => {
          revise(register, { commit: attacked ? commit : honest });
        },
        { code: 'release/requirements', release: 4, upTo: 3 },
      ),
  );

  test('an approval through a second address of the author fills nothing', () =>
    attack(
      (register, attacked) => {
        const email = attacked ? 'alice@home.example' : dave.email;
        revise(register, { commit: { author: claim('A friend', email) } });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
      () =>
        shop((data) => {
          data.people['alice']?.email.push('alice@home.example');
        }),
    ));

  test('an approval by a contributor is no error where others fill the requirements', async () => {
    const register = shop();
    const what = sop('3');
    register.commit(what.files, { by: 'alice' });
    const byErin = register.approve(what, { by: 'erin', as });
    register.release({ put: [what], approvals: [...approvals(register, what), byErin] });
    expectVerified(await verify(register));
  });

  test('where the type does not ask for independence the author approves', async () => {
    const register = shop();
    const what = wi('B', { fields: { changes: 'Clearer' } });
    register.commit(what.files, { by: 'alice' });
    register.release({ put: [what], approvals: [register.approve(what, { by: 'alice', as })] });
    const verification = await verify(register);
    expectVerified(verification);
    const last = verification.register?.documents.get('WI-001')?.revisions.at(-1);
    expect(last?.contributors).toEqual(['alice']);
  });

  test('who made only the image contributed', () =>
    attack(
      (register, attacked) => {
        const files = { [imagePath]: image.replace('h9', 'h8') };
        register.commit(files, { by: attacked ? 'alice' : 'dave' });
        revise(register, { edition: sop('3', { files }) });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('who wrote an earlier draft of the revision contributed, though nothing of it is left', () =>
    attack(
      (register, attacked) => {
        register.commit(sop('3', { body: 'Draft.\n' }).files, { by: attacked ? 'alice' : 'dave' });
        revise(register);
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('who wrote a revision before contributed to that one only', async () => {
    const register = shop();
    register.commit(sop('3').files, { by: 'alice' });
    const what = sop('3');
    const byErin = register.approve(what, { by: 'erin', as });
    const byBob = register.approve(what, { by: 'bob', as: 'process-owner reviewed' });
    register.release({ put: [what], approvals: [byErin, byBob] });
    revise(register, { edition: sop('4') });
    expectVerified(await verify(register));
  });

  test('who moved the document from another path contributed', () =>
    attack(
      (register, attacked) => {
        const draft = markdown('SOP-001', '3', { body: 'Somewhere else.\n' });
        register.commit({ 'drafts/clamping.md': draft }, { by: attacked ? 'alice' : 'dave' });
        register.commit({}, { by: 'dave', remove: ['drafts/clamping.md'] });
        revise(register);
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('who wrote a file whose front matter has the id in quotes contributed', () =>
    attack(
      (register, attacked) => {
        const draft = markdown('SOP-001', '3', { fields: { id: '"SOP-001"' } });
        register.commit({ 'drafts/clamping.md': draft }, { by: attacked ? 'alice' : 'dave' });
        revise(register);
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('who deleted a file of the content contributed', () =>
    attack(
      (register, attacked) => {
        register.commit({}, { by: attacked ? 'alice' : 'dave', remove: [pathOf('SOP-001')] });
        revise(register);
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('who wrote on a branch that was merged contributed', () =>
    attack(
      (register, attacked) => {
        const base = register.main;
        const what = sop('3');
        const branch = register.commit(sop('3', { body: 'A branch.\n' }).files, {
          by: attacked ? 'alice' : 'dave',
          parents: [base],
          main: false,
        });
        register.commit(what.files, { parents: [base, branch] });
        register.release({ put: [what], approvals: approvals(register, what) });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('who resolved a merge to something new contributed', () =>
    attack(
      (register, attacked) => {
        const base = register.main;
        const branch = register.commit(sop('3', { body: 'A branch.\n' }).files, {
          parents: [base],
          main: false,
        });
        const trunk = register.commit(sop('3', { body: 'The trunk.\n' }).files);
        const what = sop('3', { body: 'Both of them.\n' });
        register.commit(what.files, { by: attacked ? 'alice' : 'dave', parents: [trunk, branch] });
        register.release({ put: [what], approvals: approvals(register, what) });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('who merged without changing the files did not contribute', async () => {
    const register = shop();
    const base = register.main;
    const what = sop('3');
    const branch = register.commit(what.files, { parents: [base], main: false });
    const trunk = register.commit({ 'notes.txt': 'x\n' }, { parents: [base] });
    register.commit(
      { ...what.files, 'notes.txt': 'x\n' },
      { by: 'alice', parents: [trunk, branch] },
    );
    register.release({ put: [what], approvals: approvals(register, what) });
    expectVerified(await verify(register));
  });

  test('who wrote something else in the same history did not contribute', async () => {
    const register = shop();
    register.commit(
      { 'README.md': 'Hello.\n', 'qms-docs/sop/SOP-010.md': markdown('SOP-010', '1') },
      { by: 'alice' },
    );
    revise(register);
    expectVerified(await verify(register));
  });

  test('a squash does not hide the author of what was squashed: the approved commit is a parent', () =>
    attack(
      (register, attacked) => {
        const base = register.main;
        const what = sop('3');
        const branch = register.commit(what.files, {
          by: attacked ? 'alice' : 'dave',
          parents: [base],
          main: false,
        });
        register.commit(what.files, { by: 'dave', parents: [base] });
        const signed = [
          register.approve(what, { by: 'alice', as, at: branch }),
          register.approve(what, { by: 'bob', as: 'process-owner reviewed', at: branch }),
        ];
        register.release({ put: [what], approvals: signed });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('who brings a commit over byte for byte as committer did not contribute', () =>
    attack(
      (register, attacked) => {
        const base = register.main;
        const what = sop('3');
        const original = register.commit(what.files, { parents: [base], main: false });
        // A rebase by Alice: Dave stays the author. With other bytes it is her work.
        const rebased = attacked ? sop('3', { body: 'A word more.\n' }) : what;
        const trunk = register.commit({ 'notes.txt': 'x\n' }, { parents: [base] });
        register.commit(rebased.files, { author: dave, committer: alice, parents: [trunk] });
        const signed = [
          register.approve(rebased, { by: 'alice', as }),
          register.approve(rebased, { by: 'bob', as: 'process-owner reviewed' }),
        ];
        if (!attacked) {
          signed[1] = register.approve(what, {
            by: 'bob',
            as: 'process-owner reviewed',
            at: original,
          });
        }
        register.release({ put: [rebased], approvals: signed });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('an unknown contributor is an error', () =>
    attack(
      (register, attacked) => {
        const author = attacked ? claim('bot', 'bot@forge.example') : dave;
        revise(register, { commit: { author } });
      },
      { code: 'release/contributor-unknown', release: 4, upTo: 3 },
    ));

  test.each(['F <friend@elsewhere.example>', 'a friend'])(
    'the unknown co-author %s is an error',
    (one) =>
      attack(
        (register, attacked) => {
          const friend = attacked ? one : `F <${dave.email}>`;
          revise(register, { commit: { message: `x\n\nCo-Authored-By: ${friend}\n` } });
        },
        { code: 'release/contributor-unknown', release: 4, upTo: 3 },
      ),
  );

  test('a contributor whom earlier rules knew is known', async () => {
    const register = shop();
    register.commit(sop('3').files, { by: 'frank' });
    newRules(
      register,
      rules('2', (data) => {
        delete data.people['frank'];
      }),
    );
    revise(register);
    expectVerified(await verify(register));
  });

  test('a type that takes any contributor takes an unknown one', async () => {
    const register = shop();
    const what = edition('ANY-001', '1');
    register.commit(what.files, { author: claim('bot', 'bot@forge.example') });
    register.release({ put: [what], approvals: [register.approve(what, { by: 'alice', as })] });
    expectVerified(await verify(register));
  });

  test('a type that takes any contributor still asks for independence', () =>
    attack(
      (register, attacked) => {
        const what = edition('ANY-001', '1');
        register.commit(what.files, { by: attacked ? 'alice' : 'dave' });
        register.release({ put: [what], approvals: [register.approve(what, { by: 'alice', as })] });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  const signed = (register: StockRegister, commit: CommitOptions) => {
    const what = edition('SIG-001', '1');
    register.commit(what.files, commit);
    register.release({ put: [what], approvals: [register.approve(what, { by: 'alice', as })] });
  };
  test.each<[string, CommitOptions]>([
    ['no signature', { by: 'dave' }],
    ['a signature by a key that nobody lists', { by: 'dave', key: ed25519Key('stranger') }],
    ['a signature by a key that is not for commits', { by: 'dave', key: actor('frank').key }],
    [
      'a signature over something else',
      { by: 'dave', key: dave.key, raw: (raw) => raw.replace('Work on documents', 'Work') },
    ],
  ])('where every commit must be signed, a commit with %s is refused', (_what, commit) =>
    attack(
      (register, attacked) => {
        signed(register, attacked ? commit : { by: 'dave', key: dave.key });
      },
      { code: 'release/contributor-unsigned', release: 4, upTo: 3 },
    ),
  );

  test('for the first revision everything after the founding commit counts', () =>
    attack(
      (register, attacked) => {
        // Written before release 2, released long after.
        register.commit(edition('SOP-005', '1', { body: 'Old draft.\n' }).files, {
          by: attacked ? 'alice' : 'dave',
        });
        issue(register, sop('3'));
        issue(register, edition('SOP-005', '1'));
      },
      { code: 'release/requirements', release: 5, upTo: 4 },
    ));

  test('a contributor of a change order counts for the document that they wrote only', async () => {
    const register = shop();
    const one = sop('3');
    const other = edition('SOP-002', '1');
    register.commit(one.files, { by: 'dave' });
    register.commit(other.files, { by: 'alice' });
    const byErin = register.approve(other, { by: 'erin', as });
    const byBob = register.approve([one, other], {
      by: 'bob',
      as: 'process-owner reviewed',
      name: 'qms/approve/CO-2/bob',
    });
    const byAlice = register.approve(one, { by: 'alice', as });
    register.release({ put: [one, other], approvals: [byAlice, byBob, byErin] });
    expectVerified(await verify(register));
  });

  test('who wrote before the register was founded did not contribute to what it adopts', async () => {
    const register = new StockRegister(people);
    const adopted = sop('7', { fields: { changes: undefined } });
    register.commit(adopted.files, { by: 'alice' });
    const first = rules('1');
    register.commit(first.files, { by: 'carol' });
    register.release({ put: [first] });
    register.release({ put: [adopted], approvals: approvals(register, adopted) });
    const verification = await verify(register);
    expectVerified(verification);
    const [revision] = verification.register?.documents.get('SOP-001')?.revisions ?? [];
    expect(revision?.contributors).toEqual([]);
  });

  test('who wrote the first rules did not contribute to the second', () =>
    attack(
      (register, attacked) => {
        const next = rules('2');
        register.commit(next.files, { by: attacked ? 'alice' : 'dave' });
        const signed = register.approve(next, { by: 'alice', as });
        register.release({ put: [next], approvals: [signed] });
      },
      { code: 'release/requirements', release: 2, upTo: 1 },
      () => {
        const register = new StockRegister(people);
        const first = rules('1');
        register.commit(first.files, { by: 'alice' });
        register.release({ put: [first] });
        return register;
      },
    ));
});
