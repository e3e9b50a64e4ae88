import { describe, expect, it } from 'vitest';
import { claimOf, formatGrowth } from '../../bench/growth.ts';
import { sampleOf } from '../../bench/measure.ts';

describe('a claim about growth', () => {
  it('compares the largest register with the smallest, run by run, whatever lies between', () => {
    const claim = claimOf(
      'linear',
      [
        [10, 20, 10],
        [900, 900, 900],
        [12, 22, 40],
      ],
      1.25,
    );
    expect(claim).toMatchObject({ ratio: { median: 1.2, highest: 4 }, reached: true });
  });

  it('is lost where the median of the pairs is above what is allowed', () => {
    expect(
      claimOf(
        'linear',
        [
          [10, 10, 10],
          [13, 13, 1],
        ],
        1.25,
      ).reached,
    ).toBe(false);
  });

  it('about nothing is refused', () => {
    expect(() => claimOf('linear', [], 1.25)).toThrow('empty');
  });

  it('stands below the table of the sizes', () => {
    const one = sampleOf([1]);
    const grown = {
      documents: 2000,
      releases: 2001,
      msPerRelease: sampleOf([7, 8, 9]),
      cpuMsPerRelease: one,
      peakMb: sampleOf([300, 400]),
      renderedPageMs: one,
      keptPageMs: one,
      updateMs: one,
    };
    const lost = claimOf('verify is linear', [[1], [3]], 1.25);
    const lines = formatGrowth({ series: [grown], claims: [lost] }).split('\n');
    expect(lines[2]?.split(/ {2,}/).slice(0, 5)).toEqual([
      '2,000',
      '2,001',
      '8 (7–9)',
      '1 (1–1)',
      '400',
    ]);
    expect(lines.at(-1)).toBe(
      'LOST: verify is linear: 3 × from the smallest to the largest, at most 1.25 ×',
    );
  });
});
