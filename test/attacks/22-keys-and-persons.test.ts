/**
 * Threat: A statement is signed with an unknown key, somebody else's, or one that is not or no
 * longer in the rules.
 * Decision: It counts only by a key that the rules in force for the release list for that person
 * and use, whatever date the tag bears.
 */
import { describe, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import { newRules, person, revise, rules, shop, sop } from '../support/shop.ts';
import { ed25519Key } from '../support/ssh-keys.ts';

describe('a statement counts by a key of its person in the rules in force', () => {
  test('an approval by a key that nobody lists is refused', () =>
    attack(
      (register, attacked) => {
        const key = ed25519Key(attacked ? 'stranger' : 'alice');
        revise(register, { alice: { change: { key } } });
      },
      { code: 'approval/key-unknown', release: 4, upTo: 3 },
    ));

  test('an approval by the key of another person is refused', () =>
    attack(
      (register, attacked) => {
        const key = ed25519Key(attacked ? 'bob' : 'alice');
        revise(register, { alice: { change: { key } } });
      },
      { code: 'approval/key-unknown', release: 4, upTo: 3 },
    ));

  test('an approval by somebody whom the rules do not list is refused', () =>
    attack(
      (register, attacked) => {
        const by = attacked ? 'mallory' : 'alice';
        revise(register, { alice: { by } });
      },
      { code: 'approval/person-unknown', release: 4, upTo: 3 },
    ));

  test('an approval by a key that is not for approving is refused', () =>
    attack(
      (register, attacked) => {
        revise(register, { alice: { by: attacked ? 'dave' : 'alice' } });
      },
      { code: 'approval/key-use', release: 4, upTo: 3 },
      () =>
        shop((data) => {
          data.people['dave'] = person('dave', ['quality-manager'], ['commit']);
        }),
    ));

  test.each<[string, Record<string, unknown>, string]>([
    [
      'by a key that nobody lists',
      { change: { key: ed25519Key('stranger') } },
      'release/key-unknown',
    ],
    [
      'by the key of another releaser',
      { change: { key: ed25519Key('grace') } },
      'release/key-unknown',
    ],
    ['by somebody whom the rules do not list', { by: 'mallory' }, 'release/person-unknown'],
    ['by a key that is not for releasing', { by: 'alice' }, 'release/key-use'],
    ['by somebody without the role', { by: 'frank' }, 'release/role'],
    [
      'from an address of another person',
      { change: { tagger: { email: 'bob@shop.example' } } },
      'release/address',
    ],
  ])('a release %s is refused', (_what, release, code) =>
    attack(
      (register, attacked) => {
        revise(register, { release: attacked ? release : {} });
      },
      { code, release: 4, upTo: 3 },
    ),
  );

  test('an approval from an address that is not the person\u2019s is refused', () =>
    attack(
      (register, attacked) => {
        const tagger = { email: attacked ? 'alice@elsewhere.example' : 'Alice@SHOP.Example' };
        revise(register, { alice: { change: { tagger } } });
      },
      { code: 'approval/address', release: 4, upTo: 3 },
    ));

  test('addresses compare in ASCII lower case only', () =>
    attack(
      (register, attacked) => {
        // The Kelvin sign is a k in Unicode lower case.
        const email = attacked ? 'fran\u212a@shop.example' : 'FRANK@shop.example';
        const what = sop('3', { fields: { approval: '[{role: operator, meaning: tried}]' } });
        register.commit(what.files);
        const approvals = [
          register.approve(what, { by: 'alice', as: 'quality-manager approved' }),
          register.approve(what, { by: 'bob', as: 'process-owner reviewed' }),
          register.approve(what, {
            by: 'frank',
            as: 'operator tried',
            change: { tagger: { email } },
          }),
        ];
        register.release({ put: [what], approvals });
      },
      { code: 'approval/address', release: 4, upTo: 3 },
    ));

  test('a key counts from the release after the one that introduced it', () =>
    attack(
      (register, attacked) => {
        const withMallory = rules('2', (data) => {
          data.people['mallory'] = person('mallory', ['quality-manager'], ['approve']);
        });
        const by = 'mallory';
        if (attacked) {
          revise(register, { alice: { by } });
          return;
        }
        newRules(register, withMallory);
        revise(register, { alice: { by } });
      },
      { code: 'approval/person-unknown', release: 4, upTo: 3 },
    ));

  test('a retired key does not approve, however old its tag says it is', () =>
    attack(
      (register, attacked) => {
        const next = rules('2', (data) => {
          data.people['alice']!.keys = [
            { key: ed25519Key('alice 2').line, use: ['approve', 'commit'] },
          ];
        });
        const before = register.clock;
        newRules(register, next);
        const key = ed25519Key(attacked ? 'alice' : 'alice 2');
        revise(register, { alice: { date: before, change: { key } } });
      },
      { code: 'approval/key-unknown', release: 5, upTo: 4 },
    ));

  test('a person who left does not release, however old the tag says it is', () =>
    attack(
      (register, attacked) => {
        const next = rules('2', (data) => {
          delete data.people['carol'];
          data.people['dave']!.email.push('carol@shop.example');
        });
        newRules(register, next);
        revise(register, { release: { by: attacked ? 'carol' : 'grace' } });
      },
      { code: 'release/person-unknown', release: 5, upTo: 4 },
    ));

  test('removing a person changes nothing in the past', async () => {
    const register = shop();
    newRules(
      register,
      rules('2', (data) => {
        delete data.people['bob'];
      }),
    );
    const verification = await verify(register);
    expectVerified(verification);
  });
});
