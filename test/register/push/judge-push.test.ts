import { describe, expect, test } from 'vitest';
import { expectVerified, verify } from '../../support/expect-verification.ts';
import {
  type Act,
  alice,
  approve,
  bob,
  day,
  draft,
  expectTaken,
  point,
  pushTo,
  refused,
  remove,
  taken,
} from '../../support/pushing.ts';
import {
  approvals,
  edition,
  issue,
  newRules,
  person,
  revise,
  rules,
  shop,
  sop,
  wi,
} from '../../support/shop.ts';
import type { StockRegister } from '../../support/stock-register.ts';

describe('what the hook takes', () => {
  test.each<[string, () => StockRegister, Act]>([
    ['an approval of what somebody pushed', shop, approve()],
    ['a rejection', shop, approve({ decision: 'reject' })],
    [
      'a rejection that claims a role which its signer does not hold',
      shop,
      (register) => {
        register.approve(sop('2'), {
          by: 'alice',
          as: 'process-owner reviewed',
          decision: 'reject',
        });
      },
    ],
    ['approvals, the release that counts them, and its branch', shop, revise],
    [
      'two releases at once',
      shop,
      (register) => {
        revise(register);
        revise(register, { edition: sop('4') });
      },
    ],
    [
      'an approval under rules that come with it',
      shop,
      (register) => {
        newRules(
          register,
          rules('2', (data) => {
            data.people['dave'] = person('dave', ['quality-manager'], ['approve']);
          }),
        );
        register.approve(sop('2'), { ...alice, by: 'dave', decision: 'confirm' });
      },
    ],
    [
      'an approval by somebody whom the release that counts it lets go',
      shop,
      (register) => {
        newRules(
          register,
          rules('2', (data) => {
            data.people['alice'] = person('alice', [], []);
            data.people['bob'] = person('bob', ['process-owner', 'quality-manager'], ['approve']);
          }),
        );
      },
    ],
    [
      'a branch of work, a foreign tag, and a note',
      shop,
      (register) => {
        point('refs/heads/sop-003')(register);
        point('refs/tags/v1.0')(register);
        point('refs/notes/commits')(register);
      },
    ],
    [
      'the main branch going on',
      shop,
      (register) => {
        draft(register);
        point('refs/heads/main')(register);
      },
    ],
  ])('%s', (_what, begin, act) => taken(begin, act));

  test('what it takes verifies', async () => {
    const register = shop();
    expectTaken(await pushTo(register, revise));
    for (const [name, id] of [
      ['refs/heads/register', register.lastRelease()],
      ['refs/tags/qms/release/4', register.releases[3]?.tag ?? ''],
    ] as const) {
      register.repository.ref(name, id);
    }
    expectVerified(await verify(register));
  });
});

describe('dates', () => {
  test('an approval more than five minutes after the clock of the server is refused', async () => {
    await refused(shop, approve(), 'approval/future', { later: -301 });
    await taken(shop, approve(), { later: -300 });
  });
  test('an approval or rejection older than seven days is refused', async () => {
    for (const act of [approve(), approve({ decision: 'reject' })]) {
      await refused(shop, act, 'push/too-old', { later: 7 * day + 1 });
      await taken(shop, act, { later: 7 * day });
      await taken(shop, act, { later: 70 * day, mirror: true });
    }
  });
  test('a release more than five minutes after the clock of the server is refused', async () => {
    await refused(shop, revise, 'chain/time-future', { later: -301 });
    await taken(shop, revise, { later: -300 });
  });
  test('a release older than 24 hours is refused, but not on a mirror', async () => {
    await refused(shop, revise, 'push/too-old', { later: day + 1 });
    await taken(shop, revise, { later: day });
    await taken(shop, revise, { later: 300 * day, mirror: true });
  });
  test('an old approval that a release of the same push counts is taken', () =>
    taken(shop, (register) => {
      draft(register);
      const both = approvals(register, sop('3'));
      register.clock += 30 * day;
      register.release({ put: [sop('3')], approvals: both });
    }));
  test('an old approval that a release counted before is taken, and another beside it is not', async () => {
    const begin = () => {
      const register = shop();
      remove('refs/tags/qms/approve/SOP-001/2/bob')(register);
      return register;
    };
    const back = shop().repository.refs.get('refs/tags/qms/approve/SOP-001/2/bob') ?? '';
    const push = point('refs/tags/qms/approve/SOP-001/2/bob', () => back);
    await taken(begin, push, { later: 30 * day });
    const more: Act = (register) => {
      push(register);
      approve()(register);
    };
    await refused(begin, more, 'push/too-old', { later: 30 * day });
  });
  test('age is not asked while the server holds no release', () => {
    const register = shop();
    const refs = new Map(register.repository.refs);
    const begin = () => {
      const copy = register.fork();
      for (const name of refs.keys()) copy.repository.deleteRef(name);
      return copy;
    };
    return taken(
      begin,
      (copy) => {
        for (const [name, id] of refs) copy.repository.ref(name, id);
        copy.approve(sop('3'), alice);
      },
      { later: 300 * day },
    );
  });
});

describe('a release is a good one', () => {
  test.each<[string, Act, string | readonly string[]]>([
    [
      'no signature',
      (register) => revise(register, { release: { change: { key: null } } }),
      'release/signature-missing',
    ],
    [
      'too few approvals',
      (register) => {
        draft(register);
        register.release({ put: [sop('3')], approvals: [register.approve(sop('3'), alice)] });
      },
      'release/requirements',
    ],
    ['no number', point('refs/tags/qms/release/next'), 'chain/name'],
    ['a lightweight tag', point('refs/tags/qms/release/4'), 'statement/not-annotated'],
    [
      'the one before it missing',
      (register) => {
        revise(register);
        revise(register, { edition: sop('4') });
        remove('refs/tags/qms/release/4')(register);
      },
      'chain/gap',
    ],
  ])('one with %s is refused', (_what, act, code) => refused(shop, act, code));

  const rejectedShop = () => {
    const register = shop();
    draft(register);
    register.approve(sop('3'), { ...alice, decision: 'reject' });
    return register;
  };
  const byErin: Act = (register) => {
    const byErin = register.approve(sop('3'), { by: 'erin', as: 'quality-manager approved' });
    register.release({ put: [sop('3')], approvals: [byErin, register.approve(sop('3'), bob)] });
  };
  test('one that passes over a rejection that the server holds is refused', () =>
    refused(rejectedShop, byErin, 'push/rejection-passed-over'));
  test('antedating it to before the rejection does not help', () =>
    refused(
      rejectedShop,
      (register) => {
        register.clock -= 600;
        byErin(register);
        register.clock += 600;
      },
      'push/rejection-passed-over',
    ));
  test('it is taken once the person has approved after all', () =>
    taken(rejectedShop, (register) => {
      register.approve(sop('3'), alice);
      byErin(register);
    }));
  test('it is taken where the rejection comes with it, as contested: so a mirror can be filled', () =>
    taken(shop, (register) => {
      draft(register);
      register.approve(sop('3'), { ...alice, decision: 'reject' });
      byErin(register);
    }));
  test('a rejection of what is released already is taken, and so are releases after it', async () => {
    const late: Act = (register) =>
      register.approve(sop('2'), { ...bob, decision: 'reject', date: register.clock - 600 });
    await taken(shop, late);
    await taken(
      () => {
        const register = shop();
        late(register);
        return register;
      },
      (register) => issue(register, edition('SOP-002', '1')),
    );
  });
});

describe('junk that the server holds already stops nobody', () => {
  const junk: Act = (register) => {
    point('refs/tags/qms/approve/junk')(register);
    point('refs/tags/qms/release/junk')(register);
    point('refs/tags/qms/release/9')(register);
    register.approve(wi('B'), { ...alice, change: { key: null } });
  };
  const begin = () => {
    const register = shop();
    junk(register);
    return register;
  };
  test('approvals and releases are taken', async () => {
    await taken(begin, approve());
    await taken(begin, revise);
  });
  test('replace refs stop releases until somebody deletes them, and nothing else', async () => {
    const name = `refs/replace/${'1'.repeat(40)}`;
    const replaced = () => {
      const register = shop();
      point(name)(register);
      return register;
    };
    await taken(replaced, approve());
    await refused(replaced, revise, 'git/replace-refs');
    await taken(replaced, remove(name));
  });
});

describe('branches and other refs', () => {
  const rewound: Act = (register) => {
    register.commit(sop('3').files, { parents: [], main: false });
    point('refs/heads/main', () => register.commit({ a: 'b' }, { parents: [], main: false }))(
      register,
    );
  };
  test('the main branch only grows', async () => {
    await refused(shop, rewound, 'push/not-fast-forward');
    await refused(shop, remove('refs/heads/main'), 'push/branch-deleted');
  });
  test('branches that the server protects only grow, and others may be rewound and deleted', async () => {
    const begin = () => {
      const register = shop();
      point('refs/heads/stable')(register);
      return register;
    };
    const back = point('refs/heads/stable', (register) =>
      register.commit({ a: 'b' }, { parents: [], main: false }),
    );
    const settings = { protectedBranches: ['refs/heads/stable'] };
    await refused(begin, back, 'push/not-fast-forward', settings);
    await refused(begin, remove('refs/heads/stable'), 'push/branch-deleted', settings);
    await taken(begin, back);
    await taken(begin, remove('refs/heads/stable'));
  });
  test('the branch register points at releases and only grows', async () => {
    const register = 'refs/heads/register';
    await refused(shop, remove(register), 'push/branch-deleted');
    await refused(shop, point(register), ['push/not-fast-forward', 'push/register-branch']);
    await refused(
      shop,
      point(register, (it) => it.releases[1]?.commit ?? ''),
      'push/not-fast-forward',
    );
    const behind = () => {
      const it = shop();
      it.repository.ref(register, it.releases[1]?.commit ?? '');
      return it;
    };
    await taken(
      behind,
      point(register, (it) => it.lastRelease()),
    );
  });
  test('branches below qms/ and replace refs are refused, and may be deleted', async () => {
    for (const [name, code] of [
      ['refs/heads/qms/release/1', 'push/branch-name'],
      ['refs/heads/QMS/x', 'push/branch-name'],
      [`refs/replace/${'1'.repeat(40)}`, 'push/replace-ref'],
    ] as const) {
      await refused(shop, point(name), code);
      await taken(() => {
        const register = shop();
        point(name)(register);
        return register;
      }, remove(name));
    }
  });
});

describe('the anchor of the server', () => {
  test('without it nothing of the register is taken, and everything else is', async () => {
    await refused(shop, approve(), 'anchor/missing', { anchor: null });
    await refused(shop, revise, 'anchor/missing', { anchor: null });
    await taken(shop, point('refs/heads/work'), { anchor: null });
  });
  test('another register is refused', async () => {
    const anchor = `sha256:${'1'.repeat(64)}`;
    await refused(shop, approve(), 'anchor/mismatch', { anchor });
    await refused(shop, revise, 'anchor/mismatch', { anchor });
  });
});

describe('going on from what was verified before', () => {
  test('gives the same answers', async () => {
    const register = shop();
    const previous = await verify(register);
    await taken(() => register.fork(), revise, { previous });
    await refused(() => register.fork(), approve({ by: 'mallory' }), 'approval/person-unknown', {
      previous,
    });
    expect(previous.chain?.releases).toHaveLength(3);
  });
});
