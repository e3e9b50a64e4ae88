import { describe, expect, test } from 'vitest';
import { judgeName } from '../../../src/register/push/judge-names.ts';
import {
  type Act,
  alice,
  approve,
  bob,
  draft,
  point,
  pushTo,
  refused,
  remove,
  taken,
} from '../../support/pushing.ts';
import { founded, newRules, person, revise, rules, shop, sop, wi } from '../../support/shop.ts';
import { ed25519Key } from '../../support/ssh-keys.ts';
import type { ApprovalOptions, StockRegister } from '../../support/stock-register.ts';

const approvalOf = (by: string) => `refs/tags/qms/approve/SOP-001/3/${by}`;

/** A shop with an approval and a rejection of the draft of SOP-001 3 that nobody has counted. */
function waiting(): StockRegister {
  const register = shop();
  draft(register);
  approve()(register);
  approve({ ...bob, decision: 'reject' })(register);
  return register;
}

/** A server where rules let alice approve and reject no more. */
function withoutAlice(): StockRegister {
  const register = waiting();
  newRules(
    register,
    rules('2', (data) => {
      data.people['alice'] = person('alice', ['quality-manager'], ['commit']);
      data.people['bob'] = person('bob', ['process-owner', 'quality-manager'], ['approve']);
    }),
  );
  return register;
}

describe('a tag below qms/ is never moved', () => {
  test('not a release', () =>
    refused(
      shop,
      point('refs/tags/qms/release/3', ({ releases }) => releases[1]?.tag ?? ''),
      'push/tag-moved',
    ));
  test('not an approval, not even to another good one', () =>
    refused(
      waiting,
      approve({ name: 'qms/approve/SOP-001/3/alice', comment: 'Again.' }),
      'push/tag-moved',
    ));
  test('not a malformed one: it is deleted first', () => {
    const begin = () => {
      const register = shop();
      point(approvalOf('alice'))(register);
      return register;
    };
    return refused(begin, approve(), 'push/tag-moved');
  });
});

describe('a tag below qms/ is deleted only where it counts for nothing', () => {
  test.each<[string, () => StockRegister, string]>([
    ['a release', shop, 'refs/tags/qms/release/3'],
    ['release 1', shop, 'refs/tags/qms/release/1'],
    ['a good approval that no release has counted', waiting, approvalOf('alice')],
    ['a good rejection', waiting, 'refs/tags/qms/reject/SOP-001/3/bob'],
  ])('not %s', (_what, begin, name) => refused(begin, remove(name), 'push/tag-deleted'));

  test.each<[string, Partial<ApprovalOptions>]>([
    ['that claims another role: it stands all the same', { as: 'process-owner reviewed' }],
    ['from the future, which comes', { date: 2_000_000_000 }],
  ])('not a rejection %s', (_what, options) => {
    const begin = () => {
      const register = shop();
      register.approve(sop('3'), {
        ...alice,
        decision: 'reject',
        name: 'qms/reject/x',
        ...options,
      });
      register.clock = Math.min(register.clock, 1_900_000_000);
      return register;
    };
    return refused(begin, remove('refs/tags/qms/reject/x'), 'push/tag-deleted');
  });

  test('not a rejection together with the rules that let its signer go', () =>
    refused(
      () => {
        const register = waiting();
        approve({ decision: 'reject', name: 'qms/reject/SOP-001/3/alice' })(register);
        return register;
      },
      (register) => {
        newRules(
          register,
          rules('2', (data) => {
            data.people['alice'] = person('alice', [], []);
            data.people['bob'] = person('bob', ['process-owner', 'quality-manager'], ['approve']);
          }),
        );
        remove('refs/tags/qms/reject/SOP-001/3/alice')(register);
      },
      'push/tag-deleted',
    ));

  test('not a rejection that stands, whose signer has another address since', () =>
    refused(
      () => {
        const register = shop();
        register.approve(sop('2'), { ...alice, decision: 'reject', name: 'qms/reject/x' });
        newRules(
          register,
          rules('2', (data) => {
            data.people['alice']!.email = ['alice@elsewhere.example'];
          }),
        );
        return register;
      },
      remove('refs/tags/qms/reject/x'),
      'push/tag-deleted',
    ));

  test('an approval that a release has counted', () =>
    taken(shop, remove('refs/tags/qms/approve/SOP-001/2/bob')));
  test('an approval that a release of the same push counts', () =>
    taken(waiting, (register) => {
      const wise = wi('B');
      register.commit(wise.files);
      register.release({ put: [wise], approvals: [register.approve(wise, alice)] });
      remove('refs/tags/qms/approve/WI-001/B/alice')(register);
    }));
  test('an approval and a rejection by somebody who may no more', () =>
    taken(withoutAlice, remove(approvalOf('alice'))));
  test.each<[string, Act]>([
    ['a lightweight tag', point(approvalOf('alice'))],
    ['no statement', approve({ change: { text: (text) => `${text}Colour: red\n` } })],
    ['an approval without a signature', approve({ change: { key: null } })],
    ['an approval by a stranger', approve({ change: { key: ed25519Key('stranger') } })],
    ['an approval for another register', approve({ register: `sha256:${'0'.repeat(64)}` })],
  ])('%s that came before the hook', (_what, act) =>
    taken(
      () => {
        const register = shop();
        act(register);
        return register;
      },
      remove(approvalOf('alice')),
    ),
  );

  test('release tags that are no valid release, but not what stands behind a gap', async () => {
    const begin = () => {
      const register = shop();
      revise(register, { release: { change: { key: null } } });
      revise(register, { edition: sop('4') });
      register.repository.deleteRef('refs/tags/qms/release/5');
      register.repository.ref('refs/tags/qms/release/6', register.releases.at(-1)?.tag ?? '');
      point('refs/tags/qms/release/7')(register);
      point('refs/tags/qms/release/next')(register);
      return register;
    };
    await taken(begin, (register) => {
      remove('refs/tags/qms/release/4')(register);
      remove('refs/tags/qms/release/7')(register);
      remove('refs/tags/qms/release/next')(register);
    });
    await refused(begin, remove('refs/tags/qms/release/6'), 'push/tag-deleted');
  });

  test('a tag in the place of the next release is no rival: the pusher is told to delete it', async () => {
    const register = shop();
    point('refs/tags/qms/release/4')(register);
    const other = register.commit({ note: 'y' });
    const next = point('refs/tags/qms/release/4', () => other);
    const { refusals } = await pushTo(register, next);
    expect(refusals.map(({ code }) => code)).toEqual(['push/tag-moved']);
    expect(refusals[0]?.remedy).toContain('git push origin :refs/tags/qms/release/4');
  });
});

describe('a tag below qms/ is a well-formed statement by a key of the rules', () => {
  test.each<[string, Partial<ApprovalOptions>, string]>([
    ['no signature', { change: { key: null } }, 'approval/signature-missing'],
    ['the key of a stranger', { change: { key: ed25519Key('stranger') } }, 'approval/key-unknown'],
    ['an unknown person', { by: 'mallory' }, 'approval/person-unknown'],
    [
      'a key for other uses',
      { by: 'carol', as: 'document-controller approved' },
      'approval/key-use',
    ],
    ['a role not held', { as: 'process-owner reviewed' }, 'approval/role'],
    ['another register', { register: `sha256:${'0'.repeat(64)}` }, 'approval/register'],
    [
      'another subject',
      { change: { text: (text) => text.replace('Approve', 'Confirm') } },
      'statement/subject',
    ],
    ['the folder of rejections', { name: 'qms/reject/SOP-001/3/alice' }, 'approval/misplaced'],
    ['a folder of its own', { name: 'qms/notes' }, 'approval/misplaced'],
    [
      'a name that is not its own',
      { change: { ref: 'qms/approve/WI-001/B/alice' } },
      'statement/name-mismatch',
    ],
  ])('an approval with %s is refused', (_what, options, code) =>
    refused(shop, approve(options), code),
  );

  test('a tag of a commit, a blob or a tree is refused', async () => {
    for (const id of [
      (register: StockRegister) => register.main,
      (register: StockRegister) => register.repository.object('blob', 'x'),
      (register: StockRegister) => register.repository.object('tree', ''),
    ]) {
      await refused(shop, point('refs/tags/qms/approve/x', id), 'statement/not-annotated');
    }
  });

  test('a tag whose object is not there is refused', () =>
    refused(
      shop,
      point('refs/tags/qms/approve/x', () => '1'.repeat(40)),
      'git/object-missing',
    ));

  test('an approval of rules that were in force once is refused', () =>
    refused(withoutAlice, (register) => register.approve(wi('B'), alice), 'approval/key-use'));

  test.each(['refs/tags/qms', 'refs/tags/QMS/release/4', 'refs/tags/Qms/x'])(
    'what looks like it and is not, %s, is refused, and may be deleted',
    async (name) => {
      const rules = { protectedBranches: [], isFastForward: () => Promise.resolve(true) };
      const to = '1'.repeat(40);
      const problem = await judgeName({ name, from: undefined, to }, rules);
      expect(problem?.code).toBe('push/tag-name');
      expect(await judgeName({ name, from: to, to: undefined }, rules)).toBeUndefined();
    },
  );

  test('approvals for a server without any release are refused, and taken with the release', async () => {
    const register = founded();
    const empty = () => {
      const copy = register.fork();
      for (const name of ['refs/tags/qms/release/1', 'refs/heads/register']) {
        copy.repository.deleteRef(name);
      }
      return copy;
    };
    await refused(empty, approve(), 'chain/empty');
    await taken(empty, (copy) => {
      copy.repository.ref('refs/tags/qms/release/1', register.releases[0]?.tag ?? '');
      approve()(copy);
    });
  });
});
