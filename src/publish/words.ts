import type { ReleasedState } from '../register/register.ts';

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `2026-12-01` (or an RFC 3339 instant that begins so) → `1 December 2026`. */
export function dayInWords(day: string): string {
  const [year = '', month = '', date = ''] = day.slice(0, 10).split('-');
  return `${String(Number(date))} ${months[Number(month) - 1] ?? month} ${year}`;
}

/** The day of an RFC 3339 instant, for tables: `2026-12-01`. */
export function dayOfInstant(instant: string): string {
  return instant.slice(0, 10);
}

/** `2026-11-21T14:05:09-05:00` → `21 November 2026, 14:05 (UTC−05:00)`. */
export function instantInWords(instant: string): string {
  return `${dayInWords(instant)}, ${instant.slice(11, 16)} (${zoneOf(instant)})`;
}

/** For tables: `2026-11-21 14:05 (UTC−05:00)`. */
export function instantInTable(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} (${zoneOf(instant)})`;
}

function zoneOf(instant: string): string {
  const offset = instant.slice(19);
  return offset === 'Z' || offset === '+00:00' ? 'UTC' : `UTC${offset.replace('-', '−')}`;
}

/** What people call a state; data says `effective`, pages say "in force". */
export const stateWords: Readonly<Record<ReleasedState, string>> = {
  effective: 'In force',
  pending: 'Not yet in force',
  superseded: 'Superseded',
  withdrawn: 'Withdrawn',
};

/** `1 document`, `3 documents`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}

/** First 12 hex digits of a digest, for feet and tables; the full one stands with the evidence. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}

/** An id of the rules (`document-control`) as words (`Document control`). */
export function idInWords(id: string): string {
  const words = id.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `1.4 kB`, `12 bytes`. */
export function sizeInWords(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte');
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
