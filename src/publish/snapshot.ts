import type { ContentFile } from '../document/document.ts';
import { type Problem, QmsError } from '../problem/problem.ts';
import type { Verification } from '../register/register.ts';

/**
 * A verified state of the register with the means to read its released content, as a value.
 * Whoever holds it can ask and show; nothing in it reaches Git or a folder by a name from outside.
 */
export interface Snapshot {
  readonly verification: Verification;
  /** Seconds since the epoch. */
  readonly verifiedAt: number;
  /** In words, for people: the repository or remote that it was read from. */
  readonly source: string;
  /**
   * Bytes of a released file, by an entry of the register only.
   * The caller hashes them again (`readReleased`).
   */
  readFile(file: ContentFile): Promise<Uint8Array>;
}

/** Why a newer state is not shown: the last one that did verify is kept meanwhile. */
export interface Trouble {
  /** Seconds since the epoch at which it was first seen. */
  readonly since: number;
  readonly problems: readonly Problem[];
}

/** What can be shown now: the last verified state, and what stands against a newer one. */
export interface CurrentState {
  readonly snapshot: Snapshot | undefined;
  readonly trouble: Trouble | undefined;
}

/** Whether reading failed because a file is not there, as it may be once it was disposed of. */
export function isMissing(error: unknown): boolean {
  if (!(error instanceof QmsError)) return false;
  return error.code === 'git/object-missing' || error.code === 'publish/content-missing';
}

/**
 * Read a released file and compare its bytes with the SHA-256 that the register holds. Without
 * this a store that changed after the verification could put other bytes on a page in force.
 *
 * @throws {QmsError} `publish/content-mismatch` where the bytes are others.
 */
export async function readReleased(
  snapshot: Pick<Snapshot, 'readFile'>,
  file: ContentFile,
): Promise<Uint8Array> {
  const bytes = await snapshot.readFile(file);
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'));
  const found = hex.join('');
  if (found === file.sha256) return bytes;
  throw QmsError.of('publish/content-mismatch', {
    message: `${file.path} reads as sha256 ${found}; the register holds ${file.sha256}.`,
    place: { file: file.path, object: file.blob },
  });
}
