import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  addInterval,
  dayOf,
  isDay,
  isTimeZone,
  startOfDay,
} from '../../src/document/day.ts';

const at = (text: string): number => Date.parse(text) / 1000;

describe('days', () => {
  it('are those of the calendar', () => {
    for (const day of ['2026-12-01', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31']) {
      expect(isDay(day), day).toBe(true);
    }
    for (const day of [
      ...['2026-02-29', '1900-02-29', '2026-13-01', '2026-00-10', '2026-04-31', '2026-1-1', ''],
      ...['0000-01-01', '2026-12-01T00:00', '2026-12-01 ', '20261201', '２026-12-01'],
    ]) {
      expect(isDay(day), day).toBe(false);
    }
  });

  it.each([
    ['2026-12-01', 'America/Detroit', '2026-12-01T05:00:00Z'],
    ['2026-07-01', 'America/Detroit', '2026-07-01T04:00:00Z'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00Z'], // clocks change at 2:00
    ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00Z'],
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00Z'], // there is no midnight
    ['2022-09-11', 'America/Santiago', '2022-09-11T04:00:00Z'], // nor here
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00Z'], // the zone skips the whole day
    ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
    ['2020-10-25', 'Asia/Beirut', '2020-10-24T22:00:00Z'], // at midnight it is 23:00 again
    ['2010-11-07', 'America/St_Johns', '2010-11-07T02:30:00Z'], // midnight comes twice: the first
    ['2026-01-01', 'Asia/Kathmandu', '2025-12-31T18:15:00Z'],
    ['2026-01-01', 'Pacific/Kiritimati', '2025-12-31T10:00:00Z'],
    ['2026-01-01', 'UTC', '2026-01-01T00:00:00Z'],
  ])('%s begins in %s at %s', (day, zone, instant) => {
    expect(new Date(startOfDay(day, zone) * 1000).toISOString()).toBe(
      instant.replace('Z', '.000Z'),
    );
  });

  it('begin at the first instant that bears their name', () => {
    const zones = ['America/Detroit', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe'];
    fc.assert(
      fc.property(
        fc.integer({ min: at('1980-01-01T00:00Z'), max: at('2080-01-01T00:00Z') }),
        fc.constantFrom(...zones),
        (seconds, zone) => {
          const day = dayOf(seconds, zone);
          const start = startOfDay(day, zone);
          expect(isDay(day)).toBe(true);
          expect(start).toBeLessThanOrEqual(seconds);
          expect(dayOf(start, zone)).toBe(day);
          expect(dayOf(start - 1, zone) < day).toBe(true);
          expect(startOfDay(addDays(day, 1), zone)).toBeGreaterThan(seconds);
        },
      ),
    );
  });

  it('of instants nobody can mean are the first and the last', () => {
    expect(dayOf(1e18, 'America/Detroit')).toBe('9999-12-31');
    expect(dayOf(-1e18, 'America/Detroit')).toBe('0001-01-01');
  });

  it('are no days where they are none', () => {
    expect(() => startOfDay('2026-02-30', 'UTC')).toThrow(RangeError);
    expect(() => addInterval('2026-02-30', { count: 1, unit: 'days' })).toThrow(RangeError);
    expect(() => addInterval('x', { count: 1, unit: 'years' })).toThrow(RangeError);
  });

  it.each([
    ['2026-01-31', 1, 'months', '2026-02-28'],
    ['2024-01-31', 1, 'months', '2024-02-29'],
    ['2024-02-29', 1, 'years', '2025-02-28'],
    ['2026-11-15', 24, 'months', '2028-11-15'],
    ['2026-12-31', 2, 'months', '2027-02-28'],
    ['2026-12-30', 3, 'days', '2027-01-02'],
    ['2026-12-30', 2, 'weeks', '2027-01-13'],
  ] as const)('%s and %i %s is %s', (day, count, unit, result) => {
    expect(addInterval(day, { count, unit })).toBe(result);
  });

  it('lie in zones of the IANA database', () => {
    for (const zone of ['America/Detroit', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5']) {
      expect(isTimeZone(zone), zone).toBe(true);
    }
    for (const zone of ['', '+01:00', 'Detroit', 'America/Nowhere', '../etc', 'a'.repeat(100)]) {
      expect(isTimeZone(zone), zone).toBe(false);
    }
  });
});
