import type { CodeEntry } from '../codes.ts';

export const approvalCodes = {
  'approval/signature-missing': {
    severity: 'error',
    title: 'An approval without a signature',
    explanation: 'An approval is a signed tag; this one bears no signature.',
    remedy: 'Make it again with a signing key.',
  },
  'approval/signature-malformed': {
    severity: 'error',
    title: 'An approval with a malformed signature',
    explanation:
      'The armour or the structure of the signature is not exactly as its format asks, or there is more than one. Bytes behind the signature are not signed.',
    remedy: 'Make it again; do not edit a tag by hand.',
  },
  'approval/signature-namespace': {
    severity: 'error',
    title: 'An approval with a signature made for something else',
    explanation:
      'An SSH signature names what it was made for, an OpenPGP signature over what it was made. Only the namespace git, and signatures over bytes (type 0x00), count here.',
    remedy: 'Make it again with git or qms.',
  },
  'approval/signature-bad': {
    severity: 'error',
    title: 'An approval with a bad signature',
    explanation:
      'The signature does not belong to these bytes: they were changed after signing, or the signature was taken from elsewhere.',
    remedy: 'Find out who changed it; make it again.',
  },
  'approval/signature-weak': {
    severity: 'error',
    title: 'An approval with a weak signature',
    explanation:
      'RSA keys under 2048 bits, DSA, and signatures with SHA-1 or other short hashes can be forged and are refused, though git accepts some of them.',
    remedy: 'Sign with an Ed25519, ECDSA or larger RSA key.',
  },
  'approval/signature-presence': {
    severity: 'error',
    title: 'An approval signed without touching the security key',
    explanation:
      'The signature of a security key says that nobody touched it, so it does not show that a person meant to sign.',
    remedy: 'Use a key made without the option no-touch-required, and touch it when it blinks.',
  },
  'approval/signature-unsupported': {
    severity: 'unknown',
    title: 'An approval with a kind of signature that is not supported',
    explanation:
      'The signature is of a kind that this version can not check, so it is neither good nor bad.',
    remedy: 'Sign with an SSH or OpenPGP key, or verify with a version that supports this kind.',
  },
  'approval/register': {
    severity: 'error',
    title: 'An approval for another register',
    explanation:
      'The statement names another register (anchor) than this one: it was made for another repository.',
    remedy: 'Ask the approver to sign again in this repository.',
  },
  'approval/person-unknown': {
    severity: 'error',
    title: 'An approver who is not in the rules',
    explanation: 'The rules in force for the release do not list the person.',
    remedy: 'Add the person to the rules first, in a release of its own.',
  },
  'approval/key-unknown': {
    severity: 'error',
    title: 'A key that does not belong to the person',
    explanation:
      'The key that signed is not among the keys that the rules in force list for the person. Of an OpenPGP certificate those keys count that sign by its own signatures, as the rules list it.',
    remedy: 'Sign with a listed key, or add this key to the rules first.',
  },
  'approval/key-use': {
    severity: 'error',
    title: 'A key that may not approve',
    explanation: 'The rules list the key for the person, but without the use approve.',
    remedy: 'Sign with a key for approving, or change the rules first.',
  },
  'approval/address': {
    severity: 'error',
    title: "A tagger address that is not the person's",
    explanation:
      'The e-mail address in the tag is none of those that the rules list for the person.',
    remedy: 'Set user.email to an address of the rules and sign again.',
  },
  'approval/role': {
    severity: 'error',
    title: 'A role that the person does not hold',
    explanation: 'The approval claims a role that the rules in force do not give to the person.',
    remedy: 'Let somebody with the role approve, or change the rules first.',
  },
  'approval/content': {
    severity: 'error',
    title: 'The commit does not hold the approved content',
    explanation:
      'The commit that the approval points at does not hold the content whose digest it names.',
    remedy: 'Approve the commit that holds the revision.',
  },
  'approval/future': {
    severity: 'error',
    title: 'An approval dated after the release',
    explanation:
      'The time of the approval is more than five minutes later than the release, or than now.',
    remedy: 'Set the clock right and sign again.',
  },
  'approval/reused': {
    severity: 'error',
    title: 'An approval that was counted before',
    explanation:
      'An earlier release already counted this approval for this document. Each act needs approvals of its own.',
    remedy: 'Ask for a new approval.',
  },
  'approval/unused': {
    severity: 'error',
    title: 'An approval that fills nothing in this release',
    explanation:
      'A release names an approval that could fill none of the requirements of its lines: for another document, revision, content, decision, role or meaning.',
    remedy: 'Leave the approval out of the release.',
  },
  'approval/evidence': {
    severity: 'error',
    title: 'The evidence does not match the release',
    explanation:
      'The folder evidence/ of the release commit does not hold exactly the tag objects that the release names.',
    remedy: 'Make the release again; do not edit the release commit.',
  },
  'approval/misplaced': {
    severity: 'error',
    title: 'A decision in the wrong place',
    explanation:
      'Rejections stand below refs/tags/qms/reject/ and every other decision below refs/tags/qms/approve/.',
    remedy: 'Make the statement again with qms.',
  },
} as const satisfies Record<string, CodeEntry>;
