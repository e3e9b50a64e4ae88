/**
 * Threat: Somebody approves what they wrote themselves, hidden in merges, copies, forged names,
 * retired keys or a crowded co-author line.
 * Decision: Whoever wrote, resolved or signed a commit counts; only the commit of somebody else
 * excuses who brought it over.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import {
  approvals,
  edition,
  markdown,
  newRules,
  people,
  person,
  revise,
  rules,
  shop,
  sop,
} from '../support/shop.ts';
import { ed25519Key } from '../support/ssh-keys.ts';
import type { Edition, StockRegister } from '../support/stock-register.ts';

const as = 'quality-manager approved';
const actor = (id: string) => people[id] ?? { name: id, email: id, key: ed25519Key(id) };
const claim = (name: string, email: string) => ({ name, email });
const alice = actor('alice');
const dave = actor('dave');
const erin = actor('erin');
const forge = claim('Forge', 'noreply@forge.example');
const refused = { code: 'release/requirements', release: 4, upTo: 3 };

/** Alice and Bob approve each at a commit of their own, and it is released from main. */
function release(register: StockRegister, what: Edition, byAlice: string, byBob: string): void {
  const signed = [
    register.approve(what, { by: 'alice', as, at: byAlice }),
    register.approve(what, { by: 'bob', as: 'process-owner reviewed', at: byBob }),
  ];
  register.release({ put: [what], approvals: signed });
}

describe('bringing work over is excused by the work of somebody else only', () => {
  const side = { 'notes.txt': 'x\n' };

  test('two copies of one’s own work under a foreign name do not excuse each other', () =>
    attack((register, attacked) => {
      const base = register.main;
      const what = sop('3');
      const forged = { author: dave, committer: alice };
      const one = register.commit(what.files, {
        ...(attacked ? forged : { by: 'dave' }),
        parents: [base],
        main: false,
      });
      const trunk = register.commit(side, { parents: [base] });
      register.commit(what.files, { ...forged, parents: [trunk] });
      release(register, what, register.main, one);
    }, refused));

  test('nor do copies under two addresses of one person', () =>
    attack(
      (register, attacked) => {
        const base = register.main;
        const what = sop('3');
        const home = claim('A', 'alice@home.example');
        const one = register.commit(what.files, {
          author: dave,
          committer: attacked ? home : dave,
          parents: [base],
          main: false,
        });
        const trunk = register.commit(side, { parents: [base] });
        register.commit(what.files, { author: dave, committer: alice, parents: [trunk] });
        release(register, what, register.main, one);
      },
      refused,
      () =>
        shop((data) => {
          data.people['alice']?.email.push('alice@home.example');
        }),
    ));

  test('nor does a copy whose committer is another name but whose key is one’s own', () =>
    attack((register, attacked) => {
      const base = register.main;
      const what = sop('3');
      const one = register.commit(what.files, {
        author: dave,
        committer: attacked ? actor('carol') : dave,
        key: attacked ? alice.key : dave.key,
        parents: [base],
        main: false,
      });
      const trunk = register.commit(side, { parents: [base] });
      const brought = { author: dave, committer: alice, key: alice.key };
      register.commit(what.files, { ...brought, parents: [trunk] });
      release(register, what, register.main, one);
    }, refused));

  test('one’s key under the author’s own name is never excused', () =>
    attack((register, attacked) => {
      const base = register.main;
      const what = sop('3');
      const one = register.commit(what.files, { by: 'dave', parents: [base], main: false });
      const trunk = register.commit(side, { parents: [base] });
      const key = attacked ? alice.key : dave.key;
      register.commit(what.files, { author: dave, committer: dave, key, parents: [trunk] });
      release(register, what, register.main, one);
    }, refused));

  test('what was written on a forge and rebased twice by an approver is the author’s', async () => {
    const register = shop();
    const base = register.main;
    const what = sop('3');
    const options = { author: dave, main: false };
    register.commit(what.files, { ...options, committer: forge, parents: [base] });
    const web = register.commit(what.files, { ...options, committer: forge, parents: [base] });
    const trunk = register.commit(side, { parents: [base] });
    const one = register.commit(what.files, { ...options, committer: alice, parents: [trunk] });
    const next = register.commit({ 'notes.txt': 'y\n' }, { parents: [trunk] });
    register.commit(what.files, { author: dave, committer: alice, parents: [next] });
    release(register, what, one, web);
    expectVerified(await verify(register));
  });

  test('an unknown committer does not count, nor does a forge that pressed the button', async () => {
    const register = shop();
    revise(register, {
      commit: { author: dave, committer: forge },
    });
    expectVerified(await verify(register));
  });

  test('a bot of the rules that rebases contributes like anybody, and stands in nobody’s way', async () => {
    const register = shop((data) => {
      data.people['bot'] = { ...person('bot', [], []), email: ['bot@forge.example'] };
    });
    const what = sop('3');
    const bot = claim('bot', 'bot@forge.example');
    register.commit(what.files, { author: dave, committer: bot });
    register.release({ put: [what], approvals: approvals(register, what) });
    const verification = await verify(register);
    expectVerified(verification);
    const last = verification.register?.documents.get('SOP-001')?.revisions.at(-1);
    expect(last?.contributors).toEqual(['bot', 'dave']);
  });

  test('a bot that is no entry of the rules is an unknown contributor', () =>
    attack(
      (register, attacked) => {
        const author = claim('bot', 'bot@forge.example');
        revise(register, { commit: { author: attacked ? author : dave, committer: author } });
      },
      { code: 'release/contributor-unknown', release: 4, upTo: 3 },
    ));
});

describe('nobody disappears from the commits that they made', () => {
  test.each<[string, string]>([
    [
      'the second on a co-author line',
      `Co-authored-by: Bot <frank@shop.example>, A <${alice.email}>`,
    ],
    ['the first on a co-author line', `Co-authored-by: A <${alice.email}>, D <${dave.email}>`],
    ['on a co-author line without brackets', `Co-authored-by: ${alice.email}`],
    ['on a co-author line with an open bracket', `Co-authored-by: A <${alice.email}`],
    ['on a co-author line with a blank before the colon', `CO-AUTHORED-BY : A <${alice.email}>`],
    ['on a co-author line with CR', `x\r\n\tCo-authored-by: A <${alice.email}>\r\ny`],
  ])('%s', (_what, line) =>
    attack((register, attacked) => {
      revise(register, { commit: { message: `Work\n\n${attacked ? line : 'By Dave alone'}\n` } });
    }, refused),
  );

  test('a co-author line that names nobody names nobody', async () => {
    const register = shop();
    revise(register, { commit: { message: 'Work\n\nCo-authored-by:\n' } });
    expectVerified(await verify(register));
  });

  test('in an octopus merge that resolves to something new', () =>
    attack((register, attacked) => {
      const base = register.main;
      const arm = (body: string) =>
        register.commit(sop('3', { body }).files, { parents: [base], main: false });
      const arms = [arm('One.\n'), arm('Two.\n'), arm('Three.\n')];
      const what = sop('3', { body: 'One, two and three.\n' });
      register.commit(what.files, { by: attacked ? 'alice' : 'dave', parents: arms });
      register.release({ put: [what], approvals: approvals(register, what) });
    }, refused));

  test('on the third branch of an octopus merge', () =>
    attack((register, attacked) => {
      const base = register.main;
      const what = sop('3');
      const one = register.commit({ 'a.txt': '1\n' }, { parents: [base], main: false });
      const two = register.commit({ 'b.txt': '2\n' }, { parents: [base], main: false });
      const by = attacked ? 'alice' : 'dave';
      const three = register.commit(what.files, { by, parents: [base], main: false });
      register.commit(what.files, { parents: [one, two, three] });
      register.release({ put: [what], approvals: approvals(register, what) });
    }, refused));

  test('who merged an octopus as it was did not contribute', async () => {
    const register = shop();
    const base = register.main;
    const what = sop('3');
    const one = register.commit({ 'a.txt': '1\n' }, { parents: [base], main: false });
    const three = register.commit(what.files, { parents: [base], main: false });
    register.commit(what.files, { by: 'alice', parents: [base, one, three] });
    register.release({ put: [what], approvals: approvals(register, what) });
    expectVerified(await verify(register));
  });

  test('in a merge that takes the other side and slips a word in (an evil merge)', () =>
    attack((register, attacked) => {
      const base = register.main;
      const branch = register.commit(sop('3').files, { parents: [base], main: false });
      const trunk = register.commit({ 'a.txt': '1\n' }, { parents: [base] });
      const what = attacked ? sop('3', { body: 'A word more.\n' }) : sop('3');
      register.commit(what.files, { by: 'alice', parents: [trunk, branch] });
      register.release({ put: [what], approvals: approvals(register, what) });
    }, refused));

  test('in an amended commit whose first form was approved', () =>
    attack((register, attacked) => {
      const base = register.main;
      const what = sop('3');
      const by = attacked ? 'alice' : 'dave';
      const first = register.commit(what.files, { by, parents: [base], main: false });
      register.commit(what.files, { by: 'dave', parents: [base] });
      release(register, what, first, first);
    }, refused));

  test('by removing the file and adding it again', () =>
    attack((register, attacked) => {
      const by = attacked ? 'alice' : 'dave';
      const what = sop('3');
      register.commit(what.files);
      register.commit({}, { by, remove: Object.keys(what.files) });
      register.commit(what.files);
      register.release({ put: [what], approvals: approvals(register, what) });
    }, refused));

  test('by giving the draft another id for a while', () =>
    attack((register, attacked) => {
      const draft = (id: string) => ({ 'drafts/x.md': markdown(id, '3', { body: 'Draft.\n' }) });
      register.commit(draft('SOP-001'));
      register.commit(draft('SOP-099'), { by: attacked ? 'alice' : 'dave' });
      revise(register);
    }, refused));

  test('by an address that they gave up since, as author or as committer', async () => {
    const old = 'alice@old.example';
    const begin = () =>
      shop((data) => {
        data.people['alice']?.email.push(old);
      });
    for (const commit of [
      { author: claim('A', old) },
      { author: dave, committer: claim('A', old) },
    ]) {
      await attack(
        (register, attacked) => {
          newRules(register, rules('2'));
          revise(register, { commit: attacked ? commit : { by: 'dave' } });
        },
        { code: 'release/requirements', release: 5, upTo: 4 },
        begin,
      );
    }
  });

  test('by a key that they gave up since, under a foreign name', () =>
    attack(
      (register, attacked) => {
        newRules(
          register,
          rules('2', (data) => {
            const key = ed25519Key('alice 2').line;
            data.people['alice']!.keys = [{ key, use: ['approve', 'commit'] }];
          }),
        );
        const change = { key: ed25519Key('alice 2') };
        revise(register, {
          commit: { by: 'dave', key: attacked ? alice.key : dave.key },
          alice: { change },
        });
      },
      { code: 'release/requirements', release: 5, upTo: 4 },
    ));

  test('an unknown address that reads like somebody’s id bars nobody', async () => {
    const register = shop();
    const what = edition('ANY-001', '1');
    register.commit(what.files, { author: claim('x', 'alice') });
    register.release({ put: [what], approvals: [register.approve(what, { by: 'alice', as })] });
    expectVerified(await verify(register));
  });
});

describe('where every commit must be signed', () => {
  const unsigned = 'release/contributor-unsigned';
  const put = (register: StockRegister, what: Edition) => {
    register.release({ put: [what], approvals: [register.approve(what, { by: 'alice', as })] });
  };

  test('the signed work of a leaver counts if a release rests on it from their time', () =>
    attack(
      (register, attacked) => {
        const what = edition('SIG-001', '1');
        const signed = { by: 'dave', key: dave.key };
        // On main, and so behind the next release; or dated so, and brought to light later.
        const date = register.clock;
        if (!attacked) register.commit(what.files, signed);
        newRules(
          register,
          rules('2', (data) => {
            delete data.people['dave'];
          }),
        );
        if (attacked) register.commit(what.files, { ...signed, date });
        put(register, what);
      },
      { code: unsigned, release: 5, upTo: 4 },
    ));

  test('the signed work of a replaced key counts if a release rests on it from its time', () =>
    attack(
      (register, attacked) => {
        const what = edition('SIG-001', '1');
        const signed = { by: 'dave', key: dave.key };
        const next = rules('2', (data) => {
          data.people['dave']!.keys = [{ key: ed25519Key('dave 2').line, use: ['commit'] }];
        });
        if (!attacked) register.commit(what.files, signed);
        newRules(register, next);
        if (attacked) register.commit(what.files, signed);
        put(register, what);
      },
      { code: unsigned, release: 5, upTo: 4 },
    ));

  test('a new key signs from the release after the one that introduced it', () =>
    attack(
      (register, attacked) => {
        const what = edition('SIG-001', '1');
        const key = ed25519Key('dave 2');
        const next = rules('2', (data) => {
          data.people['dave']!.keys.push({ key: key.line, use: ['commit'] });
        });
        if (!attacked) newRules(register, next);
        register.commit(what.files, { by: 'dave', key });
        put(register, what);
        if (attacked) newRules(register, next);
      },
      { code: unsigned, release: 4, upTo: 3 },
    ));

  test('a compromised key signs nothing from the release since which it is', () =>
    attack(
      (register, attacked) => {
        const what = edition('SIG-001', '1');
        const next = rules('2', (data) => {
          const key = attacked ? dave.key.fingerprint : erin.key.fingerprint;
          data.compromised = [{ key, since: '4', reason: 'Stolen' }];
        });
        newRules(register, next);
        register.commit(what.files, { by: 'dave', key: dave.key });
        put(register, what);
      },
      { code: unsigned, release: 5, upTo: 4 },
    ));

  test('who signs under a foreign name is the one who contributed', () =>
    attack((register, attacked) => {
      const what = edition('SIG-001', '1');
      const key = attacked ? alice.key : dave.key;
      register.commit(what.files, { author: dave, committer: dave, key });
      put(register, what);
    }, refused));

  test('what was brought over by a signed commit is signed by who brought it', async () => {
    const register = shop();
    const base = register.main;
    const what = edition('SIG-001', '1');
    const one = register.commit(what.files, {
      by: 'dave',
      key: dave.key,
      parents: [base],
      main: false,
    });
    const trunk = register.commit({ 'notes.txt': 'x\n' }, { parents: [base] });
    const brought = { author: dave, committer: alice, key: alice.key };
    register.commit(what.files, { ...brought, parents: [trunk] });
    const signed = register.approve(what, { by: 'alice', as, at: one });
    register.release({ put: [what], approvals: [signed] });
    expectVerified(await verify(register));
  });
});
