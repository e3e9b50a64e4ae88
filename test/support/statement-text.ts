import { createHash } from 'node:crypto';
import type { Files } from './stock-register.ts';

export const sha256 = (bytes: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The digest of a content: one line for each file, sorted by path, after `qms-content 1`. */
export function contentDigest(files: Files): string {
  const lines = Object.keys(files)
    .sort(byBytes)
    .map((path) => {
      const bytes = Buffer.from(files[path] ?? '');
      return `${sha256(bytes).slice(7)} ${String(bytes.length)} ${path}\n`;
    });
  return sha256(`qms-content 1\n${lines.join('')}`);
}

/** The id up to its last hyphen. */
export const prefixOf = (id: string): string => (id === 'QMS' ? 'QMS' : id.replace(/-[^-]*$/, ''));

/** `2026-03-01T15:00:00Z` → seconds. */
export const seconds = (instant: string): number => Date.parse(instant) / 1000;

/** `Release 3: ` and what it does; from the eleventh on their number. */
export function subject(begin: string, items: readonly string[]): string {
  const more = items.length > 10 ? ` and ${String(items.length - 10)} more` : '';
  return `${begin}${items.slice(0, 10).join(', ')}${more}`;
}
