import type { Requirement } from '../document/document.ts';
import { isCompromised } from './compromised.ts';
import { matchPeople } from './matching.ts';
import type { KeyUse, Person, Rules } from './rules.ts';

/** People who hold the requirement's role and list a key for approving, by id. */
export function peopleWhoMay(requirement: Requirement, rules: Rules): readonly Person[] {
  return [...rules.people.values()]
    .filter((person) => person.roles.includes(requirement.role))
    .filter((person) => person.keys.some((key) => key.use.includes('approve')))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Those of them who have a key that is not compromised: whom to ask. */
export function peopleToAsk(requirement: Requirement, rules: Rules): readonly Person[] {
  return peopleWhoMay(requirement, rules).filter((person) => hasSoundKey(person, 'approve', rules));
}

/** Whether a person lists a key with this use that the rules do not call compromised. */
export function hasSoundKey(person: Person, use: KeyUse, rules: Rules): boolean {
  return person.keys.some((key) => key.use.includes(use) && !isCompromised(rules, key.identity));
}

/**
 * Whether distinct people of the rules, without the excluded, could fill all requirements.
 * @param whoMay Who may fill one; by default whoever has the role and any key.
 */
export function couldBeFilled(
  requirements: readonly Requirement[],
  rules: Rules,
  excluded: ReadonlySet<string>,
  whoMay = peopleWhoMay,
): boolean {
  const able = new Map<string, readonly string[]>();
  const slots = requirements.flatMap((requirement) => {
    let free = able.get(requirement.role);
    if (free === undefined) {
      const people = whoMay(requirement, rules).map((person) => person.id);
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
