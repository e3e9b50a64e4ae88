import type { JSX } from 'preact';

import type { Interval } from '../document/document.ts';
import type { DocumentType, Person, Rules } from '../rules/rules.ts';
import { Fact } from './identity.tsx';

/** The rules as tables for people, and the file as it stands. */
export function RulesView(props: { readonly rules: Rules; readonly yaml: string }): JSX.Element {
  const { rules } = props;
  return (
    <div class="rules">
      <table class="facts">
        <caption class="hidden">What the rules say of the organization</caption>
        <tbody>
          <Fact name="Organization">{rules.organization}</Fact>
          <Fact name="Time zone">{rules.timezone}; days begin and end there</Fact>
          {rules.standards.length === 0 ? null : (
            <Fact name="Standards">{rules.standards.join(', ')}</Fact>
          )}
          <Fact name="May release">{titleOf(rules, rules.releaseRole)}</Fact>
        </tbody>
      </table>
      <h2>People</h2>
      <div class="table-scroll" role="region" tabIndex={0} aria-label="People">
        <table class="data">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Roles</th>
              <th scope="col">Keys and what they may be used for</th>
            </tr>
          </thead>
          <tbody>
            {[...rules.people.values()].map((person) => (
              <PersonRow key={person.id} person={person} rules={rules} />
            ))}
          </tbody>
        </table>
      </div>
      <h2>Types of documents</h2>
      <div class="table-scroll" role="region" tabIndex={0} aria-label="Types of documents">
        <table class="data">
          <thead>
            <tr>
              <th scope="col">Type</th>
              <th scope="col">Ids</th>
              <th scope="col">Approvals it needs</th>
              <th scope="col">Independent</th>
              <th scope="col">Review</th>
              <th scope="col">Kept</th>
            </tr>
          </thead>
          <tbody>
            {[...rules.types.values()].map((type) => (
              <TypeRow key={type.id} type={type} rules={rules} />
            ))}
          </tbody>
        </table>
      </div>
      <h2>Roles</h2>
      <table class="facts">
        <caption class="hidden">Roles and who holds them</caption>
        <tbody>
          {[...rules.roles].map(([id, title]) => (
            <Fact key={id} name={title}>
              {holdersOf(rules, id)}
            </Fact>
          ))}
        </tbody>
      </table>
      {rules.compromised.length === 0 ? null : (
        <>
          <h2>Compromised keys</h2>
          <ul>
            {rules.compromised.map((each) => (
              <li key={each.key}>
                <span class="digest">{each.key}</span>, from release {each.since} on: {each.reason}
              </li>
            ))}
          </ul>
        </>
      )}
      <details>
        <summary>
          <h2>The file qms.yaml</h2>
        </summary>
        <pre class="statement" tabIndex={0} role="region" aria-label="The file qms.yaml">
          {props.yaml}
        </pre>
      </details>
    </div>
  );
}

function PersonRow(props: { readonly person: Person; readonly rules: Rules }): JSX.Element {
  const { person, rules } = props;
  return (
    <tr>
      <th scope="row">{person.name}</th>
      <td>{person.roles.map((role) => titleOf(rules, role)).join(', ') || 'None'}</td>
      <td>
        {person.keys.length === 0 ? (
          'None'
        ) : (
          <ul>
            {person.keys.map((key) => (
              <li key={key.identity.fingerprint}>
                {key.use.join(', ')}: <span class="digest">{key.identity.fingerprint}</span>
              </li>
            ))}
          </ul>
        )}
      </td>
    </tr>
  );
}

function TypeRow(props: { readonly type: DocumentType; readonly rules: Rules }): JSX.Element {
  const { type, rules } = props;
  return (
    <tr>
      <th scope="row">{type.title}</th>
      <td class="day">{type.kind === 'rules' ? 'QMS' : `${type.prefix}-…`}</td>
      <td>
        {type.approvals
          .map(
            (each) =>
              `${each.count > 1 ? `${String(each.count)} × ` : ''}${titleOf(rules, each.role)}, ${each.meaning}`,
          )
          .join('; ') || 'None'}
      </td>
      <td>{type.independent ? 'Yes' : 'No'}</td>
      <td class="day">{intervalWords(type.review)}</td>
      <td class="day">{intervalWords(type.retention)}</td>
    </tr>
  );
}

function intervalWords(interval: Interval | undefined): string {
  if (interval === undefined) return '–';
  const unit = interval.count === 1 ? interval.unit.slice(0, -1) : interval.unit;
  return `${String(interval.count)} ${unit}`;
}

function holdersOf(rules: Rules, role: string): string {
  const names = [...rules.people.values()]
    .filter((person) => person.roles.includes(role))
    .map((person) => person.name);
  return names.join(', ') || 'Nobody';
}

function titleOf(rules: Rules, role: string): string {
  return rules.roles.get(role) ?? role;
}
