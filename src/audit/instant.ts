import { addDays, startOfDay } from '../document/day.ts';
import type { Instant } from '../register/register.ts';

/** The parts of a wall clock in a time zone at an instant. */
interface WallClock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function wallClock(seconds: number, timeZone: string): WallClock {
  let format = clocks.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    clocks.set(timeZone, format);
  }
  const parts = new Map<string, number>();
  for (const part of format.formatToParts(seconds * 1000)) parts.set(part.type, Number(part.value));
  return {
    year: parts.get('year') ?? 0,
    month: parts.get('month') ?? 0,
    day: parts.get('day') ?? 0,
    hour: parts.get('hour') ?? 0,
    minute: parts.get('minute') ?? 0,
    second: parts.get('second') ?? 0,
  };
}

function write(clock: WallClock, offset: string): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${String(clock.year).padStart(4, '0')}-${two(clock.month)}-${two(clock.day)}`;
  return `${day}T${two(clock.hour)}:${two(clock.minute)}:${two(clock.second)}${offset}`;
}

/**
 * An instant as RFC 3339 with the offset that the time zone has then: `2026-12-01T00:00:00-05:00`.
 *
 * @param seconds  Seconds since the epoch; fractions are cut off.
 * @param timeZone IANA name, as in the rules.
 */
export function formatInstant(seconds: number, timeZone: string): string {
  const whole = Math.floor(seconds);
  const clock = wallClock(whole, timeZone);
  const asUtc =
    Date.UTC(clock.year, clock.month - 1, clock.day, clock.hour, clock.minute, clock.second) / 1000;
  return write(clock, formatOffset(asUtc - whole));
}

/** A signer's instant as RFC 3339 with the offset that the signer stated. */
export function formatSignedInstant(instant: Instant): string {
  const match = /^([+-])(\d\d)(\d\d)$/.exec(instant.offset);
  const sign = match?.[1] === '-' ? -1 : 1;
  const offset = sign * (Number(match?.[2] ?? 0) * 3600 + Number(match?.[3] ?? 0) * 60);
  return write(wallClock(instant.seconds + offset, 'UTC'), formatOffset(offset));
}

function formatOffset(seconds: number): string {
  const minutes = Math.round(Math.abs(seconds) / 60);
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0');
  return `${seconds < 0 ? '-' : '+'}${hours}:${String(minutes % 60).padStart(2, '0')}`;
}

/**
 * The last second of a day in a zone: the instant that "in force on that day" means, so that what
 * was signed and took effect during the day counts.
 */
export function endOfDay(day: string, timeZone: string): number {
  return startOfDay(addDays(day, 1), timeZone) - 1;
}
