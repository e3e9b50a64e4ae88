import type { JSX } from 'preact';

import type { DocumentView } from '../audit/document-view.ts';
import type { ReleasedState } from '../register/register.ts';
import { addresses } from './addresses.ts';
import { StateSymbol } from './symbols.tsx';
import { dayInWords, dayOfInstant, stateWords } from './words.ts';

/** Answers "may I work by this?" in words, shape and colour, over the full width. */
export function StateBar({ view }: { readonly view: DocumentView }): JSX.Element {
  return (
    <>
      <section class={`state state-${view.state}`} aria-label="State">
        <div class="width">
          <StateSymbol state={view.state} />
          <div>
            <p class="words">
              <StateSentence view={view} />
            </p>
            <StateDetail view={view} />
          </div>
        </div>
      </section>
      {view.contested ? <ContestedBar view={view} /> : null}
    </>
  );
}

/** `In force · revision 3 · since 1 December 2026`. */
export function stateSentence(view: DocumentView): string {
  return stateParts(view).join(' ');
}

/** The same in parts, so that a narrow screen breaks between them and not inside "revision 3". */
function StateSentence({ view }: { readonly view: DocumentView }): JSX.Element {
  return (
    <>
      {stateParts(view).map((part, at) => (
        <>
          {at === 0 ? '' : ' '}
          <span class="part">{part}</span>
        </>
      ))}
    </>
  );
}

function stateParts(view: DocumentView): readonly string[] {
  return [`${stateWord(view)} ·`, `revision ${view.revision} ·`, sinceWords(view)];
}

function stateWord(view: DocumentView): string {
  if (view.kind === 'record' && view.state === 'effective') return 'Filed';
  return wordOf(view.state, view.end);
}

/** What ended a document; a record is disposed of, and nothing else is. */
type End = { readonly act: string } | null | undefined;

const wordOf = (state: ReleasedState, end: End): string =>
  state === 'withdrawn' && end?.act === 'dispose' ? 'Disposed of' : stateWords[state];

function sinceWords(view: DocumentView): string {
  const since = dayInWords(dayOfInstant(view.since ?? view.from));
  switch (view.state) {
    case 'pending':
      return `from ${dayInWords(view.effective)}`;
    case 'superseded':
      return `no longer in force since ${since}`;
    case 'withdrawn':
      return `since ${since}`;
    case 'effective':
      return view.kind === 'record' ? `on ${since}` : `since ${since}`;
  }
}

function StateDetail({ view }: { readonly view: DocumentView }): JSX.Element | null {
  switch (view.state) {
    case 'effective':
      return <EffectiveDetail view={view} />;
    case 'pending':
      return view.inForce === null ? (
        <p>Nothing of this document is in force today. Do not work by it yet.</p>
      ) : (
        <p>
          Do not work by it yet.{' '}
          <a href={addresses.document(view.id)}>Go to revision {view.inForce}, which holds today</a>
        </p>
      );
    case 'superseded':
      return view.inForce === null ? (
        <p>Do not work by it.</p>
      ) : (
        <p>
          Do not work by it.{' '}
          <a href={addresses.document(view.id)}>Go to revision {view.inForce}, which is in force</a>
        </p>
      );
    case 'withdrawn':
      return (
        <>
          <p>Do not work by it.{view.end?.reason ? ` Reason: ${view.end.reason}` : ''}</p>
          {view.successor === null ? null : (
            <p>
              <a href={addresses.document(view.successor)}>Go to its successor {view.successor}</a>
            </p>
          )}
        </>
      );
  }
}

function EffectiveDetail({ view }: { readonly view: DocumentView }): JSX.Element {
  const overdue = view.nextReview !== null && view.nextReview < dayOfInstant(view.at);
  return (
    <>
      {view.nextReview === null ? null : (
        <p>
          {overdue ? 'Review was due on' : 'Next review by'} {dayInWords(view.nextReview)}
        </p>
      )}
      {view.pending === null ? null : (
        <p>
          From {dayInWords(view.pending.effective)} revision {view.pending.revision} takes its
          place.{' '}
          <a href={addresses.revision(view.id, view.pending.revision)}>
            Read revision {view.pending.revision}
          </a>
        </p>
      )}
      {view.end === null ? null : (
        <p>
          It will be {view.end.act === 'dispose' ? 'disposed of' : 'withdrawn'} on{' '}
          {dayInWords(view.end.day)}.
        </p>
      )}
    </>
  );
}

function ContestedBar({ view }: { readonly view: DocumentView }): JSX.Element {
  return (
    <section class="state state-contested" aria-label="Contested">
      <div class="width">
        <StateSymbol state="contested" />
        <div>
          <p class="words">Contested · ask before you work by it</p>
          {view.doubts.map((doubt) => (
            <p key={doubt}>{doubt}</p>
          ))}
          <p>
            Ask {view.released.name}, who released it
            {view.ownerTitle === null ? '' : `, or its owner (${view.ownerTitle})`}.
          </p>
        </div>
      </div>
    </section>
  );
}

/** A state as word and shape, for tables and lists. */
export function StateWord(props: {
  readonly state: ReleasedState | 'contested';
  readonly end?: End;
}): JSX.Element {
  const { state, end } = props;
  return (
    <span class={`state-word ${state}`}>
      <StateSymbol state={state} />
      {state === 'contested' ? 'Contested' : wordOf(state, end)}
    </span>
  );
}
