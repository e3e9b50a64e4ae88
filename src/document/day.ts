import type { Interval } from './document.ts';

const secondsPerDay = 86_400;
const dayForm = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;

/** Whether a text is a day of the calendar, `YYYY-MM-DD`, from year 1 on. */
export function isDay(text: string): boolean {
  return parseDay(text) !== undefined;
}

/** Seconds from the epoch to the day's midnight as if the zone were UTC. */
function parseDay(text: string): number | undefined {
  const match = dayForm.exec(text);
  if (match === null) return undefined;
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const midnight = utcMidnight(year, month, date);
  // 30 February turns into a day of March: then it is no day of the calendar.
  return year > 0 && formatUtc(midnight) === text ? midnight : undefined;
}

function utcMidnight(year: number, month: number, date: number): number {
  const instant = new Date(0);
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  instant.setUTCFullYear(year, month - 1, date);
  return instant.getTime() / 1000;
}

/** The day of an instant in UTC; years outside 1 to 9999 become the first and the last day. */
function formatUtc(seconds: number): string {
  const instant = new Date(seconds * 1000);
  const year = instant.getUTCFullYear();
  if (Number.isNaN(year) || year > 9999) return seconds < 0 ? '0001-01-01' : '9999-12-31';
  if (year < 1) return '0001-01-01';
  return instant.toISOString().slice(0, 10);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    // Making a formatter costs a hundred times what using one does.
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

/** What the clocks of a zone show at an instant, as seconds as if the zone were UTC. */
function localSeconds(seconds: number, timeZone: string): number {
  const fields = new Map<string, string>();
  for (const part of formatterOf(timeZone).formatToParts(new Date(seconds * 1000))) {
    fields.set(part.type, part.value);
  }
  const number = (name: string): number => Number(fields.get(name));
  const year = fields.get('era') === 'BC' ? 1 - number('year') : number('year');
  const midnight = utcMidnight(year, number('month'), number('day'));
  return midnight + number('hour') * 3600 + number('minute') * 60 + number('second');
}

/** Instants that fit a `Date` with room for offsets, in whole seconds. */
function clamp(seconds: number): number {
  const far = 8.64e12 - 2 * secondsPerDay;
  return Math.floor(Math.min(far, Math.max(-far, seconds)));
}

/**
 * The day that calendars in a zone show at an instant.
 *
 * @param seconds Seconds since the epoch; beyond the years 1 to 9999 the nearest day of these.
 */
export function dayOf(seconds: number, timeZone: string): string {
  return formatUtc(localSeconds(clamp(seconds), timeZone));
}

const starts = new Map<string, number>();

/**
 * The instant at which a day begins in a zone: midnight; where clocks skip midnight, or the zone
 * skips the whole day, the first instant after it; where midnight comes twice, the first.
 *
 * @param day `YYYY-MM-DD`, a day of the calendar.
 * @param timeZone IANA name that `isTimeZone` accepts.
 * @returns Seconds since the epoch.
 * @throws {RangeError} for anything that is no day.
 */
export function startOfDay(day: string, timeZone: string): number {
  return remembered(starts, `${day} ${timeZone}`, () => findStart(day, timeZone));
}

/** What was found before under a key, or is found now; at most so many are remembered. */
function remembered<T>(known: Map<string, T>, key: string, find: () => T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = find();
  if (known.size > 50_000) known.clear();
  known.set(key, found);
  return found;
}

function findStart(day: string, timeZone: string): number {
  const midnight = parseDay(day);
  if (midnight === undefined) throw new RangeError(`"${day}" is not a day`);
  const offsetAt = (seconds: number): number => localSeconds(seconds, timeZone) - seconds;
  const before = offsetAt(midnight - secondsPerDay);
  const after = offsetAt(midnight + secondsPerDay);
  // Clocks show midnight where one of the two offsets leads there and back.
  const found = [midnight - before, midnight - after]
    .filter((instant) => localSeconds(instant, timeZone) === midnight)
    .sort((a, b) => a - b)[0];
  if (found !== undefined) return found;
  // They skip it: the first instant at which they show something later.
  let early = midnight - Math.max(before, after) - 1;
  let late = midnight - Math.min(before, after) + 1;
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (localSeconds(middle, timeZone) >= midnight) late = middle;
    else early = middle;
  }
  return late;
}

/** The day a number of days after another (before it where the number is negative). */
export function addDays(day: string, days: number): string {
  const midnight = parseDay(day);
  if (midnight === undefined) throw new RangeError(`"${day}" is not a day`);
  return formatUtc(midnight + days * secondsPerDay);
}

const later = new Map<string, string>();

/**
 * The day an interval after another. Months and years keep the day of the month, or take the
 * last of a shorter one: 31 January and one month is 28 February.
 *
 * @throws {RangeError} for anything that is no day.
 */
export function addInterval(day: string, interval: Interval): string {
  const key = `${day} ${String(interval.count)} ${interval.unit}`;
  return remembered(later, key, () => findLater(day, interval));
}

function findLater(day: string, interval: Interval): string {
  if (interval.unit === 'days') return addDays(day, interval.count);
  if (interval.unit === 'weeks') return addDays(day, interval.count * 7);
  if (!isDay(day)) throw new RangeError(`"${day}" is not a day`);
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const months = interval.unit === 'years' ? interval.count * 12 : interval.count;
  const target = year * 12 + (month - 1) + months;
  const [newYear, newMonth] = [Math.floor(target / 12), (target % 12) + 1];
  const lastDate = new Date(utcMidnight(newYear, newMonth + 1, 0) * 1000).getUTCDate();
  return formatUtc(utcMidnight(newYear, newMonth, Math.min(date, lastDate)));
}

const zoneForm = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9][A-Za-z0-9_+-]*){0,3}$/;

/** Whether a name is a time zone of the IANA database, `America/Detroit`. */
export function isTimeZone(name: string): boolean {
  // The form comes first: Intl would also take an offset like +01:00, which knows no summer time.
  if (name.length > 64 || !zoneForm.test(name)) return false;
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}
