import { isDay } from './day.ts';
import type { Document, FieldPlace, FrontMatter } from './document.ts';
import { isDocumentId, rulesId } from './identity.ts';
import { intervalPattern, parseInterval } from './interval.ts';
import { revisionPattern } from './revision.ts';
import { checkText } from './text-rules.ts';

/** Most characters of plain front matter; far below what any limit of `parseDocument` allows. */
const longest = 4096;

/**
 * A word or more that YAML reads as they stand, also in a list: letters, digits and signs that
 * mean nothing there, with a letter or digit at both ends.
 */
const words = "[\\p{L}\\p{N}](?:[\\p{L}\\p{N} ()/.;'_+-]*[\\p{L}\\p{N}])?";
const several = `${words}(?:, ${words})*`;
const lineForm = new RegExp(`^([a-z]+): (?:(${several})|\\[(${several})\\])$`, 'u');

const isLine = (): boolean => true;

/** The fields that are one text, with what is asked of it beyond being one. */
const texts: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['id', (value) => isDocumentId(value) && value !== rulesId],
  ['title', isLine],
  ['type', isLine],
  ['revision', (value) => revisionPattern.test(value)],
  ['owner', isLine],
  ['changes', isLine],
  ['effective', isDay],
  ['review', (value) => intervalPattern.test(value)],
  ['date', isDay],
  ['source', isLine],
  ['issue', isLine],
  ['checked', isDay],
]);

/** The fields that are lists of words. */
const lists: ReadonlySet<string> = new Set([
  ...['clauses', 'audience', 'processes', 'departments', 'machines', 'keywords', 'supersedes'],
]);

/**
 * Parse a controlled document whose front matter is plain: one `name: words` or
 * `name: [words, words]` a line and nothing that could be wrong. That is how nearly all are
 * written, and the parsers behind `parseDocument` take longer to load than Node to start.
 *
 * @param path  From the repository root.
 * @param bytes The file as Git stores it.
 * @returns What `parseDocument` gives; undefined where only that can tell.
 */
export function parsePlainDocument(path: string, bytes: Uint8Array): Document | undefined {
  const { text = '', problems } = checkText(bytes, {});
  if (problems.length > 0 || !text.startsWith('---\n')) return undefined;
  const found = new Map<string, string | readonly string[]>();
  const places = new Map<string, FieldPlace>();
  let line = 2;
  for (let start = 4; start < longest; line += 1) {
    const end = text.indexOf('\n', start);
    if (end === -1) return undefined;
    const each = text.slice(start, end);
    start = end + 1;
    if (each === '---') {
      const frontMatter = frontMatterOf(found);
      if (frontMatter === undefined) return undefined;
      return { path, frontMatter, places, body: text.slice(start), bodyLine: line + 1 };
    }
    const [, key = '', value, list = ''] = lineForm.exec(each) ?? [];
    // What is not known here, or stands here twice, is for the whole parser to explain.
    const isKnown = value === undefined ? lists.has(key) : texts.get(key)?.(value) === true;
    if (!isKnown || found.has(key)) return undefined;
    found.set(key, value ?? list.split(', '));
    places.set(key, { line, column: 1 });
  }
  return undefined;
}

function frontMatterOf(
  found: ReadonlyMap<string, string | readonly string[]>,
): FrontMatter | undefined {
  const text = (name: string): string | undefined => {
    const value = found.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const list = (name: string): readonly string[] => {
    const value = found.get(name);
    return value === undefined || typeof value === 'string' ? [] : value;
  };
  const [id, title, type] = [text('id'), text('title'), text('type')];
  const [revision, owner, review] = [text('revision'), text('owner'), text('review')];
  if (id === undefined || title === undefined || type === undefined) return undefined;
  if (revision === undefined || owner === undefined) return undefined;
  return {
    id,
    title,
    type,
    revision,
    owner,
    clauses: list('clauses'),
    changes: text('changes'),
    effective: text('effective'),
    approval: [],
    review: review === undefined ? undefined : parseInterval(review),
    audience: list('audience'),
    processes: list('processes'),
    departments: list('departments'),
    machines: list('machines'),
    keywords: list('keywords'),
    supersedes: list('supersedes'),
    date: text('date'),
    fields: undefined,
    source: text('source'),
    issue: text('issue'),
    checked: text('checked'),
  };
}
