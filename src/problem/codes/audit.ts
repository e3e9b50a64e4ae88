import type { CodeEntry } from '../codes.ts';

export const auditCodes = {
  'audit/no-register': {
    severity: 'unknown',
    title: 'There is no valid register to answer from',
    explanation:
      'The question needs at least one valid release, and the verification found none. Its problems say why.',
    remedy: 'Run qms verify and follow the remedies it names.',
  },
  'audit/document-unknown': {
    severity: 'error',
    title: 'No released document has this id',
    explanation:
      'Only documents that a release has put in force are in the register. A draft is not, and an id is written in capitals with its hyphens: SOP-001.',
    remedy: 'Look the id up in the list of documents (qms list, or the library page).',
  },
  'audit/revision-unknown': {
    severity: 'error',
    title: 'The document has no such released revision',
    explanation: 'The document is in the register, but no release has put this revision of it.',
    remedy: 'See the history of the document for the revisions there are.',
  },
  'audit/release-unknown': {
    severity: 'error',
    title: 'The register has no release with this number',
    explanation: 'Releases are numbered from 1 without gaps up to the newest valid one.',
    remedy: 'See the register for the releases there are.',
  },
} as const satisfies Record<string, CodeEntry>;
