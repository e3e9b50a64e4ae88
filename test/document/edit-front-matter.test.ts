import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { setFrontMatter } from '../../src/document/edit-front-matter.ts';
import { splitFrontMatter } from '../../src/document/front-matter.ts';
import { isYamlMap, parseStrictYaml } from '../../src/document/strict-yaml.ts';

const block = [
  'id: SOP-001  # the id',
  '# a comment of its own',
  'title: "X: y"',
  'revision: 3   # raised by qms revise',
  'keywords: [ a,  b ]',
  'changes: >-',
  '  a long text',
  '  in two lines',
  'audience:',
  '  - x',
  '  - y',
].join('\n');
const text = `---\n${block}\n---\n\nBody --- \n---\nend`;

describe('editing front matter', () => {
  it.each([
    [{ revision: '4' }, 'revision: 3 ', 'revision: 4 '],
    [{ changes: 'Short' }, 'changes: >-\n  a long text\n  in two lines', 'changes: Short'],
    [{ changes: undefined }, 'changes: >-\n  a long text\n  in two lines\n', ''],
    [{ audience: ['z'] }, 'audience:\n  - x\n  - y', 'audience: [z]'],
    [{ keywords: undefined }, 'keywords: [ a,  b ]\n', ''],
    [{ effective: '2026-12-01' }, '  - y', '  - y\neffective: 2026-12-01'],
    [{ title: '1.10' }, 'title: "X: y"', 'title: "1.10"'],
    [{ title: 'a: b #c' }, 'title: "X: y"', 'title: "a: b #c"'],
    [{ review: undefined }, '', ''],
  ])('changes what %j says and no other byte', (changes, from, to) => {
    expect(setFrontMatter(text, changes)).toBe(text.replace(from, to));
  });

  it('keeps the end of a file that ends with its front matter', () => {
    expect(setFrontMatter('---\na: b\n---', { a: 'c' })).toBe('---\na: c\n---');
    expect(setFrontMatter('---\n---\n', { a: 'c' })).toBe('---\na: c\n---\n');
  });

  it('refuses text without readable front matter', () => {
    expect(() => setFrontMatter('# Title\n', { a: 'b' })).toThrow(/first line/);
    expect(() => setFrontMatter('---\na: b: c\n---\n', { a: 'b' })).toThrow(/colon/);
  });

  it('reads back as it was asked, with everything else as before', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 }),
      fc.constantFrom('no', 'null', '012', '~', '- a', "it's", '"q"', 'a\nb', '# x', '2026-12-01'),
      fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 8 }), { maxLength: 3 }),
    );
    const field = fc.constantFrom('title', 'revision', 'keywords', 'changes', 'audience', 'new');
    const read = (file: string): Map<string, unknown> => {
      const { yaml } = parseStrictYaml(splitFrontMatter(file, {}).split?.yaml ?? '', {}, 1, 99_999);
      return new Map(Object.entries(isYamlMap(yaml?.value) ? yaml.value : {}));
    };
    fc.assert(
      fc.property(field, value, (name, each) => {
        const edited = setFrontMatter(text, { [name]: each });
        expect(edited.endsWith('\n---\n\nBody --- \n---\nend')).toBe(true);
        const expected = read(text).set(name, each);
        expect(JSON.stringify([...read(edited)])).toBe(JSON.stringify([...expected]));
        expect(edited).toContain('# a comment of its own');
      }),
      { numRuns: 300 },
    );
  });
});
