import type { StatementTag } from '../approval/statement-tag.ts';
import type { ReleaseStatement } from '../approval/statement.ts';
import type { Cryptography } from '../git/cryptography.ts';
import type { SignatureVerdict } from '../signature/verdict.ts';
import type { ObjectReader } from './object-reader.ts';

/** A tag below `qms/release/` that is a well-formed release statement, to be judged. */
export interface ReleaseCandidate {
  readonly number: number;
  readonly tagId: string;
  readonly tag: StatementTag<ReleaseStatement>;
  readonly verdict: SignatureVerdict;
}

/** What verification brings along for every release. */
export interface ReleaseContext {
  readonly reader: ObjectReader;
  readonly cryptography: Cryptography;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Ids that a later release disposes of: their blobs may be gone. */
  readonly disposed: ReadonlySet<string>;
  /** Blobs of the content of such documents. */
  readonly goneBlobs: ReadonlySet<string>;
  /** Folder trees below `documents/` that were read before; derived. */
  readonly folders: Map<string, ReadonlyMap<string, string>>;
}
