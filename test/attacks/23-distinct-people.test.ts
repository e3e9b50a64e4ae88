/**
 * Threat: One person fills two requirements with two roles, tags or keys.
 * Decision: Requirements are filled by distinct people, found by matching and never by counting
 * tags.
 */
import { describe, test } from 'vitest';
import { attack } from '../support/expect-verification.ts';
import { edition, keyLine, newRules, person, revise, rules, shop, sop } from '../support/shop.ts';
import { ed25519Key } from '../support/ssh-keys.ts';

describe('requirements are filled by distinct people, never by tags or keys', () => {
  test('one person in two roles fills one of two requirements', () =>
    attack(
      (register, attacked) => {
        const what = sop('3');
        register.commit(what.files);
        const both = ['process-owner reviewed', 'quality-manager approved'];
        const byErin = register.approve(what, { by: 'erin', as: both });
        const byAlice = register.approve(what, { by: 'alice', as: 'quality-manager approved' });
        register.release({ put: [what], approvals: attacked ? [byErin] : [byAlice, byErin] });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('two tags of one person are one person', () =>
    attack(
      (register, attacked) => {
        const what = edition('POL-001', '1');
        register.commit(what.files);
        const as = 'quality-manager approved';
        const first = register.approve(what, { by: 'alice', as });
        const second = register.approve(what, { by: attacked ? 'alice' : 'erin', as });
        register.release({ put: [what], approvals: [first, second] });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('two keys of one person are one person', () =>
    attack(
      (register, attacked) => {
        const what = edition('POL-001', '1');
        register.commit(what.files);
        const as = 'quality-manager approved';
        const key = ed25519Key('alice 2');
        const first = register.approve(what, { by: 'alice', as });
        const second = register.approve(
          what,
          attacked ? { by: 'alice', as, change: { key } } : { by: 'erin', as },
        );
        register.release({ put: [what], approvals: [first, second] });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
      () =>
        shop((data) => {
          data.people['alice']!.keys.push({ key: ed25519Key('alice 2').line, use: ['approve'] });
        }),
    ));

  test('a matching is looked for: who can fill two requirements fills the one that is left', () =>
    attack(
      (register, attacked) => {
        const what = sop('3');
        register.commit(what.files);
        // Erin may do both, Alice only one: counting tags by role alone would stop too early.
        const both = ['process-owner reviewed', 'quality-manager approved'];
        const byErin = register.approve(what, {
          by: 'erin',
          as: attacked ? 'quality-manager approved' : both,
        });
        const byAlice = register.approve(what, { by: 'alice', as: 'quality-manager approved' });
        register.release({ put: [what], approvals: [byAlice, byErin] });
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test.each<[string, (attacked: boolean) => ReturnType<typeof rules>, string]>([
    [
      'one key for two people',
      (attacked) =>
        rules('2', (data) => {
          const key = attacked ? keyLine('alice') : keyLine('mallory');
          data.people['mallory'] = {
            ...person('mallory', [], []),
            keys: [{ key, use: ['commit'] }],
          };
        }),
      'rules/key-twice',
    ],
    [
      'one key for two people with another comment',
      (attacked) =>
        rules('2', (data) => {
          const key = attacked ? `${keyLine('alice')} other@laptop` : keyLine('mallory');
          data.people['mallory'] = {
            ...person('mallory', [], []),
            keys: [{ key, use: ['commit'] }],
          };
        }),
      'rules/key-twice',
    ],
    [
      'one address for two people',
      (attacked) =>
        rules('2', (data) => {
          const email = [attacked ? 'ALICE@shop.example' : 'mallory@shop.example'];
          data.people['mallory'] = { ...person('mallory', [], []), email };
        }),
      'rules/address-twice',
    ],
  ])('rules with %s are refused', (_what, next, code) =>
    attack(
      (register, attacked) => {
        newRules(register, next(attacked));
        if (!attacked) revise(register);
      },
      { code, release: 4, upTo: 3 },
    ),
  );
});
