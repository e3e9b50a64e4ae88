import type { CodeEntry } from '../codes.ts';

export const rulesCodes = {
  'rules/missing': {
    severity: 'error',
    title: 'No rules',
    explanation:
      'No qms.yaml was found. It says who may approve and release, and its folder is the root of the documents.',
    remedy: 'Begin with qms init, or run the command in the repository that holds the documents.',
  },
  'rules/several': {
    severity: 'error',
    title: 'More than one set of rules',
    explanation: 'A repository has one documents root with one qms.yaml; several were found.',
    remedy: 'Delete or rename all but one (a name or folder that starts with _ is not looked at).',
  },
  'rules/field-missing': {
    severity: 'error',
    title: 'A required field of the rules is missing',
    explanation: 'The rules or an entry in them lack a field that has no default.',
    remedy: 'Add the field.',
  },
  'rules/field-unknown': {
    severity: 'error',
    title: 'A field of the rules that nobody knows',
    explanation:
      'The rules hold known fields only: a misspelled field would otherwise silently mean nothing.',
    remedy: 'Correct the name or delete the line.',
  },
  'rules/field-value': {
    severity: 'error',
    title: 'A value of the rules of another shape',
    explanation: 'The value of a field is not of the shape that the field asks for.',
    remedy: 'Write the value in the form that the message names.',
  },
  'rules/key-malformed': {
    severity: 'error',
    title: 'A key that can not be read',
    explanation:
      'A key in the rules is neither an SSH public key in its one-line form nor an armoured OpenPGP certificate with a key that signs. A certificate has version 4, a user id signed by its primary key, and a back signature of each subkey that signs.',
    remedy:
      'Copy the line from the .pub file (ssh-ed25519 AAAA…), or export the certificate again: gpg --armor --export-options export-minimal --export <key>.',
  },
  'rules/key-weak': {
    severity: 'error',
    title: 'A key that is too weak',
    explanation:
      'Signatures by this key could be forged: RSA has at least 2048 bits, DSA does not count at all, and what a certificate says of its keys is not signed with SHA-1.',
    remedy: 'Make a new key: ssh-keygen -t ed25519, or gpg --quick-generate-key <name> ed25519.',
  },
  'rules/key-twice': {
    severity: 'error',
    title: 'One key for two people',
    explanation:
      'A key stands in the rules twice. If two people shared it, nobody could say who signed.',
    remedy: 'Leave it with one person, and make a key for the other.',
  },
  'rules/address-twice': {
    severity: 'error',
    title: 'One address for two people',
    explanation:
      'An e-mail address stands in the rules twice. If two people shared it, nobody could say who wrote a change.',
    remedy: 'Leave it with one person.',
  },
  'rules/role-unknown': {
    severity: 'error',
    title: 'A role that the rules do not have',
    explanation: 'A person, an approval or the release names a role that is not among the roles.',
    remedy: 'Correct the name, or add the role below roles.',
  },
  'rules/prefix-overlap': {
    severity: 'error',
    title: 'Two types that claim the same ids',
    explanation:
      'The prefix of one type equals that of another, or begins with it and a hyphen, so an id would belong to both.',
    remedy: 'Choose another prefix.',
  },
  'rules/type-rules': {
    severity: 'error',
    title: 'The type of the rules is not as it must be',
    explanation:
      'Exactly one type has the kind rules: it is named rules, has the prefix QMS, and counts its revisions in numbers. It says who approves the next rules.',
    remedy:
      'Write the type as qms init does: rules: {kind: rules, prefix: QMS, revisions: number, …}.',
  },
  'rules/approvals-missing': {
    severity: 'error',
    title: 'A type that nobody has to approve',
    explanation: 'Every type needs at least one approval; only records may need none.',
    remedy: 'Add an approval: - {role: …, meaning: approved}.',
  },
  'rules/fields-kind': {
    severity: 'error',
    title: 'Fields for a type that is no record',
    explanation: 'Only types of the kind record have fields of their own.',
    remedy: 'Make the type a record, or delete its fields.',
  },
  'rules/choice': {
    severity: 'error',
    title: 'A choice without its answers',
    explanation:
      'A field of the type choice lists its answers below "of"; other fields have no such list.',
    remedy: 'Add of: [first, second], or delete it.',
  },
  'rules/lock-out': {
    severity: 'error',
    title: 'Rules that lock everybody out',
    explanation:
      'Under these rules nobody could approve and release the next rules: too few people hold the roles and keys, keys that are compromised left out.',
    remedy: 'Leave enough people with keys in the roles that approve the rules and release.',
  },
  'document/type-unknown': {
    severity: 'error',
    title: 'A type that the rules do not have',
    explanation: 'The type in the front matter is none of the types in qms.yaml.',
    remedy: 'Correct the name, or add the type to the rules and release them first.',
  },
  'document/type-mismatch': {
    severity: 'error',
    title: 'The id belongs to another type',
    explanation:
      'An id begins with the prefix of its type, so that nobody can choose a type that needs fewer approvals.',
    remedy: 'Correct the type, or give the document an id with the prefix of its type.',
  },
  'document/revision-scheme': {
    severity: 'error',
    title: 'A revision of the other scheme',
    explanation: 'Revisions of a type are either numbers or letters, as the rules say.',
    remedy: 'Write the revision in the scheme of the type.',
  },
  'document/revision-order': {
    severity: 'error',
    title: 'Not the next revision',
    explanation:
      'A document goes on with the successor of its last released revision; none is repeated or skipped.',
    remedy: 'Raise the revision with qms revise <id>.',
  },
  'document/not-revised': {
    severity: 'error',
    title: 'Changed without a new revision',
    explanation:
      'The content differs from what was released under this revision: the text, its path, or a file that it shows or links to. A released revision never changes.',
    remedy: 'Raise the revision with qms revise <id>, or undo the change.',
  },
  'document/ended': {
    severity: 'warning',
    title: 'A document that was withdrawn',
    explanation:
      'A document that was withdrawn or disposed of does not come back; its file is no longer needed.',
    remedy: 'Delete the file, or start a new document that names this one in supersedes.',
  },
  'document/changes-missing': {
    severity: 'error',
    title: 'No reason for the change',
    explanation:
      'From the second released revision on a document says in changes what changed and why.',
    remedy: 'Add changes: with one sentence, or let qms revise <id> -m "…" write it.',
  },
  'document/role-unknown': {
    severity: 'error',
    title: 'A role that the rules do not have',
    explanation:
      'The front matter asks for the approval of, or is written for, a role that is not in qms.yaml.',
    remedy: 'Correct the name, or add the role to the rules.',
  },
  'document/owner-unknown': {
    severity: 'error',
    title: 'An owner whom nobody knows',
    explanation: 'The owner is a role or a person of the rules.',
    remedy: 'Write the id of a role or a person from qms.yaml.',
  },
  'document/clause-unknown': {
    severity: 'error',
    title: 'A clause that does not exist',
    explanation:
      'A clause is written as 7.5.1, or with its standard as iso13485:2016/4.2.4. The standard is one of the rules, and ISO 9001 has the clause.',
    remedy: 'Correct the number, or add the standard to the rules.',
  },
  'document/supersedes-unknown': {
    severity: 'error',
    title: 'Replaces a document that is not there',
    explanation: 'The field supersedes names documents of this repository, other than this one.',
    remedy: 'Correct the id.',
  },
  'document/fields': {
    severity: 'error',
    title: 'A record whose fields do not fit its type',
    explanation:
      'The fields of a record are those that its type names in the rules, with values of their kind.',
    remedy: 'Correct the field, or change the type in the rules.',
  },
  'document/days': {
    severity: 'warning',
    title: 'Days that contradict each other',
    explanation: 'A day in the front matter is later or earlier than it can be.',
    remedy: 'Correct the day.',
  },
  'document/duplicate-id': {
    severity: 'error',
    title: 'Two documents with one id',
    explanation: 'One id is one document for ever. Two files bear the same id.',
    remedy: 'Give one of them an id of its own; qms new takes the next free one.',
  },
} as const satisfies Record<string, CodeEntry>;
