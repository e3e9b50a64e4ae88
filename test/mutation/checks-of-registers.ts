import type { Checks } from './checks.ts';
import { check, without } from './taken-out.ts';

const position = 'register/release-position.ts';
const parents = 'register/release-parents.ts';
const tree = 'register/release-tree.ts';
const trust = 'register/trust.ts';
const repository = 'register/repository-problems.ts';
const rejections = 'register/rejections.ts';
const making = 'register/release-making.ts';

/** People, time, rules and history: threats 25, 27 to 38. */
export const registerChecks: Checks = {
  '25-independence': [
    check(
      'a contributor fills nothing',
      'an approval by somebody who contributed as author fills nothing',
      without(
        making,
        'const free = candidates.filter((one) => !excluded.has(one.person));',
        'const free = candidates;',
      ),
    ),
    check(
      'a co-author contributed',
      'an approval by somebody who contributed as co-author fills nothing',
      without(
        'approval/contributors.ts',
        'for (const address of [commit.author.email, ...coAuthors(commit.message)]) {',
        'for (const address of [commit.author.email]) {',
      ),
    ),
    check(
      'a contributor is known',
      'an unknown contributor is an error',
      without(making, "if (type.contributors !== 'any') {"),
    ),
    check(
      'commits are signed where the type asks for it',
      'a signature by a key that nobody lists',
      without(making, "if (type.contributors === 'signed') {"),
    ),
    check(
      'the approved commit is a parent',
      'a squash does not hide the author of what was squashed: the approved commit is a parent',
      without(parents, 'for (const approved of approvals) {', 'for (const approved of []) {'),
    ),
  ],
  '27-times-and-days': [
    check(
      'a release is not older than the one before',
      'a release more than five minutes before the one before it is refused',
      without(position, 'if (tag.tagger.seconds < before.time.seconds - clockToleranceSeconds) {'),
    ),
    check(
      'a release is not in the future',
      'a release more than five minutes in the future is refused',
      without(position, 'if (tag.tagger.seconds > now + clockToleranceSeconds) {'),
    ),
    check(
      'an approval is not later than the release',
      'an approval more than five minutes after the release is refused',
      without(
        'register/release-approvals.ts',
        'if (tag.tag.tagger.seconds > time.seconds + clockToleranceSeconds) {',
      ),
    ),
    check(
      'nothing takes effect before it was signed',
      'a day before the day of signing is refused',
      without(position, 'if (day < today) {'),
    ),
    check(
      'a confirmation bears its day',
      'which is not the day of signing, is refused',
      without(position, 'if (day !== today) {'),
    ),
    check(
      'a document has its say about its day',
      'a day before the one that the document asks for is refused',
      without(position, 'if (planned !== undefined && line.day < planned) {'),
    ),
  ],
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
        'approval/requirements.ts',
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
  '29-chain-and-head': [
    check(
      'a release names the one before',
      'a release that names another one before it is refused',
      without(position, 'if (statement.previous !== before.digest) {'),
    ),
    check(
      'a release is of this register',
      'a release of another register is refused',
      without(position, 'if (statement.register !== chain.anchor) {'),
    ),
    check(
      'the known head is there',
      'the newest release deleted',
      without(trust, "if (found === digest || found === 'unread') continue;", 'continue;'),
    ),
    check(
      'below qms/release/ stand numbers',
      'a tag qms/release/four is an error, and the register stays good',
      without(
        'register/verify-register.ts',
        'if (numberPattern.test(name)) numbered.set(Number(name), ref);',
        'if (true) numbered.set(Number(name), ref);',
      ),
    ),
  ],
  '29-parents': [
    check(
      'the first parent is the release before',
      'a release with these parents is refused: the release before the one before',
      without(parents, 'if (first !== previous) {'),
    ),
    check(
      'the second parent holds what is put',
      'a release with these parents is refused: a commit without the content',
      without(parents, 'if (!holds) {'),
    ),
    check(
      'there are no other parents',
      'a release with these parents is refused: one more',
      without(parents, 'if (next < further.length) {'),
    ),
  ],
  '29-tree-and-evidence': [
    check(
      'other documents stay as they are',
      'a release whose tree has another document changed is refused',
      without(tree, '} else if (now !== tree) {'),
    ),
    check(
      'no document comes in by itself',
      'a release whose tree has a document more is refused',
      without(tree, 'if (!before.has(id) && !put.has(id)) {'),
    ),
    check(
      'evidence is that of the lines',
      'a release whose tree has evidence more is refused',
      without('register/release-approvals.ts', 'if (!named.has(file)) {'),
    ),
    check(
      'evidence has the bytes of its name',
      'a release whose tree has evidence with other bytes is refused',
      without('register/release-approvals.ts', 'if (cryptography.sha256(object.bytes) !== hex) {'),
    ),
    check(
      'an id that ended does not return',
      'a withdrawn id does not return',
      without('register/release-acts.ts', 'if (known?.end !== undefined) {'),
    ),
  ],
  '30-the-repository-itself': [
    check(
      'each object has the bytes of its name',
      'a pack index doctored so that an approved id returns other bytes is an error',
      without('git/checked-object.ts', 'if (name !== id)', 'if (false)'),
    ),
    check(
      'a shallow clone is told',
      'a shallow clone is an unknown',
      without(repository, 'if (state.shallow)', 'if (false)'),
    ),
    check(
      'grafts are told',
      'grafts are an error and never honoured',
      without(repository, 'if (state.grafts)', 'if (false)'),
    ),
    check(
      'replace refs are told',
      'replace refs are an error and never honoured',
      without(repository, 'for (const name of state.replaceRefs) {', 'for (const name of []) {'),
    ),
  ],
  '34-serving-an-older-state': [
    check(
      'nothing is shown that ends before the known release',
      'after a restart nothing is served, and the known release is named',
      without('server/follow.ts', 'show: beyond && headReached', 'show: true'),
    ),
  ],
  '36-junk-and-loose-ends': [
    check(
      'uncounted tags are warnings',
      'an uncounted approval with no signature is a warning',
      without(
        'register/loose-tags.ts',
        "return problems.map((problem) => ({ ...problem, severity: 'warning' }));",
        'return problems;',
      ),
    ),
    check(
      'malformed tags are warnings',
      'an uncounted approval with a malformed tag is a warning',
      without(
        'register/loose-tags.ts',
        "return { ...none, problem: { ...problem, severity: 'warning' } };",
        'return { ...none, problem };',
      ),
    ),
    check(
      'an earlier result holds only while its tags do',
      'an earlier verification does not hide that a release was replaced',
      without('register/verify-register.ts', 'return same ? chain : undefined;', 'return chain;'),
    ),
  ],
  '37-rejections': [
    check(
      'a rejection before the release stands',
      'a rejection before the release stands against it',
      without(rejections, 'if (time <= release.time.seconds) {'),
    ),
    check(
      'a leaver rejects nothing',
      'a rejection by somebody who left does not stand: it could be antedated',
      without(
        rejections,
        "if (personWithKey(newest, verdict.key, 'approve')?.id !== person) return false;",
        '',
      ),
    ),
    check(
      'who rejects holds a required role',
      'a rejection by somebody without a required role does not stand',
      without(
        rejections,
        'return requirements.some((requirement) => roles.includes(requirement.role));',
        'return true;',
      ),
    ),
    check(
      'a rejection is taken back by its person only',
      'the approval of another person does not take a rejection back',
      without(rejections, 'approval.tag.statement.person === person &&', ''),
      without(
        rejections,
        '(approval) => approval.person === person && approval.time.seconds > time,',
        '(approval) => approval.time.seconds > time,',
      ),
    ),
  ],
  '38-compromised-keys': [
    check(
      'what rests on a compromised key is contested',
      'revisions in force that rest on the key of an approver',
      without('register/contested.ts', 'if (keys.length === 0 ||', 'if (true ||'),
    ),
    check(
      'a confirmation settles it only by other keys',
      'a confirmation that rests on the compromised key again settles nothing',
      without(
        'register/contested.ts',
        'return acts.some((act) => restsOn(act, chain).length === 0);',
        'return acts.length > 0;',
      ),
    ),
  ],
};
