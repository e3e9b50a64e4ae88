import type { Checks } from './checks.ts';
import { check, without } from './taken-out.ts';

const statement = 'approval/parse-statement.ts';
const statementTag = 'approval/statement-tag.ts';
const signature = 'signature/verify.ts';
const approvals = 'register/release-approvals.ts';

const genuine = without(
  signature,
  'if (answers[next++] !== true) {',
  'if (answers[next++] === undefined) {',
);
/** Writing a statement again finds much of what the parser finds, but in other words. */
const writtenAgain = without(statement, 'if (formatStatement(statement) !== checked.text) {');

/** Names, bytes and signatures: threats 1 to 5, 11, 12, 15 and 21. */
export const statementChecks: Checks = {
  '01-replayed-approval': [
    check(
      'an approval names revision and digest of what is put',
      'an approval of the revision before approves nothing',
      without(
        approvals,
        'line.id === need.document && line.revision === need.revision && line.digest === need.digest',
        'line.id === need.document',
      ),
    ),
    check(
      'an approval is for this register',
      'an approval made for another register is refused',
      without(approvals, 'if (statement.register !== chain.anchor) {'),
    ),
    check(
      'the signature belongs to these bytes',
      'an approval whose revision was changed after signing is refused',
      genuine,
    ),
    check(
      'the commit of an approval holds the content',
      'an approval that points at a commit without that content is refused',
      without(approvals, 'if (held === false) {'),
    ),
  ],
  '02-names-and-subjects': [
    check(
      'a tag stands under its own name',
      'an approval under the name of another one is a warning and counts for nothing',
      without(statementTag, 'if (tag.name !== name) {'),
    ),
    check(
      'a release has the number of its name',
      'a release whose statement has another number than its name is refused',
      without('register/release-position.ts', 'if (statement.release !== candidate.number) {'),
    ),
    check(
      'the subject says what the fields say',
      'another revision',
      without(statement, 'if (subject !== expected) {'),
      writtenAgain,
    ),
    check(
      'names of tags are of the format',
      'a statement under the name',
      without(statementTag, 'if (!isStatementTagName(name)) {'),
    ),
  ],
  '03-moved-and-deleted-tags': [
    check(
      'a release names the bytes of the one before',
      'a release in the middle replaced by another valid one breaks the chain behind it',
      without('register/release-position.ts', 'if (statement.previous !== before.digest) {'),
    ),
    check(
      'a gap is told',
      'a release deleted in the middle ends the register before it',
      without('register/verify-register.ts', 'if (last >= end && isWhole) {'),
    ),
  ],
  '04-tag-targets': [
    check(
      'a statement points at a commit',
      'an approval of a tree is refused',
      without(statementTag, "if (tag.type !== 'commit') {"),
    ),
    check(
      'a statement is an annotated tag',
      'a lightweight tag as release is refused',
      without('register/object-reader.ts', 'if (object.type !== type) {'),
    ),
  ],
  '05-text-around-the-signature': [
    check(
      'nothing stands behind the armour',
      'an approval with text after the signature is refused',
      without('signature/armour.ts', 'if (at + end.length !== bytes.length) {'),
    ),
    check(
      'no line looks like an armour',
      'a statement with a line of dashes, as an armour begins, is refused',
      without(statement, "if (line.startsWith('-----')) {"),
    ),
    check(
      'no statement stands in the comment of another',
      'a statement that holds the beginning of another statement is refused',
      without(statement, 'if (early >= 0) {'),
    ),
  ],
  '11-statements-smuggled-into-commits': [
    check(
      'only a tag object is a statement',
      'a ref among the approvals that leads to such a commit is a warning',
      without('register/object-reader.ts', 'if (object.type !== type) {'),
    ),
    check(
      'an approval stands below qms/approve/',
      'a tag outside our namespaces is no approval',
      without(
        statement,
        "if (!name.startsWith('qms/approve/') || !isStatementTagName(name)) {",
        'if (!isStatementTagName(name)) {',
      ),
      without(
        statementTag,
        'if (tag.name.startsWith(folder)) return undefined;',
        'return undefined;',
      ),
    ),
  ],
  '12-approvals-for-another-purpose': [
    check(
      'an approval decides this act',
      'approvals with the decision confirm do not put',
      without(approvals, 'statement.decision === decisionOf[need.act] &&', ''),
    ),
    check(
      'an approval counts once for a document',
      'an approval that a release counted does not count for the next one',
      without(
        approvals,
        '(need) => chain.counted.get(tag.payload)?.has(need.document) !== true',
        '() => true',
      ),
      without(
        'register/release-making.ts',
        '.filter(({ tag }) => chain.counted.get(tag.payload)?.has(act.document) !== true)',
        '',
      ),
    ),
    check(
      'every requirement is filled',
      'a revision with only one of two approvals is refused',
      without(
        'register/release-making.ts',
        'of lacksInWords(shortfall, rules)) {',
        'of [] as { message: string; remedy: string }[]) {',
      ),
    ),
    check(
      'every approval of a release serves one of its lines',
      'with a role that is not asked for',
      without(approvals, 'if (!fits.some(couldServe)) {'),
      without(approvals, '} else if (!fresh.some(couldServe)) {'),
    ),
    check(
      'only what can not be read may ask for any approval',
      'with a role that is not asked for',
      without(approvals, '!need.whole ||', 'true ||'),
    ),
    check(
      'rejections stand below qms/reject/, and only they',
      'a rejection among the approvals by its name is a warning',
      without(
        statementTag,
        'if (tag.name.startsWith(folder)) return undefined;',
        'return undefined;',
      ),
    ),
    check(
      'what is withdrawn is the revision released last',
      'a withdrawal of a revision that is not the last released one is refused',
      without('register/release-acts.ts', 'if (last.revision !== line.revision) {'),
    ),
  ],
  '15-lists-in-statements': [
    check('no line stands twice', 'As twice', without(statement, 'if (before === here) {')),
    check(
      'lines are ascending',
      'Document out of order',
      without(statement, 'if (compareCodePoints(before, here) > 0) {'),
    ),
    check(
      'a decision is one of five',
      'a decision that is none',
      without(statement, 'if (!decisions.has(decision)) {'),
    ),
  ],
  '15-malformed-tags-and-trees': [
    check(
      'a tag has these headers and no other',
      'a release tag with an unknown header is refused',
      without('git/tag.ts', 'if (bytes[tagger.next] !== LF)', 'if (false)'),
    ),
    check(
      'entries of a tree are in order',
      'its entries out of order',
      without(
        'git/tree.ts',
        'compareInTree(previous.bytes, previous.folder, nameBytes, current.folder) >= 0',
        'false',
      ),
    ),
    check(
      'a file and a folder have not one name',
      'a file and a folder of one name',
      without('git/tree.ts', 'if (names.has(key))', 'if (false)'),
    ),
    check(
      'fields are in order',
      'an approval with fields out of order is refused',
      without(statement, 'if (position < last) {'),
      writtenAgain,
    ),
    check(
      'the signed headers are those of the object',
      'a signature over other headers than those of the object is bad',
      genuine,
    ),
  ],
  '21-agreement-with-git': [
    check('the signature belongs to these bytes', 'another message', genuine),
    check(
      'the namespace is git',
      'another namespace',
      without(signature, 'if (named !== gitNamespace) {'),
      without(
        signature,
        'const message = sshSignedData(gitNamespace, hash, digest);',
        "const message = sshSignedData(named ?? '', hash, digest);",
      ),
    ),
    check(
      'RSA keys have 2048 bits',
      'RSA with 1024 bits',
      without(signature, "if (weakness !== undefined) return bad('weak', weakness, identity);", ''),
    ),
  ],
  '21-signatures': [
    check(
      'the namespace is git',
      'an approval whose signature has the namespace file is refused',
      without(signature, 'if (named !== gitNamespace) {'),
      without(
        signature,
        'const message = sshSignedData(gitNamespace, hash, digest);',
        "const message = sshSignedData(named ?? '', hash, digest);",
      ),
    ),
    check(
      'the reserved field is empty',
      'an approval whose signature has reserved bytes filled is refused',
      without('signature/sshsig.ts', 'if (reserved.length !== 0)', 'if (false)'),
    ),
    check(
      'nothing stands behind the structure',
      'an approval whose signature has bytes behind its structure is refused',
      without(
        'signature/sshsig.ts',
        "if (!reader.done) return refused('there are bytes after its end');",
        '',
      ),
    ),
    check(
      'lines of the armour have 64 to 76 characters',
      'an approval whose signature has lines of 77 characters is refused',
      without(
        'signature/armour.ts',
        'if (lineLength < shortestLine || lineLength > longestLine) {',
      ),
    ),
    check(
      'base64 is canonical',
      'an approval with the last bits of its base64 filled is refused',
      without('signature/base64.ts', 'if ((pending & ((1 << bits) - 1)) !== 0)', 'if (false)'),
    ),
  ],
};
