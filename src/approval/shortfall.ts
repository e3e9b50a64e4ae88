import type { Requirement } from '../document/document.ts';
import type { Person, Rules } from '../rules/rules.ts';
import { peopleToAsk, peopleWhoMay } from '../rules/who-may.ts';
import { type Candidate, couldFill, type Filling, requirementText } from './requirements.ts';
import type { Decision, RoleAndMeaning } from './statement.ts';

/** An approval that fills nothing, and why. */
export interface NotCounted {
  readonly person: string;
  /** Name of the tag. */
  readonly approval: string;
  readonly as: readonly RoleAndMeaning[];
  /** Words that follow the person: `wrote 3 of the 5 commits since revision 2`. */
  readonly why: string;
}

/**
 * The approvals that fill nothing though nothing is wrong with them.
 * @param excluded Who may fill none of the requirements → why, in words that follow their name.
 */
export function notCountedOf(
  candidates: readonly Candidate[],
  filling: Filling,
  excluded: ReadonlyMap<string, string>,
): readonly NotCounted[] {
  const fills = slotsByPerson(filling);
  const used = new Set(filling.filled.flatMap((one) => one.by.map((by) => by.approval)));
  return candidates
    .filter((one) => !used.has(one.name))
    .map(({ person, name, as }) => {
      const filled = fills.get(person);
      const otherwise =
        filled === undefined
          ? 'was not needed: others fill the requirements'
          : `already fills ${slotText(filled)} with another approval`;
      return { person, approval: name, as, why: excluded.get(person) ?? otherwise };
    });
}

function slotsByPerson(filling: Filling): ReadonlyMap<string, Requirement> {
  const fills = new Map<string, Requirement>();
  for (const one of filling.filled) for (const { person } of one.by) fills.set(person, one);
  return fills;
}

const slotText = ({ role, meaning }: Requirement): string =>
  requirementText({ role, meaning, count: 1 });

/** One line of a release with the approvals that speak for it. */
export interface Shortfall {
  readonly document: string;
  readonly revision: string;
  readonly decision: Exclude<Decision, 'reject'>;
  readonly filling: Filling;
  /** Valid approvals, also those of people who are excluded. */
  readonly candidates: readonly Candidate[];
  /** Approvals of this revision that are not valid. */
  readonly setAside: readonly NotCounted[];
  /** Who may fill none of the requirements → why, in words that follow their name. */
  readonly excluded: ReadonlyMap<string, string>;
  /** A sentence about what somebody might take for an approval. */
  readonly note: string | undefined;
}

/** What a missing requirement says: which, what was not counted and why, and who could fill it. */
export interface Lack {
  readonly message: string;
  readonly remedy: string;
}

const purposes = {
  approve: ['', ''],
  withdraw: [' to withdraw it', ' --withdraw'],
  confirm: [' to confirm it', ' --confirm'],
  dispose: [' to dispose of it', ' --dispose'],
} as const;

const named = (person: Person): string => `${person.name} (${person.id})`;

/** Several in words: `a, b or c`. */
function oneOf(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

/**
 * Say each requirement that stays open by name, so that the reader knows whom to ask.
 * @param rules In force for the release.
 */
export function lacksInWords(shortfall: Shortfall, rules: Rules): readonly Lack[] {
  const { document, revision, decision, filling, candidates, excluded, note } = shortfall;
  const fills = slotsByPerson(filling);
  const name = (person: string): string => {
    const known = rules.people.get(person);
    return known === undefined ? person : named(known);
  };
  return filling.missing.map((requirement, index) => {
    const heard = new Map<string, string>();
    for (const { person, as } of candidates) {
      if (!couldFill(as, requirement)) continue;
      const filled = fills.get(person);
      const why =
        excluded.get(person) ??
        (filled === undefined ? undefined : `already fills ${slotText(filled)}`);
      if (why !== undefined) heard.set(person, why);
    }
    for (const { person, as, why } of shortfall.setAside) {
      const isAnswer =
        couldFill(as, requirement) || !filling.filled.some((one) => couldFill(as, one));
      if (isAnswer && !heard.has(person)) heard.set(person, excluded.get(person) ?? why);
    }
    const may = peopleWhoMay(requirement, rules);
    const barred = may.filter(({ id }) => excluded.has(id) && !heard.has(id));
    const could = peopleToAsk(requirement, rules).filter(
      ({ id }) => !excluded.has(id) && !fills.has(id),
    );
    const [purpose, option] = purposes[decision];
    const count =
      requirement.count === 1 ? 'an approval' : `${String(requirement.count)} approvals`;
    const list = (label: string, entries: readonly string[]): string =>
      entries.length === 0 ? '' : ` ${label}: ${entries.join('; ')}.`;
    return {
      message:
        `${document} revision ${revision} lacks ${count}${purpose} as ${slotText(requirement)}.` +
        list(
          'Not counted',
          [...heard].map(([person, why]) => `${name(person)} ${why}`),
        ) +
        list(
          'May not give it',
          barred.map((person) => `${named(person)} ${excluded.get(person.id) ?? ''}`),
        ) +
        (index === 0 && note !== undefined ? ` ${note}` : ''),
      remedy:
        could.length === 0
          ? `Nobody in the rules in force could still give it. Give the role ${requirement.role} and a key for approving to somebody who did not work on it, in a release of the rules.`
          : `${oneOf(could.map(named))} could give it: qms approve ${document}${option}.`,
    };
  });
}
