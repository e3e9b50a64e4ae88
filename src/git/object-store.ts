/** The kinds of objects Git stores. */
export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

/** A ref as it stands, not peeled: a tag's ref gives the tag object's id. */
export interface Ref {
  /** Full name, `refs/tags/qms/release/3`. */
  readonly name: string;
  /** Object id, 40 lower-case hex digits. */
  readonly id: string;
}

/** A raw object whose bytes were hashed again and found to be those of its id. */
export interface RawObject {
  readonly id: string;
  readonly type: ObjectType;
  /** The object without its header; not to be changed. */
  readonly bytes: Uint8Array;
}

/** Why an object could not be had: it is absent, or its bytes are not those of its id. */
export interface ObjectFault {
  readonly id: string;
  readonly fault: 'missing' | 'corrupt';
  /** What was seen, for the message. */
  readonly detail: string;
}

/** What the repository itself says that bears on whether it can be believed. */
export interface RepositoryState {
  readonly shallow: boolean;
  readonly partial: boolean;
  readonly grafts: boolean;
  /** Names below `refs/replace/`. */
  readonly replaceRefs: readonly string[];
  /** Folders that objects are borrowed from (`objects/info/alternates`) and that are not there. */
  readonly missingAlternates: readonly string[];
}

/**
 * The read port to one repository: refs with a prefix, raw objects by id and in bulk, existence.
 *
 * Every implementation hashes each object again, honours neither replace refs nor grafts, and
 * never answers "none" for "could not read": that is a thrown `QmsError`.
 */
export interface ObjectStore {
  /**
   * Incompleteness, and what would deceive. Each method throws where the format can't be read.
   */
  state(): Promise<RepositoryState>;
  /** Refs whose full name starts with `prefix`, not peeled, sorted by name bytes. */
  refs(prefix: string): Promise<readonly Ref[]>;
  /**
   * Raw objects by id, in bulk. The answer holds every id that was asked for.
   *
   * @param mostBytes Where it is given, the answer leaves out what does not fit into so many bytes,
   *   and objects over the limit: for reading ahead, where nobody knows how large things are.
   * @throws {QmsError} `git/object-too-large` for an object over `limits.objectBytes`.
   */
  read(
    ids: Iterable<string>,
    mostBytes?: number,
  ): Promise<ReadonlyMap<string, RawObject | ObjectFault>>;
  /** Which of the ids exist. */
  has(ids: Iterable<string>): Promise<ReadonlySet<string>>;
  /** Release processes and files. */
  close(): Promise<void>;
}

/** Sizes beyond which reading stops with a clear message instead of filling the memory. */
export const limits = {
  /** One object of any type: the largest released file (64 MiB) and headroom for trees. */
  objectBytes: 64 * 1024 * 1024,
} as const;
