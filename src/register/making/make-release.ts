import { formatStatement, subjectOf } from '../../approval/format-statement.ts';
import type { ReleaseStatement } from '../../approval/statement.ts';
import type { Digest } from '../../document/document.ts';
import { formatCommit } from '../../git/commit.ts';
import type { Cryptography } from '../../git/cryptography.ts';
import { encodeUtf8 } from '../../git/header.ts';
import type { Ref } from '../../git/object-store.ts';
import type { Identity } from '../../git/objects.ts';
import { formatTag } from '../../git/tag.ts';
import { releaseFolder } from '../content.ts';
import { NewObjects, type PlacedEntry } from './new-objects.ts';

/** Signs the payload of a tag with the user's own key; gives the armour. */
export type Sign = (payload: Uint8Array) => Promise<Uint8Array>;

/** Everything of a release that is decided before it is signed. */
export interface ReleaseDraft {
  readonly statement: ReleaseStatement;
  /** Release before, content, approvals: in the order of the format. */
  readonly parents: readonly string[];
  /** Documents that stay, id → tree. */
  readonly kept: ReadonlyMap<string, string>;
  /** Documents that are put, id → files with their path from the repository root. */
  readonly put: ReadonlyMap<string, readonly { readonly path: string; readonly blob: string }[]>;
  /** Raw tag objects of the approvals, by their digest. */
  readonly evidence: ReadonlyMap<Digest, Uint8Array>;
}

/** A tag that was made, with the objects that it needs; nothing of it is written yet. */
export interface MadeTag {
  readonly objects: NewObjects;
  readonly ref: Ref;
  /** The commit it points at. */
  readonly commit: string;
  /** SHA-256 of the raw bytes of the tag object. */
  readonly digest: Digest;
}

/**
 * Make the objects of a signed tag: the payload that is signed, and the armour behind it.
 * @param message  The statement, as `formatStatement` writes it.
 * @throws {QmsError} `git/tag-malformed` where name or address can't stand in a tag.
 */
export async function makeTag(
  name: string,
  commit: string,
  tagger: Identity,
  message: string,
  sign: Sign,
  objects: NewObjects,
  cryptography: Cryptography,
): Promise<MadeTag> {
  const draft = { object: commit, type: 'commit', name, tagger, message: encodeUtf8(message) };
  const armour = await sign(formatTag(draft));
  const raw = formatTag({ ...draft, armour });
  const id = objects.add('tag', raw);
  return {
    objects,
    ref: { name: `refs/tags/${name}`, id },
    commit,
    digest: `sha256:${cryptography.sha256(raw)}`,
  };
}

/**
 * Make the commit and the signed tag of a release.
 * @param signer  Name, address and time; the time is the signer's claim.
 * @see shared register format, "Release" and "The release commit"
 */
export async function makeRelease(
  draft: ReleaseDraft,
  signer: Identity,
  sign: Sign,
  cryptography: Cryptography,
): Promise<MadeTag> {
  const objects = new NewObjects(cryptography);
  const entries: PlacedEntry[] = [];
  for (const [id, tree] of draft.kept) {
    entries.push({ path: releaseFolder(id), mode: '40000', id: tree });
  }
  for (const [id, files] of draft.put) {
    for (const { path, blob } of files) {
      entries.push({ path: `${releaseFolder(id)}/${path}`, mode: '100644', id: blob });
    }
  }
  for (const [digest, raw] of draft.evidence) {
    const path = `evidence/${digest.slice('sha256:'.length)}`;
    entries.push({ path, mode: '100644', id: objects.add('blob', raw) });
  }
  const commit = objects.add(
    'commit',
    formatCommit({
      tree: objects.addTree(entries),
      parents: draft.parents,
      author: signer,
      committer: signer,
      message: encodeUtf8(`${subjectOf(draft.statement)}\n`),
    }),
  );
  const name = `qms/release/${String(draft.statement.release)}`;
  const message = formatStatement(draft.statement);
  return makeTag(name, commit, signer, message, sign, objects, cryptography);
}
