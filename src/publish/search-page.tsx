import type { JSX } from 'preact';

import { documentView } from '../audit/document-view.ts';
import { addresses } from './addresses.ts';
import { DocumentLines } from './library-page.tsx';
import { type Page, type PageSetting, renderPage, SearchField } from './page.tsx';
import type { Found } from './search-index.ts';
import { stateSentence } from './state-bar.tsx';
import { counted } from './words.ts';

/** Longer queries are cut; nobody types them, and each term costs a walk of the index. */
export const queryLimit = 200;

/** What a search found in what is in force. */
export function searchPage(setting: PageSetting, query: string, found: Found): Page {
  return renderPage({
    title: query === '' ? 'Search' : `Search for ${query}`,
    setting,
    search: false,
    children: (
      <>
        <h1>Search</h1>
        <SearchField large query={query} focus={query === '' || found.revisions.length === 0} />
        {query === '' ? (
          <p class="quiet">Type an id, a title or a word. “sop 42” finds SOP-042.</p>
        ) : (
          <>
            <h2 class="group">{resultWords(query, found)}</h2>
            <NotInForce setting={setting} query={query} />
            {found.revisions.length === 0 ? (
              <p>
                Try fewer words, or see the <a href={addresses.library}>library</a>. The search
                looks only at what is in force.
              </p>
            ) : (
              <DocumentLines
                revisions={found.revisions.slice(0, 100)}
                timeZone={setting.register.rules.timezone}
              />
            )}
            {found.revisions.length > 100 ? <p class="quiet">The first 100 are shown.</p> : null}
          </>
        )}
      </>
    ),
  });
}

function resultWords(query: string, { revisions, whole }: Found): string {
  if (revisions.length === 0) return `Nothing in force matches “${query}”`;
  if (!whole) return `Nothing in force has all of “${query}”; these have a part of it`;
  return `${counted(revisions.length, 'document')} in force for “${query}”`;
}

/** Who types the id of a document that is not in force learns that, and where to go. */
function NotInForce(props: {
  readonly setting: PageSetting;
  readonly query: string;
}): JSX.Element | null {
  const { register, at } = props.setting;
  const id = props.query.trim().toUpperCase().replace(/\s+/g, '-');
  if (!register.documents.has(id)) return null;
  const view = documentView(register, id, at);
  if (view.state === 'effective') return null;
  return (
    <p class="changed">
      <a href={addresses.document(id)}>
        {id} {view.title}
      </a>
      : {stateSentence(view)}.
    </p>
  );
}
