import type { JSX } from 'preact';

import type { DocumentView } from '../audit/document-view.ts';
import { addDays } from '../document/day.ts';
import { addresses } from './addresses.ts';
import type { ContentsEntry } from './headings.ts';
import { FilingBlock, IdentityBlock } from './identity.tsx';
import type { RenderedText } from './markdown.ts';
import { type Page, type PageSetting, renderPage } from './page.tsx';
import { StateBar } from './state-bar.tsx';
import { dayOfInstant, shortDigest, stateWords } from './words.ts';

/** What a document's page shows below its identity: its text, or nothing but the way on. */
export type Body =
  | { readonly kind: 'text'; readonly text: RenderedText }
  | { readonly kind: 'rules'; readonly content: JSX.Element }
  /** Only pending or withdrawn revisions: the address of the document leads on. */
  | { readonly kind: 'lead' }
  /** A record that a release disposed of, and whose text is gone. */
  | { readonly kind: 'disposed'; readonly release: number };

/** A document's page: state, identity, what changed, text. */
export function documentPage(setting: PageSetting, view: DocumentView, body: Body): Page {
  const obsolete =
    view.state === 'superseded' || view.state === 'withdrawn' ? view.state : undefined;
  const contents = body.kind === 'text' ? body.text.contents : [];
  return renderPage({
    title: `${view.id} ${view.title}: ${stateWords[view.state].toLowerCase()}`,
    setting,
    bar: <StateBar view={view} />,
    obsolete,
    printLine: `${view.id} · revision ${view.revision} · ${stateWords[view.state]} as of ${dayOfInstant(view.at)} · ${shortDigest(view.digest)}`,
    foot: (
      <>
        <p>
          Content <span class="digest">{shortDigest(view.digest)}</span>
        </p>
        <p class="link">
          <a href={addresses.evidence(view.id, view.revision)}>How to check this yourself</a>
        </p>
        <p class="print-only">
          A print does not change when the document does. Before use, look at{' '}
          {addresses.document(view.id)} on this server whether revision {view.revision} is still in
          force.
        </p>
      </>
    ),
    children: (
      <div class="reading">
        {obsolete === undefined ? null : (
          <div class="watermark" aria-hidden="true">
            {stateWords[obsolete]}
          </div>
        )}
        <div>
          <h1>
            <span class="id">{view.id}</span> {view.title === view.id ? null : view.title}
          </h1>
          <IdentityBlock view={view} rules={setting.register.rules} />
          <WaysOn view={view} />
          <WhatChanged view={view} />
          {contents.length < 3 ? null : <FoldedContents contents={contents} />}
        </div>
        {contents.length < 3 ? null : <SideContents contents={contents} />}
        <BodyOf view={view} body={body} />
      </div>
    ),
  });
}

function BodyOf({ view, body }: { readonly view: DocumentView; readonly body: Body }): JSX.Element {
  if (body.kind === 'lead') {
    const isDisposed = view.state === 'withdrawn' && view.end?.act === 'dispose';
    return (
      <div class="lead">
        <p>
          {isDisposed
            ? 'It was disposed of: its text may no longer be kept.'
            : 'Nothing of this document is in force, so its text is not shown here.'}
        </p>
        <p>
          <a class="button" href={addresses.revision(view.id, view.revision)}>
            {isDisposed
              ? `See what is left of revision ${view.revision}`
              : view.state === 'pending'
                ? `Read revision ${view.revision} as it will be`
                : `Read revision ${view.revision} as it was`}
          </a>
        </p>
      </div>
    );
  }
  return (
    <div class={body.kind === 'rules' ? 'wide' : ''}>
      <TextOf body={body} />
      <h2 class="group">Filed under</h2>
      <FilingBlock view={view} />
    </div>
  );
}

function TextOf({ body }: { readonly body: Exclude<Body, { kind: 'lead' }> }): JSX.Element {
  switch (body.kind) {
    case 'rules':
      return body.content;
    case 'disposed':
      return (
        <p class="lead">
          Disposed of by <a href={addresses.release(body.release)}>release {body.release}</a>: its
          text is no longer kept.
        </p>
      );
    case 'text':
      return (
        <article
          class="text"
          aria-label="Text of the document"
          dangerouslySetInnerHTML={{ __html: body.text.html }}
        />
      );
  }
}

function WaysOn({ view }: { readonly view: DocumentView }): JSX.Element {
  return (
    <ul class="actions">
      <li>
        <a href={addresses.history(view.id)}>History</a>
      </li>
      <li>
        <a href={addresses.evidence(view.id, view.revision)}>Approvals and evidence</a>
      </li>
    </ul>
  );
}

/** The reason for the revision, for 30 days from the day it came into force. */
function WhatChanged({ view }: { readonly view: DocumentView }): JSX.Element | null {
  const recent = addDays(dayOfInstant(view.from), 30) >= dayOfInstant(view.at);
  if (view.changes === null || !(recent || view.state === 'pending')) return null;
  return (
    <p class="changed">
      <strong>What changed:</strong> {view.changes}
    </p>
  );
}

function SideContents({ contents }: { readonly contents: readonly ContentsEntry[] }): JSX.Element {
  return (
    <div class="contents-side">
      <nav class="contents" aria-label="Contents">
        <p class="contents-title">Contents</p>
        <ContentsList contents={contents} />
      </nav>
    </div>
  );
}

function FoldedContents({
  contents,
}: {
  readonly contents: readonly ContentsEntry[];
}): JSX.Element {
  return (
    <details class="contents contents-fold">
      <summary>Contents</summary>
      <nav aria-label="Contents, folded">
        <ContentsList contents={contents} />
      </nav>
    </details>
  );
}

/** Headings of levels 2 and 3; deeper ones make a list longer than it is useful. */
function ContentsList({ contents }: { readonly contents: readonly ContentsEntry[] }): JSX.Element {
  const groups: { readonly entry: ContentsEntry; readonly below: ContentsEntry[] }[] = [];
  for (const entry of contents) {
    const last = groups.at(-1);
    if (entry.level <= 2 || last === undefined) groups.push({ entry, below: [] });
    else if (entry.level === 3) last.below.push(entry);
  }
  const link = (entry: ContentsEntry): JSX.Element => <a href={`#${entry.id}`}>{entry.text}</a>;
  return (
    <ol>
      {groups.map((group) => (
        <li key={group.entry.id}>
          {link(group.entry)}
          {group.below.length === 0 ? null : (
            <ol>
              {group.below.map((entry) => (
                <li key={entry.id}>{link(entry)}</li>
              ))}
            </ol>
          )}
        </li>
      ))}
    </ol>
  );
}
