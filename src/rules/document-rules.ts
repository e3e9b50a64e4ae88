import { type Place, type Problem, makeProblem } from '../problem/problem.ts';
import type { DocumentHead, FrontMatter } from '../document/document.ts';
import { didYouMean } from '../document/near-miss.ts';
import { isRevision, revisionForms } from '../document/revision.ts';
import { shown } from '../document/shown.ts';
import type { DocumentKind, DocumentType, Rules } from './rules.ts';
import { typeOfId } from './type-of.ts';

/** Where a field of a document stands, for a problem. */
export function placeOf(document: DocumentHead, field: string): Place {
  const top = /^[^.[]*/.exec(field)?.[0] ?? field;
  const at = document.places.get(top) ?? { line: 1, column: 1 };
  return { file: document.path, ...at, field };
}

/** A problem of one field of a document. */
export function fieldProblem(
  code: Problem['code'],
  document: DocumentHead,
  field: string,
  message: string,
): Problem {
  const { id, revision } = document.frontMatter;
  return makeProblem(code, { message, place: placeOf(document, field), document: id, revision });
}

/** Fields that a kind of document needs besides those that all need. */
const kindFields = {
  document: [],
  record: ['date'],
  external: ['source', 'issue', 'checked'],
  rules: [],
} as const satisfies Record<DocumentKind, readonly (keyof FrontMatter)[]>;

/**
 * Check what verification asks of a document that a release puts, beyond parsing (shared
 * register format, "Verification", step 5): the type is the one to whose prefix the id belongs,
 * the revision is of its scheme, the fields that its kind needs are there, and the roles in
 * `approval` exist.
 *
 * @param rules Those in force for the release.
 * @param options.laterRevision Whether an earlier revision was released, so that a reason for
 *   the change is needed.
 */
export function checkForRelease(
  document: DocumentHead,
  rules: Rules,
  options: { readonly laterRevision: boolean },
): readonly Problem[] {
  const { frontMatter } = document;
  const problems: Problem[] = [];
  const type = typeOfId(rules, frontMatter.id);
  // Without this, an author could name a type that needs fewer approvals.
  if (type?.id !== frontMatter.type) problems.push(wrongType(document, rules, type));
  if (type !== undefined) problems.push(...checkKind(document, type));
  if (options.laterRevision && frontMatter.changes === undefined) {
    const message = `${frontMatter.id} was released before, and the reason for this revision is missing.`;
    problems.push(fieldProblem('document/changes-missing', document, 'changes', message));
  }
  frontMatter.approval.forEach(({ role }, index) => {
    if (rules.roles.has(role)) return;
    const message = `The role ${shown(role)} is not in the rules.${didYouMean(role, rules.roles.keys())}`;
    problems.push(
      fieldProblem('document/role-unknown', document, `approval[${index}].role`, message),
    );
  });
  return problems;
}

function wrongType(document: DocumentHead, rules: Rules, owner: DocumentType | undefined): Problem {
  const { id, type: name } = document.frontMatter;
  const named = rules.types.get(name);
  if (named === undefined || named.kind === 'rules') {
    const names = [...rules.types.keys()].filter((each) => each !== 'rules');
    const message = `The type ${shown(name)} is not in the rules.${didYouMean(name, names)}`;
    return fieldProblem('document/type-unknown', document, 'type', message);
  }
  const belongs =
    owner === undefined ? 'begins with the prefix of no type' : `belongs to the type ${owner.id}`;
  const message = `The id ${id} ${belongs}; ids of the type ${name} begin with ${named.prefix}-.`;
  return fieldProblem('document/type-mismatch', document, 'type', message);
}

function checkKind(document: DocumentHead, type: DocumentType): readonly Problem[] {
  const { frontMatter } = document;
  const problems: Problem[] = [];
  if (!isRevision(type.revisions, frontMatter.revision)) {
    const message = `The revision is ${frontMatter.revision}; revisions of the type ${type.id} are ${revisionForms[type.revisions]}.`;
    problems.push(fieldProblem('document/revision-scheme', document, 'revision', message));
  }
  for (const field of kindFields[type.kind]) {
    if (frontMatter[field] !== undefined) continue;
    const message = `The field ${field} is missing; ${article(type)} needs it.`;
    problems.push(fieldProblem('document/field-missing', document, field, message));
  }
  const needed = [...type.fields].filter(([, field]) => field.required).map(([name]) => name);
  if (needed.length > 0 && frontMatter.fields === undefined) {
    const message = `The field fields is missing; ${article(type)} needs in it ${needed.join(', ')}.`;
    problems.push(fieldProblem('document/field-missing', document, 'fields', message));
  }
  return problems;
}

function article(type: DocumentType): string {
  return type.kind === 'external'
    ? `an external document (type ${type.id})`
    : `a record (type ${type.id})`;
}
