import type { Checks } from './checks.ts';
import { check, without } from './taken-out.ts';

const signature = 'signature/verify.ts';
const making = 'register/release-making.ts';
const parents = 'register/release-parents.ts';

/** Keys, roles, requirements and independence: threats 22 to 26. */
export const peopleChecks: Checks = {
  '22-keys-and-persons': [
    check(
      'the key is one of the person in the rules in force',
      'an approval by the key of another person is refused',
      without(
        'approval/entitlement.ts',
        'const listed = person.keys.find((key) => listsKey(key, verdict.key));',
        'const listed = person.keys.find((key) => listsKey(key, verdict.key)) ?? person.keys[0];',
      ),
    ),
    check(
      'the key is for this use',
      'an approval by a key that is not for approving is refused',
      without(
        'approval/entitlement.ts',
        "} else if (!listed.use.includes(stage === 'approval' ? 'approve' : 'release')) {",
      ),
    ),
    check(
      'the address is the person\u2019s',
      'an approval from an address that is not the person\u2019s is refused',
      without(
        'approval/entitlement.ts',
        'if (!person.email.some((address) => sameAddress(address, tagger.email))) {',
      ),
    ),
  ],
  '23-distinct-people': [
    check(
      'requirements are filled by distinct people',
      'one person in two roles fills one of two requirements',
      without(
        'approval/requirements.ts',
        'const assigned = matchPeople(slots);',
        'const assigned = slots.map((people) => people[0]);',
      ),
    ),
    check(
      'a key stands in the rules once',
      'rules with one key for two people are refused',
      without(
        'rules/check-rules.ts',
        'const first = owners.get(fingerprint);',
        'const first = undefined as Path | undefined;',
      ),
    ),
    check(
      'an address stands in the rules once',
      'rules with one address for two people are refused',
      without(
        'rules/check-rules.ts',
        'const first = owners.get(lowerAscii(address));',
        'const first = undefined as Path | undefined;',
      ),
    ),
  ],
  '23-quorum-and-extra-approvals': [
    check(
      'a requirement is filled as often as it says',
      'a quorum of two with 1 approvals',
      without(
        'approval/requirements.ts',
        'Array.from({ length: requirement.count }, () => ({ requirement, index }))',
        '[{ requirement, index }]',
      ),
      without(
        'approval/requirements.ts',
        'const open = requirement.count - by.length;',
        'const open = 1 - by.length;',
      ),
    ),
    check(
      'the same requirement once more needs another person',
      'the same requirement asked for once more needs another person',
      without(
        'approval/requirements.ts',
        'const assigned = matchPeople(slots);',
        'const assigned = slots.map((people) => people[0]);',
      ),
    ),
    check(
      'what a document asks for on top is asked for',
      'an approval that the document asks for on top',
      without(
        'register/release-making.ts',
        'const requirements = [...act.type.approvals, ...(matter?.approval ?? [])];',
        'const requirements = [...act.type.approvals];',
      ),
    ),
  ],
  '24-weak-keys': [
    check(
      'RSA keys have 2048 bits',
      'an approval by RSA with 1024 bits is refused',
      without(signature, "if (weakness !== undefined) return bad('weak', weakness, identity);", ''),
    ),
    check(
      'RSA does not sign with SHA-1',
      'an approval by RSA with SHA-1 is refused',
      without(signature, "if (algorithm === 'ssh-rsa') {"),
    ),
    check(
      'somebody touched the security key',
      'a release by a security key that nobody touched is refused',
      without(signature, 'if (!one.present)', 'if (false)'),
    ),
  ],
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
      without(
        parents,
        'for (const approved of approvals.commits) {',
        'for (const approved of []) {',
      ),
    ),
  ],
  '25-independence-across-moves': [
    check(
      'an id counts in every spelling that the reader takes',
      'where its front matter names the document as an explicit key',
      without(
        'register/document-lines.ts',
        'const id = isPlain ? undefined : strictId(bytes.subarray(blockStart, start));',
        'const id = undefined;',
      ),
    ),
    check(
      'a file belongs to a document where it stood as well',
      'a picture that the revision before had under another name',
      without(
        'register/contributions.ts',
        'const all = new Set([...paths, ...stood]);',
        'const all = new Set(paths);',
      ),
      without('register/contributions.ts', 'for (const one of from) all.add(one);', ''),
    ),
    check(
      'a file belongs to a document where it was moved from',
      'the rules, drafted elsewhere',
      without('register/contributions.ts', 'for (const one of from) all.add(one);', ''),
    ),
    check(
      'a new name is no new human',
      'with the same key and a new address',
      without(
        'approval/contributors.ts',
        'person === undefined ? [] : [person.id, ...(successors.get(person.id) ?? [])];',
        'person === undefined ? [] : [person.id];',
      ),
    ),
  ],
  '25-independence-of-copies': [
    check(
      'the original is no descendant of the copy',
      'not by a later commit that returns to the same text',
      without('register/contributions.ts', 'if (!isExcused) continue;', ''),
    ),
    check(
      'merged releases are work',
      'and whoever made their commits contributed to what they hold',
      without(
        'register/history.ts',
        'if (this.#workOf(id) === undefined) await this.#index(id, commit, reader, mayBeMissing);',
        '',
      ),
    ),
  ],
  '25-independence-of-commits': [
    check(
      'the work that excuses is somebody else\u2019s',
      'two copies of one\u2019s own work under a foreign name do not excuse each other',
      without(
        'register/contributions.ts',
        'const others = same.filter((work) => !isTheirs(work));',
        'const others = same;',
      ),
    ),
    check(
      'whose key signs a commit contributed',
      'who signs under a foreign name is the one who contributed',
      without(
        'approval/contributors.ts',
        'const brought = [...namesOf(committer), ...namesOf(signer)];',
        'const brought = [...namesOf(committer)];',
      ),
    ),
    check(
      'everybody on a co-author line contributed',
      'the second on a co-author line',
      without(
        'approval/contributors.ts',
        'const found = [...bracketed, ...bare];',
        'const found = [...bracketed, ...bare].slice(0, 1);',
      ),
    ),
    check(
      'a compromised key signs nothing',
      'a compromised key signs nothing from the release since which it is',
      without(
        'register/contributions.ts',
        "if (inForce !== undefined && isCompromised(inForce, verdict.key, first)) return 'missing';",
        '',
      ),
    ),
  ],
  '25-reasons-by-name': [
    check(
      'a merge is said to approve nothing',
      'not the one whose signature it lacks, though it is by an approver\u2019s own key',
      without(
        making,
        'note: await mergeNote(judging, open.missing.length > 0 ? content : undefined, workParents),',
        'note: undefined,',
      ),
    ),
    check(
      'what is not counted is kept with its reason',
      'also where others fill the requirements',
      without(
        making,
        'const notCounted = known ? notCountedOf(candidates, filling, excluded) : [];',
        'const notCounted: readonly NotCounted[] = [];',
      ),
    ),
  ],
  '26-roles': [
    check(
      'the signer holds every role that is claimed',
      'an approval in a role that the person does not hold is refused',
      without('approval/entitlement.ts', 'if (lacking.length > 0) {'),
    ),
    check(
      'roles are those of the rules in force',
      'a role gained by the rules of a later release does not count yet',
      without('approval/entitlement.ts', 'if (lacking.length > 0) {'),
    ),
  ],
};
