import type { JSX } from 'preact';

import type { Journal, JournalAct, ReleaseView } from '../audit/journal.ts';
import { addresses } from './addresses.ts';
import { Steps, SignedText } from './evidence-page.tsx';
import { Fact } from './identity.tsx';
import { type Page, type PageSetting, renderPage } from './page.tsx';
import { counted, dayInWords, dayOfInstant, instantInTable, instantInWords } from './words.ts';

const actWords: Readonly<Record<JournalAct['act'], string>> = {
  put: 'In force',
  withdraw: 'Withdrawn',
  confirm: 'Confirmed',
  dispose: 'Disposed of',
};

/** The journal: one line for each release, newest first. */
export function registerPage(setting: PageSetting, journal: Journal): Page {
  return renderPage({
    title: 'Register',
    setting,
    current: 'register',
    children: (
      <>
        <h1>Register</h1>
        <p class="lead">{counted(journal.releases.length, 'release')}, newest first.</p>
        <div class="table-scroll" role="region" tabIndex={0} aria-label="Releases">
          <table class="data">
            <thead>
              <tr>
                <th scope="col">Release</th>
                <th scope="col">Signed</th>
                <th scope="col">By</th>
                <th scope="col">What it did</th>
              </tr>
            </thead>
            <tbody>
              {journal.releases.map((release) => (
                <tr key={release.release}>
                  <th scope="row" class="number">
                    <a href={addresses.release(release.release)}>{release.release}</a>
                  </th>
                  <td class="day">{instantInTable(release.time)}</td>
                  <td class="nowrap">{release.name}</td>
                  <td>
                    <Acts acts={release.acts} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </>
    ),
  });
}

/** What a release did, as its subject says it: the first ten, and how many more. */
function Acts({ acts }: { readonly acts: readonly JournalAct[] }): JSX.Element {
  const more = acts.length - 10;
  return (
    <>
      {acts.slice(0, 10).map((act, index) => (
        <>
          {index === 0 ? '' : ', '}
          <span class="nowrap">
            {act.id} {subjectWords(act)}
          </span>
        </>
      ))}
      {more > 0 ? ` and ${String(more)} more` : ''}
    </>
  );
}

function subjectWords(act: JournalAct): string {
  return act.act === 'put' ? `revision ${act.revision}` : actWords[act.act].toLowerCase();
}

/** One release: what it put in force, withdrew, confirmed, and on which approvals it rests. */
export function releasePage(setting: PageSetting, release: ReleaseView): Page {
  const newest = setting.register.releases.length;
  return renderPage({
    title: `Release ${String(release.release)}`,
    setting,
    current: 'register',
    children: (
      <>
        <h1>Release {release.release}</h1>
        <p class="lead">
          Signed by {release.name}, {instantInWords(release.time)}.
        </p>
        {release.comment === '' ? null : <p class="measure">{release.comment}</p>}
        <ul class="actions">
          {release.release > 1 ? (
            <li>
              <a href={addresses.release(release.release - 1)}>Release {release.release - 1}</a>
            </li>
          ) : null}
          {release.release < newest ? (
            <li>
              <a href={addresses.release(release.release + 1)}>Release {release.release + 1}</a>
            </li>
          ) : null}
          <li>
            <a href={addresses.register}>All releases</a>
          </li>
        </ul>
        <h2>What it did</h2>
        <div class="table-scroll" role="region" tabIndex={0} aria-label="What the release did">
          <table class="data">
            <thead>
              <tr>
                <th scope="col">Document</th>
                <th scope="col">Title</th>
                <th scope="col">Act</th>
                <th scope="col">From</th>
                <th scope="col">Approved by</th>
              </tr>
            </thead>
            <tbody>
              {release.details.map((act, index) => (
                <tr key={act.id}>
                  <th scope="row">
                    <a href={addresses.revision(act.id, act.revision)}>
                      {act.id} revision {act.revision}
                    </a>
                  </th>
                  <td>{release.acts[index]?.title}</td>
                  <td class="nowrap">{actWords[act.act]}</td>
                  <td class="day">{dayOfInstant(act.from)}</td>
                  <td>
                    {act.approvals.length === 0
                      ? 'Not asked for'
                      : act.approvals
                          .map(
                            (approval) =>
                              `${approval.name} (${approval.roleTitle}, ${approval.meaning})`,
                          )
                          .join('; ')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <Approvals release={release} />
        <h2>Why it counts</h2>
        <table class="facts">
          <tbody>
            <Fact name="Tag">
              <span class="digest">{release.tag}</span>
            </Fact>
            <Fact name="Digest of the tag">
              <span class="digest">{release.digest}</span>
            </Fact>
            <Fact name="Key">
              <span class="digest">{release.key}</span> ({release.algorithm})
            </Fact>
            <Fact name="Commit">
              <span class="digest">{release.commit}</span>
            </Fact>
          </tbody>
        </table>
        <Steps steps={release.steps} />
        <SignedText name="release" statement={release.statement} signature={release.signature} />
      </>
    ),
  });
}

function Approvals({ release }: { readonly release: ReleaseView }): JSX.Element | null {
  if (release.approvals.length === 0) return null;
  return (
    <>
      <h2>Approvals it rests on</h2>
      <div class="table-scroll" role="region" tabIndex={0} aria-label="Approvals">
        <table class="data">
          <thead>
            <tr>
              <th scope="col">By</th>
              <th scope="col">Signed</th>
              <th scope="col">Decision</th>
              <th scope="col">Documents</th>
              <th scope="col">Tag</th>
            </tr>
          </thead>
          <tbody>
            {release.approvals.map((approval) => (
              <tr key={approval.digest}>
                <th scope="row">{approval.name}</th>
                <td class="day">{dayInWords(dayOfInstant(approval.time))}</td>
                <td>{approval.decision}</td>
                <td>{approval.documents.join(', ')}</td>
                <td class="digest">{approval.tag}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
