import type { JSX } from 'preact';

import { addDays, dayOf } from '../document/day.ts';
import { compareCodePoints } from '../git/code-point-order.ts';
import { effectiveRevision, inForce } from '../register/in-force.ts';
import type { Revision } from '../register/register.ts';
import { reasonOf } from '../audit/document-facts.ts';
import { addresses } from './addresses.ts';
import { type Page, type PageSetting, renderPage, SearchField } from './page.tsx';
import { StateWord } from './state-bar.tsx';
import { counted, idInWords } from './words.ts';

/** The library: search, processes, what changed lately, everything in force by process. */
export function libraryPage(setting: PageSetting): Page {
  const { register, at } = setting;
  const all = inForce(register, at);
  const documents = all.filter((revision) => revision.type.kind !== 'record');
  const records = all.filter((revision) => revision.type.kind === 'record');
  const processes = byProcess(documents);
  const changed = changedLately(setting, documents);
  return renderPage({
    title: 'Library',
    setting,
    current: 'library',
    search: false,
    children: (
      <>
        <h1>Documents in force</h1>
        <SearchField large focus />
        <nav aria-label="Processes">
          <ul class="processes">
            {processes.map(([process, list]) => (
              <li key={process}>
                <a href={`#${anchorOf(process)}`}>
                  {idInWords(process)} <span class="count">{list.length}</span>
                </a>
              </li>
            ))}
            {records.length === 0 ? null : (
              <li>
                <a href="#Records">
                  Records <span class="count">{records.length}</span>
                </a>
              </li>
            )}
          </ul>
        </nav>
        <h2 class="group">
          Changed in the last 30 days <span class="count">{changed.length}</span>
        </h2>
        {changed.length === 0 ? (
          <p class="quiet">Nothing changed.</p>
        ) : (
          <ul class="documents">
            {changed.map((change) => (
              <li key={change.revision.document}>{change.line}</li>
            ))}
          </ul>
        )}
        {processes.map(([process, list]) => (
          <section key={process} aria-labelledby={anchorOf(process)}>
            <h2 class="group" id={anchorOf(process)}>
              {idInWords(process)} <span class="count">{list.length}</span>
            </h2>
            <DocumentLines revisions={list} timeZone={register.rules.timezone} />
          </section>
        ))}
        {records.length === 0 ? null : (
          <section aria-labelledby="Records">
            <h2 class="group" id="Records">
              Records <span class="count">{records.length}</span>
            </h2>
            <DocumentLines revisions={records} timeZone={register.rules.timezone} />
          </section>
        )}
      </>
    ),
  });
}

/** Capital letters keep our anchors apart from those of headings in texts. */
function anchorOf(process: string): string {
  return `Process-${process.replace(/[^A-Za-z0-9-]/g, '-')}`;
}

const unassigned = 'without a process';

function byProcess(revisions: readonly Revision[]): [string, Revision[]][] {
  const groups = new Map<string, Revision[]>();
  for (const revision of revisions) {
    const processes = revision.frontMatter?.processes ?? [];
    for (const process of processes.length === 0 ? [unassigned] : processes) {
      const group = groups.get(process);
      if (group === undefined) groups.set(process, [revision]);
      else group.push(revision);
    }
  }
  return [...groups].sort(([one], [other]) => {
    if (one === unassigned || other === unassigned) return one === unassigned ? 1 : -1;
    return compareCodePoints(one, other);
  });
}

/** Documents as lines: id, title, revision, since. Each line is one link. */
export function DocumentLines(props: {
  readonly revisions: readonly Revision[];
  readonly timeZone: string;
}): JSX.Element {
  return (
    <ul class="documents">
      {props.revisions.map((revision) => (
        <li key={revision.document}>
          <DocumentLine revision={revision} timeZone={props.timeZone} />
        </li>
      ))}
    </ul>
  );
}

function DocumentLine(props: {
  readonly revision: Revision;
  readonly timeZone: string;
  readonly why?: string | undefined;
}): JSX.Element {
  const { revision } = props;
  return (
    <a href={addresses.document(revision.document)}>
      <span class="id">{revision.document}</span>{' '}
      <span class="name">
        <span class="title">{revision.title}</span>
        {revision.contested.length === 0 ? null : <StateWord state="contested" />}
      </span>{' '}
      <span class="revision">revision {revision.revision}</span>{' '}
      <span class="since number">{dayOf(revision.put.from, props.timeZone)}</span>
      {props.why === undefined ? null : <span class="why"> {props.why}</span>}
    </a>
  );
}

interface Change {
  readonly revision: Revision;
  readonly when: number;
  readonly line: JSX.Element;
}

/** Revisions that came into force, and documents that were withdrawn, in the last 30 days. */
function changedLately(setting: PageSetting, documents: readonly Revision[]): readonly Change[] {
  const { register, at } = setting;
  const { timezone } = register.rules;
  const from = addDays(dayOf(at, timezone), -30);
  const recent = (seconds: number): boolean => seconds <= at && dayOf(seconds, timezone) >= from;
  const changes: Change[] = [];
  for (const revision of documents) {
    if (!recent(revision.put.from)) continue;
    const why = reasonOf(register, revision) ?? 'New document';
    const line = <DocumentLine revision={revision} timeZone={timezone} why={why} />;
    changes.push({ revision, when: revision.put.from, line });
  }
  for (const document of register.documents.values()) {
    const { end } = document;
    const last = document.revisions.at(-1);
    if (end?.act !== 'withdraw' || last === undefined || !recent(end.from)) continue;
    if (effectiveRevision(document, at) !== undefined) continue;
    const line = (
      <a href={addresses.document(document.id)}>
        <span class="id">{document.id}</span>{' '}
        <span class="name">
          <span class="title">{last.title}</span>
          <StateWord state="withdrawn" />
        </span>{' '}
        <span class="revision" />
        <span class="since number">{dayOf(end.from, timezone)}</span>
      </a>
    );
    changes.push({ revision: last, when: end.from, line });
  }
  return changes.sort(
    (one, other) =>
      other.when - one.when || compareCodePoints(one.revision.document, other.revision.document),
  );
}

/** In words, for other pages: how many documents and records are in force. */
export function inForceWords(setting: PageSetting): string {
  const all = inForce(setting.register, setting.at);
  const records = all.filter((revision) => revision.type.kind === 'record').length;
  return `${counted(all.length - records, 'document')} in force, ${counted(records, 'record')} on file`;
}
