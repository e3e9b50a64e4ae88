import fc from 'fast-check';
import matter from 'gray-matter';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/document/parse-document.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string) => parseDocument('qms-docs/SOP-001.md', bytes(text));
const least = 'id: SOP-001\ntitle: Control\ntype: sop\nrevision: 3\nowner: process-owner\n';
const withFields = (fields: string): string => `---\n${least}${fields}---\n\nText\n`;
const codes = (text: string): string[] => parse(text).problems.map(({ code }) => code);

describe('a controlled document', () => {
  it('is parsed with all its fields', () => {
    const { document, problems } = parse(
      withFields(
        [
          'clauses: [7.5.1, iso13485:2016/4.2.4, 7.10]',
          'changes: "Why: no"',
          'effective: 2026-12-01',
          'approval:\n  - {role: maintenance-lead, meaning: geprüft, count: 2}',
          'review: 12 months',
          'audience: [operator]',
          'processes: [no, 1.10, 012]',
          'supersedes: [SOP-009]',
          'fields: {constructor: yes, depth: {a: [b]}}\n',
        ].join('\n'),
      ),
    );
    expect(problems).toEqual([]);
    expect(document).toMatchObject({
      path: 'qms-docs/SOP-001.md',
      body: '\nText\n',
      bodyLine: 18,
      frontMatter: {
        id: 'SOP-001',
        revision: '3',
        clauses: ['7.5.1', 'iso13485:2016/4.2.4', '7.10'],
        changes: 'Why: no',
        effective: '2026-12-01',
        approval: [{ role: 'maintenance-lead', meaning: 'geprüft', count: 2 }],
        review: { count: 12, unit: 'months' },
        processes: ['no', '1.10', '012'],
        departments: [],
        date: undefined,
      },
    });
    expect(document?.frontMatter.fields?.get('constructor')).toBe('yes');
    expect(document?.places.get('owner')).toEqual({ line: 6, column: 1 });
  });

  it('may end with its front matter, without a last line end', () => {
    expect(parse(`---\n${least}---`).document?.body).toBe('');
    expect(parse(`---\n${least}---\n`).document?.body).toBe('');
    expect(parse(`---\n${least}---\n---\n`).document?.body).toBe('---\n');
  });

  it.each([
    ['document/front-matter-missing', '', 1],
    ['document/front-matter-missing', '# Title\n', 1],
    ['document/front-matter-missing', `\n---\n${least}---\n`, 1],
    ['document/front-matter-unclosed', `---\n${least}`, 1],
    ['document/front-matter-unclosed', '---\n', 1],
    ['document/front-matter-fence', `--- \n${least}---\n`, 1],
    ['document/front-matter-fence', `----\n${least}---\n`, 1],
    ['document/front-matter-fence', `---js\n{id: process.exit()}\n---\n`, 1],
    ['document/front-matter-fence', `---constructor\n${least}---\n`, 1],
    ['document/front-matter-fence', `---json\n{}\n---\n`, 1],
    ['document/front-matter-fence', `---\n${least}--- \nText\n---\n`, 7],
    ['document/front-matter-fence', `---\n${least}---Text\n---\n`, 7],
    ['document/front-matter-fence', `---\n${least}----\n---\n`, 7],
    ['yaml/too-large', withFields(`keywords: [${'word, '.repeat(3000)}x]\n`), 1],
    ['yaml/duplicate-key', withFields('id: SOP-002\n'), 7],
    ['yaml/feature', withFields('keywords: &a [x]\n'), 7],
    ['yaml/syntax', withFields('changes: Why: no\n'), 7],
    ['document/field-unknown', withFields('foo: bar\n'), 7],
    ['document/field-unknown', withFields('Clauses: [7.5]\n'), 7],
    ['document/field-unknown', withFields('constructor: x\n'), 7],
    ['document/field-unknown', withFields('approval: [{role: a, meaning: b, by: c}]\n'), 7],
    ['document/field-value', withFields('clauses: 7.5\n'), 7],
    ['document/field-value', withFields('clauses: [[7.5]]\n'), 7],
    ['document/field-value', withFields('clauses: [""]\n'), 7],
    ['document/field-value', withFields('changes:\n'), 7],
    ['document/field-value', withFields('effective: 2026-02-30\n'), 7],
    ['document/field-value', withFields('effective: 1.12.2026\n'), 7],
    ['document/field-value', withFields('review: 1 month\n'), 7],
    ['document/field-value', withFields('approval: {role: a, meaning: b}\n'), 7],
    ['document/field-value', withFields('approval: [{role: a, meaning: two words}]\n'), 7],
    ['document/field-value', withFields('approval: [{role: a, meaning: b, count: 0}]\n'), 7],
    ['document/field-value', withFields('approval: [{role: A B, meaning: b}]\n'), 7],
    ['document/field-missing', withFields('approval: [{role: a}]\n'), 7],
    ['document/field-value', withFields('fields: [a]\n'), 7],
    ['document/field-value', withFields('checked: yesterday\n'), 7],
    ['document/field-value', '---\n- a\n---\n', 2],
    ['document/field-value', withFields('').replace('SOP-001', 'sop-1'), 2],
    ['document/field-value', withFields('').replace('SOP-001', 'QMS'), 2],
    ['document/field-value', withFields('').replace('Control', '|\n  two\n  lines'), 3],
    ['document/field-value', withFields('').replace('revision: 3', 'revision: 1.0'), 5],
    ['document/field-value', withFields('').replace('revision: 3', 'revision: 03'), 5],
    ['document/field-value', withFields('').replace('revision: 3', 'revision: I'), 5],
  ])('gives %s for %j', (code, text, line) => {
    const { document, problems } = parse(text);
    expect(document).toBeUndefined();
    expect(problems).toMatchObject([{ code, place: { file: 'qms-docs/SOP-001.md', line } }]);
    expect(problems[0]?.place.column).toBeGreaterThan(0);
  });

  it('with an empty block lacks every required field', () => {
    for (const text of ['---\n---\n', '---\n# a comment\n---\n', '---\n\n\n---\n']) {
      expect(parse(text).problems.map(({ code, place }) => [code, place.field])).toEqual(
        ['id', 'title', 'type', 'revision', 'owner'].map((field) => [
          'document/field-missing',
          field,
        ]),
      );
    }
  });

  it.each([
    ...['status', 'Status', 'approved_by', 'approvedBy', 'approval-date', 'version', 'author'],
    ...['next_review', 'release_date', 'superseded_by', 'sha256'],
  ])('does not let anybody type %s', (field) => {
    const [problem] = parse(withFields(`${field}: x\n`)).problems;
    expect(problem?.code).toBe('document/field-derived');
    expect(problem?.remedy).toMatch(/^Delete the line/);
  });

  it.each([
    ['Owner', 'owner'],
    ['revison', 'revision'],
    ['effective_date', 'effective'],
    ['reason', 'changes'],
    ['tags', 'keywords'],
    ['approvals', 'approval'],
  ])('suggests for %s the field %s', (wrong, right) => {
    expect(parse(withFields(`${wrong}: x\n`)).problems[0]?.message).toContain(
      `Did you mean "${right}"?`,
    );
  });

  it('tells everything that is wrong at once', () => {
    const text = '\ufeff---\r\nid: x\r\nstatus: y\r\nrevision: 1\r\n---\r\n';
    expect(codes(text)).toEqual([
      'text/character',
      'text/line-end',
      'document/field-value',
      'document/field-missing',
      'document/field-missing',
      'document/field-missing',
      'document/field-derived',
    ]);
  });

  it('is refused again after it was refused once, unlike with the defaults of gray-matter', () => {
    const text = '---\nid: [\n---\n';
    expect(() => matter(text)).toThrow();
    expect(() => matter(text)).not.toThrow();
    expect(codes(text)).toEqual(codes(text));
    expect(codes(text)).toContain('yaml/syntax');
  });

  it('reads 16 KiB of blank lines in no time', () => {
    const started = performance.now();
    expect(codes(`---\n${'\n'.repeat(16_000)}${least}---\n`)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('with any body keeps it byte for byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (body) => {
        const { document, problems } = parse(`---\n${least}---\n${body}`);
        if (problems.length === 0) expect(document?.body).toBe(body);
        else expect(problems.every(({ code }) => code.startsWith('text/'))).toBe(true);
      }),
    );
  });
});
