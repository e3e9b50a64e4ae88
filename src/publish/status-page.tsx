import type { JSX } from 'preact';

import { formatInstant } from '../audit/instant.ts';
import type { Problem } from '../problem/problem.ts';
import type { Verification } from '../register/register.ts';
import { addresses } from './addresses.ts';
import { Fact } from './identity.tsx';
import { inForceWords } from './library-page.tsx';
import { type Page, type PageSetting, renderPage } from './page.tsx';
import { counted, instantInWords } from './words.ts';

/** Whether to believe this server, in one sentence, and how to find out for yourself. */
export function statusPage(setting: PageSetting): Page {
  const { snapshot, register, trouble } = setting;
  const { verification } = snapshot;
  const zone = register.rules.timezone;
  return renderPage({
    title: 'Status',
    setting,
    current: 'status',
    children: (
      <>
        <h1>Status</h1>
        <p class="lead">
          {verdict(verification)}
          {trouble === undefined
            ? ''
            : ' A newer state of the repository did not verify and is not shown.'}
        </p>
        <table class="facts">
          <caption class="hidden">What was verified</caption>
          <tbody>
            <Fact name="Outcome">{verification.outcome}</Fact>
            <Fact name="Verified">{instantInWords(formatInstant(snapshot.verifiedAt, zone))}</Fact>
            <Fact name="From">
              <span class="digest">{snapshot.source}</span>
            </Fact>
            <Fact name="Anchor">
              <span class="digest">{register.anchor}</span>
              <br />
              {verification.anchorSource === undefined
                ? 'Computed only: it was compared with nothing from outside.'
                : `Compared with the one given by ${verification.anchorSource}.`}
            </Fact>
            <Fact name="Head">
              <span class="digest">{verification.head ?? 'none'}</span>
              <br />
              {verification.headKnown
                ? 'It is, or comes after, the newest release seen before.'
                : `As of release ${String(register.releases.length)}; whether there are newer ones is not known.`}
            </Fact>
            <Fact name="Holds">{inForceWords(setting)}</Fact>
            <Fact name="Time zone">{zone}</Fact>
          </tbody>
        </table>
        {trouble === undefined ? null : (
          <>
            <h2>What stands against the newest state</h2>
            <p class="measure">Seen since {instantInWords(formatInstant(trouble.since, zone))}.</p>
            <ProblemList problems={trouble.problems} />
          </>
        )}
        {verification.problems.length === 0 ? null : (
          <>
            <h2>{counted(verification.problems.length, 'finding')} in the state shown</h2>
            <ProblemList problems={verification.problems} />
          </>
        )}
        <h2>Check it yourself</h2>
        <p class="measure">
          In a clone of the repository, with the anchor from a person or paper you trust:
        </p>
        <pre class="command" tabIndex={0}>
          {`git fetch origin register 'refs/tags/qms/*:refs/tags/qms/*'\nqms verify --anchor ${register.anchor}`}
        </pre>
        <p class="measure">
          Each revision has a page with its approvals and the commands for stock git: open a{' '}
          <a href={addresses.library}>document</a> and follow “Approvals and evidence”.
        </p>
      </>
    ),
  });
}

function verdict(verification: Verification): string {
  switch (verification.outcome) {
    case 'verified':
      return 'Everything shown here was verified.';
    case 'problems':
      return 'Everything shown here was verified, with problems that are marked on the documents they concern.';
    case 'undecided':
      return 'What is shown here was computed, but could not be verified completely.';
  }
}

/** Problems with where, what and what to do, the grave ones first. */
export function ProblemList({ problems }: { readonly problems: readonly Problem[] }): JSX.Element {
  const rank = { error: 0, unknown: 1, warning: 2 } as const;
  const sorted = [...problems].sort((one, other) => rank[one.severity] - rank[other.severity]);
  return (
    <>
      {sorted.map((problem, index) => (
        <div class={`problem ${problem.severity}`} key={`${problem.code} ${String(index)}`}>
          <p>
            <strong>{severityWords[problem.severity]}</strong> <code>{problem.code}</code>
          </p>
          <p>{problem.message}</p>
          <p>{problem.remedy}</p>
          <Where problem={problem} />
        </div>
      ))}
    </>
  );
}

const severityWords = { error: 'Error', unknown: 'Unknown', warning: 'Warning' } as const;

function Where({ problem }: { readonly problem: Problem }): JSX.Element | null {
  const parts = [
    problem.document === undefined
      ? undefined
      : `${problem.document}${problem.revision === undefined ? '' : ` revision ${problem.revision}`}`,
    problem.release === undefined ? undefined : `release ${String(problem.release)}`,
    problem.place.ref,
    problem.place.file,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? null : <p class="quiet digest">{parts.join(' · ')}</p>;
}
