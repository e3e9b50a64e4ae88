import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/document/parse-document.ts';
import { findReferences } from '../../src/document/references.ts';
import { resolveDestination } from '../../src/document/destination.ts';
import { findInHtml } from '../../src/document/html-attributes.ts';

const head =
  '---\nid: SOP-001\ntitle: Control\ntype: sop\nrevision: 3\nowner: process-owner\n---\n';

async function find(body: string) {
  const path = 'qms-docs/sops/SOP-001.md';
  const { document } = parseDocument(path, new TextEncoder().encode(`${head}${body}`));
  if (document === undefined) throw new Error('the document of the test is refused');
  return findReferences(document);
}

const pathsIn = async (body: string): Promise<string[]> =>
  (await find(body)).references.map(({ path }) => path);

describe('the files of a document', () => {
  it.each([
    ['![a](a.png)', ['qms-docs/sops/a.png']],
    ['![a](<a b.png> "title")', ['qms-docs/sops/a b.png']],
    ['[a](../images/a%20b.png?v=1#top)', ['qms-docs/images/a b.png']],
    ['[a](./x/../b.md)', ['qms-docs/sops/b.md']],
    ['[a](../../README.md)', ['README.md']],
    ['![a][r] [b][r]\n\n[r]: r.png\n[unused]: u.png', ['qms-docs/sops/r.png']],
    ['[r]\n\n[r]: first.png\n[r]: second.png', ['qms-docs/sops/first.png']],
    ['<img src="a.png" alt="x">', ['qms-docs/sops/a.png']],
    ["<img src='a.png'><img src=b.png>", ['qms-docs/sops/a.png', 'qms-docs/sops/b.png']],
    [
      '<img srcset="a.png 1x, b.png 2x,c.png">',
      ['a', 'b', 'c'].map((n) => `qms-docs/sops/${n}.png`),
    ],
    ['<video poster="p.jpg" src="v.mp4"></video>', ['qms-docs/sops/p.jpg', 'qms-docs/sops/v.mp4']],
    ['<a href="f&amp;g&#46;txt">x</a>', ['qms-docs/sops/f&g.txt']],
    ['<svg><image xlink:href="i.svg"/></svg>', ['qms-docs/sops/i.svg']],
    ['| a |\n|---|\n| ![x](t.png) |', ['qms-docs/sops/t.png']],
    ['text[^1]\n\n[^1]: note ![x](n.png)', ['qms-docs/sops/n.png']],
    ['> - **[x](deep.pdf)**', ['qms-docs/sops/deep.pdf']],
    ['`![a](code.png)`\n\n```\n![a](fence.png)\n```\n\n    ![a](indented.png)', []],
    ['<!-- <img src="comment.png"> -->', []],
    ['<script>"<img src=script.png>"</script>', []],
    ['[a](#top) [b](https://x.example/y.png) <mailto:a@b.example> [c]()\n\n# Top', []],
    ['\\![a](a.png)', ['qms-docs/sops/a.png']],
    ['![a](a%2fb.png)', ['qms-docs/sops/a/b.png']],
    ['![a](%2561.png)', ['qms-docs/sops/%61.png']],
  ])('in %j are found', async (body, paths) => {
    expect(await pathsIn(body)).toEqual(paths);
  });

  it.each([
    ['reference/absolute', '[a](/etc/passwd)'],
    ['reference/absolute', '[a](//host.example/x)'],
    ['reference/folder', '[a](../images/)'],
    ['reference/folder', '[a](..)'],
    ['reference/outside', '[a](../../../x)'],
    ['reference/outside', '[a](%2e%2e/../../x)'],
    ['reference/remote', '![a](https://host.example/a.png)'],
    ['reference/remote', '![a](//host.example/a.png)'],
    ['reference/remote', '![a](data:image/png;base64,AAAA)'],
    ['reference/remote', '![a][r]\n\n[r]: http://host.example/a.png'],
    ['reference/remote', '<img src="https://host.example/a.png">'],
    ['reference/encoding', '![a](100%.png)'],
    ['reference/encoding', '![a](%ff.png)'],
    ['reference/encoding', '<img src="caf&eacute;.png">'],
    ['reference/missing', '![a]()'],
    ['reference/missing', '![a](#x)'],
    ['reference/dropped', '[a](javascript:alert(1))'],
    ['reference/dropped', '[a](data:text/html,x)'],
    ['reference/dropped', '[a](FILE:///c:/x)'],
    ['reference/dropped', 'a <!-- hidden --> b'],
    ['reference/dropped', '<b onclick="x()">b</b>'],
    ['reference/dropped', '<iframe></iframe>'],
    ['reference/anchor', '[a](#nowhere)\n\n# Somewhere'],
  ])('give %s for %j, with the line of the file', async (code, body) => {
    const { problems } = await find(`\n${body}\n`);
    expect(problems).toMatchObject([
      {
        code,
        document: 'SOP-001',
        place: { file: 'qms-docs/sops/SOP-001.md', line: expect.any(Number) as number },
      },
    ]);
    // The front matter has seven lines, and the body begins with an empty one.
    const definition = body.includes('\n\n[r]:');
    expect(problems[0]?.place.line).toBe(definition ? 11 : 9);
  });

  it('are not looked for where the text nests too deeply', async () => {
    for (const body of [
      '> '.repeat(3000),
      '- '.repeat(3000),
      `${'*a '.repeat(300)}${'b* '.repeat(300)}`,
    ]) {
      const { references, problems } = await find(`${body}x\n`);
      expect(references).toEqual([]);
      expect(problems.map(({ code }) => code)).toEqual(['document/nesting']);
    }
  });

  it('know the headings that links can lead to', async () => {
    const { headings } = await find(
      '# Purpose & scope\n\n## Ärger *hier*\n\n## `x` y\n\n## `x` y\n',
    );
    expect([...headings]).toEqual(['purpose--scope', 'ärger-hier', 'x-y', 'x-y-1']);
  });

  it('stand in raw HTML of any shape, which is read to its end', () => {
    for (const html of [
      '<',
      '<a',
      '<a href',
      '<a href=',
      '<a href="',
      '<!--',
      '<script>',
      '</',
      '<a/>',
      '<a b=c',
    ]) {
      expect(findInHtml(html).length).toBeLessThanOrEqual(2);
    }
    expect(findInHtml('<img src="x"'.repeat(20_000)).length).toBeGreaterThan(0);
  });
});

describe('a destination', () => {
  it('leads to a file, to its own document or to another site', () => {
    expect(resolveDestination('a.md#b%20c', 'x/y.md')).toEqual({
      kind: 'file',
      path: 'x/a.md',
      fragment: 'b c',
    });
    expect(resolveDestination('#b', 'y.md')).toEqual({ kind: 'self', fragment: 'b' });
    expect(resolveDestination('?q', 'y.md')).toEqual({ kind: 'self', fragment: undefined });
    expect(resolveDestination('HTTPS://a.example', 'y.md')).toEqual({
      kind: 'external',
      scheme: 'https',
    });
  });
});
