import { describe, expect, test } from 'vitest';
import { parseHead } from '../../src/register/trust.ts';
import { attack, expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import type { TreeFiles } from '../support/raw-repository.ts';
import { edition, image, issue, newRules, revise, rules, shop, sop } from '../support/shop.ts';
import { sha256, type StockRegister } from '../support/stock-register.ts';
import { ed25519Key } from '../support/ssh-keys.ts';

const bothParents = (register: StockRegister) => [register.lastRelease(), register.main];

describe('releases are one chain', () => {
  test('a release that names another one before it is refused', () =>
    attack(
      (register, attacked) => {
        const text = (message: string) =>
          message.replace(/(Previous: ).*/, `$1${sha256('another')}`);
        revise(register, { release: { change: attacked ? { text } : {} } });
      },
      { code: 'chain/previous', release: 4, upTo: 3 },
    ));

  test('a release that names the one before the one before is refused', () =>
    attack(
      (register, attacked) => {
        const { digest: second } = register.head(2);
        const text = (message: string) => message.replace(/(Previous: ).*/, `$1${second}`);
        revise(register, { release: { change: attacked ? { text } : {} } });
      },
      { code: 'chain/previous', release: 4, upTo: 3 },
    ));

  test('a release without Previous is refused', () =>
    attack(
      (register, attacked) => {
        const text = (message: string) => message.replace(/Previous: .*\n/, '');
        revise(register, { release: { change: attacked ? { text } : {} } });
      },
      { code: 'statement/field-missing', release: 4, upTo: 3 },
    ));

  test('a release of another register is refused', () =>
    attack(
      (register, attacked) => {
        const text = (message: string) =>
          message.replace(/(Register: ).*/, `$1${sha256('another')}`);
        revise(register, { release: { change: attacked ? { text } : {} } });
      },
      { code: 'chain/register', release: 4, upTo: 3 },
    ));

  test('a gap ends the register before it', () =>
    attack(
      (register, attacked) => {
        revise(register);
        if (attacked) register.repository.deleteRef('refs/tags/qms/release/3');
      },
      { code: 'chain/gap', upTo: 2 },
    ));

  test('a missing release 1 leaves nothing', () =>
    attack(
      (register, attacked) => {
        if (attacked) register.repository.deleteRef('refs/tags/qms/release/1');
      },
      { code: 'chain/gap', upTo: 0 },
    ));

  test.each(['04', '0', 'four', '4/a', '-1', '4.0', '99999999999999999999'])(
    'a tag qms/release/%s is an error, and the register stays good',
    (name) =>
      attack(
        (register, attacked) => {
          const [, , third] = register.releases;
          if (attacked) register.repository.ref(`refs/tags/qms/release/${name}`, third?.tag ?? '');
        },
        { code: 'chain/name', upTo: 3 },
      ),
  );

  test('a release that lies far ahead is a gap', () =>
    attack(
      (register, attacked) => {
        const [, , third] = register.releases;
        if (attacked) register.repository.ref('refs/tags/qms/release/7', third?.tag ?? '');
      },
      { code: 'chain/gap', upTo: 3 },
    ));

  test('no release at all is an unknown', async () => {
    const register = shop();
    const known = register.head();
    for (const number of [1, 2, 3]) {
      register.repository.deleteRef(`refs/tags/qms/release/${String(number)}`);
    }
    expectProblem(await verify(register), { code: 'chain/empty', severity: 'unknown', upTo: 0 });
    expectProblem(await verify(register, { head: known }), { code: 'head/rolled-back', upTo: 0 });
  });

  test('two releases that both are the fourth: whichever stands under the name counts alone', async () => {
    const register = shop();
    const other = shop();
    revise(register);
    revise(other, { edition: sop('3', { body: 'The other way.\n' }) });
    expectVerified(await verify(register));
    expectVerified(await verify(other));
    register.repository.git(
      'fetch',
      '-q',
      other.repository.folder,
      '+refs/tags/qms/release/4:refs/tags/qms/release/4',
      '+refs/tags/qms/approve/*:refs/tags/qms/approve/*',
    );
    const verification = await verify(register, { head: register.head() });
    expectProblem(verification, { code: 'head/rolled-back' });
  });
});

describe('whoever knows a head notices when releases are gone', () => {
  test('the newest release deleted', () =>
    attack(
      (register, attacked) => {
        revise(register);
        const head = register.head();
        if (attacked) register.repository.deleteRef('refs/tags/qms/release/4');
        return { head };
      },
      { code: 'head/rolled-back', upTo: 3 },
    ));

  test('the newest release made again with a key retired since', () =>
    attack(
      (register, attacked) => {
        const begin = register.fork();
        const head = () => register.head();
        const next = rules('2', (data) => {
          data.people['carol']!.keys = [{ key: ed25519Key('carol 2').line, use: ['release'] }];
        });
        newRules(register, next);
        const known = head();
        if (attacked) {
          // Instead of the rules that retired the old key, a release by it.
          revise(begin);
          register.repository.git(
            'fetch',
            '-q',
            begin.repository.folder,
            '+refs/tags/qms/*:refs/tags/qms/*',
          );
        }
        return { head: known };
      },
      { code: 'head/rolled-back', upTo: 4 },
    ));

  test('an older head is held by a register that went on', async () => {
    const register = shop();
    const head = register.head();
    revise(register);
    const verification = await verify(register, { head });
    expectVerified(verification);
    expect(verification.headKnown).toBe(true);
  });

  test('without a head the outcome does not claim to be the newest', async () => {
    const verification = await verify(shop());
    expectVerified(verification);
    expect(verification.headKnown).toBe(false);
  });

  test.each([
    '',
    '3',
    '3:',
    `3:sha256:${'A'.repeat(64)}`,
    `03:${sha256('')}`,
    `0:${sha256('')}`,
    `-3:${sha256('')}`,
  ])('%j is no head', (text) => {
    expect(parseHead(text)).toBeUndefined();
    expect(parseHead(`3:${sha256('')}`)).toEqual({ release: 3, digest: sha256('') });
  });
});

/** What is done to the tree of release 4, which puts SOP-001 3. */
const trees: [string, (register: StockRegister, files: TreeFiles) => void, string][] = [
  [
    'a folder more',
    (register, files) => {
      files.set('more/x', { mode: '100644', id: register.repository.object('blob', 'x') });
    },
    'release/tree',
  ],
  [
    'a file beside its folders',
    (register, files) => {
      files.set('README.md', { mode: '100644', id: register.repository.object('blob', 'x') });
    },
    'release/tree',
  ],
  [
    'a document more',
    (register, files) => {
      files.set('documents/SOP/SOP-002/qms-docs/x.md', {
        mode: '100644',
        id: register.repository.object('blob', 'x'),
      });
    },
    'release/tree',
  ],
  [
    'a document less',
    (_register, files) => {
      files.delete('documents/WI/WI-001/qms-docs/wi/WI-001.md');
    },
    'release/tree',
  ],
  [
    'another document changed',
    (register, files) => {
      files.set('documents/WI/WI-001/qms-docs/wi/WI-001.md', {
        mode: '100644',
        id: register.repository.object('blob', 'x'),
      });
    },
    'release/tree',
  ],
  [
    'a file more in another document',
    (register, files) => {
      files.set('documents/WI/WI-001/qms-docs/wi/more.svg', {
        mode: '100644',
        id: register.repository.object('blob', image),
      });
    },
    'release/tree',
  ],
  [
    'the rules changed',
    (register, files) => {
      files.set('documents/QMS/QMS/qms-docs/qms.yaml', {
        mode: '100644',
        id: register.repository.object('blob', 'x'),
      });
    },
    'release/tree',
  ],
  [
    'a document under another prefix',
    (_register, files) => {
      for (const [path, file] of [...files]) {
        if (!path.startsWith('documents/WI/')) continue;
        files.delete(path);
        files.set(path.replace('/WI/', '/WX/'), file);
      }
    },
    'release/tree',
  ],
  [
    'a file beside the prefixes',
    (register, files) => {
      files.set('documents/x', { mode: '100644', id: register.repository.object('blob', 'x') });
    },
    'release/tree',
  ],
  [
    'a file beside the documents of a prefix',
    (register, files) => {
      files.set('documents/SOP/x', { mode: '100644', id: register.repository.object('blob', 'x') });
    },
    'release/tree',
  ],
  [
    'evidence left out',
    (_register, files) => {
      for (const path of [...files.keys()].filter((one) => one.startsWith('evidence/')).slice(1)) {
        files.delete(path);
      }
    },
    'approval/evidence',
  ],
  [
    'all evidence left out',
    (_register, files) => {
      for (const path of [...files.keys()].filter((one) => one.startsWith('evidence/'))) {
        files.delete(path);
      }
    },
    'approval/evidence',
  ],
  [
    'evidence more',
    (register, files) => {
      files.set(`evidence/${'0'.repeat(64)}`, {
        mode: '100644',
        id: register.repository.object('blob', 'x'),
      });
    },
    'approval/evidence',
  ],
  [
    'evidence in a folder',
    (register, files) => {
      files.set('evidence/more/x', { mode: '100644', id: register.repository.object('blob', 'x') });
    },
    'release/tree',
  ],
  [
    'evidence with other bytes',
    (register, files) => {
      const [path = ''] = [...files.keys()].filter((one) => one.startsWith('evidence/'));
      files.set(path, { mode: '100644', id: register.repository.object('blob', 'x') });
    },
    'approval/evidence',
  ],
  [
    'evidence that is executable',
    (_register, files) => {
      const [path = ''] = [...files.keys()].filter((one) => one.startsWith('evidence/'));
      files.set(path, { mode: '100755', id: files.get(path)?.id ?? '' });
    },
    'approval/evidence',
  ],
];

describe('the tree changes exactly as the statement says', () => {
  test.each(trees)('a release whose tree has %s is refused', (_what, change, code) =>
    attack(
      (register, attacked) => {
        const tree = (files: TreeFiles) => {
          change(register, files);
        };
        revise(register, { release: { change: attacked ? { tree } : {} } });
      },
      { code, release: 4, upTo: 3 },
    ),
  );

  test('the evidence of the release before, carried over, is refused', () =>
    attack(
      (register, attacked) => {
        const old = register.repository.git('ls-tree', '-r', `${register.lastRelease()}:evidence`);
        const tree = (files: TreeFiles) => {
          for (const line of old.split('\n')) {
            const [, , id = '', name = ''] = line.split(/[ \t]/);
            files.set(`evidence/${name}`, { mode: '100644', id });
          }
        };
        revise(register, { release: { change: attacked ? { tree } : {} } });
      },
      { code: 'approval/evidence', release: 4, upTo: 3 },
    ));

  test('an empty folder in the tree is refused', () =>
    attack(
      (register, attacked) => {
        const { repository } = register;
        const treeId = (id: string) => {
          const listed = repository
            .git('ls-tree', id)
            .split('\n')
            .map((line) => {
              const [mode = '', , object = '', name = ''] = line.split(/[ \t]/);
              return { mode: mode.replace(/^0/, ''), name, id: object };
            });
          const empty = { mode: '40000', name: 'more', id: repository.object('tree', '') };
          return repository.sortedTree([...listed, empty]);
        };
        revise(register, { release: { change: attacked ? { treeId } : {} } });
      },
      { code: 'release/tree', release: 4, upTo: 3 },
    ));

  test('a withdrawn document that stays in the tree is refused', () =>
    attack(
      (register, attacked) => {
        const gone = edition('WI-001', 'A');
        const decision = 'withdraw' as const;
        const out = register.approve(gone, {
          by: 'alice',
          as: 'quality-manager approved',
          decision,
        });
        const path = 'documents/WI/WI-001/qms-docs/wi/WI-001.md';
        const id = register.repository.git('rev-parse', `${register.lastRelease()}:${path}`);
        const tree = (files: TreeFiles) => {
          files.set(path, { mode: '100644', id });
        };
        register.release({ withdraw: [gone], approvals: [out], change: attacked ? { tree } : {} });
      },
      { code: 'release/tree', release: 4, upTo: 3 },
    ));

  test('a withdrawn id does not return', () =>
    attack(
      (register, attacked) => {
        const gone = edition('WI-001', 'A');
        const as = 'quality-manager approved';
        const out = register.approve(gone, { by: 'alice', as, decision: 'withdraw' });
        register.release({ withdraw: [gone], approvals: [out] });
        const again = edition(attacked ? 'WI-001' : 'WI-002', 'B', {
          fields: { changes: 'Back again' },
        });
        register.commit(again.files);
        const signed = register.approve(again, { by: 'alice', as });
        register.release({ put: [again], approvals: [signed] });
      },
      { code: 'release/ended', release: 5, upTo: 4 },
    ));

  test('an id whose withdrawal is still to come does not return either', () =>
    attack(
      (register, attacked) => {
        const gone = edition('WI-001', 'A');
        const as = 'quality-manager approved';
        const out = register.approve(gone, { by: 'alice', as, decision: 'withdraw' });
        register.release({ withdraw: [gone], approvals: [out], day: '2026-12-24' });
        const again = edition(attacked ? 'WI-001' : 'WI-002', 'B', {
          fields: { changes: 'Back again' },
        });
        register.commit(again.files);
        const signed = register.approve(again, { by: 'alice', as });
        register.release({ put: [again], approvals: [signed] });
      },
      { code: 'release/ended', release: 5, upTo: 4 },
    ));

  test('a release that puts nothing and does nothing is refused', () =>
    attack(
      (register, attacked) => {
        const text = (message: string) =>
          message
            .replace(/^Release 4: .*\n/, 'Release 4: \n')
            .replace(/Put: .*\n/, '')
            .replace(/Approval: .*\n/g, '');
        revise(register, { release: { change: attacked ? { text } : {} } });
      },
      { code: 'statement/layout', release: 4, upTo: 3 },
    ));

  test('a release whose line names another digest than its tree has is refused', () =>
    attack(
      (register, attacked) => {
        const text = (message: string) =>
          message.replace(/(Put: SOP-001 3 )\S+/, `$1${sha256('other')}`);
        revise(register, { release: { change: attacked ? { text } : {} } });
      },
      { code: 'release/content-digest', release: 4, upTo: 3 },
    ));
});

/** What is done to the parents of release 4. */
const parents: [string, (all: string[], register: StockRegister) => string[]][] = [
  ['none', () => []],
  ['only the release before', (all) => all.slice(0, 1)],
  ['only the commit that holds what is put', (all) => all.slice(1)],
  ['both in the other order', (all) => [...all].reverse()],
  [
    'the release before the one before',
    (all, register) => [register.releases[1]?.commit ?? '', ...all.slice(1)],
  ],
  ['one more', (all, register) => [...all, register.releases[0]?.commit ?? '']],
  ['the first one twice', (all) => [all[0] ?? '', ...all]],
  [
    'a commit without the content',
    (all, register) => [all[0] ?? '', register.repository.git('rev-parse', `${all[1] ?? ''}^`)],
  ],
];

describe('the parents of a release commit are the ones the format names', () => {
  test.each(parents)('a release with these parents is refused: %s', (_what, change) =>
    attack(
      (register, attacked) => {
        const wrong = (all: string[]) => change(all, register);
        revise(register, { release: { change: attacked ? { parents: wrong } : {} } });
      },
      { code: 'release/parents', release: 4, upTo: 3 },
    ),
  );

  /** A branch with the content, squashed on main: the approvals point at the branch. */
  const squash = (register: StockRegister, change: (all: string[]) => string[]) => {
    const base = register.main;
    const what = sop('3');
    const at = register.commit(what.files, { parents: [base], main: false });
    const more = register.commit({ 'notes.txt': 'x\n' }, { parents: [at], main: false });
    register.commit(what.files, { parents: [base] });
    const signed = [
      register.approve(what, { by: 'alice', as: 'quality-manager approved', at }),
      register.approve(what, { by: 'bob', as: 'process-owner reviewed', at: more }),
    ];
    register.release({ put: [what], approvals: signed, change: { parents: change } });
  };

  test('the approved commit of a squashed branch is a parent', () =>
    attack(
      (register, attacked) => {
        squash(register, (all) => (attacked ? all.slice(0, 2) : all));
      },
      { code: 'release/parents', release: 4, upTo: 3 },
    ));

  test('approvals\u2019 commits stand in the order of the approvals', () =>
    attack(
      (register, attacked) => {
        squash(register, (all) => {
          expect(all).toHaveLength(4);
          const [first = '', second = '', third = '', fourth = ''] = all;
          return attacked ? [first, second, fourth, third] : all;
        });
      },
      { code: 'release/parents', release: 4, upTo: 3 },
    ));

  test('an approval of a commit that is reachable adds no parent', () =>
    attack(
      (register, attacked) => {
        const what = sop('3');
        const at = register.commit(what.files);
        register.commit({ 'notes.txt': 'x\n' });
        const signed = [
          register.approve(what, { by: 'alice', as: 'quality-manager approved', at }),
          register.approve(what, { by: 'bob', as: 'process-owner reviewed', at }),
        ];
        const more = (all: string[]) => (attacked ? [...all, at] : all);
        register.release({ put: [what], approvals: signed, change: { parents: more } });
      },
      { code: 'release/parents', release: 4, upTo: 3 },
    ));

  test('a confirmation has the release before as its only parent', () =>
    attack(
      (register, attacked) => {
        const what = sop('2');
        const at = register.lastRelease();
        const decision = 'confirm' as const;
        const signed = [
          register.approve(what, { by: 'alice', as: 'quality-manager approved', decision, at }),
          register.approve(what, { by: 'bob', as: 'process-owner reviewed', decision, at }),
        ];
        const more = () => (attacked ? bothParents(register) : [register.lastRelease()]);
        register.release({ confirm: [what], approvals: signed, change: { parents: more } });
      },
      { code: 'release/parents', release: 4, upTo: 3 },
    ));

  test('a history that was rewritten behind a release keeps what the release holds', async () => {
    const register = shop();
    const base = register.main;
    const what = sop('3');
    const at = register.commit(what.files, { parents: [base], main: false });
    const signed = [
      register.approve(what, { by: 'alice', as: 'quality-manager approved', at }),
      register.approve(what, { by: 'bob', as: 'process-owner reviewed', at }),
    ];
    // A new root commit with the same files: main was rewritten, the approvals stay good.
    register.commit(what.files, { parents: [base], message: 'Rebased\n' });
    register.release({ put: [what], approvals: signed });
    issue(register, sop('4'));
    expectVerified(await verify(register));
  });
});
