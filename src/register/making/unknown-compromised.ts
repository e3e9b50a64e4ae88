import { makeProblem, type Problem } from '../../problem/problem.ts';
import { namesKey } from '../../rules/compromised.ts';
import type { RulesKey, Rules } from '../../rules/rules.ts';

/**
 * Entries of `compromised` that name no key that rules of this register ever listed. Verification
 * has nothing against them, but whoever adds one in an emergency must learn that it does nothing.
 *
 * @param known Every rules that were ever in force.
 */
export function unknownCompromised(rules: Rules, known: readonly Rules[]): readonly Problem[] {
  const keys = [...known, rules].flatMap((one) =>
    [...one.people.values()].flatMap((person) => person.keys),
  );
  return rules.compromised
    .filter((entry) => !keys.some((key) => namesKey(entry, key.identity)))
    .map((entry) => {
      const primary = keys.find((key) => hasSubkey(key, entry.key))?.identity.fingerprint;
      return makeProblem('making/compromised-unknown', {
        message:
          primary === undefined
            ? `The rules call ${entry.key} compromised, but no rules of this register ever listed that key.`
            : `The rules call ${entry.key} compromised, which is a subkey of ${primary}; a key is named by its primary key.`,
        place: { field: 'compromised' },
        document: 'QMS',
        ...(primary === undefined ? {} : { remedy: `Write ${primary} in its place.` }),
      });
    });
}

function hasSubkey({ certificate }: RulesKey, fingerprint: string): boolean {
  const wanted = fingerprint.toLowerCase();
  return certificate?.signingKeys.some((one) => one.fingerprint.toLowerCase() === wanted) === true;
}
