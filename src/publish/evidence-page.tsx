import type { JSX } from 'preact';

import type { DocumentView } from '../audit/document-view.ts';
import type { ApprovalEvidence, Evidence } from '../audit/evidence.ts';
import type { VerdictStep } from '../audit/release-steps.ts';
import { addresses } from './addresses.ts';
import { Fact } from './identity.tsx';
import { type Page, type PageSetting, renderPage } from './page.tsx';
import { StateBar } from './state-bar.tsx';
import { instantInWords } from './words.ts';

/** What was signed by whom, why it counts, and the commands to repeat the check. */
export function evidencePage(setting: PageSetting, view: DocumentView, evidence: Evidence): Page {
  const { released } = evidence;
  return renderPage({
    title: `${evidence.id} revision ${evidence.revision}: evidence`,
    setting,
    bar: <StateBar view={view} />,
    children: (
      <>
        <h1>
          Evidence for {evidence.id} revision {evidence.revision}
        </h1>
        <p class="lead">
          <a href={addresses.revision(evidence.id, evidence.revision)}>{evidence.title}</a>.{' '}
          {summaryOf(evidence)}
        </p>
        <ul class="actions">
          <li>
            <a href="#Check">Check it yourself</a>
          </li>
          <li>
            <a href={addresses.history(evidence.id)}>History</a>
          </li>
        </ul>
        {evidence.approvals.map((approval) => (
          <ApprovalSection key={approval.digest} approval={approval} />
        ))}
        <section aria-labelledby="Release">
          <h2 id="Release">Released by {released.name}</h2>
          <table class="facts">
            <tbody>
              <Fact name="Release">
                <a href={addresses.release(released.release)}>{released.release}</a>
              </Fact>
              <Fact name="Signed">{instantInWords(released.time)}, by the signer’s own clock</Fact>
              <Fact name="Key">
                <span class="digest">{released.key}</span> ({released.algorithm})
              </Fact>
              <Fact name="Tag">
                <span class="digest">{released.tag}</span>
              </Fact>
              <Fact name="Digest of the tag">
                <span class="digest">{released.digest}</span>
              </Fact>
            </tbody>
          </table>
          <Steps steps={released.steps} />
          <SignedText
            name="release"
            statement={released.statement}
            signature={released.signature}
          />
        </section>
        <section aria-labelledby="Content">
          <h2 id="Content">What was approved, byte for byte</h2>
          {evidence.files.length === 0 ? (
            <p class="measure">
              It was disposed of, and its files are no longer kept. This digest of them was signed:
            </p>
          ) : (
            <>
              <p class="measure">
                The content digest is the SHA-256 of this text: a line for each file with its
                SHA-256, size and path.
              </p>
              <pre class="statement" tabIndex={0}>
                {evidence.manifest}
              </pre>
            </>
          )}
          <p class="digest">{evidence.digest}</p>
          <p>
            Contributors of this revision:{' '}
            {evidence.contributors.length === 0
              ? 'none recorded'
              : evidence.contributors.join(', ')}
            .
          </p>
        </section>
        <section aria-labelledby="Check">
          <h2 id="Check">Check it yourself</h2>
          <p class="measure">
            Type these steps into one terminal window, in their order. They need git 2.34 or newer,
            ssh-keygen, sha256sum and a shell, and neither this server nor its software. A line in
            capitals or the word DIFFERENT means that the step failed, and so does an error. Why
            each step proves what it proves, and what none of them can, stands in VERIFYING.md,
            which comes with the software.
          </p>
          <ol class="acts">
            {evidence.commands.map((command, index) => (
              <li key={command.title}>
                <h3>
                  {index + 1}. {command.title}
                </h3>
                <pre class="command" tabIndex={0}>
                  {command.command}
                </pre>
                <p class="expect">Expect: {command.expect}</p>
              </li>
            ))}
          </ol>
        </section>
      </>
    ),
  });
}

function summaryOf(evidence: Evidence): string {
  if (evidence.files.length === 0) return 'Its text is no longer kept, only what was signed.';
  if (evidence.requirements.length === 0) return 'Its type asks for no approval.';
  const filled = evidence.requirements.map(
    (each) => `${each.by.join(' and ')} ${each.meaning} it as ${each.roleTitle.toLowerCase()}`,
  );
  return `${filled.join('; ')}. ${evidence.released.name} released it.`;
}

function ApprovalSection({ approval }: { readonly approval: ApprovalEvidence }): JSX.Element {
  const id = `Approval-${approval.digest.slice(7, 19)}`;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>Approved by {approval.name}</h2>
      <table class="facts">
        <tbody>
          <Fact name="As">
            {approval.as.map((as) => `${as.roleTitle}, ${as.meaning}`).join('; ')}
          </Fact>
          <Fact name="Signed">{instantInWords(approval.time)}, by the signer’s own clock</Fact>
          {approval.comment === '' ? null : <Fact name="Comment">{approval.comment}</Fact>}
          <Fact name="Key">
            <span class="digest">{approval.key}</span> ({approval.algorithm})
          </Fact>
          <Fact name="Tag">
            <span class="digest">{approval.tag}</span>
          </Fact>
          <Fact name="Digest of the tag">
            <span class="digest">{approval.digest}</span>
          </Fact>
        </tbody>
      </table>
      <Steps steps={approval.steps} />
      <SignedText
        name={`approval by ${approval.name}`}
        statement={approval.statement}
        signature={approval.signature}
      />
    </section>
  );
}

/** The verdict, step by step in words. */
export function Steps({ steps }: { readonly steps: readonly VerdictStep[] }): JSX.Element {
  return (
    <ol class="steps">
      {steps.map((step) => (
        <li key={step.words}>
          <span class={step.holds ? 'holds' : 'fails'}>
            {step.step}
            {step.holds ? '' : ': does not hold'}
          </span>
          <span>{step.words}</span>
        </li>
      ))}
    </ol>
  );
}

export function SignedText(props: {
  readonly name: string;
  readonly statement: string;
  readonly signature: string;
}): JSX.Element {
  return (
    <details>
      <summary>What was signed</summary>
      <pre
        class="statement"
        tabIndex={0}
        role="region"
        aria-label={`Statement of the ${props.name}`}
      >
        {props.statement}
      </pre>
      <pre
        class="statement"
        tabIndex={0}
        role="region"
        aria-label={`Signature of the ${props.name}`}
      >
        {props.signature}
      </pre>
    </details>
  );
}
