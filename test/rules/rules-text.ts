import { parseRules } from '../../src/rules/parse-rules.ts';
import type { Rules } from '../../src/rules/rules.ts';
import type { Problem } from '../../src/problem/problem.ts';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { ed25519Key } from '../support/ssh-keys.ts';

/** Public keys of people, one line each. */
export const keyOf = {
  alice: ed25519Key('rules-alice').line,
  bob: ed25519Key('rules-bob').line,
  carol: ed25519Key('rules-carol').line,
};

/** Small rules in which everything is as it must be. */
export const goodRules = `id: QMS
revision: 1
title: Document control rules
organization: ABC Industrial Components
timezone: America/Detroit
standards: [iso9001:2015, iso13485:2016]
roles:
  quality-manager: Quality manager
  document-controller: Document controller
  process-owner: Process owner
people:
  alice:
    name: Alice Ng
    email: [alice@abc.example]
    roles: [quality-manager]
    keys:
      - key: ${keyOf.alice}
        use: [approve, commit]
  bob:
    name: Bob Kowalski
    email: [Bob@abc.example]
    roles: [process-owner, document-controller]
    keys:
      - key: ${keyOf.bob}
        use: [approve, release]
  carol:
    name: Carol Reyes
    email: [carol@abc.example]
types:
  sop:
    title: Standard operating procedure
    kind: document
    prefix: SOP
    revisions: number
    approvals:
      - {role: process-owner, meaning: reviewed}
      - {role: quality-manager, meaning: approved, count: 1}
    review: 24 months
    retention: 10 years
  ncr:
    title: Nonconformity report
    kind: record
    prefix: NCR
    revisions: number
    approvals: []
    independent: false
    contributors: any
    fields:
      severity: {type: choice, of: [minor, major], required: true}
      found: {type: day, required: true}
      seen-by: {type: person, list: true}
      cause: {type: text}
      parts: {type: number}
      contained: {type: yes-no}
      follows: {type: document}
      against: {type: clause}
  drawing:
    title: Drawing
    kind: external
    prefix: EXT
    revisions: letter
    approvals: [{role: quality-manager, meaning: approved}]
  rules:
    title: Document control rules
    kind: rules
    prefix: QMS
    revisions: number
    approvals:
      - {role: quality-manager, meaning: approved}
release:
  role: document-controller
`;

/** Parse rules as a test writes them. */
export function parse(text: string): Promise<{
  readonly rules: Rules | undefined;
  readonly problems: readonly Problem[];
}> {
  return parseRules('qms-docs/qms.yaml', new TextEncoder().encode(text), nodeCryptography);
}

/** Rules that a test knows to be good. */
export async function rulesOf(text: string): Promise<Rules> {
  const { rules, problems } = await parse(text);
  if (rules === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return rules;
}

/** The good rules with one text replaced, which must stand in them. */
export function changed(from: string, to: string): string {
  if (!goodRules.includes(from)) throw new Error(`not in the rules: ${from}`);
  return goodRules.replace(from, to);
}
