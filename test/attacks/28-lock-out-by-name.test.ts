/**
 * Threat: New rules leave nobody who could change them again, and everybody learns it afterwards.
 * Decision: Refused by check, by release and by verification, with the role and the people by name.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommandShop } from '../support/command-shop.ts';
import { attack } from '../support/expect-verification.ts';
import { newRules, people, rules, type RulesData } from '../support/shop.ts';

describe('rules that lock everybody out are refused, and the reason is said by name', () => {
  const none = (use: string) => (data: RulesData) => {
    for (const one of Object.values(data.people)) {
      one.keys = one.keys.flatMap((key) => {
        const left = key.use.filter((each) => each !== use);
        return left.length === 0 ? [] : [{ ...key, use: left }];
      });
    }
  };
  test.each<[string, (data: RulesData) => void, string]>([
    [
      'nobody who holds the role',
      (data) => {
        for (const one of Object.values(data.people)) one.roles = [];
      },
      'Nobody holds the role quality-manager.',
    ],
    [
      'nobody with a key for approving',
      none('approve'),
      'Of those who hold the role quality-manager, alice has no key with the use approve, erin has no key with the use approve, grace has no key with the use approve.',
    ],
    [
      'nobody with a key for releasing',
      none('release'),
      'Of those who hold the role document-controller, carol has no key with the use release, grace has no key with the use release.',
    ],
    [
      'only compromised keys',
      (data) => {
        data.compromised = ['alice', 'erin', 'grace'].map((id) => ({
          key: people[id]?.key.fingerprint ?? '',
          since: '4',
          reason: 'Stolen',
        }));
      },
      'the key of alice is compromised, the key of erin is compromised',
    ],
    [
      'a quorum that is one too large',
      (data) => {
        data.types['rules']!.approvals = [
          { role: 'quality-manager', meaning: 'approved', count: '4' },
        ];
      },
      'alice could, erin could, grace could',
    ],
    [
      'signed contributors and nobody with a key for commits',
      (data) => {
        data.types['rules']!['contributors'] = 'signed';
        none('commit')(data);
      },
      'nobody has a key with the use commit that is not compromised',
    ],
    [
      'one who may only release while a compromised key could approve',
      (data) => {
        for (const [id, one] of Object.entries(data.people)) {
          one.roles = id === 'grace' ? ['quality-manager', 'document-controller'] : [];
        }
        data.people['erin']!.roles = ['quality-manager'];
        data.compromised = [
          { key: people['erin']?.key.fingerprint ?? '', since: '4', reason: 'Stolen' },
        ];
      },
      'who releases them (grace) may not approve them while others could, and those others (erin) have only keys that are compromised',
    ],
  ])('with %s', (_what, change, words) =>
    attack(
      (register, attacked) => {
        newRules(register, rules('2', attacked ? change : undefined));
      },
      {
        code: 'rules/lock-out',
        release: 4,
        upTo: 3,
        and: ({ problems }) => {
          expect(problems.map(({ message }) => message).join('\n')).toContain(words);
        },
      },
    ),
  );

  describe('by the commands, before anything is signed', () => {
    const shop = new CommandShop();
    beforeAll(async () => {
      await shop.foundWithThree();
      await shop.do('alice', 'revise', 'QMS', '-m', 'Fewer keys');
    });
    afterAll(() => {
      shop.remove();
    });

    test('check and release say who lacks what; with the keys left in, they do not', async () => {
      const honest = shop.read('qms-docs/qms.yaml');
      expect((await shop.run('alice', 'check')).stderr).not.toContain('rules/lock-out');
      shop.write(
        'qms-docs/qms.yaml',
        honest.replaceAll(/use: \[approve, release, commit\]/g, 'use: [commit]'),
      );
      shop.commit('alice', 'Fewer keys');
      const words =
        /rules\/lock-out +The next rules could not be released: .* has no key with the use release/;
      const checked = await shop.run('alice', 'check');
      expect(checked.stderr + checked.stdout).toMatch(words);
      const released = await shop.run('carol', 'release', 'QMS');
      expect(released.code).toBe(1);
      expect(released.stderr).toMatch(words);
      expect(shop.git('alice', 'tag', '-l', 'qms/release/3')).toBe('');
    });
  });
});
