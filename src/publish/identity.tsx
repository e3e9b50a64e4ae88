import type { ComponentChildren, JSX } from 'preact';

import type { DocumentView } from '../audit/document-view.ts';
import { isDay } from '../document/day.ts';
import type { FieldValue } from '../document/document.ts';
import type { Rules } from '../rules/rules.ts';
import { addresses } from './addresses.ts';
import { dayInWords, dayOfInstant, idInWords, sizeInWords } from './words.ts';

/** One line of a block of facts: a row with a heading. */
export function Fact(props: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <tr>
      <th scope="row">{props.name}</th>
      <td>{props.children}</td>
    </tr>
  );
}

/** Who and what a document is: on screen below the title, on paper on the first page. */
export function IdentityBlock(props: {
  readonly view: DocumentView;
  readonly rules: Rules;
}): JSX.Element {
  const { view, rules } = props;
  const evidence = addresses.evidence(view.id, view.revision);
  return (
    <table class="facts">
      <caption class="hidden">Identity of {view.id}</caption>
      <tbody>
        <Fact name="Document">
          <span class="id">{view.id}</span>
        </Fact>
        <Fact name="Revision">{view.revision}</Fact>
        <Fact name={dayName(view)}>{dayInWords(dayOfInstant(view.from))}</Fact>
        {view.ownerTitle === null ? null : <Fact name="Owner">{view.ownerTitle}</Fact>}
        {view.audience.length === 0 ? null : (
          <Fact name="Applies to">
            {view.audience.map((role) => rules.roles.get(role) ?? role).join(', ')}
          </Fact>
        )}
        {view.machines.length === 0 ? null : (
          <Fact name="Machines">{view.machines.map(idInWords).join(', ')}</Fact>
        )}
        {view.date === null ? null : <Fact name="Date of the record">{dayInWords(view.date)}</Fact>}
        {view.source === null ? null : <Fact name="Source">{view.source}</Fact>}
        {view.issue === null ? null : <Fact name="Issue">{view.issue}</Fact>}
        {view.checked === null ? null : <Fact name="Last checked">{dayInWords(view.checked)}</Fact>}
        {Object.entries(view.fields).map(([name, value]) => (
          <Fact key={name} name={idInWords(name)}>
            {fieldText(value)}
          </Fact>
        ))}
        <Fact name="Approved by">
          {view.approvals.length === 0 ? (
            noApproval(view)
          ) : (
            <ul>
              {view.approvals.map((approval) => (
                <li key={`${approval.digest} ${approval.role} ${approval.meaning}`}>
                  <a href={evidence}>
                    {approval.name}, {approval.roleTitle}, {approval.meaning}{' '}
                    {dayInWords(dayOfInstant(approval.time))}
                  </a>
                </li>
              ))}
            </ul>
          )}
        </Fact>
        <Fact name="Released by">
          <a href={addresses.release(view.released.release)}>
            {view.released.name}, release {view.released.release},{' '}
            {dayInWords(dayOfInstant(view.released.time))}
          </a>
        </Fact>
      </tbody>
    </table>
  );
}

function noApproval(view: DocumentView): string {
  if (view.released.release === 1) return 'Release 1 begins the register and needs no approval';
  return view.files.length > 0
    ? 'Its type asks for none'
    : 'Its type asks for none; whether its text did is no longer known';
}

function dayName(view: DocumentView): string {
  if (view.kind === 'record') return 'Filed on';
  if (view.state === 'pending') return 'In force from';
  return view.state === 'effective' ? 'In force since' : 'Came into force';
}

/** Where the document is filed: for finding and for auditors, below its text. */
export function FilingBlock(props: { readonly view: DocumentView }): JSX.Element {
  const { view } = props;
  const list = (name: string, words: readonly string[]): JSX.Element | null =>
    words.length === 0 ? null : <Fact name={name}>{words.join(', ')}</Fact>;
  return (
    <table class="facts filing">
      <caption class="hidden">Where {view.id} is filed</caption>
      <tbody>
        <Fact name="Type">{view.typeTitle}</Fact>
        {list('Processes', view.processes.map(idInWords))}
        {list('Departments', view.departments.map(idInWords))}
        {list('Clauses', view.clauses)}
        {list('Keywords', view.keywords)}
        {view.supersedes.length === 0 ? null : (
          <Fact name="Replaces">
            {view.supersedes.map((id, index) => (
              <>
                {index === 0 ? '' : ', '}
                {id}
              </>
            ))}
          </Fact>
        )}
        {view.confirmations.length === 0 ? null : (
          <Fact name="Confirmed">
            {view.confirmations.map((act) => dayInWords(act.day)).join(', ')}
          </Fact>
        )}
        <Fact name={view.files.length === 1 ? 'File' : 'Files'}>
          {view.files.length === 0 ? (
            'No longer kept'
          ) : (
            <ul>
              {view.files.map((file) => (
                <li key={file.path}>
                  <a class="digest" href={addresses.file(view.id, view.revision, file.path)}>
                    {file.path}
                  </a>{' '}
                  <span class="quiet">{sizeInWords(file.size)}</span>
                </li>
              ))}
            </ul>
          )}
        </Fact>
        <Fact name="Content">
          <span class="digest">{view.digest}</span>
        </Fact>
      </tbody>
    </table>
  );
}

function fieldText(value: FieldValue): string {
  if (typeof value === 'string') return isDay(value) ? dayInWords(value) : value;
  if (isList(value)) return value.map(fieldText).join(', ');
  return Object.entries(value)
    .map(([name, inner]) => `${idInWords(name)}: ${fieldText(inner)}`)
    .join('; ');
}

function isList(value: FieldValue): value is readonly FieldValue[] {
  return Array.isArray(value);
}
