import type { Interval } from './document.ts';

/** `24 months`; also in the JSON Schema for editors. */
export const intervalPattern = /^[1-9][0-9]{0,3} (days|weeks|months|years)$/;

/** In words, for messages. */
export const intervalForm = 'a number and days, weeks, months or years: 24 months';

const units = ['days', 'weeks', 'months', 'years'] as const;

/** `24 months` → `{count: 24, unit: 'months'}`; undefined for anything else. */
export function parseInterval(text: string): Interval | undefined {
  if (!intervalPattern.test(text)) return undefined;
  const [count, name] = text.split(' ');
  const unit = units.find((each) => each === name);
  return unit === undefined ? undefined : { count: Number(count), unit };
}

/** The inverse of `parseInterval`. */
export function formatInterval(interval: Interval): string {
  return `${interval.count} ${interval.unit}`;
}
