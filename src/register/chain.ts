import type { Digest } from '../document/document.ts';
import type { Rules } from '../rules/rules.ts';
import type { Problem } from '../problem/problem.ts';
import type { FileFact, PlacedFile } from './content.ts';
import type { GrownMap } from './grown-map.ts';
import { History } from './history.ts';
import type { RegisteredDocument, Release } from './register.ts';

/**
 * What is known of a verified chain up to its newest good release, as far as the next release
 * needs it. Whoever holds one may rely on its staying as it is: a walk that goes on from it goes
 * on in a copy of its own, see `growingFrom`.
 */
export interface Chain {
  readonly anchor: Digest;
  readonly releases: readonly Release[];
  readonly documents: ReadonlyMap<string, RegisteredDocument>;
  /** Every rules that were ever in force, oldest first; the last are in force for the next release. */
  readonly rulesHistory: readonly Rules[];
  /** Folder of `qms.yaml` in force, without a trailing slash; empty for the repository root. */
  readonly root: string;
  /** Trees below `documents/` of the newest release: id → tree. */
  readonly trees: ReadonlyMap<string, string>;
  /** Folders below `documents/` of the newest release: prefix → tree. */
  readonly folders: ReadonlyMap<string, string>;
  /** Records in the tree of the newest release, which leave it with the next. */
  readonly recordsInTree: ReadonlySet<string>;
  /** SHA-256 of a signed payload → ids of the documents for which a release counted it. */
  readonly counted: Omit<GrownMap<string, ReadonlySet<string>>, 'set'>;
  /** Digest and name of every counted approval, so that its tag is no loose end. */
  readonly countedTags: Omit<GrownMap<string, true>, 'set'>;
  readonly history: History;
  /** `<id> <revision>` → its files, of records whose bytes were gone when they were judged. */
  readonly gone: ReadonlyMap<string, readonly PlacedFile[]>;
  /** Warnings that belong to good releases. */
  readonly warnings: readonly Problem[];
  /** Blob id → size and SHA-256, of files that were read. */
  readonly files: Map<string, FileFact>;
}

/** A chain while a walk continues it, release by release. */
export interface GrowingChain extends Chain {
  readonly releases: Release[];
  readonly documents: Map<string, RegisteredDocument>;
  rulesHistory: readonly Rules[];
  root: string;
  readonly trees: Map<string, string>;
  folders: ReadonlyMap<string, string>;
  recordsInTree: ReadonlySet<string>;
  readonly counted: GrownMap<string, ReadonlySet<string>>;
  readonly countedTags: GrownMap<string, true>;
  readonly gone: Map<string, readonly PlacedFile[]>;
  readonly warnings: Problem[];
}

/**
 * Begin to continue a chain, which itself stays as it is. Copying is once for a walk, not for each
 * release: otherwise a verification would grow with the square of the releases.
 */
export function growingFrom(chain: Chain): GrowingChain {
  return {
    ...chain,
    releases: [...chain.releases],
    documents: new Map(chain.documents),
    counted: chain.counted.grow(),
    countedTags: chain.countedTags.grow(),
    trees: new Map(chain.trees),
    history: new History(chain.history.facts()),
    gone: new Map(chain.gone),
    warnings: [...chain.warnings],
  };
}
