/**
 * Threat: A picture is swapped after approval, or content holds links, submodules, executables or
 * paths that collide.
 * Decision: The digest covers each file by its SHA-256 and path, and content is plain files with
 * plain paths; anything else refuses the release.
 */
import { describe, test } from 'vitest';
import { attack } from '../support/expect-verification.ts';
import type { RawEntry, TreeFiles } from '../support/raw-repository.ts';
import { image, imagePath, revise, sop } from '../support/shop.ts';
import type { Files, StockRegister } from '../support/stock-register.ts';

const inTree = `documents/SOP/SOP-001/${imagePath}`;
const other = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M9 9h9"/></svg>\n';

describe('the content of a release is exactly the files that were approved', () => {
  test.each<[string, (register: StockRegister, files: TreeFiles) => void]>([
    [
      'an image swapped',
      (register, files) => {
        files.set(inTree, { mode: '100644', id: register.repository.object('blob', other) });
      },
    ],
    [
      'an image left out',
      (_register, files) => {
        files.delete(inTree);
      },
    ],
    [
      'an image more',
      (register, files) => {
        const id = register.repository.object('blob', other);
        files.set('documents/SOP/SOP-001/qms-docs/sop/other.svg', { mode: '100644', id });
      },
    ],
    [
      'an image renamed',
      (_register, files) => {
        const was = files.get(inTree);
        files.delete(inTree);
        if (was) files.set('documents/SOP/SOP-001/qms-docs/sop/fixture2.svg', was);
      },
    ],
    [
      'one byte of the text changed',
      (register, files) => {
        const path = 'documents/SOP/SOP-001/qms-docs/sop/SOP-001.md';
        const text = String(sop('3').files['qms-docs/sop/SOP-001.md']).replace(
          'Revision',
          'revision',
        );
        files.set(path, { mode: '100644', id: register.repository.object('blob', text) });
      },
    ],
  ])('a release with %s after approval is refused', (_what, change) =>
    attack(
      (register, attacked) => {
        const tree = (files: TreeFiles) => {
          change(register, files);
        };
        revise(register, { release: { change: attacked ? { tree } : {} } });
      },
      { code: 'release/content-digest', release: 4, upTo: 3 },
    ),
  );

  test.each([
    ['a symbolic link', '120000'],
    ['an executable', '100755'],
    ['a submodule', '160000'],
    ['a file with the old group-writable mode', '100664'],
  ])('content that holds %s is refused', (_what, mode) =>
    attack(
      (register, attacked) => {
        const tree = (files: TreeFiles) => {
          const id = mode === '160000' ? register.main : (files.get(inTree)?.id ?? '');
          files.set(inTree, { mode, id });
        };
        revise(register, { release: { change: attacked ? { tree } : {} } });
      },
      {
        code: mode === '100664' ? 'git/tree-malformed' : 'release/content-file',
        release: 4,
        upTo: 3,
      },
    ),
  );

  const lfs = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5\n`;
  const svg = (name: string): Files => ({ [`qms-docs/sop/${name}`]: other });
  test.each<[string, Files, string?]>([
    ['a Git LFS pointer', { 'qms-docs/sop/big.bin': lfs }],
    ['two paths that differ by case only', { 'qms-docs/sop/Fixture.svg': other }],
    [
      'two folders that differ by case only',
      { 'qms-docs/SOP/other.svg': other, 'qms-docs/sop/Other.svg': other },
    ],
    [
      'two paths that are one in lower case of Unicode',
      { 'qms-docs/sop/\u00c4.svg': other, 'qms-docs/sop/\u00e4.svg': other },
    ],
    ['a path that is not in NFC', svg('e\u0301.svg')],
    ['a path with a line break', svg('a\nb.svg')],
    ['a path with a tab', svg('a\tb.svg')],
    ['a path with a backslash', svg('a\\b.svg')],
    ['a path with a colon', svg('a:b.svg')],
    ['a path with a quotation mark', svg('a"b.svg')],
    ['a path with a question mark', svg('a?b.svg')],
    ['a path with a part that ends in a dot', { 'qms-docs/sop./a.svg': other }],
    ['a path with a part that ends in a space', { 'qms-docs/sop /a.svg': other }],
    ['the name of a Windows device', svg('AUX.svg')],
    ['a part .GIT', { 'qms-docs/.GIT/config': 'x\n' }, 'git/tree-malformed'],
    ['a path of 181 bytes', svg(`${'a'.repeat(164)}.svg`)],
    [
      '1,001 files',
      Object.fromEntries(
        Array.from({ length: 1000 }, (_, at) => [`qms-docs/sop/${String(at)}.svg`, other]),
      ),
    ],
  ])(
    'content with %s is refused, though everybody approved it',
    (_what, files, code = 'release/content-file') =>
      attack(
        (register, attacked) => {
          const extra = attacked ? files : { 'qms-docs/sop/second.svg': other };
          revise(register, { edition: sop('3', { files: { [imagePath]: image, ...extra } }) });
        },
        { code, release: 4, upTo: 3 },
      ),
  );

  test('content with a path that is not UTF-8 is refused', () =>
    attack(
      (register, attacked) => {
        const { repository } = register;
        // documents/SOP/SOP-001/qms-docs/sop gets a file with a Latin-1 name.
        const treeId = (id: string) => {
          const parts = ['documents', 'SOP', 'SOP-001', 'qms-docs', 'sop'];
          const change = (tree: string, depth: number): string => {
            const listed = repository
              .git('ls-tree', tree)
              .split('\n')
              .map((line): RawEntry => {
                const [mode = '', , object = '', name = ''] = line.split(/[ \t]/);
                return { mode: mode.replace(/^0/, ''), name, id: object };
              });
            if (depth === parts.length) {
              const blob = repository.object('blob', other);
              listed.push({ mode: '100644', name: Buffer.from([0x61, 0xe9]), id: blob });
            }
            return repository.sortedTree(
              listed.map((entry) =>
                entry.name === parts[depth] ? { ...entry, id: change(entry.id, depth + 1) } : entry,
              ),
            );
          };
          return change(id, 0);
        };
        revise(register, { release: { change: attacked ? { treeId } : {} } });
      },
      { code: 'release/content-file', release: 4, upTo: 3 },
    ));
});
