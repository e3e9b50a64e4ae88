import { expect, it } from 'vitest';
import { objectName } from '../../src/git/object-name.ts';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import type { KnownFile } from '../../src/document/known-files.ts';
import { readContent, readDocuments } from '../../src/document/read-documents.ts';
import type { DocumentSource } from '../../src/document/source.ts';

const head =
  '---\nid: SOP-001\ntitle: T\ntype: sop\nrevision: 1\nowner: process-owner\n---\n\n![a](a.png) ![b](b.png) [other](SOP-002.md)\n';
const controlled = (path: string): boolean => path.endsWith('.md');

/** Files that a test may change, and what is known of them by path and blob. */
function scene() {
  const files = new Map([
    ['sop/SOP-001.md', { mode: '100644', text: head }],
    ['sop/SOP-002.md', { mode: '100644', text: head.replace('SOP-001', 'SOP-002') }],
    ['sop/a.png', { mode: '100644', text: 'first' }],
    ['sop/b.png', { mode: '100644', text: 'second' }],
  ]);
  const known = new Map<string, KnownFile>();
  let reads = 0;
  const bytesAt = (path: string) => Buffer.from(files.get(path)?.text ?? '');
  const source: DocumentSource = {
    label: 'the test',
    list: () => Promise.resolve([...files].map(([path, { mode }]) => ({ path, mode }))),
    modes: (paths) =>
      Promise.resolve(
        new Map([...paths].flatMap((path) => [[path, files.get(path)?.mode ?? '']] as const)),
      ),
    read: (paths) => {
      const there = [...paths].filter((path) => files.has(path));
      reads += there.length;
      return Promise.resolve(new Map(there.map((path) => [path, bytesAt(path)])));
    },
  };
  const knownAt = (path: string) => {
    const key = `${objectName('blob', bytesAt(path), nodeCryptography)} ${path}`;
    const entry = known.get(key) ?? {};
    known.set(key, entry);
    return Promise.resolve(entry);
  };
  const read = async (isKnown: boolean) => {
    const { documents } = await readDocuments(source, 'sop', new Set(['sop/SOP-001.md']));
    const [document] = documents;
    if (document === undefined) throw new Error('no document');
    reads = 0;
    const more = isKnown ? [knownAt] : [];
    const content = await readContent(source, document, controlled, nodeCryptography, ...more);
    const { digest, problems } = content;
    return { digest, files: content.files, codes: problems.map(({ code }) => code) };
  };
  return { files, read, reads: () => reads };
}

it('takes a content from what is known, as long as each of its files is the same', async () => {
  const { files, read, reads } = scene();
  const first = await read(true);
  expect(first.files.map(({ path }) => path)).toEqual(['sop/SOP-001.md', 'sop/a.png', 'sop/b.png']);
  expect(first).toEqual(await read(false));
  expect(await read(true)).toEqual(first);
  expect(reads()).toBe(0);

  files.set('sop/b.png', { mode: '100644', text: 'third' });
  const changed = await read(true);
  expect(changed).toEqual(await read(false));
  expect(changed.digest).not.toBe(first.digest);
  // Known as well, but as files of another content.
  files.set('sop/a.png', { mode: '100644', text: 'third' });
  files.set('sop/b.png', { mode: '100644', text: 'first' });
  expect(await read(true)).toEqual(await read(false));

  files.set('sop/a.png', { mode: '100755', text: 'first' });
  files.set('sop/b.png', { mode: '100644', text: 'second' });
  expect(await read(true)).toEqual(await read(false));
  expect((await read(true)).digest).toBeUndefined();
});
