import type { Checks } from './checks.ts';
import { check, without } from './taken-out.ts';

const position = 'register/release-position.ts';
const trust = 'register/trust.ts';

/** The beginning of a register and the change of its rules: threat 28. */
export const rulesChecks: Checks = {
  '28-anchor-and-founding': [
    check(
      'the anchor is that of release 1',
      'another founding release by the same people is another register',
      without(trust, 'if (founding !== undefined && founding !== first.digest) {'),
    ),
    check(
      'two anchors agree',
      'a second anchor that differs from the first is an error',
      without(trust, 'if (other.digest !== first.digest) {'),
    ),
    check(
      'without an anchor nothing is claimed',
      'without an anchor everything is shown and nothing claimed',
      without(trust, 'if (problems.length === 0) {'),
    ),
    check(
      'release 1 puts QMS 1 and nothing else',
      'a founding release that puts QMS and something else is none',
      without(position, "if (only?.id !== 'QMS' || only.revision !== '1' || others > 0) {"),
    ),
    check(
      'release 1 has no parent',
      'a founding release that has a parent is none',
      without('register/verify-release.ts', 'if (commit.parents.length > 0) {'),
    ),
  ],
  '28-lock-out-by-name': [
    check(
      'somebody can release the next rules',
      'with nobody with a key for releasing',
      without('rules/lock-out.ts', 'if (releasers.length === 0) {'),
    ),
    check(
      'a compromised key changes no rules',
      'with only compromised keys',
      without('rules/who-may.ts', ' && !isCompromised(rules, key.identity)', ''),
    ),
    check(
      'a compromised key that is listed bars nobody for ever',
      'with one who may only release while a compromised key could approve',
      without('rules/lock-out.ts', '!releasers.some(isFree)', 'false'),
    ),
    check(
      'signed contributors need a key for commits',
      'with signed contributors and nobody with a key for commits',
      without(
        'rules/lock-out.ts',
        "if (isSigned && !people.some((person) => hasSoundKey(person, 'commit', rules))) {",
      ),
    ),
  ],
  '28-rules-change-under-rules': [
    check(
      'rules change alone',
      'rules together with a document that they would allow are refused',
      without(
        'register/release-acts.ts',
        "if (statement.put.some((line) => line.id === 'QMS') && statement.put.length + lines.length > 1) {",
      ),
    ),
    check(
      'rules lock nobody out',
      'rules with nobody who approves are refused',
      without(
        'register/released-rules.ts',
        "findings.take(canChangeRules(rules), { document: 'QMS' });",
        '',
      ),
    ),
    check(
      'types of living documents stay',
      'rules without the type of a document in force are refused',
      without(
        'register/released-rules.ts',
        'if (document.end !== undefined) continue;',
        'continue;',
      ),
    ),
    check(
      'QMS is never withdrawn',
      'QMS is never withdrawn',
      without('register/release-acts.ts', "if (act === 'withdraw' && line.id === 'QMS') {"),
    ),
    check(
      'neither signer nor contributor changes the rules alone',
      'rules approved by the releaser alone are refused while others could approve them',
      without(
        'rules/who-may.ts',
        'const choices = [[signer, ...contributors], contributors, [signer]];',
        'const choices = [contributors];',
      ),
    ),
  ],
  '28-rules-that-are-not-well-made': [
    check(
      'rules bear the revision of the line',
      'rules that bear another revision than the release says are refused',
      without('register/released-content.ts', 'if (rules.revision !== line.revision) {'),
    ),
    check(
      'no prefix begins another',
      'rules with a prefix that begins another are refused',
      without('rules/check-rules.ts', 'if (other === undefined) continue;', 'continue;'),
    ),
    check(
      'a document needs an approval',
      'rules with a document type without approvals are refused',
      without(
        'rules/check-rules.ts',
        "if (type.approvals.length === 0 && type.kind !== 'record') {",
      ),
    ),
  ],
};
