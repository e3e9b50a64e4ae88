import type { CodeEntry } from '../codes.ts';

export const makingCodes = {
  'making/nothing-new': {
    severity: 'error',
    title: 'Nothing new to release',
    explanation: 'The revision of the document in the commit is the one last released.',
    remedy: 'Raise the revision with qms revise, edit, commit, and have it approved.',
  },
  'making/retention': {
    severity: 'error',
    title: 'The record must still be kept',
    explanation:
      'A record is disposed of only when the retention time of its type has passed since its date.',
    remedy:
      'Wait until the day that the message names. A type without a retention time needs one in qms.yaml first.',
  },
  'making/not-entitled': {
    severity: 'error',
    title: 'Nothing here for you to sign',
    explanation:
      'None of the requirements of the document can be filled by the roles that the rules in force give to you.',
    remedy: 'Ask the people that the message names.',
  },
  'making/compromised-unknown': {
    severity: 'error',
    title: 'A compromised key that nobody ever had',
    explanation:
      'An entry of compromised in the new rules names no key that rules of this register ever listed, so it contests nothing. Most often the fingerprint was copied wrongly, or is that of a subkey.',
    remedy: 'Copy the fingerprint from the rules that listed the key, or from qms show --evidence.',
  },
} as const satisfies Record<string, CodeEntry>;
