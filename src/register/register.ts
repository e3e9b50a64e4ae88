import type { NotCounted } from '../approval/shortfall.ts';
import type { RoleAndMeaning } from '../approval/statement.ts';
import type { ContentFile, Digest, FrontMatter, Requirement } from '../document/document.ts';
import type { Outcome, Problem } from '../problem/problem.ts';
import type { DocumentType, Rules } from '../rules/rules.ts';
import type { KeyIdentity } from '../signature/verdict.ts';
import type { Chain } from './chain.ts';
import type { LooseApproval, SeenTags } from './loose-tags.ts';

/** An instant with the offset that its signer stated. */
export interface Instant {
  readonly seconds: number;
  /** `+0100`. */
  readonly offset: string;
}

/** An approval that a release counted, verified. */
export interface CountedApproval {
  /** Tag name below `refs/tags/`. */
  readonly name: string;
  /** SHA-256 of the raw tag object. */
  readonly digest: Digest;
  /** The commit it points at. */
  readonly commit: string;
  readonly person: string;
  /** The person's name in the rules in force for the release. */
  readonly personName: string;
  readonly as: readonly RoleAndMeaning[];
  readonly decision: 'approve' | 'withdraw' | 'confirm' | 'dispose';
  /** Ids of the documents it speaks of. */
  readonly documents: readonly string[];
  readonly comment: string;
  readonly time: Instant;
  readonly key: KeyIdentity;
  /** The raw tag object, for the evidence page. */
  readonly raw: Uint8Array;
}

/** A requirement and who filled it. */
export interface FilledRequirement extends Requirement {
  /** `count` distinct people with the approval of each. */
  readonly by: readonly { readonly person: string; readonly approval: string }[];
}

/** What one line of a release did to a document, with the approvals that filled its needs. */
export interface ReleaseAct {
  readonly act: 'put' | 'withdraw' | 'confirm' | 'dispose';
  readonly document: string;
  readonly revision: string;
  readonly release: number;
  /** As in the line. */
  readonly day: string;
  /**
   * Seconds since the epoch from which it takes effect: the beginning of the day in the time
   * zone of the rules in force, never before the instant of signing.
   */
  readonly from: number;
  readonly filled: readonly FilledRequirement[];
  /** Approvals of the release that fill nothing here, and why. */
  readonly notCounted: readonly NotCounted[];
  /** Counted approvals that speak of this document with this act's decision. */
  readonly approvals: readonly CountedApproval[];
}

/** A released revision of a document. Immutable. */
export interface Revision {
  readonly document: string;
  readonly revision: string;
  readonly digest: Digest;
  readonly put: ReleaseAct;
  /** Path of the Markdown file (of `qms.yaml` for `QMS`) from the repository root. */
  readonly path: string;
  readonly files: readonly ContentFile[];
  /** Undefined for `QMS`, whose fields are the rules'. */
  readonly frontMatter: FrontMatter | undefined;
  readonly title: string;
  readonly type: DocumentType;
  /** Person ids (or addresses of unknown people, where the type allows them) who contributed. */
  readonly contributors: readonly string[];
  readonly confirmations: readonly ReleaseAct[];
  /** Why it is in doubt; empty where it is not. */
  readonly contested: readonly string[];
}

/** One document: its released revisions, oldest first, and its end. Immutable. */
export interface RegisteredDocument {
  readonly id: string;
  readonly type: DocumentType;
  readonly revisions: readonly Revision[];
  /** The withdrawal or disposal that ends it, whose day may still be to come. */
  readonly end: ReleaseAct | undefined;
}

/** A verified release. Immutable. */
export interface Release {
  readonly number: number;
  /** Object id of the tag. */
  readonly tag: string;
  /** SHA-256 of the raw bytes of the tag object. */
  readonly digest: Digest;
  readonly commit: string;
  readonly person: string;
  readonly personName: string;
  readonly key: KeyIdentity;
  readonly time: Instant;
  readonly subject: string;
  readonly comment: string;
  readonly acts: readonly ReleaseAct[];
  readonly approvals: readonly CountedApproval[];
  /** The rules in force for this release. */
  readonly rules: Rules;
  /** The raw tag object, for the evidence page. */
  readonly raw: Uint8Array;
}

/**
 * What a verified chain of releases says, as a value: built by `verifyRegister`, incrementally
 * from an earlier one and the new refs. What is in force is a question over it and an instant
 * (`in-force.ts`).
 */
export interface Register {
  /** SHA-256 of the raw bytes of tag object `qms/release/1`. */
  readonly anchor: Digest;
  readonly releases: readonly Release[];
  readonly documents: ReadonlyMap<string, RegisteredDocument>;
  /** The rules that the newest release put in force or left in force. */
  readonly rules: Rules;
}

/** State of a released revision at an instant (shared register format, "States"). */
export type ReleasedState = 'pending' | 'effective' | 'superseded' | 'withdrawn';

export type State = 'draft' | 'in-review' | 'approved' | ReleasedState;

/** What a verification decided, with everything it found. */
export interface Verification {
  readonly outcome: Outcome;
  /** Computed from release 1; undefined where there is no valid one. */
  readonly anchor: Digest | undefined;
  /** Where the anchor that it was compared with came from; undefined where none was given. */
  readonly anchorSource: string | undefined;
  /** Whether a head was given. */
  readonly headKnown: boolean;
  /**
   * Whether the good releases reach every head that was given; true where none was. Without it a
   * publisher that starts on a damaged repository would show what has been superseded.
   */
  readonly headReached: boolean;
  /** `42:sha256:…` of the newest valid release. */
  readonly head: string | undefined;
  /** Undefined where there is no valid release 1. */
  readonly register: Register | undefined;
  /** Well-formed approvals and rejections that no release has counted, whoever signed them. */
  readonly approvals: readonly LooseApproval[];
  /** What `verifyRegister` needs to go on from here; nobody else looks into it. */
  readonly chain: Chain | undefined;
  /** The same; undefined where the tags could not be read at all. */
  readonly seen: SeenTags | undefined;
  readonly problems: readonly Problem[];
}
