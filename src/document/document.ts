/** `sha256:` and 64 lower-case hex digits. */
export type Digest = `sha256:${string}`;

export type RevisionScheme = 'number' | 'letter';

/** `24 months` → `{count: 24, unit: 'months'}`. */
export interface Interval {
  readonly count: number;
  readonly unit: 'days' | 'weeks' | 'months' | 'years';
}

/** One approval that a type or a document asks for: `count` distinct people with the role. */
export interface Requirement {
  readonly role: string;
  /** One word: `reviewed`, `approved`. */
  readonly meaning: string;
  readonly count: number;
}

/** A field of the front matter of any shape, every scalar still text. */
export type FieldValue = string | readonly FieldValue[] | { readonly [key: string]: FieldValue };

/** The front matter of a controlled document, parsed (shared formats page). */
export interface FrontMatter {
  readonly id: string;
  readonly title: string;
  readonly type: string;
  readonly revision: string;
  /** A role or a person of the rules. */
  readonly owner: string;
  /** As written: `7.5.1` or `iso13485:2016/4.2.4`. */
  readonly clauses: readonly string[];
  /** The reason for the revision. */
  readonly changes: string | undefined;
  /** Planned day, `YYYY-MM-DD`. */
  readonly effective: string | undefined;
  /** On top of the type's. */
  readonly approval: readonly Requirement[];
  /** Instead of the type's. */
  readonly review: Interval | undefined;
  readonly audience: readonly string[];
  readonly processes: readonly string[];
  readonly departments: readonly string[];
  readonly machines: readonly string[];
  readonly keywords: readonly string[];
  readonly supersedes: readonly string[];
  /** Kind record. */
  readonly date: string | undefined;
  readonly fields: ReadonlyMap<string, FieldValue> | undefined;
  /** Kind external. */
  readonly source: string | undefined;
  readonly issue: string | undefined;
  readonly checked: string | undefined;
}

/** Where each top-level field stands, so that a problem can name its line. */
export interface FieldPlace {
  readonly line: number;
  readonly column: number;
}

/** What stands above the text of a controlled document. */
export interface DocumentHead {
  /** From the repository root. */
  readonly path: string;
  readonly frontMatter: FrontMatter;
  readonly places: ReadonlyMap<string, FieldPlace>;
}

/** A head that says what it is called without its front matter being looked at. */
export interface NamedHead extends DocumentHead {
  readonly id: string;
  readonly revision: string;
}

/** A controlled document: one Markdown file with front matter. */
export interface Document extends DocumentHead {
  /** The Markdown after the front matter. */
  readonly body: string;
  /** The line of the file on which `body` begins, counted from 1. */
  readonly bodyLine: number;
}

/** One file of a revision's content (shared register format, "Content and its digest"). */
export interface ContentFile {
  /** From the repository root. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** 64 hex digits. */
  readonly sha256: string;
  /** Git's blob id. */
  readonly blob: string;
}
