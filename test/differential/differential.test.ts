import { describe, expect, it } from 'vitest';
import { differ } from './differential.ts';

describe('what git verify-tag and the verification say of mutated tags', () => {
  it('is the same, but for refusals with a name, and never good where git says bad', async () => {
    const { tags, pairs, stricter, differences } = await differ(100, 20260105, 2);
    expect(differences.map(({ kind, made, what }) => `${kind} of ${made}: ${what}`)).toEqual([]);
    expect(tags).toBeGreaterThanOrEqual(100);
    const found = [...pairs.values()].flatMap((one) => [...one.keys()]);
    expect([...new Set(found)].sort()).toEqual([
      'git bad, ours bad',
      'git good, ours bad',
      'git good, ours good',
    ]);
    expect(stricter.size).toBeGreaterThan(5);
  });
});
