import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkText, findStringFaults, isRefusedCodePoint } from '../../src/document/text-rules.ts';
import { compareCodePoints } from '../../src/git/code-point-order.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const check = (text: string) => checkText(bytes(text), { file: 'a.md' }).problems;

describe('the text rules', () => {
  it('accept text in many languages, tabs, a missing last line end, and an empty file', () => {
    for (const text of [
      '',
      'a\tb\n',
      'no line end',
      'Prüfmaß 0,5 µm ≤ Ra\n',
      'نمی‌خواهم\n', // ZWNJ between letters
      'क्‍ष\n', // ZWJ between letters
      '👩‍🔧\n', // ZWJ in an emoji
      '日本語\n',
    ]) {
      expect(check(text), JSON.stringify(text)).toEqual([]);
    }
  });

  it.each([
    ['text/line-end', 'a\r\nb\r\n', 1, 2],
    ['text/line-end', 'a\rb', 1, 2],
    ['text/character', '\ufeff---\n', 1, 1],
    ['text/character', 'ab\u0000', 1, 3],
    ['text/character', 'a\nb\u001b[1m', 2, 2],
    ['text/character', 'a\u007f', 1, 2],
    ['text/character', 'a\u0085b', 1, 2],
    ['text/character', 'a\u061cb', 1, 2],
    ['text/character', 'a\u180eb', 1, 2],
    ['text/character', 'a\u200bb', 1, 2],
    ['text/character', 'a\u200eb', 1, 2],
    ['text/character', 'a\u200fb', 1, 2],
    ['text/character', 'a\u2028b', 1, 2],
    ['text/character', 'a\u202eb', 1, 2],
    ['text/character', 'a\u2060b', 1, 2],
    ['text/character', 'a\u206fb', 1, 2],
    ['text/character', 'a\u{e0041}b', 1, 2],
    ['text/character', '😀\u200db', 1, 3],
    ['text/character', 'a\u200cä', 1, 2],
    ['text/character', 'ä\u200d', 1, 2],
    ['text/character', '\u200dä', 1, 1],
    ['text/character', 'ä\u200d\u3000', 1, 2],
    ['text/not-normalized', 'x\nu\u0308', 2, 1],
    ['text/not-normalized', '5 \u212b', 1, 3],
  ])('give %s for %j at %i:%i', (code, text, line, column) => {
    const problems = check(text);
    expect(problems.map((problem) => [problem.code, problem.place])).toEqual([
      [code, { file: 'a.md', line, column }],
    ]);
  });

  it('name bytes that are not UTF-8 where they stand', () => {
    const lead = 'ä'.repeat(1000);
    const bad = new Uint8Array([...bytes(`${lead}\nab`), 0xff, ...bytes('cd')]);
    const result = checkText(bad, { file: 'a.md' });
    expect(result.text).toBeUndefined();
    expect(result.problems).toMatchObject([
      { code: 'text/utf8', place: { file: 'a.md', line: 2, column: 3 } },
    ]);
    for (const sequence of [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xc3]]) {
      expect(checkText(new Uint8Array(sequence), {}).problems[0]?.code).toBe('text/utf8');
    }
  });

  it('fold repeats into one finding with a count', () => {
    const problems = check('a\r\n'.repeat(500));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain('500 times');
  });

  it('refuse more than 1 MiB', () => {
    expect(check('a'.repeat(1024 * 1024))).toEqual([]);
    expect(check('a'.repeat(1024 * 1024 + 1))[0]?.code).toBe('text/too-large');
  });

  it('find in a string exactly what they find in its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const faults = findStringFaults(text).map(({ line, column }) => [line, column]);
        const places = check(text).map(({ place }) => [place.line, place.column]);
        expect(places).toEqual(faults);
      }),
    );
  });
});

describe('every code point', () => {
  const points = Array.from({ length: 0x110000 }, (_, point) => point).filter(
    (point) => point < 0xd800 || point > 0xdfff,
  );
  const refuses = (text: string): boolean => findStringFaults(text).length > 0;

  it('is refused by itself where the rules say so or NFC replaces it, and nowhere else', () => {
    const wrong = points.filter((point) => {
      const text = String.fromCodePoint(point);
      const isLineEnd = point === 0x0d;
      const isLoneJoiner = point === 0x200c || point === 0x200d;
      const isOther = text.normalize('NFC') !== text;
      const expected = isRefusedCodePoint(point) || isLineEnd || isLoneJoiner || isOther;
      return refuses(text) !== expected;
    });
    expect(wrong).toEqual([]);
  });

  it('is refused in the parts into which NFD takes it, where NFC puts them together', () => {
    const passed = points.filter((point) => {
      const apart = String.fromCodePoint(point).normalize('NFD');
      return apart.normalize('NFC') !== apart && !refuses(apart);
    });
    expect(passed).toEqual([]);
  });
});

describe('the order of code points', () => {
  it('is the order of UTF-8 bytes', () => {
    const text = fc.string({ unit: 'binary', maxLength: 8 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(bytes(a), bytes(b)));
      }),
    );
    expect(['\u{1f600}', '\uff41'].sort(compareCodePoints)).toEqual(['\uff41', '\u{1f600}']);
  });
});
