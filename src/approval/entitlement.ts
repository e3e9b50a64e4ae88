import type { Identity } from '../git/objects.ts';
import { sameAddress } from '../git/identity.ts';
import type { ProblemCode } from '../problem/codes.ts';
import { makeProblem, type Place, type Problem } from '../problem/problem.ts';
import type { KeyUse, Person, Rules, RulesKey } from '../rules/rules.ts';
import type { KeyIdentity, SignatureVerdict } from '../signature/verdict.ts';

/** Which statement is judged; the first word of its problem codes. */
export type Stage = 'approval' | 'release';

/** A signer whom the rules entitle, or every reason why not. */
export type Entitlement =
  | { readonly person: Person; readonly key: KeyIdentity; readonly problems: readonly [] }
  | { readonly person: undefined; readonly problems: readonly [Problem, ...Problem[]] };

/** Keys are the same if their material is, whatever comment or certificate they came with. */
export function sameKey(a: KeyIdentity, b: KeyIdentity): boolean {
  return a.format === b.format && a.fingerprint === b.fingerprint;
}

/**
 * Whether this is the key that signed. Of an OpenPGP key also the very subkey must stand in the
 * certificate as these rules list it, with whatever certificate the signature was checked.
 */
export function listsKey(listed: RulesKey, key: KeyIdentity): boolean {
  if (!sameKey(listed.identity, key)) return false;
  if (listed.certificate === undefined) return true;
  const signer = key.subkey ?? key.fingerprint;
  return listed.certificate.signingKeys.some((one) => one.fingerprint === signer);
}

/** The person of the rules who lists this key for a use, if there is one. */
export function personWithKey(rules: Rules, key: KeyIdentity, use: KeyUse): Person | undefined {
  for (const person of rules.people.values()) {
    for (const listed of person.keys) {
      if (listsKey(listed, key) && listed.use.includes(use)) return person;
    }
  }
  return undefined;
}

/**
 * Decide whether the one who signed may sign a statement of this stage: genuine signature, a
 * person of the rules, a key of that person with the use, an address of that person, the roles.
 *
 * @param personId  As the statement names it.
 * @param roles     Roles that the statement claims, or that its kind needs.
 * @param what      How to name the statement in messages: `The approval qms/approve/…`.
 * @see shared register format, "Statements", "Signatures", "Verification" 5
 */
export function judgeSigner(
  stage: Stage,
  verdict: SignatureVerdict,
  tagger: Identity,
  personId: string,
  roles: readonly string[],
  rules: Rules,
  what: string,
  place: Place,
): Entitlement {
  const problems: Problem[] = [];
  const find = (fault: string, message: string): void => {
    // Every fault named here stands in the table for both stages; the type can't say so.
    problems.push(makeProblem(`${stage}/${fault}` as ProblemCode, { message, place }));
  };
  if (!verdict.good) {
    // Nobody can say whether it is genuine, but nobody of the rules made it: no unknown.
    const fault = verdict.fault === 'key-unknown' ? verdict.fault : `signature-${verdict.fault}`;
    find(fault, `${what}: ${verdict.detail}.`);
  }
  const person = rules.people.get(personId);
  if (person === undefined) {
    find('person-unknown', `${what} names ${personId}, whom the rules in force do not list.`);
  } else {
    if (verdict.good) {
      const listed = person.keys.find((key) => listsKey(key, verdict.key));
      // Without this, anybody's good signature would do: git says "Good signature" for each.
      if (listed === undefined) {
        find(
          'key-unknown',
          `${what} is signed with ${keyName(verdict.key)}, which the rules in force do not list for ${personId}.`,
        );
      } else if (!listed.use.includes(stage === 'approval' ? 'approve' : 'release')) {
        find(
          'key-use',
          `${what} is signed with a key that ${personId} may use to ${listed.use.join(' and ')} only.`,
        );
      }
    }
    if (!person.email.some((address) => sameAddress(address, tagger.email))) {
      find(
        'address',
        `${what} gives the address <${tagger.email}>, which the rules in force do not list for ${personId}.`,
      );
    }
    const lacking = roles.filter((role) => !person.roles.includes(role));
    if (lacking.length > 0) {
      find(
        'role',
        `${what} needs the role ${lacking.join(', ')}, which the rules in force do not give to ${personId}.`,
      );
    }
  }
  const [first, ...rest] = problems;
  if (first !== undefined) return { person: undefined, problems: [first, ...rest] };
  if (person === undefined || !verdict.good) throw new Error('a signer without problems is known');
  return { person, key: verdict.key, problems: [] };
}

/** A key as `gpg` and `ssh-keygen -l` print it, with the subkey where one signed. */
function keyName({ fingerprint, subkey }: KeyIdentity): string {
  return subkey === undefined ? fingerprint : `${fingerprint} (subkey ${subkey})`;
}
