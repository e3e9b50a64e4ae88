import { fold } from './near-miss.ts';

interface Answer {
  /** Where the answer comes from, as a clause. */
  readonly from: string;
  readonly remedy: string;
}

const state: Answer = {
  from: 'whether a revision is a draft, in force or withdrawn follows from the signed releases',
  remedy: 'Delete the line; qms show <id> says the state.',
};
const approval: Answer = {
  from: 'who approved, as what and when, is what the signed approvals say',
  remedy: 'Delete the line; qms show <id> lists the approvals. Approve with qms approve <id>.',
};
const release: Answer = {
  from: 'when a revision came into force follows from the signed releases',
  remedy: 'Delete the line; qms history <id> says it. A planned day stands in "effective".',
};
const review: Answer = {
  from: 'reviews follow from the signed releases that confirm a document, and from "review"',
  remedy: 'Delete the line; qms list says the next review. The interval stands in "review".',
};
const history: Answer = {
  from: 'who wrote what and when is in the history of the repository',
  remedy: 'Delete the line; qms history <id> and git log say it.',
};
const revision: Answer = {
  from: 'the number of the edition stands in "revision"',
  remedy: 'Delete the line, and keep "revision" alone; qms revise <id> raises it.',
};
const digest: Answer = {
  from: 'the digest of the content is computed from its bytes',
  remedy: 'Delete the line; qms show <id> prints the digest.',
};

/** By the folded name; see `fold`. */
const derived = new Map<string, Answer>([
  ...names(
    state,
    'status',
    'state',
    'draft',
    'withdrawn',
    'superseded',
    'supersededby',
    'obsolete',
  ),
  ...names(state, 'replacedby', 'contested'),
  ...names(approval, 'approved', 'approvedby', 'approvedon', 'approvaldate', 'approveddate'),
  ...names(approval, 'approver', 'approvers', 'approvedat', 'reviewedby', 'reviewer', 'reviewers'),
  ...names(approval, 'signature', 'signatures', 'signedby', 'signed', 'rejectedby', 'authorizedby'),
  ...names(release, 'released', 'release', 'releasedate', 'releasedby', 'issued', 'issuedate'),
  ...names(release, 'published', 'publishdate', 'inforce', 'inforcesince', 'effectivesince'),
  ...names(review, 'nextreview', 'lastreview', 'reviewdate', 'nextreviewdate', 'lastreviewed'),
  ...names(review, 'reviewdue', 'duedate'),
  ...names(history, 'author', 'authors', 'created', 'createdby', 'creationdate', 'lastmodified'),
  ...names(history, 'modified', 'updated', 'lastupdated', 'history', 'revisionhistory'),
  ...names(revision, 'version', 'edition', 'documentversion', 'revisiondate'),
  ...names(digest, 'digest', 'hash', 'checksum', 'sha256'),
]);

function names(answer: Answer, ...folded: readonly string[]): (readonly [string, Answer])[] {
  return folded.map((each) => [each, answer] as const);
}

/** Where the answer comes from that somebody wanted to type in, or undefined for other keys. */
export function derivedField(key: string): Answer | undefined {
  return derived.get(fold(key));
}

/** What other systems call our fields, by the folded name. */
export const usualNames: ReadonlyMap<string, string> = new Map([
  ['effectivedate', 'effective'],
  ['effectiveon', 'effective'],
  ['effectivefrom', 'effective'],
  ['validfrom', 'effective'],
  ['reviewinterval', 'review'],
  ['reviewperiod', 'review'],
  ['reviewcycle', 'review'],
  ['reason', 'changes'],
  ['reasonforchange', 'changes'],
  ['changereason', 'changes'],
  ['changesummary', 'changes'],
  ['changelog', 'changes'],
  ['documentid', 'id'],
  ['docid', 'id'],
  ['documentnumber', 'id'],
  ['number', 'id'],
  ['name', 'title'],
  ['doctype', 'type'],
  ['documenttype', 'type'],
  ['kind', 'type'],
  ['rev', 'revision'],
  ['revisionnumber', 'revision'],
  ['processowner', 'owner'],
  ['documentowner', 'owner'],
  ['responsible', 'owner'],
  ['approvals', 'approval'],
  ['tags', 'keywords'],
  ['labels', 'keywords'],
  ['isoclauses', 'clauses'],
  ['isoclause', 'clauses'],
  ['standard', 'clauses'],
  ['replaces', 'supersedes'],
  ['roles', 'audience'],
  ['readers', 'audience'],
  ['lastchecked', 'checked'],
]);
