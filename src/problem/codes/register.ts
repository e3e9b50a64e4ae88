import type { CodeEntry } from '../codes.ts';

export const registerCodes = {
  'anchor/missing': {
    severity: 'unknown',
    title: 'No anchor was given',
    explanation:
      'Without an anchor from outside the repository nobody can tell this register from another one that somebody made with keys of their own. Everything was computed, but success is not claimed.',
    remedy:
      'Get the anchor from a person or paper you trust and give it: --anchor sha256:… or git config qms.anchor sha256:…',
  },
  'anchor/mismatch': {
    severity: 'error',
    title: 'The anchor does not match',
    explanation:
      'Release 1 of this repository is not the one that the anchor names: this is another register.',
    remedy: 'Make sure that the anchor is right. If it is, do not work by this repository.',
  },
  'anchor/conflict': {
    severity: 'error',
    title: 'Two anchors that differ',
    explanation: 'The option, the environment and the Git configuration name different anchors.',
    remedy: 'Find out which is right and remove the other.',
  },
  'anchor/malformed': {
    severity: 'error',
    title: 'An anchor that can not be read',
    explanation: 'An anchor is written sha256: and 64 lower-case hex digits.',
    remedy: 'Copy it again from where you got it.',
  },
  'head/malformed': {
    severity: 'error',
    title: 'A head that can not be read',
    explanation: 'A head is written <release>:sha256:<64 hex digits>.',
    remedy: 'Copy it again from where you got it.',
  },
  'head/rolled-back': {
    severity: 'error',
    title: 'Releases are gone',
    explanation:
      'A release that was seen before is no longer in this register: the newest releases were deleted or replaced.',
    remedy:
      'Fetch from a complete copy, and find out who removed or replaced them. Do not work by this state.',
  },
  'chain/empty': {
    severity: 'unknown',
    title: 'No release yet',
    explanation: 'There is no tag below qms/release/, so there is no register in this repository.',
    remedy: 'Fetch the tags (git fetch --tags), or begin a register with qms init.',
  },
  'chain/gap': {
    severity: 'error',
    title: 'A release is missing in the chain',
    explanation: 'Releases are numbered without gaps; one is missing below the newest.',
    remedy: 'Fetch the tags again from a complete copy.',
  },
  'chain/name': {
    severity: 'error',
    title: 'A tag below qms/release/ that is no release',
    explanation: 'Names below refs/tags/qms/release/ are whole numbers without leading zeros.',
    remedy: 'Delete the tag, and find out who made it.',
  },
  'chain/number': {
    severity: 'error',
    title: 'A release under another number',
    explanation: 'The number in the statement is not the number in the name of the tag.',
    remedy: 'Make the release again with qms release.',
  },
  'chain/previous': {
    severity: 'error',
    title: 'The chain is broken',
    explanation: 'The release does not name the SHA-256 of the release before it.',
    remedy: 'Make the release again with qms release.',
  },
  'chain/register': {
    severity: 'error',
    title: 'A release of another register',
    explanation: 'The release names another anchor than that of release 1.',
    remedy: 'Make the release again with qms release.',
  },
  'chain/founding': {
    severity: 'error',
    title: 'Release 1 is not a founding release',
    explanation:
      'Release 1 puts QMS 1 in force and nothing else, rests on no approval, and has no parent.',
    remedy: 'Begin the register again with qms init.',
  },
  'chain/time-backwards': {
    severity: 'error',
    title: 'A release dated before the one before it',
    explanation: 'A release is signed more than five minutes before the release before it.',
    remedy: 'Set the clock right and make the release again.',
  },
  'chain/time-future': {
    severity: 'error',
    title: 'A release dated in the future',
    explanation: 'A release is signed more than five minutes in the future.',
    remedy: 'Set the clock right and make the release again.',
  },
  'release/signature-missing': {
    severity: 'error',
    title: 'A release without a signature',
    explanation: 'A release is a signed tag; this one bears no signature.',
    remedy: 'Make it again with a signing key.',
  },
  'release/signature-malformed': {
    severity: 'error',
    title: 'A release with a malformed signature',
    explanation:
      'The armour or the structure of the signature is not exactly as its format asks, or there is more than one. Bytes behind the signature are not signed.',
    remedy: 'Make it again; do not edit a tag by hand.',
  },
  'release/signature-namespace': {
    severity: 'error',
    title: 'A release with a signature made for something else',
    explanation:
      'An SSH signature names what it was made for, an OpenPGP signature over what it was made. Only the namespace git, and signatures over bytes (type 0x00), count here.',
    remedy: 'Make it again with git or qms.',
  },
  'release/signature-bad': {
    severity: 'error',
    title: 'A release with a bad signature',
    explanation:
      'The signature does not belong to these bytes: they were changed after signing, or the signature was taken from elsewhere.',
    remedy: 'Find out who changed it; make it again.',
  },
  'release/signature-weak': {
    severity: 'error',
    title: 'A release with a weak signature',
    explanation:
      'RSA keys under 2048 bits, DSA, and signatures with SHA-1 or other short hashes can be forged and are refused, though git accepts some of them.',
    remedy: 'Sign with an Ed25519, ECDSA or larger RSA key.',
  },
  'release/signature-presence': {
    severity: 'error',
    title: 'A release signed without touching the security key',
    explanation:
      'The signature of a security key says that nobody touched it, so it does not show that a person meant to sign.',
    remedy: 'Use a key made without the option no-touch-required, and touch it when it blinks.',
  },
  'release/signature-unsupported': {
    severity: 'unknown',
    title: 'A release with a kind of signature that is not supported',
    explanation:
      'The signature is of a kind that this version can not check, so it is neither good nor bad.',
    remedy: 'Sign with an SSH or OpenPGP key, or verify with a version that supports this kind.',
  },
  'release/person-unknown': {
    severity: 'error',
    title: 'A releaser who is not in the rules',
    explanation: 'The rules in force do not list the person who released.',
    remedy: 'Add the person to the rules first.',
  },
  'release/key-unknown': {
    severity: 'error',
    title: 'A release by a key that does not belong to the person',
    explanation:
      'The key that signed is not among the keys that the rules in force list for the person. Of an OpenPGP certificate those keys count that sign by its own signatures, as the rules list it.',
    remedy: 'Release with a listed key.',
  },
  'release/key-use': {
    severity: 'error',
    title: 'A key that may not release',
    explanation: 'The rules list the key for the person, but without the use release.',
    remedy: 'Release with a key for releasing, or change the rules first.',
  },
  'release/address': {
    severity: 'error',
    title: "A tagger address that is not the person's",
    explanation:
      'The e-mail address in the release tag is none of those that the rules list for the person.',
    remedy: 'Set user.email to an address of the rules and release again.',
  },
  'release/role': {
    severity: 'error',
    title: 'A releaser without the role',
    explanation: 'The person does not hold the role that may release.',
    remedy: 'Let the document controller release.',
  },
  'release/parents': {
    severity: 'error',
    title: 'The parents of the release commit are not as the format asks',
    explanation:
      'A release commit has as parents the release before it, one commit that holds what is put, and the commits of its approvals that are not yet reachable, and no other.',
    remedy: 'Make the release again with qms release.',
  },
  'release/tree': {
    severity: 'error',
    title: 'The release commit holds more or less than the release says',
    explanation:
      'Between one release and the next the tree changes exactly as the statement says. This one has a file too many, too few, or another.',
    remedy: 'Make the release again with qms release.',
  },
  'release/content-digest': {
    severity: 'error',
    title: 'The content is not what was approved',
    explanation:
      'The digest of the files in the release differs from the one in the statement: a document or one of its images was changed.',
    remedy: 'Make the release again with qms release.',
  },
  'release/content-file': {
    severity: 'error',
    title: 'A file that content can not hold',
    explanation:
      'Content is plain files with plain paths: no symbolic links, submodules, executables, colliding names or LFS pointers, within the limits.',
    remedy: 'Replace the file with a plain one.',
  },
  'release/document-file': {
    severity: 'error',
    title: 'Not exactly one controlled document in the content',
    explanation:
      'The content of a released revision holds exactly one controlled document (for QMS exactly qms.yaml).',
    remedy: 'Make the release again with qms release.',
  },
  'release/id-mismatch': {
    severity: 'error',
    title: 'The document bears another id',
    explanation: 'The id in the front matter is not the id in the release.',
    remedy: 'Make the release again with qms release.',
  },
  'release/revision-mismatch': {
    severity: 'error',
    title: 'The document bears another revision',
    explanation: 'The revision in the front matter is not the revision in the release.',
    remedy: 'Make the release again with qms release.',
  },
  'release/type': {
    severity: 'error',
    title: 'The document bears another type',
    explanation:
      'The type in the front matter is not the one type of the rules in force to whose prefix the id belongs.',
    remedy: 'Give the document an id with the prefix of its type.',
  },
  'release/revision-order': {
    severity: 'error',
    title: 'Not the next revision',
    explanation:
      'A document goes on with the successor of its last released revision; none is repeated or skipped.',
    remedy: 'Raise the revision with qms revise.',
  },
  'release/unknown-document': {
    severity: 'error',
    title: 'A document that is not released',
    explanation:
      'The release withdraws, confirms or disposes of a revision that is not the last released one.',
    remedy: 'Make the release again with qms release.',
  },
  'release/ended': {
    severity: 'error',
    title: 'A withdrawn document returns',
    explanation:
      'A document that was withdrawn or disposed of does not come back; a successor has an id of its own.',
    remedy: 'Start a new document that names this one in supersedes.',
  },
  'release/act': {
    severity: 'error',
    title: 'An act that this kind of document does not have',
    explanation: 'QMS is never withdrawn; only records are disposed of.',
    remedy: 'Make the release again with qms release.',
  },
  'release/day': {
    severity: 'error',
    title: 'A day that is not allowed',
    explanation:
      'A release takes effect on the day of signing or later, and not before the day that the document asks for; confirmations, disposals and rules bear the day of signing.',
    remedy: 'Choose another day.',
  },
  'release/requirements': {
    severity: 'error',
    title: 'Approvals are missing',
    explanation:
      'The approvals that the release names do not fill every requirement of the document by distinct, independent people.',
    remedy: 'Get the approvals that the message names, then release again.',
  },
  'release/contributor-unknown': {
    severity: 'error',
    title: 'An unknown contributor',
    explanation:
      'A commit that made this revision names an author whom no rules know, so nobody can tell whether approvers are independent.',
    remedy:
      'Add the person with this address to the rules (roles and keys are not needed), then release.',
  },
  'release/contributor-unsigned': {
    severity: 'error',
    title: 'A contribution without a signature',
    explanation:
      'The type of this document asks that every commit that made it is signed with a key for commits.',
    remedy: "Sign the commits (git rebase --exec 'git commit --amend --no-edit -S').",
  },
  'release/rules-alone': {
    severity: 'error',
    title: 'Rules released together with something else',
    explanation:
      'A release that puts QMS contains nothing else, so that nothing is released under rules of its own making.',
    remedy: 'Release the rules first, on their own.',
  },
  'release/type-removed': {
    severity: 'error',
    title: 'Rules without the type of a living document',
    explanation:
      'The type of a document that is not withdrawn is missing in the new rules, or has another kind, prefix or revision scheme.',
    remedy: 'Withdraw the documents of the type first.',
  },
  'release/rejected': {
    severity: 'error',
    title: 'A rejection stands against the release',
    explanation:
      'Somebody who holds a required role rejected this content before it was released and has not approved it since.',
    remedy:
      'Settle it: with new approvals release the next revision of the document, confirm it or withdraw it.',
  },
  'release/rejected-later': {
    severity: 'warning',
    title: 'Rejected after the release',
    explanation: 'Somebody rejected the content after it was released.',
    remedy: 'Talk to the person; withdraw or revise the document if they are right.',
  },
  'release/contested': {
    severity: 'error',
    title: 'A document in doubt',
    explanation: 'A revision in force rests on a compromised key.',
    remedy:
      'Confirm the document or release its next revision, with approvals and a release by keys that are not compromised.',
  },
  'release/contested-past': {
    severity: 'warning',
    title: 'A past revision in doubt',
    explanation: 'A superseded or withdrawn revision, or a record, rests on a compromised key.',
    remedy: 'Judge what was made while it was in force.',
  },
  'release/disposed-missing': {
    severity: 'warning',
    title: 'A disposed record is no longer there',
    explanation:
      'The content of a record that was disposed of is missing, as it may be; only the statements about it could be checked.',
    remedy: 'Nothing to do.',
  },
} as const satisfies Record<string, CodeEntry>;
