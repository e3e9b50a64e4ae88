import type {
  ApprovalStatement,
  Decision,
  ReleaseStatement,
  RevisionDayLine,
  Statement,
} from './statement.ts';

const decisionWords: Readonly<Record<Decision, string>> = {
  approve: 'Approve',
  reject: 'Reject',
  withdraw: 'Withdraw',
  confirm: 'Confirm',
  dispose: 'Dispose of',
};

/** How many documents a subject names before it says how many more there are. */
const namedInSubject = 10;

function listInSubject(items: readonly string[]): string {
  const named = items.slice(0, namedInSubject).join(', ');
  const more = items.length - namedInSubject;
  return more > 0 ? `${named} and ${String(more)} more` : named;
}

/** The one subject that a statement may have (shared register format, "Statements"). */
export function subjectOf(statement: Statement): string {
  if (statement.kind === 'approval') {
    const items = statement.documents.map((line) => `${line.id} revision ${line.revision}`);
    return `${decisionWords[statement.decision]} ${listInSubject(items)}`;
  }
  return `Release ${String(statement.release)}: ${listInSubject([
    ...statement.put.map((line) => `${line.id} revision ${line.revision}`),
    ...statement.withdraw.map((line) => `${line.id} withdrawn`),
    ...statement.confirm.map((line) => `${line.id} confirmed`),
    ...statement.dispose.map((line) => `${line.id} disposed of`),
  ])}`;
}

function approvalFields(statement: ApprovalStatement): string[] {
  return [
    'Qms-Statement: approval/1',
    `Register: ${statement.register}`,
    ...statement.documents.map((line) => `Document: ${line.id} ${line.revision} ${line.digest}`),
    `Decision: ${statement.decision}`,
    ...statement.as.map((as) => `As: ${as.role} ${as.meaning}`),
    `Person: ${statement.person}`,
  ];
}

function releaseFields(statement: ReleaseStatement): string[] {
  const dayLine = (name: string) => (line: RevisionDayLine) =>
    `${name}: ${line.id} ${line.revision} ${line.day}`;
  return [
    'Qms-Statement: release/1',
    ...(statement.register === undefined ? [] : [`Register: ${statement.register}`]),
    `Release: ${String(statement.release)}`,
    ...(statement.previous === undefined ? [] : [`Previous: ${statement.previous}`]),
    `Person: ${statement.person}`,
    ...statement.put.map((line) => `Put: ${line.id} ${line.revision} ${line.digest} ${line.day}`),
    ...statement.withdraw.map(dayLine('Withdraw')),
    ...statement.confirm.map(dayLine('Confirm')),
    ...statement.dispose.map(dayLine('Dispose')),
    ...statement.approvals.map((line) => `Approval: ${line.digest} ${line.name}`),
  ];
}

/**
 * Write a statement as the message of a tag: the inverse of `parseStatement`.
 *
 * The order of repeated lines is taken as given; `parseStatement` refuses any but the ascending.
 * @returns UTF-8 text that ends in exactly one LF.
 * @see shared register format, "Statements"
 */
export function formatStatement(statement: Statement): string {
  const fields =
    statement.kind === 'approval' ? approvalFields(statement) : releaseFields(statement);
  const comment = statement.comment === '' ? '' : `${statement.comment}\n\n`;
  return `${subjectOf(statement)}\n\n${comment}${fields.join('\n')}\n`;
}
