import type { CodeEntry } from '../codes.ts';

export const gitCodes = {
  'git/not-a-repository': {
    severity: 'unknown',
    title: 'No Git repository',
    explanation:
      'The folder is not inside a Git repository, so there is nothing that could be verified.',
    remedy: 'Go to the repository, or name it with -C <folder>.',
  },
  'git/object-missing': {
    severity: 'unknown',
    title: 'An object is missing',
    explanation:
      'An object that is needed is not in the repository. What can not be read can not be judged, so the outcome is undecided.',
    remedy: 'Fetch it from a complete clone: git fetch --refetch.',
  },
  'git/object-corrupt': {
    severity: 'error',
    title: 'An object does not match its name',
    explanation:
      'The bytes of an object do not hash to the name under which Git stores them: the disk is damaged or somebody changed the file.',
    remedy: 'Make a fresh clone from a place you trust, and find out what happened to this one.',
  },
  'git/object-type': {
    severity: 'error',
    title: 'An object of another type',
    explanation: 'A name leads to an object of another type than the format asks for.',
    remedy: 'Find out who wrote it; it is not made by git-qms.',
  },
  'git/object-too-large': {
    severity: 'error',
    title: 'An object over the limit',
    explanation: 'An object is larger than the limits of the format allow.',
    remedy: 'Keep large files out of controlled documents.',
  },
  'git/object-format-unsupported': {
    severity: 'unknown',
    title: 'Object format that can not be read',
    explanation:
      'The repository names its objects by another hash than SHA-1. Version 1 of the register is defined for SHA-1 repositories.',
    remedy: 'Keep the register in a repository made with --object-format=sha1.',
  },
  'git/ref-storage-unsupported': {
    severity: 'unknown',
    title: 'Ref storage that can not be read',
    explanation:
      'The repository stores its refs in a format (reftable) that this version can not read.',
    remedy: 'Clone it with --ref-format=files and verify the clone.',
  },
  'git/repository-format-unsupported': {
    severity: 'unknown',
    title: 'A layout of the repository that is not known',
    explanation:
      'The configuration of the repository says that it is laid out in a way that only newer programs understand. Git asks those that do not to stop, and so nothing is guessed.',
    remedy: 'Clone it with stock git, and verify the clone.',
  },
  'git/shallow': {
    severity: 'unknown',
    title: 'A shallow clone',
    explanation:
      'The clone has only the newest part of the history, so neither the chain nor who contributed can be followed to its beginning.',
    remedy: 'Complete it: git fetch --unshallow --tags.',
  },
  'git/partial-clone': {
    severity: 'unknown',
    title: 'A partial clone',
    explanation:
      'The clone leaves objects out until somebody asks for them, so verification offline is not possible.',
    remedy: 'Make a full clone without --filter.',
  },
  'git/replace-refs': {
    severity: 'error',
    title: 'Replace refs',
    explanation:
      'Refs below refs/replace/ make ordinary git show other objects than those that were verified.',
    remedy: 'Delete them: git replace -d <object>.',
  },
  'git/grafts': {
    severity: 'error',
    title: 'Grafts',
    explanation:
      'The file info/grafts makes ordinary git show another history than the one that was verified.',
    remedy: 'Delete the file info/grafts in the Git folder.',
  },
  'git/commit-malformed': {
    severity: 'error',
    title: 'A malformed commit',
    explanation:
      'A commit has repeated, missing or reordered headers. Readers disagree about such commits, so they are refused.',
    remedy: 'Make the commit again with stock git.',
  },
  'git/tag-malformed': {
    severity: 'error',
    title: 'A malformed tag',
    explanation:
      'A tag object is not exactly the headers object, type, tag and tagger, an empty line, a message and a signature.',
    remedy: 'Make the tag again with qms or with git tag -s.',
  },
  'git/tree-malformed': {
    severity: 'error',
    title: 'A malformed tree',
    explanation:
      'A tree is not canonical: entries out of order, twice, or with a mode that Git does not write.',
    remedy: 'Make the commit again with stock git.',
  },
  'git/ref-invalid': {
    severity: 'unknown',
    title: 'A ref that can not be read',
    explanation:
      'A ref, or the file packed-refs, does not hold names of objects as Git writes them. Which releases and approvals there are is then not known, so the outcome is undecided.',
    remedy: 'Look at what the message names, or make a fresh clone.',
  },
  'git/ref-exists': {
    severity: 'error',
    title: 'The ref exists already',
    explanation:
      'Statements are created once and never moved. Somebody else created this one first.',
    remedy: 'Fetch, look at what is there, and run the command again.',
  },
  'git/write-failed': {
    severity: 'unknown',
    title: 'Git could not write',
    explanation:
      'Writing to the repository failed: no space, no permission, or a lock that another process holds. Nothing refers to what was half written.',
    remedy:
      'Look whether the disk is full and whether you may write there, then run the same command again.',
  },
  'git/program-missing': {
    severity: 'unknown',
    title: 'The git program is not there',
    explanation:
      'This step needs the program git, and no folder of PATH holds it. Reading and verifying work without it.',
    remedy: 'Install git (2.34 or newer), or put its folder into PATH.',
  },
  'git/alternates-unsupported': {
    severity: 'unknown',
    title: 'Objects in another repository',
    explanation:
      'The repository borrows objects from another one (objects/info/alternates, or the quarantine of a server hook), and without the program git they can not be read.',
    remedy: 'Install git, or make a clone that borrows nothing: git clone --dissociate.',
  },
  'git/alternate-missing': {
    severity: 'unknown',
    title: 'The repository that objects are borrowed from is gone',
    explanation:
      'The repository was made to borrow objects from another folder (git clone --shared or --reference, objects/info/alternates), and that folder was moved or deleted. What lies only there can not be checked.',
    remedy:
      'Bring the folder back, or make a clone of a complete repository that borrows nothing: git clone --dissociate.',
  },
  'git/name-unknown': {
    severity: 'unknown',
    title: 'No such commit',
    explanation:
      'The name is neither HEAD, a branch, a tag nor the beginning of exactly one commit id of this repository.',
    remedy: 'Look at git branch --all and git tag, or fetch the commit.',
  },
  'git/push-failed': {
    severity: 'unknown',
    title: 'The push failed',
    explanation:
      'The other repository did not take what was pushed. A push is all or nothing: none of its refs was changed.',
    remedy: 'Read what the other side says; fetch, and run the command again.',
  },
  'git/failed': {
    severity: 'unknown',
    title: 'Git failed',
    explanation: 'The git program or the repository gave an answer that can not be used.',
    remedy:
      'Look at the message of git; git fsck may tell more. With QMS_GIT_STORE=isomorphic, reading goes without git.',
  },
} as const satisfies Record<string, CodeEntry>;
