import { type Place, type Problem, makeProblem } from '../problem/problem.ts';
import { matchPeople } from './matching.ts';
import type { KeyUse, Rules } from './rules.ts';
import { couldBeFilled, excludedForRules, hasSoundKey, peopleToAsk } from './who-may.ts';

/**
 * Rules under which the next rules could not be approved and released by the people and keys
 * that they name are refused (shared register format, "Rules"): once in force they could never be
 * changed again. Compromised keys are left out. Signer and contributors are not: where nobody
 * else is there, they may approve rules (shared register format, "Release"). But a compromised key
 * that is still listed makes its person somebody else who is there.
 *
 * @param place The file of the rules.
 */
export function canChangeRules(rules: Rules, place: Place = {}): readonly Problem[] {
  const problems: Problem[] = [];
  const people = [...rules.people.values()];
  const holders = (role: string, use: KeyUse): readonly string[] =>
    people
      .filter((person) => person.roles.includes(role) && hasSoundKey(person, use, rules))
      .map((person) => person.id);

  const requirements = rules.types.get('rules')?.approvals ?? [];
  const approvers = new Map<string, readonly string[]>();
  const slots: (readonly string[])[] = [];
  const wanted: { readonly role: string; readonly meaning: string }[] = [];
  for (const { role, meaning, count } of requirements) {
    const candidates = approvers.get(role) ?? holders(role, 'approve');
    approvers.set(role, candidates);
    for (let each = 0; each < count; each += 1) {
      slots.push(candidates);
      wanted.push({ role, meaning });
    }
  }
  const open = matchPeople(slots).flatMap((person, slot) =>
    person === undefined ? (wanted[slot] ?? []) : [],
  );
  if (open.length > 0) {
    const texts = [...new Set(open.map(({ role, meaning }) => `"${role} ${meaning}"`))];
    const roles = [...new Set(open.map(({ role }) => role))].slice(0, 3);
    const reasons = roles.map((role) => sentence(holdersInWords(rules, role, 'approve')));
    const message = `The next rules could not be approved: of ${slots.length} approvals by different people, nobody is left for ${texts.slice(0, 10).join(', ')}. ${reasons.join(' ')} Expected is enough people who hold the roles and have a key for approving that is not compromised.`;
    problems.push(
      makeProblem('rules/lock-out', {
        message,
        place: { ...place, field: 'types.rules.approvals' },
      }),
    );
  }
  const releasers = holders(rules.releaseRole, 'release');
  // A compromised key that is still listed bars its person's colleagues, and should not be used.
  const compromised = people.filter(
    (person) =>
      requirements.some(({ role }) => person.roles.includes(role)) &&
      person.keys.some((key) => key.use.includes('approve')) &&
      !hasSoundKey(person, 'approve', rules),
  );
  const isFree = (releaser: string): boolean =>
    couldBeFilled(
      requirements,
      rules,
      excludedForRules(requirements, rules, releaser, []),
      peopleToAsk,
    );
  if (
    open.length === 0 &&
    releasers.length > 0 &&
    compromised.length > 0 &&
    !releasers.some(isFree)
  ) {
    const [who, others] = [releasers, compromised.map(({ id }) => id)].map((ids) =>
      ids.slice(0, 10).join(', '),
    );
    const message = `The next rules could not be approved: who releases them (${who ?? ''}) may not approve them while others could, and those others (${others ?? ''}) have only keys that are compromised. Expected is that those keys are taken out of people, or that enough others have sound ones.`;
    problems.push(
      makeProblem('rules/lock-out', {
        message,
        place: { ...place, field: 'types.rules.approvals' },
      }),
    );
  }
  const isSigned = rules.types.get('rules')?.contributors === 'signed';
  if (isSigned && !people.some((person) => hasSoundKey(person, 'commit', rules))) {
    const message =
      'The next rules could not be released: their type asks for contributors: signed, and nobody has a key with the use commit that is not compromised. Expected is at least one such key.';
    problems.push(
      makeProblem('rules/lock-out', {
        message,
        place: { ...place, field: 'types.rules.contributors' },
      }),
    );
  }
  if (releasers.length === 0) {
    const message = `The next rules could not be released: nobody holds the role ${rules.releaseRole} and has a key for releasing that is not compromised. ${sentence(holdersInWords(rules, rules.releaseRole, 'release'))}`;
    problems.push(
      makeProblem('rules/lock-out', { message, place: { ...place, field: 'release.role' } }),
    );
  }
  return problems;
}

/** Who holds a role, and what keeps some of them from signing: the reader knows whom to help. */
function holdersInWords(rules: Rules, role: string, use: KeyUse): string {
  const holders = [...rules.people.values()].filter((person) => person.roles.includes(role));
  if (holders.length === 0) return `nobody holds the role ${role}`;
  const shown = holders.slice(0, 10).map((person) => {
    if (hasSoundKey(person, use, rules)) return `${person.id} could`;
    const listed = person.keys.some((key) => key.use.includes(use));
    return listed
      ? `the key of ${person.id} is compromised`
      : `${person.id} has no key with the use ${use}`;
  });
  const more = holders.length > shown.length ? `, and ${String(holders.length - 10)} more` : '';
  return `of those who hold the role ${role}, ${shown.join(', ')}${more}`;
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
