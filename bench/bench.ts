/** What every measure is given. */
import type { Corpus } from './corpus.ts';
import type { Row } from './measure.ts';
import type { Peers } from './peers.ts';
import type { Workspace } from './workspace.ts';

export interface Bench {
  /** As it is kept: to be copied before anything is done in it. */
  readonly corpus: Corpus;
  /** The corpus in short: `2,000 documents`. */
  readonly on: string;
  /** The corpus of 100 documents; the same where that was chosen. */
  readonly small: () => Promise<Corpus>;
  /** A copy of the corpus in which an earlier command has filled the cache; only to be read. */
  readonly warm: () => Promise<Corpus>;
  readonly workspace: Workspace;
  readonly runs: number;
  readonly peers: Peers;
  /** Something that the result has to name as not measured, and why. */
  readonly leaveOut: (work: string, reason: string) => void;
}

/** Rounds of what takes a fraction of a second: there one disturbance weighs much. */
export const roundsOfShort = ({ runs }: Pick<Bench, 'runs'>): number => Math.max(runs, 9);

export type Measure = (bench: Bench) => Promise<readonly Row[]>;
