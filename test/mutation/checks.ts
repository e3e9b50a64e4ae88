/**
 * The checks that decide, each with the test that must fail once it is taken out: what
 * `npm run prove -- checks` takes out, one after the other. Each file of test/attacks/, a row of
 * the table in SECURITY.md, has at least one; a test holds that, and that each text is found.
 */
import { contentChecks } from './checks-of-content.ts';
import { openPgpChecks } from './checks-of-openpgp.ts';
import { peopleChecks } from './checks-of-people.ts';
import { registerChecks } from './checks-of-registers.ts';
import { rulesChecks } from './checks-of-rules.ts';
import { statementChecks } from './checks-of-statements.ts';

/** A piece of source as it stands, exactly once in its file, and what stands there without it. */
export interface Removal {
  /** Path from the top of the project. */
  readonly file: string;
  readonly text: string;
  readonly without: string;
}

/** A check that is taken out. */
export interface Check {
  /** What is checked, in words. */
  readonly what: string;
  /** More than one where the check is doubled, so that taking out one changes nothing. */
  readonly removals: readonly [Removal, ...Removal[]];
  /** Part of the name of a test in the file of attacks, which must then fail. */
  readonly test: string;
}

/** By the name of the file in test/attacks/, without its ending. */
export type Checks = Readonly<Record<string, readonly Check[]>>;

export const checks: Checks = {
  ...statementChecks,
  ...openPgpChecks,
  ...peopleChecks,
  ...contentChecks,
  ...rulesChecks,
  ...registerChecks,
};
