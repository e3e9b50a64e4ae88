import { type Place, type Problem, makeProblem } from '../problem/problem.ts';
import { matchPeople } from './matching.ts';
import type { KeyUse, Person, Rules } from './rules.ts';

/**
 * Rules under which the next rules could not be approved and released by the people and keys
 * that they name are refused (shared register format, "Rules"): once in force they could never be
 * changed again. Compromised keys are left out. Signer and contributors are not: where nobody
 * else is there, they may approve rules (shared register format, "Release").
 *
 * @param place The file of the rules.
 */
export function canChangeRules(rules: Rules, place: Place = {}): readonly Problem[] {
  const problems: Problem[] = [];
  const compromised = new Set(rules.compromised.map(({ key }) => key.toUpperCase()));
  const people = [...rules.people.values()];
  const holders = (role: string, use: KeyUse): readonly string[] =>
    people
      .filter((person) => person.roles.includes(role) && hasKey(person, use, compromised))
      .map((person) => person.id);

  const approvers = new Map<string, readonly string[]>();
  const slots: (readonly string[])[] = [];
  const wanted: string[] = [];
  for (const { role, meaning, count } of rules.types.get('rules')?.approvals ?? []) {
    const candidates = approvers.get(role) ?? holders(role, 'approve');
    approvers.set(role, candidates);
    for (let each = 0; each < count; each += 1) {
      slots.push(candidates);
      wanted.push(`"${role} ${meaning}"`);
    }
  }
  const open = matchPeople(slots).flatMap((person, slot) =>
    person === undefined ? [wanted[slot] ?? ''] : [],
  );
  if (open.length > 0) {
    const message = `The next rules could not be approved: of ${slots.length} approvals by different people, nobody is left for ${[...new Set(open)].slice(0, 10).join(', ')}. Expected is enough people who hold the roles and have a key for approving that is not compromised.`;
    problems.push(
      makeProblem('rules/lock-out', {
        message,
        place: { ...place, field: 'types.rules.approvals' },
      }),
    );
  }
  if (holders(rules.releaseRole, 'release').length === 0) {
    const message = `The next rules could not be released: nobody holds the role ${rules.releaseRole} and has a key for releasing that is not compromised.`;
    problems.push(
      makeProblem('rules/lock-out', { message, place: { ...place, field: 'release.role' } }),
    );
  }
  return problems;
}

function hasKey(person: Person, use: KeyUse, compromised: ReadonlySet<string>): boolean {
  return person.keys.some(
    (key) => key.use.includes(use) && !compromised.has(key.identity.fingerprint.toUpperCase()),
  );
}
