import type { CodeEntry } from '../codes.ts';

/** Why a server's hook takes nothing of a push. */
export const pushCodes = {
  'push/tag-moved': {
    severity: 'error',
    title: 'A tag of the register that would move',
    explanation:
      'Tags below qms/ are statements that somebody signed. They are created once; one that could move would say something else to those who fetched it before.',
    remedy:
      'Fetch what the server holds (git fetch origin --tags --force replaces your own), look at it, and make yours again under a name or number that is free.',
  },
  'push/tag-deleted': {
    severity: 'error',
    title: 'A tag of the register that would be lost',
    explanation:
      'A release, and a good approval or rejection that no release has counted, stay. Only approvals that a release has counted, tags that are malformed or by nobody entitled, and release tags that are no valid release may be deleted.',
    remedy:
      'Leave it where it is. An approval is taken back by a rejection: qms approve <id> --reject.',
  },
  'push/tag-name': {
    severity: 'error',
    title: 'A tag with a name that can not stand beside those of the register',
    explanation:
      'A tag named qms, or one below a folder that differs from qms/ in upper and lower case only, would hide the tags of the register or replace them on machines that do not tell the cases apart. Nor can the name of one tag be a folder of another.',
    remedy: 'Give the tag another name.',
  },
  'push/too-old': {
    severity: 'error',
    title: 'A statement dated too long ago',
    explanation:
      'The server takes approvals and rejections up to 7 days after they were signed, and releases up to 24 hours. Without this, somebody with an old key could sign into the past. Age is not asked while the server holds no release, on a mirror, or of an approval that a release counts.',
    remedy: 'Set the clock right and sign again.',
  },
  'push/rejection-passed-over': {
    severity: 'error',
    title: 'A release that passes over a rejection',
    explanation:
      'The server holds a rejection of this very content by somebody whose role has to approve it, and that person has not approved it since.',
    remedy:
      'Talk to the person: they approve the content after all, or the document gets another revision.',
  },
  'push/not-fast-forward': {
    severity: 'error',
    title: 'A protected branch that would lose history',
    explanation:
      'The main branch, the branch register and those that the server protects only grow: what releases rest on must stay reachable.',
    remedy: 'Fetch, merge or rebase onto what the server holds, and push again.',
  },
  'push/branch-deleted': {
    severity: 'error',
    title: 'A protected branch that would be deleted',
    explanation:
      'The main branch, the branch register and those that the server protects are not deleted by a push.',
    remedy: 'Leave it; whoever keeps the server can delete it there.',
  },
  'push/branch-name': {
    severity: 'error',
    title: 'A branch below qms/',
    explanation:
      'A branch below qms/ would make the short names of releases and approvals ambiguous: git show qms/release/3 could show the branch.',
    remedy: 'Give the branch another name.',
  },
  'push/register-branch': {
    severity: 'error',
    title: 'The branch register at something else than a release',
    explanation:
      'The branch register points at the commit of a release, so that an ordinary fetch brings the releases and a forge shows what is in force.',
    remedy: 'Push the branch as qms release left it: git push origin register.',
  },
  'push/replace-ref': {
    severity: 'error',
    title: 'A replace ref',
    explanation:
      'A ref below refs/replace/ makes ordinary git show another object than the one that was verified.',
    remedy: 'Do not push it, and delete your own: git replace -d <object>.',
  },
} as const satisfies Record<string, CodeEntry>;
