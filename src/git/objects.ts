/** A person and an instant as a commit or tag header states them. Claims, never proof. */
export interface Identity {
  /** Decoded as UTF-8 with replacement; for display only. */
  readonly name: string;
  /** As it stands; compare with `sameAddress`. */
  readonly email: string;
  /** Seconds since 1970-01-01T00:00:00Z. */
  readonly seconds: number;
  /** `+0100`, as it stands. */
  readonly offset: string;
}

/** A parsed tag object (strict: shared register format, "Statements" and "Reading"). */
export interface Tag {
  readonly object: string;
  readonly type: string;
  /** The `tag` header. */
  readonly name: string;
  readonly tagger: Identity;
  /** The tagger's name as raw bytes, so that `formatTag` gives the same bytes. */
  readonly taggerName: Uint8Array;
  /** Everything after the empty line up to the armour; what stands here was signed. */
  readonly message: Uint8Array;
  /** The armour from its BEGIN line to the end of the object, or undefined where there is none. */
  readonly armour: Uint8Array | undefined;
  /** The exact signed bytes: headers, empty line and message. */
  readonly payload: Uint8Array;
}

/** A parsed commit. */
export interface Commit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Identity;
  readonly committer: Identity;
  /** The values of the two headers as they stand, so that `formatCommit` gives the same bytes. */
  readonly authorLine: Uint8Array;
  readonly committerLine: Uint8Array;
  /** The header lines after `committer`, each with its LF. */
  readonly moreHeaders: Uint8Array;
  /** Set where not even the empty line follows the headers; the message is then empty. */
  readonly endsAtHeaders?: boolean;
  /** The bytes after the empty line. */
  readonly message: Uint8Array;
  /** The armour of a `gpgsig` header with the leading spaces of its lines taken off. */
  readonly signature: Uint8Array | undefined;
  /** The signed bytes: the object without its `gpgsig` header. */
  readonly payload: Uint8Array;
}

/** One entry of a tree, in the order of the object. */
export interface TreeEntry {
  /** As it stands: `100644`, `100755`, `120000`, `160000`, `40000`. */
  readonly mode: string;
  /** Raw bytes of the name. */
  readonly nameBytes: Uint8Array;
  /** The name decoded as UTF-8, or undefined where it is not valid UTF-8. */
  readonly name: string | undefined;
  readonly id: string;
}
