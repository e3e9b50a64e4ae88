import MiniSearch from 'minisearch';

import { QmsError } from '../problem/problem.ts';
import { inForce } from '../register/in-force.ts';
import type { Register, Revision } from '../register/register.ts';
import { queryLimit } from './search-page.tsx';
import { readReleased, type Snapshot } from './snapshot.ts';

/** A search over what was in force when it was built. */
export interface SearchIndex {
  find(query: string): Found;
}

/** What a search found, best first. */
export interface Found {
  readonly revisions: readonly Revision[];
  /** Whether each has all the words; otherwise none has, and these have some of them. */
  readonly whole: boolean;
}

interface Entry {
  readonly key: string;
  readonly id: string;
  readonly title: string;
  readonly words: string;
  readonly headings: string;
}

/**
 * Index what is in force at an instant: ids, titles, keywords and the like, headings. "sop 42"
 * finds SOP-042, and accents do not matter.
 *
 * @param at  Seconds since the epoch.
 */
export async function buildSearchIndex(
  snapshot: Snapshot,
  register: Register,
  at: number,
): Promise<SearchIndex> {
  const revisions = new Map<string, Revision>();
  const entries: Entry[] = [];
  for (const revision of inForce(register, at)) {
    revisions.set(revision.document, revision);
    entries.push(entryOf(revision, await headingsOf(snapshot, revision)));
  }
  const index = new MiniSearch<Entry>({
    idField: 'key',
    fields: ['id', 'title', 'words', 'headings'],
    tokenize: termsOf,
    processTerm: foldTerm,
  });
  index.addAll(entries);
  return {
    find(query) {
      const wanted = query.slice(0, queryLimit);
      const options = {
        boost: { id: 6, title: 4, words: 2, headings: 1 },
        prefix: (term: string) => !/^[0-9]+$/.test(term),
        fuzzy: (term: string) => (term.length > 4 ? 0.2 : false),
        processTerm: foldTerm,
      };
      const all = index.search(wanted, { ...options, combineWith: 'AND' });
      const results =
        all.length > 0 ? all : index.search(wanted, { ...options, combineWith: 'OR' });
      return {
        whole: all.length > 0,
        revisions: results
          .map((result) => revisions.get(String(result.id)))
          .filter((revision) => revision !== undefined),
      };
    },
  };
}

function entryOf(revision: Revision, headings: string): Entry {
  const { frontMatter } = revision;
  const words = [
    revision.type.title,
    ...(frontMatter?.keywords ?? []),
    ...(frontMatter?.processes ?? []),
    ...(frontMatter?.departments ?? []),
    ...(frontMatter?.machines ?? []),
    ...(frontMatter?.clauses ?? []),
  ];
  return {
    key: revision.document,
    id: revision.document,
    title: revision.title,
    words: words.join(' '),
    headings,
  };
}

async function headingsOf(snapshot: Snapshot, revision: Revision): Promise<string> {
  const file = revision.files.find((each) => each.path === revision.path);
  if (file === undefined || revision.document === 'QMS') return '';
  try {
    return headingLines(new TextDecoder().decode(await readReleased(snapshot, file)));
  } catch (error) {
    // One unreadable file must not take the search away; its own page says what is wrong.
    if (error instanceof QmsError) return '';
    throw error;
  }
}

/** Lines that begin with `#`, outside code fences: enough to find by, no need to parse. */
function headingLines(markdown: string): string {
  const headings: string[] = [];
  let fenced = false;
  for (const line of markdown.split('\n')) {
    if (line.startsWith('```') || line.startsWith('~~~')) fenced = !fenced;
    else if (!fenced && line.startsWith('#')) headings.push(line.replace(/^#{1,6}/, ''));
  }
  return headings.join('\n');
}

/** Runs of letters and runs of digits, so that `SOP-042`, `sop42` and `sop 42` are the same. */
function termsOf(text: string): string[] {
  return text.match(/\p{L}[\p{L}\p{M}]*|\p{N}+/gu) ?? [];
}

/** Lower case without accents; numbers without leading zeros. */
function foldTerm(term: string): string {
  const folded = term.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');
  return /^0+[0-9]/.test(folded) ? folded.replace(/^0+/, '') : folded;
}
