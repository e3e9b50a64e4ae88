/**
 * Threat: Attributes, filters or line ends make a checkout differ from what is stored.
 * Decision: Only the bytes of blobs are read, never a checkout; the same text with other line ends
 * is another content and not approved.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectVerified, attack, verify } from '../support/expect-verification.ts';
import { pathOf, revise, shop, sop } from '../support/shop.ts';
import { contentDigest } from '../support/statement-text.ts';

const attributes =
  '* text=auto eol=crlf ident filter=x export-subst working-tree-encoding=UTF-16\n';

describe('content is the bytes of blobs, never what a checkout makes of them', () => {
  test('attributes in the history and in the repository change nothing', async () => {
    const register = shop();
    register.commit({ '.gitattributes': attributes, 'qms-docs/.gitattributes': attributes });
    const { folder } = register.repository;
    register.repository.git('config', 'core.autocrlf', 'true');
    register.repository.git('config', 'core.attributesFile', join(folder, 'attributes'));
    writeFileSync(join(folder, 'attributes'), attributes);
    const drawing = Buffer.from('$Id$ $Format:%H$\r\n\0\r\n');
    const what = sop('3', { files: { 'qms-docs/sop/drawing.bin': drawing } });
    revise(register, { edition: what });
    const verification = await verify(register);
    expectVerified(verification);
    const revision = verification.register?.documents.get('SOP-001')?.revisions.at(-1);
    expect(revision?.digest).toBe(contentDigest(what.files));
    const file = revision?.files.find(({ path }) => path.endsWith('drawing.bin'));
    expect(file?.size).toBe(drawing.length);
  });

  test('the same text with other line ends is not the content that was approved', () =>
    attack(
      (register, attacked) => {
        const what = sop('3', { files: { 'qms-docs/sop/table.csv': 'a;b\r\n' } });
        revise(register, {
          edition: what,
          release: {
            change: {
              tree: (files) => {
                const path = 'documents/SOP/SOP-001/qms-docs/sop/table.csv';
                const id = register.repository.object('blob', attacked ? 'a;b\n' : 'a;b\r\n');
                files.set(path, { mode: '100644', id });
              },
            },
          },
        });
      },
      { code: 'release/content-digest', release: 4, upTo: 3 },
    ));

  test('a document that an attribute would convert is judged as it is stored', () =>
    attack(
      (register, attacked) => {
        register.commit({ '.gitattributes': '*.md text eol=lf\n' });
        const what = sop('3');
        const path = pathOf('SOP-001');
        const text = String(what.files[path]);
        const stored = attacked ? text.replaceAll('\n', '\r\n') : text;
        revise(register, { edition: { ...what, files: { ...what.files, [path]: stored } } });
      },
      { code: 'text/line-end', release: 4, upTo: 3 },
    ));
});
