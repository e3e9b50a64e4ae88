/**
 * Threat: The tree of a release holds more, less or something else than its statement says.
 * Decision: It changes exactly as the statement says, and evidence is exactly the approvals named;
 * otherwise the release is refused.
 */
import { describe, test } from 'vitest';
import { attack } from '../support/expect-verification.ts';
import type { TreeFiles } from '../support/raw-repository.ts';
import { edition, image, revise } from '../support/shop.ts';
import { sha256 } from '../support/statement-text.ts';
import type { StockRegister } from '../support/stock-register.ts';

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
