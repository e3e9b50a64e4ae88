import type { StatementTag } from '../approval/statement-tag.ts';
import type { ReleaseStatement } from '../approval/statement.ts';
import type { Cryptography } from '../git/cryptography.ts';
import type { Rules } from '../rules/rules.ts';
import type { SignatureVerdict } from '../signature/verdict.ts';
import type { Chain } from './chain.ts';
import type { Disposals } from './disposals.ts';
import type { Findings } from './findings.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Readings } from './readings.ts';
import type { Instant } from './register.ts';

/** A tag below `qms/release/` that is a well-formed release statement, to be judged. */
export interface ReleaseCandidate {
  readonly number: number;
  readonly tagId: string;
  readonly tag: StatementTag<ReleaseStatement>;
  /** Without certificates: an OpenPGP signature by a key of the rules is `key-unknown` still. */
  readonly verdict: SignatureVerdict;
}

/** What verification brings along for every release. */
export interface ReleaseContext {
  readonly reader: ObjectReader;
  readonly readings: Readings;
  readonly cryptography: Cryptography;
  /** Seconds since the epoch. */
  readonly now: number;
  /** What later releases dispose of: the blobs may be gone. */
  readonly disposals: Disposals;
}

/** A release after the first while it is judged: on what it builds, and where findings go. */
export interface Judging extends ReleaseContext {
  readonly candidate: ReleaseCandidate;
  /** The good releases before it. */
  readonly chain: Chain;
  /** In force for it. */
  readonly rules: Rules;
  /** When it was signed, as its signer claims. */
  readonly time: Instant;
  readonly findings: Findings;
}
