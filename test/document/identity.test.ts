import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasPrefix, idPrefix, isDocumentId } from '../../src/document/identity.ts';
import { compareRevisions, isRevision, successor } from '../../src/document/revision.ts';
import { formatInterval, parseInterval } from '../../src/document/interval.ts';
import { didYouMean, nearMiss } from '../../src/document/near-miss.ts';

describe('ids', () => {
  it.each(['QMS', 'SOP-001', 'NCR-2026-014', 'A-1', 'A-B-C-D-E', `${'A'.repeat(16)}-1`])(
    '%s is one',
    (id) => {
      expect(isDocumentId(id)).toBe(true);
    },
  );

  it.each([
    ...['', 'SOP', 'sop-1', 'SOP-', '-1', 'SOP--1', '1-A', 'SOP-a', 'SOP-1 ', 'SOP-1\n', 'SOP_1'],
    ...['A-B-C-D-E-F', `${'A'.repeat(17)}-1`, 'SOP-０１', 'ЅОР-001', 'SOP-1/..', 'QMS\n'],
    'ABCDEFGHIJ-ABCDEFGHIJ-ABCDEFGHIJ-ABCDEFGH', // 41 characters
  ])('%j is none', (id) => {
    expect(isDocumentId(id)).toBe(false);
  });

  it('stand in the folder of their prefix', () => {
    expect(idPrefix('SOP-001')).toBe('SOP');
    expect(idPrefix('NCR-2026-014')).toBe('NCR-2026');
    expect(idPrefix('QMS')).toBe('QMS');
  });

  it('belong to a type by prefix and hyphen, not by letters alone', () => {
    expect(hasPrefix('SOP-001', 'SOP')).toBe(true);
    expect(hasPrefix('SOPX-001', 'SOP')).toBe(false);
    expect(hasPrefix('SOP', 'SOP')).toBe(false);
  });
});

describe('revisions', () => {
  it.each([
    ['1', '2'],
    ['9', '10'],
    ['99999999999999999999', '100000000000000000000'],
  ])('in numbers go from %s to %s', (one, next) => {
    expect(successor('number', one)).toBe(next);
  });

  it.each([
    ['A', 'B'],
    ['H', 'J'],
    ['N', 'P'],
    ['P', 'R'],
    ['R', 'T'],
    ['W', 'Y'],
    ['Y', 'AA'],
    ['AA', 'AB'],
    ['AY', 'BA'],
    ['HY', 'JA'],
    ['YW', 'YY'],
    ['YY', undefined],
  ])('in letters go from %s to %s', (one, next) => {
    expect(successor('letter', one)).toBe(next);
  });

  it.each(['0', '01', '1.0', '-1', '+1', 'A', '', '1 ', '1e3', '１'])(
    '%j is none in numbers',
    (text) => {
      expect(isRevision('number', text)).toBe(false);
      expect(successor('number', text)).toBeUndefined();
    },
  );

  it.each(['I', 'O', 'Q', 'S', 'X', 'Z', 'a', 'AI', 'AAA', '1', ''])(
    '%j is none in letters',
    (text) => {
      expect(isRevision('letter', text)).toBe(false);
    },
  );

  it('come in the order of their succession: 20 letters and 400 pairs', () => {
    const all = ['A'];
    for (
      let next = successor('letter', 'A');
      next !== undefined;
      next = successor('letter', next)
    ) {
      all.push(next);
    }
    expect(all).toHaveLength(420);
    expect([...all].reverse().sort((a, b) => compareRevisions('letter', a, b))).toEqual(all);
    fc.assert(
      fc.property(fc.bigInt({ min: 1n }), (number) => {
        const next = successor('number', String(number));
        expect(next).toBe(String(number + 1n));
        expect(compareRevisions('number', String(number), next ?? '')).toBeLessThan(0);
      }),
    );
  });
});

describe('intervals', () => {
  it('read back as they were written', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9999 }),
        fc.constantFrom('days', 'weeks', 'months', 'years'),
        (count, unit) => {
          const text = `${count} ${unit}`;
          const interval = parseInterval(text);
          expect(interval === undefined ? '' : formatInterval(interval)).toBe(text);
        },
      ),
    );
  });

  it.each(['', '0 days', '1', 'months', '1 month', '1  months', '1.5 years', '-1 days', '1 days '])(
    '%j is none',
    (text) => {
      expect(parseInterval(text)).toBeUndefined();
    },
  );
});

describe('suggestions', () => {
  it('find what was most likely meant, and nothing for anything else', () => {
    const known = ['revision', 'review', 'owner', 'id'];
    expect(nearMiss('Revision', known)).toBe('revision');
    expect(nearMiss('revison', known)).toBe('revision');
    expect(nearMiss('ownre', known)).toBe('owner');
    expect(nearMiss('colour', known)).toBeUndefined();
    expect(nearMiss('ab', known)).toBeUndefined();
    expect(didYouMean('revew', known)).toBe(' Did you mean "review"?');
  });
});
