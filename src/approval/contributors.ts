import type { Commit } from '../git/objects.ts';
import { lowerAscii, sameAddress } from '../git/identity.ts';
import type { Person, Rules } from '../rules/rules.ts';
import type { SignatureVerdict } from '../signature/verdict.ts';
import { personWithKey } from './entitlement.ts';

/** The people behind one commit, as far as its bytes and its signature say. */
export interface CommitPeople {
  /** Ids of people whom it names as author or co-author. */
  readonly wrote: readonly string[];
  /** Addresses of authors and co-authors whom no rules know. */
  readonly unknown: readonly string[];
  /** Ids of its committer and of the owner of its key, where they did not write it. */
  readonly brought: readonly string[];
  /** Id of the owner of the key that signed it, under every name; none without a good signature. */
  readonly signers: readonly string[];
  /**
   * Whether `brought` may be excused where the same files stand in a commit of somebody else. Not
   * where the committer is the author: then somebody else's key signed under the author's name.
   */
  readonly excusable: boolean;
}

/** A commit that counts as a contribution to one revision. */
export interface Contribution {
  readonly id: string;
  readonly people: CommitPeople;
  /** Those of `people.brought` who only brought over what somebody else had committed. */
  readonly excused: ReadonlySet<string>;
  /** Whether it bears a good signature of a `commit` key, none, or one that can't be checked. */
  readonly signature: 'good' | 'missing' | 'unsupported';
}

export interface UnknownContributor {
  readonly address: string;
  readonly commit: string;
}

/** In how many commits somebody had a hand. */
export interface Share {
  /** As author or co-author. */
  readonly wrote: number;
  /** As committer, or as the owner of the key, of what others are named for. */
  readonly committed: number;
}

/** Who made a revision, as far as its commits say. */
export interface Contributors {
  /** Id of a person → what they did, ascending by id. */
  readonly people: ReadonlyMap<string, Share>;
  /** How many commits made the revision. */
  readonly commits: number;
  readonly unknown: readonly UnknownContributor[];
  /** Commits without a good signature of a `commit` key. */
  readonly unsigned: readonly string[];
  /** Those of `unsigned` whose signature is of a kind that can't be checked here. */
  readonly unsupported: readonly string[];
}

const coAuthorLine = /^co-authored-by[ \t]*:(.*)$/i;

/** Addresses on `Co-authored-by:` lines, any case, anywhere in the message. */
export function coAuthors(message: Uint8Array): readonly string[] {
  const addresses: string[] = [];
  for (const line of new TextDecoder().decode(message).split(/\r\n|\r|\n/)) {
    const rest = coAuthorLine.exec(line.trim())?.[1]?.trim() ?? '';
    if (rest === '') continue;
    // Without all of them, a second person on the line would go unseen.
    const bracketed = Array.from(rest.matchAll(/<([^<>]*)>/g), (found) => (found[1] ?? '').trim());
    const words = rest.replace(/<[^<>]*>/g, ' ').split(/[\s<>,;:()"']+/);
    // One pattern for the whole would look at a long word again from each of its letters.
    const bare = words.filter((word) => word.slice(1, -1).includes('@'));
    const found = [...bracketed, ...bare];
    // A line without an address still names somebody: the text itself then is the unknown address.
    addresses.push(...(found.length > 0 ? found : [rest]));
  }
  return addresses;
}

function personWithAddress(known: readonly Rules[], address: string): Person | undefined {
  for (const rules of known) {
    for (const person of rules.people.values()) {
      if (person.email.some((listed) => sameAddress(listed, address))) return person;
    }
  }
  return undefined;
}

/** Id of a person → ids in the rules in force of those who came to list one of their keys. */
export type Successors = ReadonlyMap<string, readonly string[]>;

/** A history of rules is asked about again for every revision that is released under it. */
const found = new WeakMap<readonly Rules[], Successors>();

/**
 * Under which other ids people stand in the rules in force: somebody who lists a key that another
 * id listed is the same human under a new name. Ids and keys are followed from rules to rules.
 *
 * @param rulesHistory Oldest first; the last are in force.
 */
export function successorsIn(rulesHistory: readonly Rules[]): Successors {
  const known = found.get(rulesHistory);
  if (known !== undefined) return known;
  const owners = new Map<string, Set<string>>();
  const former = new Map<string, Set<string>>();
  for (const rules of rulesHistory) {
    for (const person of rules.people.values()) {
      const names = former.get(person.id) ?? new Set([person.id]);
      former.set(person.id, names);
      const keys = person.keys.map(({ identity }) => `${identity.format} ${identity.fingerprint}`);
      for (const key of keys) for (const owner of owners.get(key) ?? []) names.add(owner);
      for (const key of keys) owners.set(key, new Set([...(owners.get(key) ?? []), ...names]));
    }
  }
  const successors = new Map<string, string[]>();
  for (const id of rulesHistory.at(-1)?.people.keys() ?? []) {
    for (const name of former.get(id) ?? []) {
      if (name !== id) successors.set(name, [...(successors.get(name) ?? []), id]);
    }
  }
  found.set(rulesHistory, successors);
  return successors;
}

/**
 * Match author, co-authors, committer and signer of a commit to people, by address and by key.
 *
 * @param known The rules in force, then those before, newest first: leavers stay known, and an
 *   address or a key that somebody gave up stays theirs until another person has it.
 * @param successors Of the same rules (`successorsIn`): each of them is counted as well.
 * @see shared register format, "Independence"
 */
export function peopleOf(
  commit: Commit,
  verdict: SignatureVerdict | undefined,
  known: readonly Rules[],
  successors: Successors,
): CommitPeople {
  // Without the new names, who is renamed in the rules would be somebody else than who wrote.
  const namesOf = (person: Person | undefined): readonly string[] =>
    person === undefined ? [] : [person.id, ...(successors.get(person.id) ?? [])];
  const wrote = new Set<string>();
  const unknown: string[] = [];
  for (const address of [commit.author.email, ...coAuthors(commit.message)]) {
    const person = personWithAddress(known, address);
    if (person === undefined) unknown.push(address);
    else for (const id of namesOf(person)) wrote.add(id);
  }
  const author = personWithAddress(known, commit.author.email);
  const committer = personWithAddress(known, commit.committer.email);
  const signer =
    verdict?.good === true
      ? known
          .map((rules) => personWithKey(rules, verdict.key, 'commit'))
          .find((found) => found !== undefined)
      : undefined;
  const brought = [...namesOf(committer), ...namesOf(signer)];
  return {
    wrote: [...wrote],
    unknown,
    brought: [...new Set(brought)].filter((id) => !wrote.has(id)),
    signers: namesOf(signer),
    excusable:
      author === undefined
        ? !sameAddress(commit.author.email, commit.committer.email)
        : !namesOf(committer).some((id) => namesOf(author).includes(id)),
  };
}

/** Add up who made a revision. */
export function addContributions(contributions: readonly Contribution[]): Contributors {
  const shares = new Map<string, { wrote: number; committed: number }>();
  const unknown = new Map<string, UnknownContributor>();
  const shareOf = (person: string): { wrote: number; committed: number } => {
    const share = shares.get(person) ?? { wrote: 0, committed: 0 };
    shares.set(person, share);
    return share;
  };
  for (const { id, people, excused } of contributions) {
    for (const person of people.wrote) shareOf(person).wrote++;
    for (const person of people.brought) if (!excused.has(person)) shareOf(person).committed++;
    for (const address of people.unknown) {
      unknown.set(lowerAscii(address), { address, commit: id });
    }
  }
  const unsigned = contributions.filter((one) => one.signature !== 'good');
  return {
    people: new Map([...shares].sort(([a], [b]) => (a < b ? -1 : 1))),
    commits: contributions.length,
    unknown: [...unknown.values()].sort((a, b) => (a.address < b.address ? -1 : 1)),
    unsigned: unsigned.map((one) => one.id),
    unsupported: unsigned.filter((one) => one.signature === 'unsupported').map((one) => one.id),
  };
}

/**
 * What somebody did for a revision, in words that follow a name: `wrote 3 of the 5 commits since
 * revision 2`.
 * @param since The revision before; undefined for a first one.
 */
export function shareInWords(share: Share, commits: number, since: string | undefined): string {
  const { wrote, committed } = share;
  const all = `${commits === 1 ? 'the only commit' : `the ${String(commits)} commits`} ${since === undefined ? 'that made it' : `since revision ${since}`}`;
  const of = (verb: string, count: number): string =>
    `${verb} ${commits === 1 ? '' : count === commits ? 'all of ' : `${String(count)} of `}${all}`;
  if (wrote === 0) return of('committed what stands in', committed);
  if (committed === 0) return of('wrote', wrote);
  return `${of('wrote', wrote)} and committed ${String(committed)} more`;
}
