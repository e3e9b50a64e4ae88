import type { Checks } from './checks.ts';
import { check, without } from './taken-out.ts';

const content = 'register/released-content.ts';
const yaml = 'document/strict-yaml.ts';
const commit = 'git/commit.ts';

const exactDigest = without(content, 'if (content.digest !== line.digest) {');
const plainPath = without(
  'document/path-rules.ts',
  'if (point === 0x09 || point === 0x0a || isRefusedCodePoint(point)) {',
);

const onlyReleases = without(
  'register/disposals.ts',
  'if ([...this.#excused].every(isGood)) return undefined;',
  'return undefined;',
);

/** Documents and their bytes: threats 6 to 10, 13, 14, 16 to 20, 31, 39 and 40. */
export const contentChecks: Checks = {
  '06-content-that-is-not-what-it-seems': [
    check(
      'the files are those of the digest',
      'a release with an image swapped after approval is refused',
      exactDigest,
    ),
    check(
      'content is plain files',
      'content that holds a symbolic link is refused',
      without('document/content.ts', 'if (file.mode !== plainFile) {'),
    ),
    check(
      'no file is a pointer of Git LFS',
      'content with a Git LFS pointer is refused',
      without(
        'document/content.ts',
        '} else if (file.bytes !== undefined && isLfsPointer(file.bytes)) {',
      ),
    ),
    check(
      'no two paths are one to some systems',
      'content with two paths that differ by case only is refused',
      without(
        'document/content.ts',
        'collidingPaths(sorted.map((file) => file.path))',
        'collidingPaths([])',
      ),
    ),
  ],
  '07-bytes-not-checkouts': [
    check(
      'what is hashed is the bytes of the blob',
      'the same text with other line ends is not the content that was approved',
      without(
        'register/content.ts',
        'sha256: cryptography.sha256(bytes),',
        'sha256: cryptography.sha256(bytes.filter((byte) => byte !== 13)),',
      ),
    ),
  ],
  '08-look-alikes': [
    check(
      'no character is invisible or changes the direction',
      'a document with a right-to-left override is refused',
      without('document/text-rules.ts', '(point >= 0x202a && point <= 0x202e) ||', ''),
    ),
    check(
      'joiners stand between what they join',
      'a document with a zero-width joiner between letters is refused',
      without(
        'document/text-rules.ts',
        'if (!allowsJoiner(before) || !allowsJoiner(after))',
        'if (false)',
      ),
    ),
    check(
      'text is in NFC',
      'a document that is not in NFC is refused',
      without('document/text-rules.ts', 'if (index !== undefined) {'),
    ),
  ],
  '09-identity-and-revisions': [
    check(
      'one content is one document',
      'content with two controlled documents is refused',
      without(
        content,
        'const wrong = isRules ? placed.length !== 1 || found.length !== 1 : found.length !== 1;',
        'const wrong = isRules ? placed.length !== 1 || found.length !== 1 : found.length < 1;',
      ),
    ),
    check(
      'a document keeps its id',
      'a document that changes its id is refused',
      without(content, 'if (frontMatter.id !== line.id) {'),
    ),
    check(
      'a document bears the revision of the line',
      'a document that bears another revision than the release says is refused',
      without(content, 'if (frontMatter.revision !== line.revision) {'),
    ),
    check(
      'a revision is the successor',
      'revision 4 after 2 is refused',
      without('register/release-acts.ts', ': expected !== line.revision', ': false'),
    ),
  ],
  '10-typed-in-status': [
    check(
      'nobody types in what is derived',
      'front matter with status: effective is refused',
      without(
        'document/front-matter.ts',
        'export const frontMatterSchema = z.strictObject(',
        'export const frontMatterSchema = z.object(',
      ),
    ),
    check(
      'the type is the one of the id',
      'a procedure that calls itself type wi is refused',
      without(content, 'if (frontMatter.type !== type.id) {'),
      without(
        'rules/document-rules.ts',
        'if (type?.id !== frontMatter.type) problems.push(wrongType(document, rules, type));',
        '',
      ),
    ),
    check(
      'what a document asks for on top is asked for',
      'a document that asks for an approval more does not get away without it',
      without(
        'register/release-making.ts',
        'const requirements = [...act.type.approvals, ...(matter?.approval ?? [])];',
        'const requirements = [...act.type.approvals];',
      ),
    ),
    check(
      'a change has a reason',
      'a second released revision without the reason for it is refused',
      without(
        'rules/document-rules.ts',
        'if (options.laterRevision && frontMatter.changes === undefined) {',
      ),
    ),
  ],
  '13-manifests-that-look-alike': [
    check(
      'no path has a line break',
      'a file name that holds the line of another file makes the same digest and is refused',
      plainPath,
    ),
  ],
  '14-malformed-commits': [
    check(
      'a commit has one tree',
      'a release commit with two trees, the real one first is refused',
      without(
        commit,
        'let at = tree.next;',
        "let at = readIdHeader(bytes, tree.next, 'tree')?.next ?? tree.next;",
      ),
    ),
    check(
      'headers that decide stand once',
      'a release commit with two committers is refused',
      without(commit, 'if (believed !== undefined)', 'if (false)'),
      without(commit, "if (names.some((name) => name !== 'encoding' && name !== 'gpgsig')) {"),
    ),
    check(
      'a release commit has no other headers',
      'a release commit with an unknown header is refused',
      without(commit, "if (names.some((name) => name !== 'encoding' && name !== 'gpgsig')) {"),
    ),
  ],
  '16-front-matter': [
    check(
      'the first line is exactly three dashes',
      'a document with a fence that names JavaScript is refused',
      without(
        'document/front-matter.ts',
        "if (!text.startsWith('---\\n')) {",
        "if (!text.startsWith('---')) {",
      ),
    ),
    check(
      'front matter has at most 16 KiB',
      'front matter of more than 16 KiB is refused',
      without(yaml, 'if (bytes > bytesLimit) {'),
    ),
  ],
  '17-yaml': [
    check(
      'no anchors, aliases, tags and directives',
      'front matter with a tag of its own is refused',
      without(yaml, 'if (what !== undefined) {'),
    ),
    check(
      'no key stands twice',
      'front matter with a duplicate key is refused',
      without(yaml, '} else if (first !== undefined) {'),
    ),
    check(
      'no merge keys',
      'front matter with a merge key is refused',
      without(yaml, "} else if (name === '<<') {"),
    ),
  ],
  '18-dangerous-markdown': [
    check(
      'raw HTML is words',
      'a script',
      without('publish/markdown.ts', 'handlers: { html: rawHtmlAsText },', ''),
    ),
    check(
      'a link leads to no scheme that runs',
      'a link that runs, in disguise',
      without('publish/markdown.ts', '.use(rehypeSanitize, sanitizeSchema)', ''),
      without('publish/links.ts', 'externalSchemes.has(scheme) ?', 'true ?'),
    ),
    check(
      'a released file runs nothing',
      'a picture with script is served so that nothing in it runs',
      without(
        'server/headers.ts',
        "style-src 'unsafe-inline'; sandbox\"",
        "style-src 'unsafe-inline'\"",
      ),
    ),
  ],
  '19-hostile-requests': [
    check(
      'the number of a release is one',
      'refs and revisions: /register/0x3',
      without(
        'server/parameters.ts',
        'if (!/^[1-9][0-9]{0,8}$/.test(text)) throw notFound(request);',
        '',
      ),
    ),
    check(
      'the host is one that the server has',
      'a page asked under another host is not given',
      without(
        'server/app.ts',
        'if (options.hosts !== undefined && !options.hosts.includes(request.hostname)) {',
      ),
    ),
    check(
      'only questions are answered',
      'the method POST is refused',
      without('server/app.ts', "if (request.method !== 'GET' && request.method !== 'HEAD') {"),
    ),
  ],
  '20-sizes': [
    check(
      'a comment has at most 64 KiB',
      'a comment of more than 64 KiB is refused',
      without(
        'approval/parse-statement.ts',
        'if (encodeUtf8(comment).length > commentLimitBytes) {',
      ),
    ),
    check(
      'a statement has at most 1,000 lines of a kind',
      'more than 1,000 lines of a kind are refused',
      without('approval/parse-statement.ts', 'if (values.length >= linesLimit) {'),
    ),
  ],
  '31-sha1-collisions': [
    check('the files are those of the digest', 'a released text', exactDigest),
    check(
      'evidence has the bytes of its name',
      'the evidence of an approval, replaced by another genuine approval',
      without('register/release-approvals.ts', 'if (sha256 !== hex) {'),
    ),
    check(
      'a release names the bytes of the one before',
      'a release, replaced by another genuine release of the same number',
      without('register/release-position.ts', 'if (statement.previous !== before.digest) {'),
    ),
  ],
  '39-drafts-of-records': [
    check(
      'only what stood at the path of the record may be missing',
      'may not be missing where nothing of the record was released',
      without('register/disposals.ts', 'return claims.length > 0;', 'return true;'),
    ),
    check(
      'the path belongs to the record alone',
      'may not be missing where another document had its place',
      without(
        'register/disposals.ts',
        'const isShared = [...this.#ownersOf(path)].some((owner) => !there.has(owner));',
        'const isShared = false;',
      ),
    ),
    check(
      'only a release disposes of a record',
      'may not be missing where the disposal is none',
      onlyReleases,
    ),
    check(
      'only a release says what a record had',
      'is not what a release that is none says that the record had',
      without('register/disposals.ts', 'isDisposed(id) && release <= good;', 'isDisposed(id);'),
    ),
  ],
  '39-records': [
    check(
      'only records are disposed of',
      'only records are disposed of',
      without('register/release-acts.ts', "if (act === 'dispose' && type.kind !== 'record') {"),
    ),
    check(
      'a record leaves the tree with the next release',
      'a record that stays in the tree of the next release is refused',
      without('register/verify-release.ts', '...(chain?.recordsInTree ?? []),', ''),
    ),
    check(
      'missing files are excused by a disposal only',
      'the disposal of one record does not excuse the files of another',
      without(
        'register/disposals.ts',
        'return this.#ids.has(document);',
        'return this.#ids.size > 0;',
      ),
      without('register/disposals.ts', 'return claims.length > 0;', 'return true;'),
      onlyReleases,
    ),
    check(
      'a record that is gone accuses no approval',
      'after its disposal a record may be missing that asked for an approval itself',
      without('register/release-approvals.ts', '!need.whole ||', ''),
    ),
    check(
      'only what was disposed of may be shown as gone',
      'a text that is missing without a disposal is not passed off as disposed of',
      without(
        'publish/document-body.tsx',
        'if (release === undefined || !isMissing(error)) throw error;',
        'if (!isMissing(error)) throw error;',
      ),
    ),
  ],
  '40-any-byte': [
    // A changed file fails three checks at once; each is taken out elsewhere (06, 29, 31).
    check(
      'the signature belongs to these bytes',
      'of the part of a release tag that only the signature covers',
      without(
        'signature/verify.ts',
        'if (answers[next++] !== true) {',
        'if (answers[next++] === undefined) {',
      ),
    ),
  ],
  '40-audit': [
    check(
      'only a release disposes of a record',
      'a release that is none excuses no missing file',
      onlyReleases,
    ),
    check(
      'what is over the limits is junk',
      'a tag on an object over the limit is a warning',
      without(
        'register/loose-tags.ts',
        "const isJunk = one.code === 'git/object-too-large';",
        'const isJunk = false;',
      ),
    ),
  ],
};
