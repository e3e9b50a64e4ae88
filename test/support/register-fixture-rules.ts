import { createHash } from 'node:crypto';

import type { Interval } from '../../src/document/document.ts';
import type { DocumentType, Person, Rules } from '../../src/rules/rules.ts';

/** Where the organization of the fixture has its days. */
export const zone = 'America/Detroit';

export const sha256 = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('hex');

/** A fingerprint that looks like one. */
export const keyOf = (person: string): string =>
  `SHA256:${createHash('sha256').update(person).digest('base64').replace(/=+$/, '')}`;

function person(id: string, name: string, roles: string[], use: Person['keys'][0]['use']): Person {
  return {
    id,
    name,
    email: [`${id}@abc.example`],
    roles,
    keys: [
      {
        text: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${sha256(id).slice(0, 43)} ${id}@abc.example`,
        identity: { format: 'ssh', fingerprint: keyOf(id), algorithm: 'ssh-ed25519' },
        use,
      },
    ],
  };
}

export const people = new Map(
  [
    person('alice', 'Alice Ng', ['quality-manager'], ['approve', 'commit']),
    person('bob', 'Bob Fischer', ['process-owner'], ['approve', 'commit']),
    person('carol', 'Carol Diaz', ['document-controller'], ['release', 'commit']),
    person('dave', 'Dave Okafor', ['operator'], ['commit']),
  ].map((each) => [each.id, each]),
);

const months = (count: number): Interval => ({ count, unit: 'months' });
const years = (count: number): Interval => ({ count, unit: 'years' });

function type(
  id: string,
  title: string,
  prefix: string,
  rest: Partial<DocumentType> = {},
): DocumentType {
  return {
    id,
    title,
    kind: 'document',
    prefix,
    revisions: 'number',
    approvals: [
      { role: 'process-owner', meaning: 'reviewed', count: 1 },
      { role: 'quality-manager', meaning: 'approved', count: 1 },
    ],
    independent: true,
    contributors: 'known',
    review: months(24),
    retention: years(10),
    fields: new Map(),
    ...rest,
  };
}

export const types = new Map(
  [
    type('policy', 'Policy', 'POL'),
    type('sop', 'Standard operating procedure', 'SOP'),
    type('wi', 'Work instruction', 'WI', { revisions: 'letter', review: months(12) }),
    type('external', 'External document', 'EXT', { kind: 'external', review: months(12) }),
    type('ncr', 'Nonconformity report', 'NCR', {
      kind: 'record',
      approvals: [],
      review: undefined,
    }),
    type('rules', 'Document control rules', 'QMS', {
      kind: 'rules',
      approvals: [{ role: 'quality-manager', meaning: 'approved', count: 1 }],
      review: undefined,
    }),
  ].map((each) => [each.id, each]),
);

export const fixtureRules: Rules = {
  revision: '1',
  title: 'Document control rules',
  organization: 'ABC Industrial Components',
  timezone: zone,
  standards: ['iso9001:2015'],
  changes: undefined,
  roles: new Map([
    ['quality-manager', 'Quality manager'],
    ['document-controller', 'Document controller'],
    ['process-owner', 'Process owner'],
    ['operator', 'Operator'],
    ['inspector', 'Inspector'],
  ]),
  people,
  types,
  releaseRole: 'document-controller',
  compromised: [],
};
