import type { Requirement } from '../document/document.ts';
import { rulesId } from '../document/identity.ts';
import type { DocumentType, Rules } from '../rules/rules.ts';
import { excludedForRules } from '../rules/who-may.ts';
import { type Contributors, shareInWords } from './contributors.ts';

/** A revision that is to be put in force. */
export interface PutRevision {
  readonly document: string;
  readonly type: DocumentType;
  readonly requirements: readonly Requirement[];
  /** The revision before; undefined for a first one. */
  readonly since: string | undefined;
}

/**
 * Who may fill no requirement of a revision because they made it, or sign the release of rules:
 * id of the person → why, in words that follow their name.
 *
 * @param rules  In force for the release.
 * @param signer Id of the person who releases.
 * @see shared register format, "Independence", and "Release" on a release that puts QMS
 */
export function excludedFrom(
  revision: PutRevision,
  contributors: Contributors,
  rules: Rules,
  signer: string,
): ReadonlyMap<string, string> {
  const { document, type, requirements, since } = revision;
  const made = [...contributors.people.keys()];
  const excluded =
    document === rulesId
      ? excludedForRules(requirements, rules, signer, made)
      : new Set(type.independent ? made : []);
  return new Map(
    [...excluded].sort().map((person) => {
      const share = contributors.people.get(person);
      const why = [
        ...(share === undefined ? [] : [shareInWords(share, contributors.commits, since)]),
        ...(document === rulesId && person === signer ? ['signs this release of the rules'] : []),
      ];
      return [person, why.join(' and ')];
    }),
  );
}
