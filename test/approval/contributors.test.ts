import { describe, expect, it } from 'vitest';
import {
  addContributions,
  coAuthors,
  type CommitPeople,
  type Contribution,
  peopleOf,
  shareInWords,
  successorsIn,
} from '../../src/approval/contributors.ts';
import { formatCommit, parseCommit } from '../../src/git/commit.ts';
import type { Commit } from '../../src/git/objects.ts';
import type { Rules } from '../../src/rules/rules.ts';
import type { SignatureVerdict } from '../../src/signature/verdict.ts';
import { changed, goodRules, keyOf, rulesOf } from '../rules/rules-text.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('co-authors of a message', () => {
  it.each<[string, string[]]>([
    ['Co-authored-by: A <a@x.example>', ['a@x.example']],
    ['CO-AUTHORED-BY:A <a@x.example>', ['a@x.example']],
    ['Co-authored-by \t: < a@x.example >', ['a@x.example']],
    ['   Co-authored-by: A <a@x.example>   ', ['a@x.example']],
    ['Co-authored-by: A <a@x.example>, B <b@x.example>', ['a@x.example', 'b@x.example']],
    ['Co-authored-by: A a@x.example; (b@x.example)', ['a@x.example', 'b@x.example']],
    ['Co-authored-by: A <a@x.example> b@x.example', ['a@x.example', 'b@x.example']],
    ['Co-authored-by: A <a@x.example', ['a@x.example']],
    [
      'Co-authored-by: a@x.example<b@x.example>c@x.example',
      ['b@x.example', 'a@x.example', 'c@x.example'],
    ],
    ['Co-authored-by: A <>', ['']],
    ['Co-authored-by: somebody', ['somebody']],
    ['Co-authored-by: @here', ['@here']],
    ['Co-authored-by: Alice Ng at work', ['Alice Ng at work']],
    ['Co-authored-by:', []],
    ['Co-authored-by:  \t', []],
    ['Not-co-authored-by: A <a@x.example>', []],
    ['Co-authored-by A <a@x.example>', []],
    [
      'x\rCo-authored-by: a@x.example\r\nCo-authored-by: b@x.example\ny',
      ['a@x.example', 'b@x.example'],
    ],
  ])('%j are %j', (message, expected) => {
    expect(coAuthors(bytes(message))).toEqual(expected);
  });
});

const inForce = await rulesOf(goodRules);
/** Bob had another address, and Mallory was there. */
const before = await rulesOf(
  changed('[Bob@abc.example]', '[old@abc.example]').replace(
    'types:\n',
    '  mallory:\n    name: Mallory\n    email: [mallory@abc.example]\ntypes:\n',
  ),
);
const aliceKey = inForce.people.get('alice')!.keys[0]!.identity;
const bobKey = inForce.people.get('bob')!.keys[0]!.identity;

function commitBy(author: string, committer: string, message = 'A change\n'): Commit {
  const who = (email: string) => ({ name: 'N', email, seconds: 1_767_625_200, offset: '+0000' });
  const raw = formatCommit({
    tree: '1'.repeat(40),
    parents: [],
    author: who(author),
    committer: who(committer),
    message: bytes(message),
  });
  const parsed = parseCommit(raw, 'any');
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

const people = (
  commit: Commit,
  verdict?: SignatureVerdict,
  known: readonly Rules[] = [inForce, before],
) => peopleOf(commit, verdict, known, successorsIn([...known].reverse()));

describe('the people of a commit', () => {
  const [alice, bob, stranger] = ['alice@abc.example', 'bob@abc.example', 's@else.example'];

  it('are its author and co-authors, who wrote it', () => {
    const commit = commitBy(alice, alice, 'x\n\nCo-authored-by: Bob <BOB@abc.example>\n');
    expect(people(commit)).toEqual({
      wrote: ['alice', 'bob'],
      unknown: [],
      brought: [],
      signers: [],
      excusable: false,
    });
  });

  it('are its committer and the owner of its key, who brought it, each once', () => {
    const commit = commitBy(alice, bob);
    expect(people(commit)).toMatchObject({ wrote: ['alice'], brought: ['bob'], excusable: true });
    const byAlice: SignatureVerdict = { good: true, key: aliceKey };
    const carols = commitBy('carol@abc.example', 'carol@abc.example');
    expect(people(carols, byAlice)).toMatchObject({
      wrote: ['carol'],
      brought: ['alice'],
      signers: ['alice'],
      excusable: false,
    });
    expect(people(commitBy(stranger, alice), byAlice)).toMatchObject({
      brought: ['alice'],
      signers: ['alice'],
    });
  });

  it('are not the owner of a key without the use commit, nor of a bad signature', () => {
    const commit = commitBy('carol@abc.example', 'carol@abc.example');
    expect(people(commit, { good: true, key: bobKey })).toMatchObject({
      brought: [],
      signers: [],
    });
    const bad: SignatureVerdict = { good: false, fault: 'bad', detail: '', key: aliceKey };
    expect(people(commit, bad)).toMatchObject({ brought: [], signers: [] });
  });

  it('are unknown where no rules list the address; a committer is then nobody', () => {
    expect(people(commitBy(stranger, alice))).toEqual({
      wrote: [],
      unknown: [stranger],
      brought: ['alice'],
      signers: [],
      excusable: true,
    });
    expect(people(commitBy(stranger, 'S@ELSE.example'))).toMatchObject({
      brought: [],
      excusable: false,
    });
    expect(people(commitBy(alice, stranger))).toMatchObject({ brought: [], excusable: true });
  });

  it('stay known when they left or gave an address up, and the newest rules say whose it is', () => {
    expect(people(commitBy('mallory@abc.example', 'old@abc.example'))).toMatchObject({
      wrote: ['mallory'],
      unknown: [],
      brought: ['bob'],
    });
    expect(people(commitBy('mallory@abc.example', alice), undefined, [inForce])).toMatchObject({
      wrote: [],
      unknown: ['mallory@abc.example'],
    });
  });

  it('may be excused only where author and committer are two', () => {
    expect(people(commitBy(bob, 'old@abc.example'))).toMatchObject({ excusable: false });
    expect(people(commitBy(bob, alice))).toMatchObject({ excusable: true });
  });
});

/** Alice had another address. */
const first = await rulesOf(changed('[alice@abc.example]', '[gone@abc.example]'));
/** She has another name in the rules. */
const renamed = await rulesOf(goodRules.replace('  alice:\n', '  alice-ng:\n'));

describe('people under a new name', () => {
  const [old, now] = ['gone@abc.example', 'alice@abc.example'];
  const since = (commit: Commit, verdict?: SignatureVerdict) =>
    people(commit, verdict, [renamed, first]);

  it('are known by a key that they listed under the old one', () => {
    expect([...successorsIn([first, inForce, renamed])]).toEqual([['alice', ['alice-ng']]]);
    expect([...successorsIn([renamed, inForce])]).toEqual([['alice-ng', ['alice']]]);
    expect([...successorsIn([renamed, inForce, renamed])]).toEqual([['alice', ['alice-ng']]]);
    expect([...successorsIn([before, inForce])]).toEqual([]);
    expect([...successorsIn([])]).toEqual([]);
  });

  it('wrote and committed under both, and are no two people', () => {
    const both = ['alice', 'alice-ng'];
    expect(since(commitBy(old, old))).toMatchObject({ wrote: both, brought: [] });
    expect(since(commitBy('s@else.example', old))).toMatchObject({ brought: both });
    for (const [author, committer] of [
      [old, old],
      [old, now],
      [now, old],
    ] as const) {
      const signed: SignatureVerdict = { good: true, key: aliceKey };
      expect(since(commitBy(author, committer), signed)).toMatchObject({ excusable: false });
    }
    expect(since(commitBy(now, now))).toMatchObject({ wrote: ['alice-ng'] });
  });

  it('signed under both with a key that they gave up', async () => {
    const replaced = await rulesOf(
      goodRules.replace('  alice:\n', '  alice-ng:\n').replace(keyOf.alice, keyOf.carol),
    );
    const between = await rulesOf(
      goodRules.replace(
        `      - key: ${keyOf.alice}\n        use: [approve, commit]\n`,
        `      - key: ${keyOf.carol}\n        use: [approve, commit]\n`,
      ),
    );
    const signed: SignatureVerdict = { good: true, key: aliceKey };
    const commit = commitBy('carol@abc.example', 'carol@abc.example');
    expect(people(commit, signed, [replaced, between, first])).toMatchObject({
      wrote: ['carol'],
      brought: ['alice', 'alice-ng'],
      signers: ['alice', 'alice-ng'],
    });
  });
});

describe('who made a revision', () => {
  const contribution = (
    id: string,
    its: Partial<CommitPeople>,
    more: Partial<Contribution> = {},
  ): Contribution => ({
    id,
    people: { wrote: [], unknown: [], brought: [], signers: [], excusable: true, ...its },
    excused: new Set(),
    signature: 'missing',
    ...more,
  });

  it('is added up by person, ascending, without those who only brought it over', () => {
    const made = addContributions([
      contribution('1', { wrote: ['bob', 'alice'], brought: ['carol'] }, { signature: 'good' }),
      contribution(
        '2',
        { wrote: ['bob'], brought: ['carol', 'dave'] },
        { excused: new Set(['carol']) },
      ),
      contribution('3', { wrote: ['bob'], brought: ['erin'] }, { excused: new Set(['erin']) }),
    ]);
    expect([...made.people]).toEqual([
      ['alice', { wrote: 1, committed: 0 }],
      ['bob', { wrote: 3, committed: 0 }],
      ['carol', { wrote: 0, committed: 1 }],
      ['dave', { wrote: 0, committed: 1 }],
    ]);
    expect(made.commits).toBe(3);
    expect(made.unsigned).toEqual(['2', '3']);
    expect(made.unsupported).toEqual([]);
  });

  it('names each unknown address once, in order, and the commits without a good signature', () => {
    const made = addContributions([
      contribution('1', { unknown: ['z@x.example', 'b@x.example'] }, { signature: 'unsupported' }),
      contribution('2', { unknown: ['B@X.example'] }, { signature: 'good' }),
    ]);
    expect(made.unknown).toEqual([
      { address: 'B@X.example', commit: '2' },
      { address: 'z@x.example', commit: '1' },
    ]);
    expect([made.unsigned, made.unsupported]).toEqual([['1'], ['1']]);
  });

  it.each<[number, number, number, string | undefined, string]>([
    [3, 0, 5, '2', 'wrote 3 of the 5 commits since revision 2'],
    [5, 0, 5, '2', 'wrote all of the 5 commits since revision 2'],
    [1, 0, 1, undefined, 'wrote the only commit that made it'],
    [0, 2, 5, 'B', 'committed what stands in 2 of the 5 commits since revision B'],
    [1, 2, 5, '2', 'wrote 1 of the 5 commits since revision 2 and committed 2 more'],
  ])(
    '%i written and %i committed of %i since %s: %s',
    (wrote, committed, commits, since, words) => {
      expect(shareInWords({ wrote, committed }, commits, since)).toBe(words);
    },
  );
});
