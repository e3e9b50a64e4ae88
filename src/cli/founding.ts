/** What `qms init` must know to write the first rules. */
export interface Founding {
  readonly organization: string;
  /** IANA name. */
  readonly timezone: string;
  /** Id of the founder in the rules. */
  readonly person: string;
  readonly name: string;
  readonly email: string;
  /** Public key in the one-line form of OpenSSH, or an armoured OpenPGP certificate. */
  readonly key: string;
}

/** One scalar of YAML: plain where nothing in it could mean something, else in double quotes. */
export function yamlScalar(text: string): string {
  const plain = /^[\p{L}][\p{L}\p{N} ._@/+=-]*$/u.test(text) && text.trimEnd() === text;
  // Every JSON string is a double-quoted scalar of YAML 1.2.
  return plain ? text : JSON.stringify(text);
}

/** A key for the rules: a certificate of several lines stands below its field. */
export function keyScalar(key: string, indent: string): string {
  const lines = key.trimEnd().split('\n');
  if (lines.length === 1) return yamlScalar(key);
  return ['|', ...lines.map((line) => (line === '' ? '' : indent + line))].join('\n');
}

/** A person id from a name: `Søren Ærø` → `soren`; `founder` where nothing is left. */
export function personIdOf(name: string): string {
  const first = name.trim().split(/\s+/u, 1)[0] ?? '';
  const plain = first
    .replace(/[øØ]/gu, 'o')
    .replace(/[æÆ]/gu, 'ae')
    .replace(/ß/gu, 'ss')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]/gu, '')
    .replace(/^[0-9]+/u, '');
  return plain.slice(0, 40) || 'founder';
}

interface TypeTemplate {
  readonly id: string;
  readonly title: string;
  readonly kind: 'document' | 'record' | 'external';
  readonly prefix: string;
  readonly more?: string;
}

const types: readonly TypeTemplate[] = [
  {
    id: 'policy',
    title: 'Policy',
    kind: 'document',
    prefix: 'POL',
    more: '    review: 12 months\n',
  },
  {
    id: 'sop',
    title: 'Standard operating procedure',
    kind: 'document',
    prefix: 'SOP',
    more: '    review: 24 months\n    retention: 10 years\n',
  },
  {
    id: 'work-instruction',
    title: 'Work instruction',
    kind: 'document',
    prefix: 'WI',
    more: '    review: 24 months\n    retention: 10 years\n',
  },
  { id: 'form', title: 'Form', kind: 'document', prefix: 'FRM' },
  { id: 'external', title: 'External document', kind: 'external', prefix: 'EXT' },
  {
    id: 'nonconformity',
    title: 'Nonconformity report',
    kind: 'record',
    prefix: 'NCR',
    more:
      '    retention: 10 years\n    fields:\n' +
      '      severity: {type: choice, of: [minor, major], required: true}\n' +
      '      found: {type: day, required: true}\n',
  },
];

function typeText(type: TypeTemplate): string {
  return (
    `  ${type.id}:\n    title: ${type.title}\n    kind: ${type.kind}\n    prefix: ${type.prefix}\n` +
    '    revisions: number\n    approvals:\n' +
    '      - {role: quality-manager, meaning: approved}\n' +
    // Nobody else is there yet who could approve what the founder wrote.
    '    independent: false\n' +
    (type.more ?? '')
  );
}

/**
 * The first `qms.yaml`: the founder alone, with every role that steers, one approval for every
 * type and no independence, until others join (shared register format, "Rules").
 */
export function foundingRules(founding: Founding): string {
  return `# The rules of document control: people, keys, roles, types and approvals.
# Change them like a document: qms revise QMS, edit, commit, qms approve QMS, qms release QMS.
id: QMS
revision: 1
title: Document control rules
organization: ${yamlScalar(founding.organization)}
timezone: ${yamlScalar(founding.timezone)}
standards: [iso9001:2015]
roles:
  quality-manager: Quality manager
  document-controller: Document controller
  process-owner: Process owner
people:
  ${founding.person}:
    name: ${yamlScalar(founding.name)}
    email: [${yamlScalar(founding.email)}]
    roles: [quality-manager, document-controller, process-owner]
    keys:
      - key: ${keyScalar(founding.key, ' '.repeat(10))}
        use: [approve, release, commit]
types:
${types.map(typeText).join('')}  rules:
    title: Document control rules
    kind: rules
    prefix: QMS
    revisions: number
    approvals:
      - {role: quality-manager, meaning: approved}
    independent: false
release:
  role: document-controller
`;
}
