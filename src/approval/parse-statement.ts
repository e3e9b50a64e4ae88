import { isDay } from '../document/day.ts';
import { isDigest } from '../document/digest.ts';
import type { Digest } from '../document/document.ts';
import { isDocumentId } from '../document/identity.ts';
import { compareCodePoints } from '../git/code-point-order.ts';
import { checkText } from '../document/text-rules.ts';
import { encodeUtf8 } from '../git/header.ts';
import { isStatementTagName } from '../git/tag.ts';
import type { ProblemCode } from '../problem/codes.ts';
import { formatStatement, subjectOf } from './format-statement.ts';
import type {
  ApprovalLine,
  ApprovalStatement,
  Decision,
  DocumentLine,
  PutLine,
  ReleaseStatement,
  RevisionDayLine,
  RoleAndMeaning,
  Statement,
} from './statement.ts';

/** Why a message is no statement: the code and one clause that says what is and what should be. */
export interface StatementFault {
  readonly code: ProblemCode;
  readonly reason: string;
}

export type StatementResult =
  | { readonly ok: true; readonly statement: Statement }
  | { readonly ok: false; readonly fault: StatementFault };

/** Thrown inside this file only, so that the readers of single fields stay short. */
class Refusal extends Error {
  readonly fault: StatementFault;
  constructor(code: ProblemCode, reason: string) {
    super(reason);
    this.fault = { code, reason };
  }
}

const commentLimitBytes = 64 * 1024;
const linesLimit = 1000;

const fieldOrder = {
  approval: ['Qms-Statement', 'Register', 'Document', 'Decision', 'As', 'Person'],
  release: [
    'Qms-Statement',
    'Register',
    'Release',
    'Previous',
    'Person',
    'Put',
    'Withdraw',
    'Confirm',
    'Dispose',
    'Approval',
  ],
} as const;

const repeatable: ReadonlySet<string> = new Set([
  'Document',
  'As',
  'Put',
  'Withdraw',
  'Confirm',
  'Dispose',
  'Approval',
]);

const decisions: ReadonlySet<string> = new Set<Decision>([
  'approve',
  'reject',
  'withdraw',
  'confirm',
  'dispose',
]);

const revisionPattern = /^(?:[1-9][0-9]{0,8}|[A-HJ-NPRTUVWY]{1,2})$/;
const personPattern = /^[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*$/;
const numberPattern = /^[1-9][0-9]{0,8}$/;

function refuseValue(name: string, value: string, expected: string): never {
  throw new Refusal('statement/field-value', `${name} is "${value}", expected ${expected}`);
}

function parts(name: string, value: string, count: number, expected: string): readonly string[] {
  const found = value.split(' ');
  if (found.length !== count || found.includes('')) refuseValue(name, value, expected);
  return found;
}

function digest(name: string, value: string): Digest {
  return isDigest(value) ? value : refuseValue(name, value, 'sha256: and 64 hex digits');
}

function idAndRevision(
  name: string,
  id: string,
  revision: string,
): { id: string; revision: string } {
  if (!isDocumentId(id)) refuseValue(name, id, 'the id of a document');
  if (!revisionPattern.test(revision)) refuseValue(name, revision, 'a revision');
  return { id, revision };
}

function day(name: string, value: string): string {
  return isDay(value) ? value : refuseValue(name, value, 'a day YYYY-MM-DD');
}

function personId(value: string): string {
  if (!personPattern.test(value) || value.length > 40) refuseValue('Person', value, 'a person id');
  return value;
}

function documentLine(value: string): DocumentLine {
  const [id = '', revision = '', sha = ''] = parts(
    'Document',
    value,
    3,
    '<id> <revision> <digest>',
  );
  return { ...idAndRevision('Document', id, revision), digest: digest('Document', sha) };
}

function putLine(value: string): PutLine {
  const expected = '<id> <revision> <digest> <day>';
  const [id = '', revision = '', sha = '', when = ''] = parts('Put', value, 4, expected);
  return {
    ...idAndRevision('Put', id, revision),
    digest: digest('Put', sha),
    day: day('Put', when),
  };
}

function dayLine(name: string, value: string): RevisionDayLine {
  const [id = '', revision = '', when = ''] = parts(name, value, 3, '<id> <revision> <day>');
  return { ...idAndRevision(name, id, revision), day: day(name, when) };
}

function asLine(value: string): RoleAndMeaning {
  const [role = '', meaning = ''] = parts('As', value, 2, '<role> <meaning>');
  return { role, meaning };
}

function approvalLine(value: string): ApprovalLine {
  const [sha = '', name = ''] = parts('Approval', value, 2, '<digest> <tag name>');
  if (!name.startsWith('qms/approve/') || !isStatementTagName(name)) {
    refuseValue('Approval', name, 'the name of a tag below qms/approve/');
  }
  return { digest: digest('Approval', sha), name };
}

/**
 * Without this, one statement could be written in many ways, and a line that stands twice could
 * be taken for two.
 */
function requireAscending(name: string, keys: readonly string[]): void {
  for (let i = 1; i < keys.length; i++) {
    const before = keys[i - 1] ?? '';
    const here = keys[i] ?? '';
    if (before === here) {
      throw new Refusal('statement/field-repeated', `${name} names ${here} twice`);
    }
    if (compareCodePoints(before, here) > 0) {
      throw new Refusal('statement/field-order', `${name} ${here} stands after ${before}`);
    }
  }
}

type Fields = ReadonlyMap<string, readonly string[]>;

/** Split the last paragraph into fields, refusing what the format does not name. */
function readFields(lines: readonly string[], kind: 'approval' | 'release'): Fields {
  const order: readonly string[] = fieldOrder[kind];
  const fields = new Map<string, string[]>();
  let last = -1;
  for (const line of lines) {
    const colon = line.indexOf(': ');
    const name = colon < 0 ? line : line.slice(0, colon);
    const position = order.indexOf(name);
    if (colon < 0 || position < 0) {
      throw new Refusal('statement/field-unknown', `"${line}" is no field of ${kind}/1`);
    }
    if (position < last) {
      throw new Refusal('statement/field-order', `${name} stands after ${order[last] ?? ''}`);
    }
    if (position === last && !repeatable.has(name)) {
      throw new Refusal('statement/field-repeated', `${name} stands twice`);
    }
    last = position;
    const values = fields.get(name) ?? [];
    if (values.length >= linesLimit) {
      throw new Refusal('statement/too-large', `more than 1,000 lines ${name}`);
    }
    values.push(line.slice(colon + 2));
    fields.set(name, values);
  }
  return fields;
}

function one(fields: Fields, name: string): string {
  const value = fields.get(name)?.[0];
  if (value === undefined) throw new Refusal('statement/field-missing', `${name} is missing`);
  return value;
}

function approvalOf(fields: Fields, comment: string): ApprovalStatement {
  const register = digest('Register', one(fields, 'Register'));
  one(fields, 'Document');
  const documents = (fields.get('Document') ?? []).map(documentLine);
  const decision = one(fields, 'Decision');
  if (!decisions.has(decision)) {
    refuseValue('Decision', decision, 'approve, reject, withdraw, confirm or dispose');
  }
  one(fields, 'As');
  const as = fields.get('As') ?? [];
  const person = personId(one(fields, 'Person'));
  requireAscending(
    'Document',
    documents.map((line) => line.id),
  );
  requireAscending('As', as);
  return {
    kind: 'approval',
    comment,
    register,
    documents,
    decision: decision as Decision, // is in `decisions`, checked above
    as: as.map(asLine),
    person,
  };
}

function releaseOf(fields: Fields, comment: string): ReleaseStatement {
  const number = one(fields, 'Release');
  if (!numberPattern.test(number)) refuseValue('Release', number, 'a whole number from 1');
  const release = Number(number);
  const registerText = fields.get('Register')?.[0];
  const previousText = fields.get('Previous')?.[0];
  // Release 1 is what the anchor hashes, so it can't name it; every other must be bound to it.
  if (release > 1 && registerText === undefined) {
    throw new Refusal('statement/field-missing', 'Register is missing');
  }
  if (release > 1 && previousText === undefined) {
    throw new Refusal('statement/field-missing', 'Previous is missing');
  }
  if (release === 1 && (registerText ?? previousText) !== undefined) {
    throw new Refusal('statement/field-unknown', 'Register and Previous are absent in release 1');
  }
  const put = (fields.get('Put') ?? []).map(putLine);
  const days = (name: string) => (fields.get(name) ?? []).map((value) => dayLine(name, value));
  const statement: ReleaseStatement = {
    kind: 'release',
    comment,
    register: registerText === undefined ? undefined : digest('Register', registerText),
    release,
    previous: previousText === undefined ? undefined : digest('Previous', previousText),
    person: personId(one(fields, 'Person')),
    put,
    withdraw: days('Withdraw'),
    confirm: days('Confirm'),
    dispose: days('Dispose'),
    approvals: (fields.get('Approval') ?? []).map(approvalLine),
  };
  const acts = [statement.put, statement.withdraw, statement.confirm, statement.dispose];
  const names = ['Put', 'Withdraw', 'Confirm', 'Dispose'];
  acts.forEach((lines, i) => {
    requireAscending(
      names[i] ?? '',
      lines.map((line) => line.id),
    );
  });
  requireAscending(
    'Approval',
    statement.approvals.map((line) => line.name),
  );
  const ids = acts.flatMap((lines) => lines.map((line) => line.id));
  if (ids.length === 0) {
    throw new Refusal(
      'statement/field-missing',
      'a release has at least one line Put, Withdraw, Confirm or Dispose',
    );
  }
  if (new Set(ids).size !== ids.length) {
    const twice = ids.find((id, i) => ids.indexOf(id) !== i) ?? '';
    throw new Refusal('statement/field-repeated', `${twice} stands in two lines of the release`);
  }
  return statement;
}

/** Check lines and paragraphs; give the subject, the comment and the lines of the fields. */
function layOut(text: string): { subject: string; comment: string; fields: readonly string[] } {
  if (!text.endsWith('\n') || text.endsWith('\n\n')) {
    throw new Refusal('statement/layout', 'the message does not end in exactly one line end');
  }
  const lines = text.slice(0, -1).split('\n');
  for (const [i, line] of lines.entries()) {
    if (/[ \t]$/.test(line)) {
      throw new Refusal('statement/layout', `line ${String(i + 1)} ends in a blank`);
    }
    if (line.startsWith('-----')) {
      throw new Refusal('statement/layout', `line ${String(i + 1)} begins with -----`);
    }
    if (line === '' && (i === 0 || lines[i - 1] === '')) {
      throw new Refusal('statement/layout', `line ${String(i + 1)} is an empty line too many`);
    }
  }
  if (lines[1] !== '') {
    throw new Refusal('statement/layout', 'the second line is not empty');
  }
  const start = lines.lastIndexOf('') + 1;
  // Without this, the fields of another statement could be read above the real ones.
  const early = lines.slice(0, start).findIndex((line) => line.startsWith('Qms-Statement:'));
  if (early >= 0) {
    throw new Refusal(
      'statement/layout',
      `line ${String(early + 1)} begins with Qms-Statement: before the last paragraph`,
    );
  }
  const comment = lines.slice(2, Math.max(2, start - 1)).join('\n');
  if (encodeUtf8(comment).length > commentLimitBytes) {
    throw new Refusal('statement/too-large', 'the comment is longer than 64 KiB');
  }
  return { subject: lines[0] ?? '', comment, fields: lines.slice(start) };
}

/**
 * Read the message of a tag as a statement, or say why it is none.
 *
 * Pure; says nothing about signature, signer or content. `formatStatement` of the result gives
 * the same bytes.
 * @param message  The bytes between the tag's headers and its signature.
 * @see shared register format, "Statements", "Approval", "Release"
 */
export function parseStatement(message: Uint8Array): StatementResult {
  try {
    const checked = checkText(message, {});
    const refused = checked.problems.find((problem) => problem.severity === 'error');
    if (refused !== undefined || checked.text === undefined) {
      throw new Refusal('statement/text', refused?.message ?? 'the message is not text');
    }
    const { subject, comment, fields: lines } = layOut(checked.text);
    const first = lines[0] ?? '';
    let statement: Statement;
    if (first === 'Qms-Statement: approval/1') {
      statement = approvalOf(readFields(lines, 'approval'), comment);
    } else if (first === 'Qms-Statement: release/1') {
      statement = releaseOf(readFields(lines, 'release'), comment);
    } else {
      throw new Refusal(
        'statement/field-missing',
        `the fields begin with "${first}", expected Qms-Statement: approval/1 or release/1`,
      );
    }
    const expected = subjectOf(statement);
    // Without this, the list of tags could say "Approve" above a signed rejection.
    if (subject !== expected) {
      throw new Refusal('statement/subject', `the subject is "${subject}", expected "${expected}"`);
    }
    if (formatStatement(statement) !== checked.text) {
      throw new Refusal('statement/layout', 'writing the statement again gives other bytes');
    }
    return { ok: true, statement };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, fault: error.fault };
    throw error;
  }
}
