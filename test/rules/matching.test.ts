import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchPeople } from '../../src/rules/matching.ts';

describe('matching people to requirements', () => {
  it('moves people so that everybody who can be placed is', () => {
    expect(matchPeople([['alice', 'bob'], ['alice']])).toEqual(['bob', 'alice']);
    expect(matchPeople([['a', 'b'], ['b', 'c'], ['a']])).toEqual(['b', 'c', 'a']);
  });

  it('never lets one person fill two', () => {
    expect(matchPeople([['alice'], ['alice']])).toEqual(['alice', undefined]);
    expect(matchPeople([[], ['bob', 'bob']])).toEqual([undefined, 'bob']);
    expect(matchPeople([])).toEqual([]);
  });

  it('fills as many as any assignment could', () => {
    const slots = fc.array(fc.subarray(['a', 'b', 'c', 'd']), { maxLength: 5 });
    const most = (open: readonly (readonly string[])[], used: ReadonlySet<string>): number => {
      const [first, ...rest] = open;
      if (first === undefined) return 0;
      const placed = first
        .filter((person) => !used.has(person))
        .map((person) => 1 + most(rest, new Set([...used, person])));
      return Math.max(most(rest, used), ...placed);
    };
    fc.assert(
      fc.property(slots, (open) => {
        const people = matchPeople(open);
        const placed = people.filter((person) => person !== undefined);
        expect(new Set(placed).size).toBe(placed.length);
        expect(placed.length).toBe(most(open, new Set()));
        people.forEach((person, slot) => {
          if (person !== undefined) expect(open[slot]).toContain(person);
        });
        expect(matchPeople(open)).toEqual(people);
      }),
    );
  });
});
