import fc from 'fast-check';
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { parseStrictYaml } from '../../src/document/strict-yaml.ts';

const parse = (text: string, limit = 1024 * 1024) => parseStrictYaml(text, { file: 'q' }, 1, limit);
const valueOf = (text: string): unknown => {
  const { yaml, problems } = parse(text);
  expect(problems).toEqual([]);
  // Through JSON, because maps have no prototype here.
  return JSON.parse(JSON.stringify(yaml?.value));
};

describe('strict YAML', () => {
  it('leaves every scalar the text that it is', () => {
    for (const text of [
      ...['no', 'Yes', 'on', 'true', 'null', '~', '1.10', '012', '0x1f', '0o7', '1e3', '12:30:45'],
      ...['2026-12-01', '2026-12-01T10:00:00Z', '.inf', '-0', '+1', '1_000', 'NaN', '=', '7.10'],
    ]) {
      expect(valueOf(`a: ${text}`), text).toEqual({ a: text });
    }
    expect(valueOf('a:\nb: ""\n')).toEqual({ a: '', b: '' });
  });

  it('reads lists, maps, quotes and texts of several lines', () => {
    expect(valueOf('a: [x, {b: c}]\nd:\n  - e\n  - f: g\n    h: "i\\tj"\n')).toEqual({
      a: ['x', { b: 'c' }],
      d: ['e', { f: 'g', h: 'i\tj' }],
    });
    expect(valueOf("a: >-\n  x\n  y\nb: |\n  x\n  y\nc: 'it''s'\n")).toEqual({
      a: 'x y',
      b: 'x\ny\n',
      c: "it's",
    });
  });

  it('keeps keys that are names of methods, and gives maps no prototype', () => {
    const { yaml } = parse('constructor: x\ntoString: y\nhasOwnProperty: z');
    expect(Object.getPrototypeOf(yaml?.value)).toBeNull();
    expect(Object.keys(yaml?.value ?? {})).toEqual(['constructor', 'toString', 'hasOwnProperty']);
  });

  it.each([
    ['yaml/feature', 'a: &x b\n', 1, 4],
    ['yaml/feature', 'a: b\nc: *a\n', 2, 4],
    ['yaml/feature', 'a: !!str b\n', 1, 4],
    ['yaml/feature', 'a: ! b\n', 1, 4],
    ['yaml/feature', 'a: !!js/function "x"\n', 1, 4],
    ['yaml/feature', '<<: {a: b}\n', 1, 1],
    ['yaml/feature', '%YAML 1.1\n', 1, 1],
    ['yaml/feature', '--- \na: b\n', 1, 1],
    ['yaml/feature', 'a: b\n...\n', 2, 1],
    ['yaml/feature', 'a: b\n--- c\n', 2, 1],
    ['yaml/feature', '__proto__: {x: y}\n', 1, 1],
    ['yaml/duplicate-key', 'a: b\n"a": c\n', 2, 1],
    ['yaml/duplicate-key', 'x:\n  a: b\n  a: c\n', 3, 3],
    ['yaml/duplicate-key', 'x: {a: b, a: c}\n', 1, 11],
    ['yaml/syntax', 'a: b: c\n', 1, 4],
    ['yaml/syntax', 'a: [b\n', 2, 1],
    ['yaml/syntax', 'a: "b\n', 2, 1],
    ['yaml/syntax', 'a: "b" c\n', 1, 8],
    ['yaml/syntax', '\ta: b\n', 1, 1],
    ['yaml/syntax', 'a: @b\n', 1, 4],
    ['yaml/syntax', 'a: b\n c: d\n', 1, 4],
    ['yaml/syntax', ': b\n', 1, 1],
    ['yaml/syntax', '? [a]\n: b\n', 1, 3],
    ['yaml/syntax', 'a: "\\q"\n', 1, 5],
    ['text/character', 'a: "\\u202e"\n', 1, 4],
    ['text/character', 'a: "\\0"\n', 1, 4],
    ['text/character', '"\\ud800": a\n', 1, 1],
    ['text/character', 'a: \u0002b\n', 1, 4],
    ['text/not-normalized', 'a: "u\\u0308"\n', 1, 4],
  ])('gives %s for %j at %i:%i', (code, text, line, column) => {
    const { yaml, problems } = parse(text);
    expect(yaml).toBeUndefined();
    expect(problems[0]).toMatchObject({ code, place: { file: 'q', line, column } });
  });

  it('refuses what grows or nests beyond reason, quickly', () => {
    const bombs = ['a: &a [x]', ...Array.from({ length: 30 }, () => 'b: &b [*a, *a, *a, *a]')];
    expect(parse(bombs.join('\n')).problems[0]?.code).toBe('yaml/feature');
    for (const text of ['['.repeat(500_000), '- '.repeat(500_000), '{a: '.repeat(200_000)]) {
      expect(parse(text).problems.map(({ code }) => code)).toEqual(['yaml/nesting']);
    }
    const steps = Array.from({ length: 100 }, (_, depth) => `${' '.repeat(depth)}a:`);
    expect(parse(steps.join('\n')).problems.map(({ code }) => code)).toEqual(['yaml/nesting']);
    expect(parse('a: b\n'.repeat(4000), 16 * 1024).problems[0]?.code).toBe('yaml/too-large');
    expect(parse('a: b\n'.repeat(20_000)).problems.length).toBeLessThanOrEqual(100);
  });

  it('knows where each value stands, from the line on which the text begins', () => {
    const { yaml } = parseStrictYaml('a:\n  - b: c\n    d: e\n', {}, 10, 1000);
    expect(yaml?.places.key(['a', 0, 'd'])).toEqual({ line: 12, column: 5 });
    expect(yaml?.places.value(['a', 0, 'd'])).toEqual({ line: 12, column: 8 });
    expect(yaml?.places.value(['a', 0])).toEqual({ line: 11, column: 5 });
  });

  it('reads back what a writer of YAML wrote', () => {
    const text = fc.string({ unit: 'grapheme-ascii', maxLength: 12 });
    const key = text.filter((each) => each !== '' && each !== '<<' && each !== '__proto__');
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(key, tie('any'), { maxKeys: 3 }),
      ),
    })).any;
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1, maxKeys: 4 }), (map) => {
        const written = stringify(map, { schema: 'failsafe', aliasDuplicateObjects: false });
        expect(valueOf(written)).toEqual(JSON.parse(JSON.stringify(map)));
      }),
      { numRuns: 200 },
    );
  });

  it('never throws, whatever it is given', () => {
    const sign = fc.constantFrom(...'ab:-[]{}"\'|>&*!%#?,\n \t~<\\'.split(''));
    fc.assert(
      fc.property(fc.string({ unit: sign, maxLength: 80 }), (text) => {
        const { yaml, problems } = parse(text);
        expect(yaml === undefined).toBe(problems.length > 0);
      }),
      { numRuns: 2000 },
    );
  });
});
