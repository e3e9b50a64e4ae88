import { describe, expect, it } from 'vitest';
import { Random } from '../support/random.ts';
import { randomRegister } from './random-register.ts';
import { proveRegister } from './random-registers.ts';
import type { PropertyCounts } from './register-properties.ts';

describe('random registers', () => {
  it('keep what must hold of every register', async () => {
    const counts: PropertyCounts = new Map();
    for (let seed = 21; seed <= 50; seed += 1) await proveRegister(seed, counts);
    expect(counts.get('registers')).toBe(30);
    expect(counts.get('without any one object nothing is verified')).toBeGreaterThan(60);
    expect(counts.get('without any one object nothing is an error')).toBeGreaterThan(60);
    expect(counts.get('a register with a fault is never verified')).toBeGreaterThan(2);
  });

  it('are the same for the same seed', () => {
    const [one, two] = [7, 7].map((seed) => randomRegister(new Random(seed)));
    expect(one?.story).toEqual(two?.story);
    expect([...(one?.repository.refs ?? [])]).toEqual([...(two?.repository.refs ?? [])]);
  });
});
