import type { Commit } from '../git/objects.ts';
import { sameAddress } from '../git/identity.ts';
import type { Person, Rules } from '../rules/rules.ts';
import type { SignatureVerdict } from '../signature/verdict.ts';
import { personWithKey } from './entitlement.ts';

/** A commit that counts as a contribution to one revision. */
export interface Contribution {
  readonly id: string;
  readonly commit: Commit;
  /** The verdict on its signature; undefined where it bears none. */
  readonly verdict: SignatureVerdict | undefined;
  /**
   * Whether another contribution that does not descend from it holds the same files: then its
   * committer only brought somebody's work over.
   */
  readonly broughtOver: boolean;
}

export interface UnknownContributor {
  readonly address: string;
  readonly commit: string;
}

/** Who made a revision, as far as its commits say. */
export interface Contributors {
  /** Ids of people, in order. */
  readonly people: readonly string[];
  readonly unknown: readonly UnknownContributor[];
  /** Commits without a good signature of a `commit` key of the rules in force. */
  readonly unsigned: readonly string[];
  /** Those of `unsigned` whose signature is of a kind that can't be checked here. */
  readonly unsupported: readonly string[];
}

const coAuthorStart = 'co-authored-by:';

/** Addresses on `Co-authored-by:` lines, any case, anywhere in the message. */
export function coAuthors(message: Uint8Array): readonly string[] {
  const addresses: string[] = [];
  for (const line of new TextDecoder().decode(message).split(/\r\n|\r|\n/)) {
    const text = line.trim();
    if (!text.toLowerCase().startsWith(coAuthorStart)) continue;
    const open = text.lastIndexOf('<');
    const close = text.lastIndexOf('>');
    // A line without brackets still names somebody: the text itself then is the unknown address.
    const rest = text.slice(coAuthorStart.length).trim();
    addresses.push(open >= 0 && close > open ? text.slice(open + 1, close).trim() : rest);
  }
  return addresses;
}

function personWithAddress(rules: Rules, address: string): Person | undefined {
  for (const person of rules.people.values()) {
    if (person.email.some((listed) => sameAddress(listed, address))) return person;
  }
  return undefined;
}

/**
 * Match the authors, committers and co-authors of contributions to people, by address and by key.
 *
 * @param rules   In force for the release.
 * @param earlier Rules that were in force before, newest first: leavers stay known.
 * @see shared register format, "Independence"
 */
export function findContributors(
  contributions: readonly Contribution[],
  rules: Rules,
  earlier: readonly Rules[],
): Contributors {
  const people = new Set<string>();
  const unknown = new Map<string, UnknownContributor>();
  const unsigned: string[] = [];
  const unsupported: string[] = [];
  for (const { id, commit, verdict, broughtOver } of contributions) {
    for (const address of [commit.author.email, ...coAuthors(commit.message)]) {
      const person = [rules, ...earlier]
        .map((one) => personWithAddress(one, address))
        .find((found) => found !== undefined);
      if (person === undefined) unknown.set(address.toLowerCase(), { address, commit: id });
      else people.add(person.id);
    }
    const committer = personWithAddress(rules, commit.committer.email);
    const author = personWithAddress(rules, commit.author.email);
    if (committer !== undefined && (committer.id === author?.id || !broughtOver)) {
      people.add(committer.id);
    }
    const signer = verdict?.good === true ? personWithKey(rules, verdict.key, 'commit') : undefined;
    if (signer !== undefined) {
      if (!broughtOver || signer.id === author?.id) people.add(signer.id);
    } else {
      unsigned.push(id);
      if (verdict?.good === false && verdict.fault === 'unsupported') unsupported.push(id);
    }
  }
  return {
    people: [...people].sort(),
    unknown: [...unknown.values()].sort((a, b) => (a.address < b.address ? -1 : 1)),
    unsigned,
    unsupported,
  };
}
