import type { Requirement } from '../document/document.ts';
import { matchPeople } from '../rules/matching.ts';
import type { Person, Rules } from '../rules/rules.ts';
import type { RoleAndMeaning } from './statement.ts';

/** One approval as a candidate for the requirements of one document. */
export interface Candidate {
  readonly person: string;
  /** Name of the tag. */
  readonly name: string;
  readonly as: readonly RoleAndMeaning[];
}

export interface FilledRequirementSlots extends Requirement {
  readonly by: readonly { readonly person: string; readonly approval: string }[];
}

/** How the approvals of distinct people fill the requirements, and what stays open. */
export interface Filling {
  readonly filled: readonly FilledRequirementSlots[];
  readonly missing: readonly Requirement[];
}

/** Whether an approval made `as` this role and meaning could fill the requirement. */
export function couldFill(as: readonly RoleAndMeaning[], requirement: Requirement): boolean {
  return as.some((one) => one.role === requirement.role && one.meaning === requirement.meaning);
}

/**
 * Fill the requirements of one document by distinct people: a matching of people to
 * requirements, never a count of tags, so that two approvals, two keys or two roles of one person
 * fill one requirement only.
 *
 * @param candidates Valid approvals of this content by people who are not excluded.
 * @param others     How many people could still fill a requirement. Where not all can be filled,
 *                   those that fewer people could are filled first, so that what stays open is
 *                   what somebody can still give.
 * @see shared register format, "Release"
 */
export function fillRequirements(
  requirements: readonly Requirement[],
  candidates: readonly Candidate[],
  others: (requirement: Requirement) => number = () => 0,
): Filling {
  const wanted = requirements.flatMap((requirement, index) =>
    Array.from({ length: requirement.count }, () => ({ requirement, index })),
  );
  const scarceFirst = wanted
    .map((one) => ({ ...one, others: others(one.requirement) }))
    .sort((a, b) => a.others - b.others || a.index - b.index);
  const slots = scarceFirst.map(({ requirement }) => {
    const people = candidates.filter((one) => couldFill(one.as, requirement));
    return [...new Set(people.map((one) => one.person))].sort();
  });
  const assigned = matchPeople(slots);
  const filled: FilledRequirementSlots[] = [];
  const missing: Requirement[] = [];
  for (const [index, requirement] of requirements.entries()) {
    const by = [];
    for (const [slot, one] of scarceFirst.entries()) {
      const person = assigned[slot];
      if (one.index !== index || person === undefined) continue;
      const used = candidates.find(
        (one) => one.person === person && couldFill(one.as, requirement),
      );
      if (used !== undefined) by.push({ person, approval: used.name });
    }
    filled.push({ ...requirement, by });
    const open = requirement.count - by.length;
    if (open > 0) missing.push({ ...requirement, count: open });
  }
  return { filled, missing };
}

/** People who hold the requirement's role and list a key for approving, by id. */
export function peopleWhoMay(requirement: Requirement, rules: Rules): readonly Person[] {
  return [...rules.people.values()]
    .filter((person) => person.roles.includes(requirement.role))
    .filter((person) => person.keys.some((key) => key.use.includes('approve')))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** How many people of the rules, neither excluded nor heard already, could fill a requirement. */
export function othersWhoMay(
  rules: Rules,
  excluded: Pick<ReadonlySet<string>, 'has'>,
  candidates: readonly Candidate[],
): (requirement: Requirement) => number {
  const heard = new Set(candidates.map((one) => one.person));
  return (requirement) =>
    peopleWhoMay(requirement, rules).filter(({ id }) => !excluded.has(id) && !heard.has(id)).length;
}

/** Whether distinct people of the rules, without the excluded, could fill all requirements. */
export function couldBeFilled(
  requirements: readonly Requirement[],
  rules: Rules,
  excluded: ReadonlySet<string>,
): boolean {
  const able = new Map<string, readonly string[]>();
  const slots = requirements.flatMap((requirement) => {
    let free = able.get(requirement.role);
    if (free === undefined) {
      const people = peopleWhoMay(requirement, rules).map((person) => person.id);
      free = people.filter((id) => !excluded.has(id));
      able.set(requirement.role, free);
    }
    return Array.from({ length: requirement.count }, () => free);
  });
  return matchPeople(slots).every((person) => person !== undefined);
}

/**
 * Who may not fill the requirements of new rules: neither signer nor contributors if others
 * could; otherwise one of them is let in, and both only where nobody else is left.
 * @see shared register format, "Release", on a release that puts QMS
 */
export function excludedForRules(
  requirements: readonly Requirement[],
  rules: Rules,
  signer: string,
  contributors: readonly string[],
): ReadonlySet<string> {
  const choices = [[signer, ...contributors], contributors, [signer]];
  for (const choice of choices) {
    const excluded = new Set(choice);
    if (couldBeFilled(requirements, rules, excluded)) return excluded;
  }
  return new Set();
}

/** A requirement in words: `quality-manager (approved)`, with the count where it is not one. */
export function requirementText(requirement: Requirement): string {
  const count = requirement.count > 1 ? `${String(requirement.count)} × ` : '';
  return `${count}${requirement.role} (${requirement.meaning})`;
}
