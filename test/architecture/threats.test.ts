import { describe, expect, it } from 'vitest';
import { readThreat, readThreats, securityPage } from '../threat-table.ts';

/** The threats that the project set out with; further numbers are our own. */
const first = 36;

describe('the table of threats in SECURITY.md', () => {
  it('is what the files of test/attacks/ say; npm run threats writes it', async () => {
    const { is, expected } = await securityPage();
    expect(is).toBe(expected);
  });

  it('has a file for each number', () => {
    const numbers = new Set(readThreats().map(({ number }) => number));
    const missing = Array.from({ length: first }, (_, at) => at + 1).filter(
      (number) => !numbers.has(number),
    );
    expect(missing).toEqual([]);
  });

  it('has at least one claim in each row, and sentences', () => {
    for (const { file, claims, threat, decision } of readThreats()) {
      expect(claims, file).toBeGreaterThan(0);
      for (const text of [threat, decision]) expect(text, file).toMatch(/^[A-Z`][^|]+[.]$/);
    }
  });

  it('does not take a file without number or comment', () => {
    const comment = '/**\n * Threat: Somebody\n * tries.\n * Decision: Refused.\n */\n';
    const text = `${comment}test('a', f);\n  test.each<[string]>([\n  ])('b', f);\n`;
    expect(readThreat('test/attacks/07-x.test.ts', text)).toEqual({
      number: 7,
      threat: 'Somebody tries.',
      decision: 'Refused.',
      file: 'test/attacks/07-x.test.ts',
      claims: 2,
    });
    expect(() => readThreat('test/attacks/x.test.ts', text)).toThrow('no number');
    expect(() => readThreat('test/attacks/07-x.test.ts', text.slice(4))).toThrow('no number');
  });
});
