import type { Checks } from './checks.ts';
import { check, without } from './taken-out.ts';

const position = 'register/release-position.ts';
const parents = 'register/release-parents.ts';
const tree = 'register/release-tree.ts';
const trust = 'register/trust.ts';
const repository = 'register/repository-problems.ts';
const rejections = 'register/rejections.ts';

/** Time, history and the repository: threats 27, 29, 30 and 32 to 38. */
export const registerChecks: Checks = {
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
      'a release with these parents is refused: a commit without the content before the approved one',
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
      without(
        tree,
        'faults.push(`the content of ${id} differs, though the release does not say so`);',
        '',
      ),
    ),
    check(
      'no document comes in by itself',
      'a release whose tree has a document more is refused',
      without(
        tree,
        'if (now !== undefined) faults.push(`${id} was added, though the release does not say so`);',
        '',
      ),
    ),
    check(
      'evidence is that of the lines',
      'a release whose tree has evidence more is refused',
      without('register/release-approvals.ts', 'if (!named.has(file)) {'),
    ),
    check(
      'evidence has the bytes of its name',
      'a release whose tree has evidence with other bytes is refused',
      without('register/release-approvals.ts', 'if (sha256 !== hex) {'),
    ),
    check(
      'an id that ended does not return',
      'a withdrawn id does not return',
      without('register/release-acts.ts', 'if (known?.end !== undefined) {'),
    ),
  ],
  '30-the-repository-itself': [
    check(
      'for want of evidence no parent is one too many',
      'with the evidence of an approval that is a parent of its own nobody is accused',
      without(parents, 'if (!approvals.complete) {'),
    ),
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
      'an alternate store that is gone is told',
      'an alternate store that is gone is named, with what it was to hold',
      without(
        repository,
        'for (const folder of state.missingAlternates) {',
        'for (const folder of [] as string[]) {',
      ),
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
  '32-two-at-once-and-crashes': [
    check(
      'what a killed run left beside is taken away',
      'what a killed writer left beside a document is taken away, and what another writes stays',
      without('cli/write-whole.ts', 'await removeLeftovers(folder);', ''),
    ),
    check(
      'a branch that a killed release left behind is moved on',
      'a branch that a killed release left behind is moved on by the next one',
      without(
        'cli/register-branch.ts',
        'if (newest === undefined || branch?.id === newest || !ours) return;',
        'return;',
      ),
    ),
    check(
      'what is released is there before it is recorded here',
      'ten releases: one lands, nine name the number they lost, and land one after another',
      without(
        'cli/record-made.ts',
        'await pushFirst(refspecs, remote, recording);\n  try {\n    await updateRefs(repository, changes);',
        'await updateRefs(repository, changes);\n  try {\n    await pushFirst(refspecs, remote, recording);',
      ),
    ),
  ],
  '33-the-quarantine-and-hooks': [
    check(
      'the hook reads what git has not accepted yet',
      'a release whose every object is new is verified before git accepts one of them',
      without(
        'git/git-program.ts',
        "'GIT_SHALLOW_FILE',",
        "'GIT_SHALLOW_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES',",
      ),
    ),
    check(
      'a release that is none is refused',
      'of a forged release, no object stays on the server',
      without(
        'register/push/judge-releases.ts',
        'problems.push(...reasonsAgainst(name, reasons, after));',
        '',
      ),
    ),
    check(
      'git starts nothing that a repository configures',
      'qms check --staged starts none',
      without(
        'git/git-program.ts',
        "['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'core.pager=cat']",
        '[]',
      ),
    ),
  ],
  '34-serving-an-older-state': [
    check(
      'nothing is shown that ends before the known release',
      'after a restart nothing is served, and the known release is named',
      without('server/follow.ts', 'show: beyond && headReached', 'show: true'),
    ),
    check(
      'a tag without a number takes no library away',
      'a lightweight tag as release next takes no library away at a start',
      without('register/beyond.ts', "code === 'chain/name' ||", ''),
    ),
  ],
  '35-formats-that-can-not-be-read': [
    check(
      'objects are named by SHA-1',
      'objects named by SHA-256 is an unknown with words of its own',
      without('git/repository-state.ts', "if (format.objectFormat !== 'sha1') {"),
    ),
    check(
      'refs stand in files',
      'reftable declared beside files that say otherwise is an unknown with words of its own',
      without('git/repository-state.ts', "if (format.refStorage !== 'files') {"),
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
    check(
      'what settles was approved after the rejection',
      'a withdrawal with approvals from before the rejection settles nothing',
      without(rejections, 'filling.every((one) => one.time.seconds > time);', 'true;'),
    ),
    check(
      'what settles without an approval was released after the rejection',
      'a rejection after a correction that needed no approval is not settled by it',
      without(
        rejections,
        'return release !== undefined && release.time.seconds > time;',
        'return release !== undefined;',
      ),
    ),
  ],
  '38-compromised-keys': [
    check(
      'what is planned is contested as well',
      'a revision that is planned is contested like one in force',
      without(
        'register/contested.ts',
        "state === 'effective' || state === 'pending'",
        "state === 'effective'",
      ),
    ),
    check(
      'a record is not contested',
      'a record gets a warning: what happened is not undone',
      without('register/contested.ts', 'const past = !inUse || isRecord;', 'const past = !inUse;'),
    ),
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
