import { addDays, isDay, startOfDay } from '../document/day.ts';
import { UsageError } from './session.ts';

/**
 * The instant that a day on the command line means: its end in the time zone of the rules, or now
 * where none is given or the day is today.
 * @returns Seconds since the epoch.
 */
export function instantOfDay(day: string | undefined, timezone: string, now: Date): number {
  const seconds = Math.floor(now.getTime() / 1000);
  if (day === undefined) return seconds;
  if (!isDay(day)) throw new UsageError(`${day} is no day; days are written YYYY-MM-DD.`);
  const begins = startOfDay(day, timezone);
  const ends = startOfDay(addDays(day, 1), timezone) - 1;
  return begins <= seconds && seconds <= ends ? seconds : ends;
}
