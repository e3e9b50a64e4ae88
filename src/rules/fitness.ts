import type { Problem } from '../problem/problem.ts';
import { isDay } from '../document/day.ts';
import type { DocumentHead, FieldValue } from '../document/document.ts';
import { isDocumentId } from '../document/identity.ts';
import { didYouMean } from '../document/near-miss.ts';
import { shown } from '../document/shown.ts';
import { parseClause } from './clauses.ts';
import { fieldProblem } from './document-rules.ts';
import type { FieldRule, Rules } from './rules.ts';
import { typeOfId } from './type-of.ts';

/**
 * Check whether what a document says fits the rules and the other documents: owner, audience,
 * clauses, what it replaces, the values of its fields, its days. This is advice for authors and
 * never changes the outcome of a verification (shared register format, "Verification", step 5).
 *
 * @param ids Ids of all documents, drafts and released.
 */
export function checkFitness(
  document: DocumentHead,
  rules: Rules,
  ids: ReadonlySet<string>,
): readonly Problem[] {
  return [
    ...checkPeople(document, rules),
    ...checkClauses(document, rules),
    ...checkSuperseded(document, ids),
    ...checkFields(document, rules, ids),
    ...checkDays(document),
  ];
}

function checkPeople(document: DocumentHead, rules: Rules): readonly Problem[] {
  const { owner, audience } = document.frontMatter;
  const problems: Problem[] = [];
  if (!rules.roles.has(owner) && !rules.people.has(owner)) {
    const hint = didYouMean(owner, [...rules.roles.keys(), ...rules.people.keys()]);
    const message = `The owner ${shown(owner)} is neither a role nor a person of the rules.${hint}`;
    problems.push(fieldProblem('document/owner-unknown', document, 'owner', message));
  }
  audience.forEach((role, index) => {
    if (rules.roles.has(role)) return;
    const hint = didYouMean(role, rules.roles.keys());
    const message = `The role ${shown(role)} is not in the rules.${hint}`;
    problems.push(fieldProblem('document/role-unknown', document, `audience[${index}]`, message));
  });
  return problems;
}

function checkClauses(document: DocumentHead, rules: Rules): readonly Problem[] {
  return document.frontMatter.clauses.flatMap((text, index) => {
    const parsed = parseClause(text, rules.standards);
    if ('reference' in parsed) return [];
    const message = `The clause ${shown(text)} is not known: ${parsed.reason}.`;
    return [fieldProblem('document/clause-unknown', document, `clauses[${index}]`, message)];
  });
}

function checkSuperseded(document: DocumentHead, ids: ReadonlySet<string>): readonly Problem[] {
  return document.frontMatter.supersedes.flatMap((id, index) => {
    const reason = !isDocumentId(id)
      ? 'is not an id'
      : id === document.frontMatter.id
        ? 'is this document itself'
        : ids.has(id)
          ? undefined
          : 'is no document here';
    if (reason === undefined) return [];
    const message = `The document replaces ${shown(id)}, which ${reason}.`;
    const field = `supersedes[${index}]`;
    return [fieldProblem('document/supersedes-unknown', document, field, message)];
  });
}

function checkFields(
  document: DocumentHead,
  rules: Rules,
  ids: ReadonlySet<string>,
): readonly Problem[] {
  const { id, fields } = document.frontMatter;
  const type = typeOfId(rules, id);
  if (type === undefined || fields === undefined) return [];
  const problems: Problem[] = [];
  const report = (name: string, message: string): void => {
    problems.push(fieldProblem('document/fields', document, `fields.${name}`, message));
  };
  for (const [name, value] of fields) {
    const rule = type.fields.get(name);
    if (rule === undefined) {
      const hint = didYouMean(name, type.fields.keys());
      report(name, `The field ${shown(name)} is not one of the type ${type.id}.${hint}`);
      continue;
    }
    const reason = checkValue(value, rule, rules, ids);
    if (reason !== undefined) report(name, `The field ${name} ${reason}.`);
  }
  for (const [name, rule] of type.fields) {
    if (rule.required && !fields.has(name)) {
      report(name, `The field ${name} is missing; the type ${type.id} requires it.`);
    }
  }
  return problems;
}

/** Why a value does not fit its rule, as the rest of a sentence; undefined where it does. */
function checkValue(
  value: FieldValue,
  rule: FieldRule,
  rules: Rules,
  ids: ReadonlySet<string>,
): string | undefined {
  if (!rule.list) return checkScalar(value, rule, rules, ids);
  if (!Array.isArray(value)) return 'is not a list, and its type asks for one';
  if (rule.required && value.length === 0) return 'is an empty list and required';
  return value
    .map((each: FieldValue) => checkScalar(each, rule, rules, ids))
    .find((reason) => reason !== undefined);
}

function checkScalar(
  value: FieldValue,
  rule: FieldRule,
  rules: Rules,
  ids: ReadonlySet<string>,
): string | undefined {
  if (typeof value !== 'string') return 'is a list or a map; expected is one value';
  if (value.trim() === '') return rule.required ? 'is empty and required' : undefined;
  const expected = expectation(value, rule, rules, ids);
  return expected === undefined ? undefined : `is ${shown(value)}; expected is ${expected}`;
}

function expectation(
  value: string,
  rule: FieldRule,
  rules: Rules,
  ids: ReadonlySet<string>,
): string | undefined {
  switch (rule.type) {
    case 'text':
      return undefined;
    case 'number':
      return /^[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?$/.test(value) ? undefined : 'a number, 12.5';
    case 'yes-no':
      return value === 'true' || value === 'false' ? undefined : 'true or false';
    case 'day':
      return isDay(value) ? undefined : 'a day of the calendar as year-month-day, 2026-12-01';
    case 'choice':
      return rule.of.includes(value) ? undefined : `one of ${rule.of.join(', ')}`;
    case 'person':
      return rules.people.has(value) ? undefined : 'a person of the rules';
    case 'document':
      return ids.has(value) ? undefined : 'the id of a document here';
    case 'clause':
      return 'reference' in parseClause(value, rules.standards) ? undefined : 'a clause, 8.7.1';
  }
}

/** Days of the calendar compare as text. */
function checkDays(document: DocumentHead): readonly Problem[] {
  const { date, effective } = document.frontMatter;
  if (date === undefined || effective === undefined || date <= effective) return [];
  const message = `The record is dated ${date} and planned to take effect earlier, on ${effective}.`;
  return [fieldProblem('document/days', document, 'effective', message)];
}
