import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkContent,
  contentDigest,
  contentLimits,
  describeFile,
  formatContent,
} from '../../src/document/content.ts';
import { checkContentPath, collidingPaths } from '../../src/document/path-rules.ts';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const file = (path: string, text: string) => describeFile(path, bytes(text), nodeCryptography);
const plain = { mode: '100644', size: 1 };

describe('the content digest', () => {
  const files = [file('qms-docs/b.png', 'picture'), file('qms-docs/SOP-001.md', 'text')];

  it('is what sha256sum says of the lines that the format describes', () => {
    const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
    const lines = `${sha('text')} 4 qms-docs/SOP-001.md\n${sha('picture')} 7 qms-docs/b.png\n`;
    expect(formatContent(files)).toBe(`qms-content 1\n${lines}`);
    expect(contentDigest(files, nodeCryptography)).toBe(`sha256:${sha(`qms-content 1\n${lines}`)}`);
  });

  it('does not depend on the order in which files were found', () => {
    const digest = contentDigest(files, nodeCryptography);
    expect(contentDigest([...files].reverse(), nodeCryptography)).toBe(digest);
  });

  it('changes with any byte, any path and any file', () => {
    const digests = [
      files,
      [file('qms-docs/b.png', 'picturE'), files[1]],
      [file('qms-docs/c.png', 'picture'), files[1]],
      [files[1]],
    ].map((each) =>
      contentDigest(
        each.filter((one) => one !== undefined),
        nodeCryptography,
      ),
    );
    expect(new Set(digests).size).toBe(4);
  });

  it('names blobs as Git does', () => {
    expect(file('x', 'hello\n').blob).toBe('ce013625030ba8dba906f756967f9e9ca394464a');
  });
});

describe('paths of content', () => {
  it.each(['a', 'qms-docs/sops/SOP-001.md', 'a b/ü.png', '_x/.y', 'nul-point.md', 'comet', 'a..b'])(
    '%j is one',
    (path) => {
      expect(checkContentPath(path)).toBeUndefined();
    },
  );

  it.each([
    ...['', '/a', 'a/', 'a//b', '.', '..', 'a/../b', './a', '.git', 'a/.GIT/config', 'a\\b', 'a:b'],
    ...['a*', 'a?', 'a"b', 'a<b', 'a>b', 'a|b', 'a ', 'a /b', 'a.', 'a./b', 'NUL', 'con.txt'],
    ...['x/aux', 'Com1.md', 'lpt9', 'COM¹', 'a\nb', 'a\tb', 'a\u0000', 'a\u202eb', 'u\u0308'],
    ...['prn .txt', 'a'.repeat(181), 'ä'.repeat(91), '\ud800'],
  ])('%j is none', (path) => {
    expect(checkContentPath(path)).toBeTypeOf('string');
  });

  it('collide where case or Unicode form is ignored', () => {
    expect(collidingPaths(['b', 'A/x', 'a/X', 'c'])).toEqual([{ path: 'a/X', with: 'A/x' }]);
    expect(collidingPaths(['ü', 'u\u0308'])).toHaveLength(1);
    expect(collidingPaths(['a', 'b', 'a/b'])).toEqual([]);
  });

  it('never hold a line break, so that two lists of files never look alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        if (checkContentPath(path) === undefined) expect(path).not.toMatch(/[\u0000-\u001f]/);
      }),
    );
  });
});

describe('content', () => {
  it('of plain files is accepted', () => {
    expect(checkContent([{ path: 'a.md', ...plain, bytes: bytes('x') }])).toEqual([]);
  });

  it.each([
    ['content/mode', { path: 'a', mode: '100755', size: 1 }, 'executable'],
    ['content/mode', { path: 'a', mode: '120000', size: 1 }, 'a symbolic link'],
    ['content/mode', { path: 'a', mode: '160000', size: 0 }, 'a submodule'],
    ['content/mode', { path: 'a', mode: '40000', size: 0 }, 'a folder'],
    ['content/mode', { path: 'a', mode: '100664', size: 0 }, '100664'],
    ['content/path', { path: 'a/..', ...plain }, '..'],
    ['content/file-too-large', { path: 'a', mode: '100644', size: 64 * 1024 * 1024 + 1 }, 'limit'],
    [
      'content/lfs-pointer',
      {
        path: 'a.png',
        ...plain,
        bytes: bytes('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'),
      },
      'LFS',
    ],
  ])('gives %s', (code, candidate, words) => {
    const problems = checkContent([candidate]);
    expect(problems).toMatchObject([{ code, place: { file: candidate.path } }]);
    expect(problems[0]?.message).toContain(words);
  });

  it('gives content/collision with both paths', () => {
    expect(
      checkContent([
        { path: 'a.png', ...plain },
        { path: 'A.png', ...plain },
      ]),
    ).toMatchObject([
      { code: 'content/collision', place: { file: 'a.png' }, related: { file: 'A.png' } },
    ]);
  });

  it('has limits on the number and the sum of its files', () => {
    const many = Array.from({ length: 1000 }, (_, index) => ({ path: `f${index}`, ...plain }));
    expect(checkContent(many)).toEqual([]);
    expect(checkContent([...many, { path: 'g', ...plain }])).toMatchObject([
      { code: 'content/too-many-files' },
    ]);
    const large = ['a', 'b', 'c', 'd', 'e'].map((path) => ({
      path,
      mode: '100644',
      size: contentLimits.fileBytes,
    }));
    expect(checkContent(large.slice(1))).toEqual([]);
    expect(checkContent(large)).toMatchObject([{ code: 'content/too-large' }]);
  });
});
