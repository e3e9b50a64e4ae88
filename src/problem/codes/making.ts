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
} as const satisfies Record<string, CodeEntry>;
