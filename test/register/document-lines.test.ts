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
    ['below a long comment', `---\nid: SOP-001 # ${'x'.repeat(220)}\n---\n`, ['SOP-001']],
    ['as a key in quotes, in a broken block', '---\n"id": SOP-001\n: x: y\n---\n', ['SOP-001']],
    ['not below the block', '---\ntitle: x\n---\nid: SOP-001\n', []],
    ['not without a block', 'id: SOP-001\n', []],
    ['not in a list', '---\nsupersedes:\n  id: SOP-001\n---\n', []],
    ['not across a line end of old', '---\nid: "S-\r3"\n---\n', []],
    ['not as part of another word', '---\nid: SOP-001 and more\nvalid: SOP-002\n---\n', []],
  ])('%s', (_, text, expected) => {
    expect(ids(text)).toEqual(expected);
  });
});

describe('the ids that a block names in other spellings that the reader takes', () => {
  const rest = 'title: x\n';
  it.each([
    ['a key in double quotes', `"id": SOP-001\n${rest}`],
    ['a key in single quotes', `'id': SOP-001\n${rest}`],
    ['a key with a blank behind it', `id : SOP-001\n${rest}`],
    ['a key with an escape', `"\\x69d": SOP-001\n${rest}`],
    ['a value with an escape', `id: "SOP\\x2D001"\n${rest}`],
    ['a value on several lines', `id: "SOP-\\\n  001"\n${rest}`],
    ['a folded value', `id: >-\n  SOP-001\n${rest}`],
    ['a literal value', `${rest}id: |-\n  SOP-001\n`],
    ['a value on the next line', `id:\n  SOP-001\n${rest}`],
    ['a value below a comment', `id: # below\n  SOP-001\n${rest}`],
    ['an explicit key', `? id\n: SOP-001\n${rest}`],
    ['an explicit key behind another', `${rest}? id\n: SOP-001\n`],
    ['an indented block', ` ${rest} id: SOP-001\n`],
    ['an indented block below blank lines', `\n# x\n ${rest} id: SOP-001\n`],
    ['a map in braces', '{id: SOP-001, title: x}\n'],
    ['a map in braces on several lines', ` {title: x,\nid: SOP-001,\nowner: y\n }\n`],
    ['a block with CRLF', `? id\r\n: SOP-001\r\n${rest}`],
    ['a block with other letters', `title: Größe\n? id\n: SOP-001\n`],
    ['a list that is not indented', `clauses:\n- a\n? id\n: SOP-001\n`],
  ])('%s', (_, block) => {
    expect(ids(`---\n${block}---\n`)).toEqual(['SOP-001']);
  });

  it('of a map in braces the one at the top', () => {
    const block = ' {id: SOP-001, fields: {\nid: SOP-002\n }}\n';
    expect(ids(`---\n${block}---\n`)).toContain('SOP-001');
  });

  it.each([
    ['a map below another', 'fields:\n  id: SOP-001\n? x\n: y\n'],
    ['a list', '- id : SOP-001\n'],
    ['a text', 'title: >-\n  id: SOP-001\n? x\n: y\n'],
    ['small letters', '? id\n: sop-001\n'],
    ['more than front matter may hold', `? id\n: SOP-001\n#${'x'.repeat(17_000)}\n`],
  ])('not those in %s', (_, block) => {
    expect(ids(`---\n${block}---\n`)).toEqual([]);
  });

  it('reads a hundred thousand plain blocks at no price, and large odd ones in linear time', () => {
    const plain = new TextEncoder().encode(
      '---\nid: SOP-001\ntitle: x\napproval:\n  - role: y\n---\n# Text\n',
    );
    const odd = new TextEncoder().encode(`---\n${'a : b\n'.repeat(200_000)}---\n`);
    const started = performance.now();
    for (let at = 0; at < 100_000; at += 1) documentIdsIn(plain);
    for (let at = 0; at < 10; at += 1) documentIdsIn(odd);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
