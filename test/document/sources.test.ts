import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatContent } from '../../src/document/content.ts';
import { objectSource } from '../../src/document/object-source.ts';
import { readContent, readDocuments } from '../../src/document/read-documents.ts';
import type { DocumentSource } from '../../src/document/source.ts';
import { workingTree } from '../../src/document/working-tree.ts';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { listIndex } from '../../src/git/index-file.ts';
import { openStore } from '../../src/git/open-store.ts';
import { openRepository } from '../../src/git/repository.ts';
import { listTree } from '../../src/git/tree-walk.ts';
import { QmsError } from '../../src/problem/problem.ts';

const root = mkdtempSync(join(tmpdir(), 'qms-sources-'));
const head = (id: string): string =>
  `---\nid: ${id}\ntitle: T\ntype: sop\nrevision: 1\nowner: process-owner\n---\n`;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@abc.example', ...args], {
    cwd: root,
    encoding: 'utf8',
  }).trim();

let sources: [string, DocumentSource][] = [];

beforeAll(async () => {
  git('init', '-q', '-b', 'main');
  write('qms-docs/qms.yaml', 'id: QMS\n');
  write(
    'qms-docs/sops/SOP-001.md',
    `${head('SOP-001')}![a](../_pictures/a.png) ![a](../_pictures/a.png) [b](SOP-002.md) [r](../qms.yaml) [n](../../notes.txt) [s](../sops/SOP-001.md)\n`,
  );
  write('qms-docs/sops/SOP-002.md', `${head('SOP-002')}![a](a.PNG) ![l](link.png) ![x](run.sh)\n`);
  write('qms-docs/sops/a.png', 'small');
  write('qms-docs/sops/run.sh', '#!/bin/sh\n');
  chmodSync(join(root, 'qms-docs/sops/run.sh'), 0o755);
  write('qms-docs/_pictures/a.png', 'picture');
  write('qms-docs/_templates/sop.md', '# no front matter');
  write('qms-docs/.drafts/x.md', '# no front matter');
  write('qms-docs/plain.txt', 'no document');
  write('notes.txt', 'notes');
  symlinkSync('a.png', join(root, 'qms-docs/sops/link.png'));
  symlinkSync('SOP-001.md', join(root, 'qms-docs/sops/SOP-003.md'));
  git('add', '.');
  git('commit', '-qm', 'Documents');
  const repository = await openRepository(root, process.env);
  const store = await openStore(repository);
  const tree = git('rev-parse', 'HEAD^{tree}');
  sources = [
    ['the working tree', workingTree(root)],
    ['the index', objectSource(store, await listIndex(repository), 'the index')],
    ['a commit', objectSource(store, await listTree(store, tree), 'the commit')],
  ];
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const controlled = (path: string): boolean =>
  /^qms-docs\/sops\/.*\.md$/.test(path) || path === 'qms-docs/qms.yaml';

describe.each(['the working tree', 'the index', 'a commit'])('%s as a source', (name) => {
  const source = (): DocumentSource => {
    const found = sources.find(([each]) => each === name)?.[1];
    if (found === undefined) throw new Error(`no source ${name}`);
    return found;
  };

  it('holds the controlled documents and refuses a link in the place of one', async () => {
    const { documents, problems } = await readDocuments(source(), 'qms-docs');
    expect(documents.map(({ path }) => path)).toEqual([
      'qms-docs/sops/SOP-001.md',
      'qms-docs/sops/SOP-002.md',
    ]);
    expect(problems).toMatchObject([
      { code: 'content/mode', place: { file: 'qms-docs/sops/SOP-003.md' } },
    ]);
  });

  it('gives the content of a document: itself and its files, no other documents', async () => {
    const { documents } = await readDocuments(source(), 'qms-docs');
    const [document] = documents;
    if (document === undefined) throw new Error('no document');
    const content = await readContent(source(), document, controlled, nodeCryptography);
    expect(content.problems).toEqual([]);
    expect(content.files.map(({ path }) => path)).toEqual([
      'notes.txt',
      'qms-docs/_pictures/a.png',
      'qms-docs/sops/SOP-001.md',
    ]);
    for (const { path, blob } of content.files) expect(blob).toBe(git('rev-parse', `HEAD:${path}`));
    const sum = createHash('sha256').update(formatContent(content.files)).digest('hex');
    expect(content.digest).toBe(`sha256:${sum}`);
  });

  it('sees other case, links and executables for what they are', async () => {
    const { documents } = await readDocuments(source(), 'qms-docs');
    const document = documents[1];
    if (document === undefined) throw new Error('no document');
    const content = await readContent(source(), document, controlled, nodeCryptography);
    expect(content.digest).toBeUndefined();
    expect(content.problems.map(({ code, place }) => [code, place.file, place.line])).toEqual([
      ['reference/missing', 'qms-docs/sops/SOP-002.md', 8],
      ['content/mode', 'qms-docs/sops/SOP-002.md', 8],
      ['content/mode', 'qms-docs/sops/SOP-002.md', 8],
    ]);
  });

  it('reads nothing that is not there, and nothing through a link', async () => {
    const paths = ['qms-docs/sops/link.png', 'nowhere', 'qms-docs', 'qms-docs/qms.yaml/x', ''];
    expect((await source().read(paths)).size).toBe(0);
    expect([...(await source().modes(paths))]).toEqual([['qms-docs/sops/link.png', '120000']]);
  });
});

describe('sources', () => {
  it('throw where they can not read, instead of answering that nothing is there', async () => {
    const id = '0123456789012345678901234567890123456789';
    const file = { path: 'a.md', mode: '100644', id };
    const fault = (kind: 'missing' | 'corrupt') =>
      objectSource(
        { read: () => Promise.resolve(new Map([[id, { id, fault: kind, detail: '' }]])) },
        [file],
        'x',
      ).read(['a.md']);
    await expect(fault('missing')).rejects.toMatchObject({ code: 'git/object-missing' });
    await expect(fault('corrupt')).rejects.toMatchObject({ code: 'git/object-corrupt' });
    const tree = objectSource(
      {
        read: () =>
          Promise.resolve(new Map([[id, { id, type: 'tree' as const, bytes: new Uint8Array() }]])),
      },
      [file],
      'x',
    );
    await expect(tree.read(['a.md'])).rejects.toMatchObject({ code: 'git/object-type' });
  });

  it('of a folder that may not be read give document/unreadable', async () => {
    // A name that no file system takes stands in for a disk that fails.
    const read = workingTree('/').read([`${'x'.repeat(5000)}/y`]);
    expect((await read).size).toBe(0);
    const listing = workingTree(join(root, '\0')).list();
    await expect(listing).rejects.toBeInstanceOf(QmsError);
    await expect(listing).rejects.toMatchObject({ code: 'document/unreadable' });
  });
});
