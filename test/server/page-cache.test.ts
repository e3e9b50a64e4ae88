import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { BoundedCache } from '../../src/server/page-cache.ts';

const made = (limit: number): BoundedCache<string> =>
  new BoundedCache(limit, (text) => text.length);

describe('a bounded cache', () => {
  it('forgets what was asked for longest ago', () => {
    const cache = made(9);
    cache.set('a', '11');
    cache.set('b', '22');
    cache.set('c', '33');
    cache.get('a');
    cache.set('d', '44');
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual([
      '11',
      undefined,
      '33',
      '44',
    ]);
  });

  it('keeps nothing that alone is too large', () => {
    const cache = made(5);
    cache.set('a', '123456');
    expect(cache.get('a')).toBeUndefined();
  });

  it('never holds more than its limit, and gives back what was put', () => {
    const step = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.string({ maxLength: 12 }));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const cache = made(20);
        for (const [key, value] of steps) {
          cache.set(key, value);
          expect(cache.size).toBeLessThanOrEqual(20);
          if (value.length < 20) expect(cache.get(key)).toBe(value);
        }
        cache.clear();
        expect(cache.size).toBe(0);
      }),
    );
  });
});
