import type { Requirement } from '../document/document.ts';
import { matchPeople } from '../rules/matching.ts';
import type { Rules } from '../rules/rules.ts';
import { peopleWhoMay } from '../rules/who-may.ts';
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

/** A requirement in words: `quality-manager (approved)`, with the count where it is not one. */
export function requirementText(requirement: Requirement): string {
  const count = requirement.count > 1 ? `${String(requirement.count)} × ` : '';
  return `${count}${requirement.role} (${requirement.meaning})`;
}
