import type { ContentFile, Digest, NamedHead } from './document.ts';
import type { FoundReferences } from './references.ts';

/** As `findReferences` gives them; headings only where somebody asked for them. */
export type KnownReferences = Omit<FoundReferences, 'headings'> & {
  readonly headings: FoundReferences['headings'] | undefined;
};

/** What is known of the content of a document, for as long as its files are these. */
export interface KnownContent {
  readonly digest: Digest;
  /** Blobs and paths of its other files, see `otherFiles`; empty where there are none. */
  readonly others: string;
}

/**
 * What a file says by itself. It depends on its path and bytes alone, so that it holds as long as
 * both stay what they are; reading fills in what is not known yet.
 */
export interface KnownFile {
  /** Of a controlled document that can be parsed. */
  head?: NamedHead;
  references?: KnownReferences;
  /** Of a file that is no Git LFS pointer. */
  file?: ContentFile;
  /** Of a document's content, where that has no problem. */
  content?: KnownContent;
}

/**
 * What is known of the plain file at a path of a source, as it stands there now.
 * @returns Undefined where no plain file stands there.
 */
export type KnownFiles = (path: string) => Promise<KnownFile | undefined>;

/** Nothing is known, and nothing is kept. */
export const nothingKnown: KnownFiles = () => Promise.resolve(undefined);
