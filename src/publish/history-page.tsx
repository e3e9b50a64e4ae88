import type { JSX } from 'preact';

import type { DocumentHistory, HistoryRevision } from '../audit/history.ts';
import { addresses } from './addresses.ts';
import { type Page, type PageSetting, renderPage } from './page.tsx';
import { StateWord } from './state-bar.tsx';
import { dayInWords, dayOfInstant } from './words.ts';

/** Every released revision, newest first: when in force, why, approved by whom. */
export function historyPage(setting: PageSetting, history: DocumentHistory): Page {
  return renderPage({
    title: `${history.id} ${history.title}: history`,
    setting,
    children: (
      <>
        <h1>History of {history.title}</h1>
        <p class="lead">
          <a href={addresses.document(history.id)}>
            <span class="id">{history.id}</span>
          </a>
          ,{' '}
          {history.revisions.length === 1
            ? 'one revision'
            : `${String(history.revisions.length)} revisions`}
          , newest first.
        </p>
        {history.end === null ? null : <End history={history} />}
        <div class="table-scroll" role="region" tabIndex={0} aria-label="Revisions">
          <table class="data history">
            <thead>
              <tr>
                <th scope="col">Revision</th>
                <th scope="col">State</th>
                <th scope="col">In force</th>
                <th scope="col">Reason</th>
                <th scope="col">Approved by</th>
                <th scope="col">Release</th>
              </tr>
            </thead>
            <tbody>
              {history.revisions.map((revision) => (
                <Row key={revision.revision} history={history} revision={revision} />
              ))}
            </tbody>
          </table>
        </div>
      </>
    ),
  });
}

function Row(props: {
  readonly history: DocumentHistory;
  readonly revision: HistoryRevision;
}): JSX.Element {
  const { history, revision } = props;
  const { id, end } = history;
  return (
    <tr>
      <th scope="row">
        <a href={addresses.revision(id, revision.revision)}>{revision.revision}</a>
      </th>
      <td>
        <StateWord state={revision.state} end={end} />
        {revision.contested ? (
          <div>
            <StateWord state="contested" />
          </div>
        ) : null}
      </td>
      <td class="day">
        <div>
          from <span class="nowrap">{dayOfInstant(revision.from)}</span>
        </div>
        {revision.until === null ? null : (
          <div>
            to <span class="nowrap">{dayOfInstant(revision.until)}</span>
          </div>
        )}
      </td>
      <td>
        <p>{revision.reason ?? 'First revision'}</p>
        {revision.confirmations.map((act) => (
          <p key={act.release} class="quiet">
            Confirmed without change {act.day}
            {act.approvals.length === 0
              ? ''
              : ` by ${act.approvals.map((approval) => approval.name).join(', ')}`}
          </p>
        ))}
      </td>
      <td>
        {revision.approvals.length === 0 ? (
          <p>Not asked for</p>
        ) : (
          <ul>
            {revision.approvals.map((approval) => (
              <li key={`${approval.digest} ${approval.role} ${approval.meaning}`}>
                {approval.name}, {approval.roleTitle}, {approval.meaning}{' '}
                <span class="number nowrap">{dayOfInstant(approval.time)}</span>
              </li>
            ))}
          </ul>
        )}
        <a href={addresses.evidence(id, revision.revision)}>
          Evidence<span class="hidden"> for revision {revision.revision}</span>
        </a>
      </td>
      <td class="number">
        <a href={addresses.release(revision.release)}>{revision.release}</a>
      </td>
    </tr>
  );
}

function End({ history }: { readonly history: DocumentHistory }): JSX.Element | null {
  const { end, successor } = history;
  if (end === null) return null;
  return (
    <p class="measure">
      <strong>
        {end.act === 'dispose' ? 'Disposed of' : 'Withdrawn'} on {dayInWords(end.day)}
      </strong>{' '}
      with <a href={addresses.release(end.release)}>release {end.release}</a>
      {end.approvals.length === 0
        ? ''
        : `, approved by ${end.approvals.map((each) => `${each.name} (${each.roleTitle})`).join(', ')}`}
      .{end.reason === null ? '' : ` Reason: ${end.reason}`}
      {successor === null ? null : (
        <>
          {' '}
          Its successor is <a href={addresses.document(successor)}>{successor}</a>.
        </>
      )}
    </p>
  );
}
