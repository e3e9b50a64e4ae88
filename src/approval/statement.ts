import type { Digest } from '../document/document.ts';

export type Decision = 'approve' | 'reject' | 'withdraw' | 'confirm' | 'dispose';

/** A revision's exact content, as an approval names it. */
export interface DocumentLine {
  readonly id: string;
  readonly revision: string;
  readonly digest: Digest;
}

export interface RoleAndMeaning {
  readonly role: string;
  readonly meaning: string;
}

/** `Qms-Statement: approval/1`: an approval or a rejection (shared register format). */
export interface ApprovalStatement {
  readonly kind: 'approval';
  /** Paragraphs joined by an empty line; empty where there is none. */
  readonly comment: string;
  readonly register: Digest;
  readonly documents: readonly DocumentLine[];
  readonly decision: Decision;
  readonly as: readonly RoleAndMeaning[];
  readonly person: string;
}

export interface PutLine extends DocumentLine {
  /** `YYYY-MM-DD` in the time zone of the rules in force. */
  readonly day: string;
}

/** Withdraw, Confirm, Dispose. */
export interface RevisionDayLine {
  readonly id: string;
  readonly revision: string;
  readonly day: string;
}

export interface ApprovalLine {
  /** SHA-256 of the raw bytes of the approval's tag object. */
  readonly digest: Digest;
  /** The tag's name below `refs/tags/`. */
  readonly name: string;
}

/** `Qms-Statement: release/1` (shared register format). */
export interface ReleaseStatement {
  readonly kind: 'release';
  readonly comment: string;
  readonly register: Digest | undefined;
  readonly release: number;
  readonly previous: Digest | undefined;
  readonly person: string;
  readonly put: readonly PutLine[];
  readonly withdraw: readonly RevisionDayLine[];
  readonly confirm: readonly RevisionDayLine[];
  readonly dispose: readonly RevisionDayLine[];
  readonly approvals: readonly ApprovalLine[];
}

export type Statement = ApprovalStatement | ReleaseStatement;
