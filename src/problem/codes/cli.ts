import type { CodeEntry } from '../codes.ts';

export const cliCodes = {
  'cli/code-unknown': {
    severity: 'error',
    title: 'No such code',
    explanation: 'The table of problems holds no entry with this code.',
    remedy: 'List all codes with qms explain.',
  },
  'cli/disk-full': {
    severity: 'unknown',
    title: 'No space left',
    explanation:
      'The disk or the quota is full. Statements come into being with their ref, which is written last, so nothing half made counts.',
    remedy: 'Make room and run the same command again.',
  },
  'cli/not-permitted': {
    severity: 'unknown',
    title: 'The system does not permit it',
    explanation: 'A file or folder can not be read or written with the rights of this user.',
    remedy: 'Look at the owner and the rights of the path, then run the same command again.',
  },
  'cli/not-a-folder': {
    severity: 'unknown',
    title: 'A file where a folder is needed',
    explanation: 'A path leads through a file, or names a folder where a file is needed.',
    remedy: 'Look at the path that the message names.',
  },
  'cli/already-founded': {
    severity: 'error',
    title: 'There is a register already',
    explanation: 'A repository holds one register. Release 1 is made once and never again.',
    remedy: 'Go on with qms new or qms verify, or choose another folder.',
  },
  'cli/no-rules': {
    severity: 'unknown',
    title: 'No rules found',
    explanation:
      'No qms.yaml was found: it lies in the documents root, which is qms-docs/ unless it was moved.',
    remedy: 'Go to the repository of the QMS, or begin one with qms init.',
  },
  'cli/no-identity': {
    severity: 'error',
    title: 'Git does not know who you are',
    explanation:
      'A statement names the address of its signer, which comes from user.name and user.email of Git.',
    remedy: 'Set them: git config user.name "…" and git config user.email …',
  },
  'cli/not-in-rules': {
    severity: 'error',
    title: 'The key is not in the rules',
    explanation:
      'Whoever signs must be a person of the rules in force, with this very key; a statement by another key would count for nothing.',
    remedy:
      'Sign with a listed key (git config user.signingkey), or have the key added to qms.yaml and released first.',
  },
  'cli/key-use': {
    severity: 'error',
    title: 'The key may not be used for this',
    explanation: 'The rules list each key with its uses: approve, release, commit.',
    remedy: 'Use a key with the use that is needed, or change the rules first.',
  },
  'cli/address': {
    severity: 'error',
    title: 'The address is not in the rules',
    explanation:
      'The address in a statement must be one that the rules list for its signer; user.email is another.',
    remedy: 'Set it: git config user.email <an address of the rules>.',
  },
  'cli/type-unknown': {
    severity: 'error',
    title: 'No such type',
    explanation: 'The types of documents are those of qms.yaml.',
    remedy: 'Choose one of the types that the message names.',
  },
  'cli/document-unknown': {
    severity: 'error',
    title: 'No such document',
    explanation: 'No controlled document with this id was found there.',
    remedy: 'Look at the ids with qms list; a document must be committed before it is approved.',
  },
  'cli/document-differs': {
    severity: 'error',
    title: 'The working copy differs from the commit',
    explanation:
      'Approvals bind the content of a commit. What lies in the folder is something else, so you would sign a text that you did not read.',
    remedy: 'Commit or undo the change, or name the commit that you read with --at.',
  },
  'cli/revision-open': {
    severity: 'error',
    title: 'The revision is open already',
    explanation: 'The document already bears a revision that is not released yet.',
    remedy: 'Go on with that one; a revision is raised once after each release.',
  },
  'cli/file-exists': {
    severity: 'error',
    title: 'The file is there already',
    explanation: 'A new document never replaces a file.',
    remedy: 'Move the file away, or choose another id with --id.',
  },
  'cli/register-checked-out': {
    severity: 'error',
    title: 'The branch register is checked out',
    explanation:
      'Each release moves the branch register on. In a folder where it is checked out, Git would then show every file of the release as changed or deleted.',
    remedy: 'Go to another branch there (git switch main), then run the same command again.',
  },
  'cli/nothing-to-do': {
    severity: 'error',
    title: 'Nothing to release',
    explanation: 'No document was named, or none is approved and not yet released.',
    remedy: 'See what is missing with qms release --all --dry-run.',
  },
} as const satisfies Record<string, CodeEntry>;
