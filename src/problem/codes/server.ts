import type { CodeEntry } from '../codes.ts';

export const serverCodes = {
  'server/not-found': {
    severity: 'error',
    title: 'There is no page at this address',
    explanation:
      'The server shows the library, documents, the register, the status and the search; the address is none of these.',
    remedy:
      'Go to the library and find the document there, or check the address for typing errors.',
  },
  'server/file-unknown': {
    severity: 'error',
    title: 'The revision has no such file',
    explanation:
      'Only files that belong to the released content of a revision can be opened, by the path that the register holds.',
    remedy: 'Open the document and follow its own links.',
  },
  'server/request-malformed': {
    severity: 'error',
    title: 'The address can not be read',
    explanation:
      'The address is longer than the server accepts, is not percent-encoded properly, or a value in it has not the form it needs.',
    remedy: 'Go to the library and find the document there.',
  },
  'server/method': {
    severity: 'error',
    title: 'The server only reads',
    explanation:
      'Nothing can be changed through the server: it answers GET and HEAD. Documents change through approvals and releases.',
    remedy: 'Use GET or HEAD.',
  },
  'server/host': {
    severity: 'error',
    title: 'The server does not answer under this name',
    explanation:
      'A server that listens for this machine only answers under the names of this machine. Otherwise a page from elsewhere could give itself the address of this server and read the documents.',
    remedy: 'Open it as http://127.0.0.1 or http://localhost with its port.',
  },
  'server/nothing-verified': {
    severity: 'unknown',
    title: 'Nothing verified can be shown yet',
    explanation:
      'The server shows only what it has verified, and so far no state of the register did verify.',
    remedy: 'Run qms verify on the repository the server reads, and follow the remedies it names.',
  },
  'server/state-kept': {
    severity: 'unknown',
    title: 'The newest state did not verify',
    explanation:
      'The repository has changed and the change did not verify. The server goes on showing the last state that did.',
    remedy: 'Run qms verify on the repository the server reads, and follow the remedies it names.',
  },
  'server/fault': {
    severity: 'error',
    title: 'The server made a mistake',
    explanation: 'Something happened that the software did not foresee. Nothing was changed by it.',
    remedy: 'Try again; if it happens again, report it with the time and the address.',
  },
  'server/port-in-use': {
    severity: 'error',
    title: 'The port is in use',
    explanation: 'Another program, perhaps another qms serve, already listens there.',
    remedy: 'End that program or choose another port with --port.',
  },
  'server/port-denied': {
    severity: 'error',
    title: 'The port may not be used',
    explanation: 'Ports below 1024 are kept for the administrator on most systems.',
    remedy: 'Choose a port from 1024 on with --port.',
  },
  'server/address-unavailable': {
    severity: 'error',
    title: 'The address is not one of this machine',
    explanation: 'A server can listen only on addresses that the machine has.',
    remedy:
      'Choose another with --host: 127.0.0.1 for this machine only, 0.0.0.0 for all networks.',
  },
} as const satisfies Record<string, CodeEntry>;
