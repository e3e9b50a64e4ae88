import { describe, expect, it } from 'vitest';
import { documentIdsIn } from '../../src/register/document-lines.ts';

const ids = (text: string) => documentIdsIn(new TextEncoder().encode(text));

describe('the ids that the first front matter block of a draft names', () => {
  it.each([
    ['plain', '---\nid: SOP-001\ntitle: x\n---\n', ['SOP-001']],
    ['in double quotes', '---\nid: "SOP-001"\n---\n', ['SOP-001']],
    ['in single quotes', "---\nid: 'SOP-001'\n---\n", ['SOP-001']],
    ['with a comment', '---\nid: SOP-001 # ours\n---\n', ['SOP-001']],
    ['with CRLF', '---\r\nid: SOP-001\r\n---\r\n', ['SOP-001']],
    ['after a byte-order mark', '\uFEFF---\nid: SOP-001\n---\n', ['SOP-001']],
    ['without an end', '---\nid: SOP-001\n', ['SOP-001']],
    ['twice', '---\nid: SOP-001\nid: SOP-002\n---\n', ['SOP-001', 'SOP-002']],
    ['not below the block', '---\ntitle: x\n---\nid: SOP-001\n', []],
    ['not without a block', 'id: SOP-001\n', []],
    ['not in a list', '---\nsupersedes:\n  id: SOP-001\n---\n', []],
    ['not as part of another word', '---\nid: SOP-001 and more\nvalid: SOP-002\n---\n', []],
  ])('%s', (_, text, expected) => {
    expect(ids(text)).toEqual(expected);
  });
});
