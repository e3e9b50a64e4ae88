/** A file of a source, before its bytes are read. */
export interface SourceFile {
  /** From the repository root, parts joined by `/`. */
  readonly path: string;
  /** As Git has it: `100644`, `100755`, `120000` (symbolic link), `160000` (submodule). */
  readonly mode: string;
}

/**
 * Where documents are read from: the working tree, the index or a commit. All three answer alike,
 * so that the same check runs while somebody writes, before a commit and on a server.
 *
 * An answer that could not be had is a thrown `QmsError`, never an empty one.
 */
export interface DocumentSource {
  /** In words, for messages: `the working tree`, `commit 1a2b3c4`. */
  readonly label: string;
  /**
   * Every file below a folder that can be a controlled document or the rules. What stands below a
   * part that begins with `_` or `.` may be left out.
   *
   * @param folder From the repository root, without a slash at its end; empty for all.
   */
  list(folder?: string): Promise<readonly SourceFile[]>;
  /** The modes of those of the paths that are files, by exact name; also below `_` and `.`. */
  modes(paths: Iterable<string>): Promise<ReadonlyMap<string, string>>;
  /** The bytes of those of the paths that are plain files. */
  read(paths: Iterable<string>): Promise<ReadonlyMap<string, Uint8Array>>;
}
