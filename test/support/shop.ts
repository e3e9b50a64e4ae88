import {
  type Actor,
  type Approval,
  type ApprovalOptions,
  type CommitOptions,
  type Edition,
  type Files,
  type ReleaseOptions,
  StockRegister,
} from './stock-register.ts';
import { ed25519Key } from './ssh-keys.ts';

/** The people of the shop that most attacks happen in. Dave writes, Bob and Alice approve. */
export const people: Record<string, Actor> = Object.fromEntries(
  ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'mallory'].map((id) => [
    id,
    { name: id, email: `${id}@shop.example`, key: ed25519Key(id) },
  ]),
);

export const keyLine = (id: string): string => people[id]?.key.line ?? '';

type Yaml = string | readonly Yaml[] | { [key: string]: Yaml };

/** Block YAML of texts, lists and maps; every scalar in double quotes but plain words. */
function yaml(value: Yaml, indent: string): string {
  if (typeof value === 'string') {
    return /^[A-Za-z0-9][A-Za-z0-9 /._@+=-]*$/.test(value)
      ? ` ${value}\n`
      : ` ${JSON.stringify(value)}\n`;
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []\n';
    return `\n${value.map((item: Yaml) => `${indent}-${yaml(item, `${indent}  `).replace(/^\n\s*/, ' ')}`).join('')}`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return ' {}\n';
  return `\n${entries.map(([key, item]) => `${indent}${key}:${yaml(item, `${indent}  `)}`).join('')}`;
}

export interface RulesPerson {
  name: string;
  email: string[];
  roles: string[];
  keys: { key: string; use: string[] }[];
}

export interface RulesType {
  title: string;
  kind: string;
  prefix: string;
  revisions: string;
  approvals: { role: string; meaning: string; count?: string }[];
  [field: string]: Yaml | undefined;
}

/** `qms.yaml` as data, to be changed before it is written. */
export interface RulesData {
  id: string;
  revision: string;
  title: string;
  organization: string;
  timezone: string;
  roles: Record<string, string>;
  people: Record<string, RulesPerson>;
  types: Record<string, RulesType>;
  release: { role: string };
  compromised?: { key: string; since: string; reason: string }[];
}

export function person(id: string, roles: string[], use: string[]): RulesPerson {
  return {
    name: `${id} of the shop`,
    email: [`${id}@shop.example`],
    roles,
    keys: use.length === 0 ? [] : [{ key: keyLine(id), use }],
  };
}

export const approved = { role: 'quality-manager', meaning: 'approved' };
export const reviewed = { role: 'process-owner', meaning: 'reviewed' };

export const type = (
  kind: string,
  prefix: string,
  approvals: RulesType['approvals'],
  more: Record<string, string> = {},
): RulesType => ({ title: prefix, kind, prefix, revisions: 'number', approvals, ...more });

function rulesData(revision: string): RulesData {
  return {
    id: 'QMS',
    revision,
    title: 'Document control rules',
    organization: 'The shop',
    timezone: 'America/Detroit',
    roles: {
      'quality-manager': 'Quality manager',
      'process-owner': 'Process owner',
      'document-controller': 'Document controller',
      operator: 'Operator',
    },
    people: {
      alice: person('alice', ['quality-manager'], ['approve', 'commit']),
      bob: person('bob', ['process-owner'], ['approve', 'commit']),
      carol: person('carol', ['document-controller'], ['release', 'commit']),
      dave: person('dave', [], ['commit']),
      erin: person('erin', ['quality-manager', 'process-owner'], ['approve', 'commit']),
      frank: person('frank', ['operator'], ['approve', 'release']),
      grace: person('grace', ['document-controller', 'quality-manager'], ['approve', 'release']),
    },
    types: {
      sop: type('document', 'SOP', [reviewed, approved]),
      wi: type('document', 'WI', [approved], { revisions: 'letter', independent: 'false' }),
      pol: type('document', 'POL', [{ ...approved, count: '2' }]),
      any: type('document', 'ANY', [approved], { contributors: 'any' }),
      sig: type('document', 'SIG', [approved], { contributors: 'signed' }),
      ncr: type('record', 'NCR', []),
      aud: type('record', 'AUD', [approved]),
      rules: type('rules', 'QMS', [approved]),
    },
    release: { role: 'document-controller' },
  };
}

export const rulesPath = 'qms-docs/qms.yaml';

/** `qms.yaml` as a text, after a change. */
export function rulesText(revision: string, change: (data: RulesData) => void = () => undefined) {
  const data = rulesData(revision);
  change(data);
  return yaml(data as unknown as Yaml, '').slice(1);
}

/** A revision of the rules. */
export function rules(revision: string, change?: (data: RulesData) => void): Edition {
  return { id: 'QMS', revision, files: { [rulesPath]: rulesText(revision, change) } };
}

export interface EditionOptions {
  /** Front matter: added, changed, or left out where undefined. */
  readonly fields?: Record<string, string | undefined>;
  readonly body?: string;
  readonly path?: string;
  /** Further files of the content. */
  readonly files?: Files;
  readonly record?: boolean;
}

/** Markdown with front matter. */
export function markdown(id: string, revision: string, options: EditionOptions = {}): string {
  const fields: Record<string, string | undefined> = {
    id,
    title: `About ${id}`,
    type: id.replace(/-.*$/, '').toLowerCase(),
    revision,
    owner: 'process-owner',
    changes: revision === '1' || revision === 'A' ? undefined : `What revision ${revision} says`,
    ...options.fields,
  };
  const lines = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${value}\n`],
  );
  const body = options.body ?? `# About ${id}\n\nThis is revision ${revision}.\n`;
  return `---\n${lines.join('')}---\n${body}`;
}

export const pathOf = (id: string): string =>
  `qms-docs/${id.replace(/-.*$/, '').toLowerCase()}/${id}.md`;

/** One revision of a document with its files. */
export function edition(id: string, revision: string, options: EditionOptions = {}): Edition {
  const path = options.path ?? pathOf(id);
  return {
    id,
    revision,
    files: { [path]: markdown(id, revision, options), ...options.files },
    ...(options.record === true ? { record: true } : {}),
  };
}

export const imagePath = 'qms-docs/sop/fixture.svg';
export const image = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>\n';

/** SOP-001 with its picture. */
export function sop(revision: string, options: EditionOptions = {}): Edition {
  const body = `# Fixtures\n\nRevision ${revision}.\n\n![The fixture](fixture.svg)\n`;
  return edition('SOP-001', revision, { body, files: { [imagePath]: image }, ...options });
}

export const wi = (revision: string, options: EditionOptions = {}): Edition =>
  edition('WI-001', revision, options);

/** What most stories need: the two approvals of a procedure. */
export function approvals(register: StockRegister, what: Edition | readonly Edition[]): Approval[] {
  return [
    register.approve(what, { by: 'alice', as: 'quality-manager approved' }),
    register.approve(what, { by: 'bob', as: 'process-owner reviewed' }),
  ];
}

/** Write, approve and release editions as the shop does. */
export function issue(register: StockRegister, ...editions: readonly Edition[]): void {
  register.commit(Object.assign({}, ...editions.map(({ files }) => files)) as Files);
  register.release({ put: editions, approvals: approvals(register, editions) });
}

export interface Revise {
  readonly edition?: Edition;
  readonly commit?: CommitOptions;
  /** Alice's approval as quality manager. */
  readonly alice?: Partial<ApprovalOptions>;
  /** Bob's approval as process owner. */
  readonly bob?: Partial<ApprovalOptions>;
  readonly release?: Partial<ReleaseOptions>;
}

/** Write, approve and release the next revision of a procedure, as it should be or otherwise. */
export function revise(register: StockRegister, how: Revise = {}): void {
  const { edition: what = sop('3'), commit, alice, bob, release } = how;
  register.commit(what.files, commit);
  const byAlice = { by: 'alice', as: 'quality-manager approved', ...alice };
  const byBob = { by: 'bob', as: 'process-owner reviewed', ...bob };
  const approvals = [register.approve(what, byAlice), register.approve(what, byBob)];
  register.release({ put: [what], approvals, ...release });
}

/** Put new rules in force, approved by Alice. */
export function newRules(
  register: StockRegister,
  next: Edition,
  release: Partial<ReleaseOptions> = {},
): void {
  register.commit(next.files);
  const byAlice = register.approve(next, { by: 'alice', as: 'quality-manager approved' });
  register.release({ put: [next], approvals: [byAlice], ...release });
}

/** A register with release 1 only. */
export function founded(change?: (data: RulesData) => void): StockRegister {
  const register = new StockRegister(people);
  const first = rules('1', change);
  register.commit(first.files, { by: 'carol' });
  register.release({ put: [first] });
  return register;
}

/** The valid register that attacks begin with: the rules, SOP-001 1, then SOP-001 2 and WI-001 A. */
export function shop(change?: (data: RulesData) => void): StockRegister {
  if (change !== undefined) return looseShop(change);
  built ??= looseShop();
  return built.fork();
}

let built: StockRegister | undefined;

/** The same with every object in a file of its own. */
export function looseShop(change?: (data: RulesData) => void): StockRegister {
  const register = founded(change);
  issue(register, sop('1'));
  const both = [sop('2'), wi('A')];
  register.commit(Object.assign({}, ...both.map(({ files }) => files)) as Files);
  const byAlice = register.approve(both, {
    by: 'alice',
    as: 'quality-manager approved',
    name: 'qms/approve/CO-1/alice',
  });
  const byBob = register.approve(sop('2'), { by: 'bob', as: 'process-owner reviewed' });
  register.release({ put: both, approvals: [byAlice, byBob] });
  return register;
}
