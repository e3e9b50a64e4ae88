import type { CodeEntry } from '../codes.ts';

export const publishCodes = {
  'publish/content-mismatch': {
    severity: 'error',
    title: 'A file is no longer what was released',
    explanation:
      'The bytes that were read do not hash to the SHA-256 that the register holds for this file, so they are not the released content. They are not shown.',
    remedy:
      'Run qms verify on the repository the server reads, and fetch the damaged object again from a complete copy.',
  },
  'publish/content-missing': {
    severity: 'unknown',
    title: 'The content of a released file could not be read',
    explanation:
      'The register names the file and its SHA-256, but the repository did not give its bytes.',
    remedy: 'Fetch from a complete copy of the repository, then run qms verify.',
  },
} as const satisfies Record<string, CodeEntry>;
