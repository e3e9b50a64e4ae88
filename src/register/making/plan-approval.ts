import { couldFill, requirementText } from '../../approval/requirements.ts';
import { formatStatement } from '../../approval/format-statement.ts';
import { parseStatement } from '../../approval/parse-statement.ts';
import type { ApprovalStatement, Decision, RoleAndMeaning } from '../../approval/statement.ts';
import type { Digest, Requirement } from '../../document/document.ts';
import { compareCodePoints } from '../../git/code-point-order.ts';
import { encodeUtf8 } from '../../git/header.ts';
import { isStatementTagName } from '../../git/tag.ts';
import { makeProblem, type Problem } from '../../problem/problem.ts';
import type { Person, Rules } from '../../rules/rules.ts';
import { peopleToAsk } from '../../rules/who-may.ts';

/** One document that is to be approved, rejected, withdrawn, confirmed or disposed of. */
export interface ApprovedContent {
  readonly id: string;
  readonly revision: string;
  readonly digest: Digest;
  readonly path: string;
  readonly requirements: readonly Requirement[];
}

export interface ApprovalWish {
  readonly documents: readonly ApprovedContent[];
  readonly decision: Decision;
  /** Role and meaning; every requirement that the person may fill where it is empty. */
  readonly as: readonly RoleAndMeaning[];
  readonly comment: string;
  /** Name of a change order, for several documents in one statement. */
  readonly changeOrder: string | undefined;
}

export interface ApprovalPlan {
  readonly statement: ApprovalStatement;
  /** Name of the tag below `refs/tags/`. */
  readonly name: string;
  readonly problems: readonly Problem[];
}

/**
 * Text for a statement: NFC, LF, no blanks at the ends of lines, paragraphs with one empty line
 * between them.
 */
export function statementComment(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?/gu, '\n')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/gu, '\n\n')
    .replace(/^\n+|\n+$/gu, '');
}

/**
 * Plan the statement of one person about documents.
 * @param taken  Names of tags that are there or were counted, below `refs/tags/`.
 * @see shared register format, "Approval"
 */
export function planApproval(
  wish: ApprovalWish,
  person: Person,
  rules: Rules,
  anchor: Digest,
  taken: ReadonlySet<string>,
): ApprovalPlan {
  const documents = [...wish.documents].sort((a, b) => compareCodePoints(a.id, b.id));
  const as = wish.as.length > 0 ? wish.as : fillable(documents, person);
  const problems: Problem[] = [];
  for (const document of documents) {
    if (document.requirements.some((one) => couldFill(as, one))) continue;
    problems.push(notEntitled(document, person, rules));
  }
  for (const { role } of as) {
    if (person.roles.includes(role)) continue;
    problems.push(
      makeProblem('approval/role', {
        message: `The rules in force do not give the role ${role} to ${person.id}; they give ${person.roles.join(', ') || 'none'}.`,
        place: {},
      }),
    );
  }
  const statement: ApprovalStatement = {
    kind: 'approval',
    comment: statementComment(wish.comment),
    register: anchor,
    documents: documents.map(({ id, revision, digest }) => ({ id, revision, digest })),
    decision: wish.decision,
    as: sortedAs(as),
    person: person.id,
  };
  const name = freeName(nameOf(wish, documents, person), taken);
  if (!isStatementTagName(name)) {
    problems.push(
      makeProblem('statement/name-invalid', {
        message: `${name} can not be the name of a tag.`,
        place: {},
        remedy: 'Choose a shorter change order of letters, digits, dot, underscore and hyphen.',
      }),
    );
  }
  if (problems.length === 0) {
    // What could not be read again would be signed and then count for nothing.
    const again = parseStatement(encodeUtf8(formatStatement(statement)));
    if (!again.ok) {
      problems.push(
        makeProblem(again.fault.code, {
          message: `The statement can not be made: ${again.fault.reason}.`,
          place: {},
          remedy: 'Write the comment (-m) in plain paragraphs.',
        }),
      );
    }
  }
  return { statement, name, problems };
}

/** Every role and meaning that the documents ask for and the person can give. */
function fillable(documents: readonly ApprovedContent[], person: Person): RoleAndMeaning[] {
  return documents
    .flatMap((document) => document.requirements)
    .filter((requirement) => person.roles.includes(requirement.role))
    .map(({ role, meaning }) => ({ role, meaning }));
}

function sortedAs(as: readonly RoleAndMeaning[]): readonly RoleAndMeaning[] {
  const byText = new Map(as.map((one) => [`${one.role} ${one.meaning}`, one]));
  return [...byText.entries()]
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([, { role, meaning }]) => ({ role, meaning }));
}

function notEntitled(document: ApprovedContent, person: Person, rules: Rules): Problem {
  const { id, revision, requirements, path } = document;
  const needs = requirements.map((requirement) => {
    const people = peopleToAsk(requirement, rules).map((one) => `${one.name} (${one.id})`);
    return `${requirementText(requirement)} by ${people.join(' or ') || 'nobody in the rules'}`;
  });
  return makeProblem('making/not-entitled', {
    message:
      requirements.length === 0
        ? `${id} revision ${revision} needs no approval.`
        : `${id} revision ${revision} needs ${needs.join('; ')}; ${person.id} is ${person.roles.join(', ') || 'without a role'}.`,
    place: { file: path },
    document: id,
    revision,
  });
}

function nameOf(wish: ApprovalWish, documents: readonly ApprovedContent[], person: Person): string {
  const folder = wish.decision === 'reject' ? 'qms/reject' : 'qms/approve';
  const [first] = documents;
  const subject = wish.changeOrder ?? `${first?.id ?? ''}/${first?.revision ?? ''}`;
  return `${folder}/${subject}/${person.id}`;
}

/** The name, or the first of `….2`, `….3` that is free: tags are created once and never moved. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 2; ; number += 1) {
    const next = `${name}.${String(number)}`;
    if (!taken.has(next)) return next;
  }
}
