/**
 * Threat: A releaser is told that approvals lack, not which and why, and asks whoever comes to mind.
 * Decision: The message names the requirement, what was not counted and why, and who in the rules
 * in force could still fill it; a merge or a signed commit is said to approve nothing.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, type Scene, verify } from '../support/expect-verification.ts';
import { gpgHome, gpgKey } from '../support/gpg.ts';
import { approvals, edition, issue, people, revise, rules, shop, sop } from '../support/shop.ts';
import { ed25519Key } from '../support/ssh-keys.ts';

const as = 'quality-manager approved';
const refused = { code: 'release/requirements', release: 4, upTo: 3 };
const key = (id: string) => people[id]?.key ?? ed25519Key(id);
const forge = { name: 'Forge', email: 'noreply@forge.example' };
const dave = { name: 'dave', email: 'dave@shop.example' };

describe('a merge approves nothing, whoever signed it', () => {
  /** Dave writes on a branch, somebody merges, and Alice never approves. */
  const merged =
    (how: Parameters<ReturnType<typeof shop>['commit']>[1], squash = false): Scene =>
    (register, attacked) => {
      const base = register.main;
      const what = sop('3');
      const branch = register.commit(what.files, { by: 'dave', parents: [base], main: false });
      const trunk = register.commit({ 'notes.txt': 'x\n' }, { parents: [base] });
      const parents = squash ? [trunk] : [trunk, branch];
      register.commit({ ...what.files, 'notes.txt': 'x\n' }, { ...how, parents });
      // Work goes on beside it.
      register.commit({ 'notes.txt': 'y\n' }, { by: 'dave' });
      const [byAlice, byBob] = approvals(register, what);
      register.release({
        put: [what],
        approvals: [byBob, byAlice].flatMap((one, at) =>
          one === undefined || (attacked && at === 1) ? [] : [one],
        ),
      });
      return undefined;
    };
  const said = (words: RegExp) => ({
    ...refused,
    and: ({ problems }: Awaited<ReturnType<typeof verify>>) => {
      expect(problems.map(({ message }) => message).join('\n')).toMatch(words);
    },
  });

  test('not the one whose signature it lacks, though it is by an approver’s own key', () =>
    attack(
      merged({ by: 'alice', key: key('alice') }),
      said(
        /The merge commit [0-9a-f]{12} by alice <alice@shop\.example>, signed with SHA256:\S+, a key of alice, approves nothing/,
      ),
    ));

  test('nor where that key is an OpenPGP key, made and used by gpg', () => {
    const own = gpgKey(gpgHome(), 'alice@shop.example');
    return attack(
      merged({ by: 'alice', key: own }),
      said(
        /The merge commit [0-9a-f]{12} by alice <alice@shop\.example>, signed with [0-9A-Fa-f]{40}, a key of alice, approves nothing/,
      ),
      () =>
        shop((data) => {
          data.people['alice']?.keys.push({ key: own.line.trimEnd(), use: ['commit'] });
        }),
    );
  });

  test('nor a forge that signs with a key of its own', () =>
    attack(
      merged({ author: dave, committer: forge, key: ed25519Key('web-flow') }),
      said(
        /The merge commit [0-9a-f]{12} by Forge <noreply@forge\.example>, signed with SHA256:\S+, which the rules do not list, approves nothing/,
      ),
    ));

  test('nor a squash that a forge signed', () =>
    attack(
      merged({ author: dave, committer: forge, key: ed25519Key('web-flow') }, true),
      said(/The commit [0-9a-f]{12} by Forge <noreply@forge\.example>, signed with SHA256:\S+/),
    ));

  test('nor one without any signature', () =>
    attack(
      merged({ by: 'alice' }),
      said(
        /The merge commit [0-9a-f]{12} by alice <alice@shop\.example>, not signed, approves nothing/,
      ),
    ));

  test('nor one with a signature that is of no kind that counts', () =>
    attack(
      merged({
        author: dave,
        committer: forge,
        raw: (raw) =>
          raw.replace(
            '\n\n',
            '\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n wsBcBAABCAAQBQJo\n =abcd\n -----END PGP SIGNATURE-----\n\n',
          ),
      }),
      said(/whose signature is not a good one by a key of the rules, approves nothing/),
    ));

  test('an ordinary commit is not spoken of', () =>
    attack(
      (register, attacked) => {
        const [byAlice, byBob] = [{ by: 'alice' }, { by: attacked ? 'alice' : 'bob' }];
        const name = 'qms/approve/SOP-001/3/b';
        const what = attacked ? { as, name } : { name };
        revise(register, { alice: byAlice, bob: { ...byBob, ...what } });
      },
      said(/^(?![^]*approves nothing)/),
    ));
});

describe('what is not counted is said by name', () => {
  test('with how many of the commits somebody wrote, and who could approve', () =>
    attack(
      (register, attacked) => {
        for (const [at, who] of ['alice', 'dave', 'alice', 'dave'].entries()) {
          const by = attacked ? who : 'dave';
          register.commit(sop('3', { body: `Draft ${String(at)}.\n` }).files, { by });
        }
        revise(register, { commit: { by: attacked ? 'alice' : 'dave' } });
      },
      {
        ...refused,
        and: ({ problems }) => {
          const [problem] = problems.filter(({ code }) => code === refused.code);
          expect(problem?.message).toBe(
            'SOP-001 revision 3 lacks an approval as quality-manager (approved). Not counted: alice of the shop (alice) wrote 3 of the 5 commits since revision 2.',
          );
          expect(problem?.remedy).toBe(
            'erin of the shop (erin) or grace of the shop (grace) could give it: qms approve SOP-001.',
          );
        },
      },
    ));

  test('also where others fill the requirements', async () => {
    const register = shop();
    const what = sop('3');
    register.commit(what.files, { by: 'alice' });
    const byErin = register.approve(what, { by: 'erin', as });
    register.release({ put: [what], approvals: [...approvals(register, what), byErin] });
    const verification = await verify(register);
    expectVerified(verification);
    const last = verification.register?.documents.get('SOP-001')?.revisions.at(-1);
    expect(last?.put.notCounted.map(({ person, why }) => `${person} ${why}`)).toEqual([
      'alice wrote the only commit since revision 2',
    ]);
  });

  test('of rules: who signs the release and who wrote them', () =>
    attack(
      (register, attacked) => {
        const next = rules('2');
        register.commit(next.files, { by: attacked ? 'alice' : 'dave' });
        const signed = ['alice', 'grace'].map((by) => register.approve(next, { by, as }));
        register.release({ put: [next], approvals: signed, by: 'grace' });
      },
      {
        ...refused,
        and: ({ problems }) => {
          expect(problems.map(({ message }) => message).join('\n')).toContain(
            'Not counted: alice of the shop (alice) wrote the only commit since revision 1; grace of the shop (grace) signs this release of the rules.',
          );
        },
      },
    ));

  test('who already fills another requirement', () =>
    attack(
      (register, attacked) => {
        const what = sop('3');
        register.commit(what.files);
        const both = ['process-owner reviewed', as];
        const byErin = register.approve(what, { by: 'erin', as: both });
        const byAlice = register.approve(what, { by: 'alice', as });
        register.release({ put: [what], approvals: attacked ? [byErin] : [byAlice, byErin] });
      },
      {
        ...refused,
        and: ({ problems }) => {
          const said = problems.map(({ message, remedy }) => `${message} ${remedy}`).join('\n');
          expect(said).toMatch(
            /lacks an approval as quality-manager \(approved\)\. Not counted: erin of the shop \(erin\) already fills process-owner \(reviewed\)\. alice of the shop \(alice\) or grace of the shop \(grace\) could give it/,
          );
        },
      },
    ));

  test('where nobody is left who could', () =>
    attack(
      (register, attacked) => {
        const what = sop('3', { fields: { approval: '[{role: operator, meaning: tried}]' } });
        register.commit(what.files, { by: attacked ? 'frank' : 'dave' });
        const byFrank = register.approve(what, { by: 'frank', as: 'operator tried' });
        register.release({ put: [what], approvals: [...approvals(register, what), byFrank] });
      },
      {
        ...refused,
        and: ({ problems }) => {
          expect(problems.map(({ remedy }) => remedy).join('\n')).toContain(
            'Nobody in the rules in force could still give it. Give the role operator and a key for approving',
          );
        },
      },
    ));

  test('a first revision counts its commits from the beginning', () =>
    attack(
      (register, attacked) => {
        issue(register, sop('3'));
        const what = edition('SOP-002', '1');
        register.commit(what.files, { by: attacked ? 'alice' : 'dave' });
        register.release({ put: [what], approvals: approvals(register, what) });
      },
      {
        code: 'release/requirements',
        release: 5,
        upTo: 4,
        and: ({ problems }) => {
          expect(problems.map(({ message }) => message).join('\n')).toContain(
            'alice of the shop (alice) wrote the only commit that made it',
          );
        },
      },
    ));
});
