import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Digest } from '../../src/document/document.ts';
import { workingTree } from '../../src/document/working-tree.ts';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { type CheckOptions, type CheckedTree, checkDocuments } from '../../src/rules/check.ts';
import type { ReleasedDocument } from '../../src/rules/check-released.ts';
import { findRoot } from '../../src/rules/read-rules.ts';
import { goodRules } from './rules-text.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'qms-check-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function check(
  files: Readonly<Record<string, string>>,
  options?: CheckOptions,
): Promise<CheckedTree> {
  const source = workingTree(folderWith({ 'docs/qms.yaml': goodRules, ...files }));
  return checkDocuments(source, 'docs', nodeCryptography, options);
}

const sop = (id: string, body = 'Text\n', revision = '1', more = ''): string =>
  `---\nid: ${id}\ntitle: T\ntype: sop\nrevision: ${revision}\nowner: process-owner\n${more}---\n${body}`;

const seen = (tree: CheckedTree): string[] =>
  tree.problems.map(({ code, place }) => `${place.file ?? ''}:${place.line ?? 0} ${code}`);

describe('checking a tree of documents', () => {
  it('finds nothing in good documents and knows their contents', async () => {
    const tree = await check({
      'docs/a.md': sop('SOP-001', '[b](b.md#part-two) ![p](_img/p.png)\n'),
      'docs/b.md': sop('SOP-002', '# Part two\n'),
      'docs/_img/p.png': 'p',
      'docs/_template.md': 'nothing',
    });
    expect(tree.problems).toEqual([]);
    expect([...tree.contents.keys()]).toEqual(['QMS', 'SOP-001', 'SOP-002']);
    expect(tree.contents.get('QMS')?.files.map(({ path }) => path)).toEqual(['docs/qms.yaml']);
    expect(tree.contents.get('SOP-001')?.files.map(({ path }) => path)).toEqual([
      'docs/_img/p.png',
      'docs/a.md',
    ]);
    expect(tree.contents.get('SOP-001')?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('reports everything at once, sorted by file and line', async () => {
    const tree = await check({
      'docs/a.md': sop('SOP-001', '![x](x.png)\n[c](c.md#nowhere)\n', '1', 'clauses: [99]\n'),
      'docs/b.md': '# no front matter\n',
      'docs/c.md': sop('SOP-001', '# Here\n'),
      'docs/d.md': sop('SOP-003').replace('type: sop', 'type: sap'),
      'docs/sub/A.md': sop('SOP-004'),
      'docs/sub/a.md': sop('SOP-005'),
    });
    expect(seen(tree)).toEqual([
      'docs/a.md:7 document/clause-unknown',
      'docs/a.md:9 reference/missing',
      'docs/a.md:10 reference/anchor',
      'docs/b.md:1 document/front-matter-missing',
      'docs/c.md:2 document/duplicate-id',
      'docs/d.md:4 document/type-unknown',
      'docs/sub/a.md:0 content/collision',
    ]);
    expect(tree.problems[4]?.related).toMatchObject({ file: 'docs/a.md', line: 2 });
    expect(tree.contents.get('SOP-001')?.digest).toBeUndefined();
  });

  it('goes on with the documents where the rules can not be read', async () => {
    const tree = await check({ 'docs/qms.yaml': 'id: QMS\n', 'docs/a.md': '# x\n' });
    expect(tree.rules).toBeUndefined();
    expect(seen(tree)).toContain('docs/a.md:1 document/front-matter-missing');
    expect(seen(tree)).toContain('docs/qms.yaml:1 rules/field-missing');
  });

  it('warns of rules that lock everybody out', async () => {
    const locked = goodRules.replace('use: [approve, commit]', 'use: [commit]');
    expect(seen(await check({ 'docs/qms.yaml': locked }))).toEqual([
      'docs/qms.yaml:68 rules/lock-out',
    ]);
  });

  it('compares with what was released', async () => {
    const digest: Digest = `sha256:${'0'.repeat(64)}`;
    const past = (...revisions: string[]) => ({
      revisions: revisions.map((revision) => ({ revision, digest })),
      end: undefined,
    });
    const tree = await check(
      {
        'docs/a.md': sop('SOP-001', 'Text\n', '2'),
        'docs/b.md': sop('SOP-002', 'Text\n', '1'),
        'docs/c.md': sop('SOP-003', 'Text\n', '9', 'changes: x\n'),
        'docs/d.md': sop('SOP-004', 'Text\n', '1'),
        'docs/e.md': sop('SOP-005', 'Text\n', '1', 'supersedes: [SOP-009]\n'),
      },
      {
        released: new Map<string, ReleasedDocument>([
          ['QMS', past('1')],
          ['SOP-001', past('1')],
          ['SOP-002', past('1')],
          ['SOP-003', past('1', '2')],
          ['SOP-004', { ...past('1'), end: {} }],
          ['SOP-009', { ...past('1'), end: {} }],
        ]),
      },
    );
    expect(seen(tree)).toEqual([
      'docs/a.md:1 document/changes-missing',
      'docs/b.md:5 document/not-revised',
      'docs/c.md:5 document/revision-order',
      'docs/d.md:5 document/ended',
      'docs/qms.yaml:2 document/not-revised',
    ]);
  });

  it('looks at some files only where it is asked to, and still knows the others', async () => {
    const tree = await check(
      { 'docs/a.md': sop('SOP-001', '![x](x.png)\n'), 'docs/b.md': sop('SOP-001') },
      { only: new Set(['docs/b.md']) },
    );
    expect(seen(tree)).toEqual(['docs/b.md:2 document/duplicate-id']);
    expect(tree.documents).toHaveLength(2);
  });
});

describe('the documents root', () => {
  const root = (files: Readonly<Record<string, string>>) =>
    findRoot(workingTree(folderWith(files)));

  it('is the folder of the rules', async () => {
    expect(await root({ 'qms-docs/qms.yaml': '', 'other/qms.yaml': '' })).toMatchObject({
      root: 'qms-docs',
    });
    expect(await root({ 'qms.yaml': '' })).toMatchObject({ root: '' });
    expect(await root({ 'a/b/qms.yaml': '', 'a/_t/qms.yaml': '' })).toMatchObject({ root: 'a/b' });
  });

  it('is not guessed where there is none, or several', async () => {
    expect(await root({ 'a.md': '' })).toMatchObject({
      root: undefined,
      problems: [{ code: 'rules/missing' }],
    });
    expect(await root({ 'a/qms.yaml': '', 'b/qms.yaml': '' })).toMatchObject({
      root: undefined,
      problems: [{ code: 'rules/several', place: { file: 'b/qms.yaml' } }],
    });
    const empty = workingTree(folderWith({ 'a.md': '' }));
    const tree = await checkDocuments(empty, 'docs', nodeCryptography);
    expect(tree.problems).toMatchObject([
      { code: 'rules/missing', place: { file: 'docs/qms.yaml' } },
    ]);
  });

  it('may be the repository itself', async () => {
    const source = workingTree(folderWith({ 'qms.yaml': goodRules, 'a.md': sop('SOP-001') }));
    const tree = await checkDocuments(source, '', nodeCryptography);
    expect(tree.problems).toEqual([]);
    expect([...tree.contents.keys()]).toEqual(['QMS', 'SOP-001']);
  });
});
