/**
 * Threat: A file name with a line break or quotation mark makes two lists of files look alike.
 * Decision: Such paths are refused, so no two contents have one manifest.
 */
import { describe, expect, test } from 'vitest';
import { attack } from '../support/expect-verification.ts';
import { image, imagePath, pathOf, revise, sop } from '../support/shop.ts';
import { contentDigest, sha256 } from '../support/statement-text.ts';
import type { Files } from '../support/stock-register.ts';

describe('no two contents have one manifest', () => {
  test('a file name that holds the line of another file makes the same digest and is refused', () =>
    attack(
      (register, attacked) => {
        const more = 'two\n';
        const line = `${sha256(more).slice(7)} ${String(Buffer.byteLength(more))} qms-docs/sop/z.svg`;
        const honest: Files = { ...sop('3').files, [imagePath]: image, 'qms-docs/sop/z.svg': more };
        // One file whose name is the end of its own line and the whole line of the other one.
        const rest = { [pathOf('SOP-001')]: sop('3').files[pathOf('SOP-001')] ?? '' };
        const forged: Files = { ...rest, [`${imagePath}\n${line}`]: image };
        expect(contentDigest(forged)).toBe(contentDigest(honest));
        const edition = { id: 'SOP-001', revision: '3', files: attacked ? forged : honest };
        revise(register, { edition });
      },
      { code: 'release/content-file', release: 4, upTo: 3 },
    ));

  test('a quoted path is a path with a quotation mark, and refused', () =>
    attack(
      (register, attacked) => {
        const name = attacked ? '"qms-docs/sop/z.svg"' : 'qms-docs/sop/z.svg';
        revise(register, { edition: sop('3', { files: { [imagePath]: image, [name]: 'x\n' } }) });
      },
      { code: 'release/content-file', release: 4, upTo: 3 },
    ));
});
