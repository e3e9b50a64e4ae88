import { type Place, type Problem, makeProblem } from '../problem/problem.ts';
import type { Digest, RevisionScheme } from '../document/document.ts';
import { isRevision, successor } from '../document/revision.ts';

/** What was released of one document, oldest revision first. */
export interface ReleasedDocument {
  readonly revisions: readonly { readonly revision: string; readonly digest: Digest }[];
  /** Set where a release withdrew it or disposed of it. */
  readonly end: object | undefined;
}

/** A document as it stands in a tree. */
interface Standing {
  readonly id: string;
  readonly revision: string;
  readonly digest: Digest | undefined;
  /** Of its revision. */
  readonly place: Place;
}

/**
 * Check a document against what was released of it: it is the last released revision unchanged,
 * or the next one (shared register format, "Documents").
 *
 * @param scheme Undefined where its type is not known; then only the content is compared.
 */
export function checkAgainstReleased(
  standing: Standing,
  scheme: RevisionScheme | undefined,
  released: ReleasedDocument | undefined,
): readonly Problem[] {
  const last = released?.revisions.at(-1);
  if (released === undefined || last === undefined) return [];
  const { id, revision, digest } = standing;
  const report = (code: Problem['code'], message: string): readonly Problem[] => [
    makeProblem(code, {
      message,
      place: { ...standing.place, field: 'revision' },
      document: id,
      revision,
    }),
  ];
  if (released.end !== undefined) {
    return report(
      'document/ended',
      `${id} was withdrawn or disposed of, and its file is still here.`,
    );
  }
  if (revision === last.revision) {
    if (digest === undefined || digest === last.digest) return [];
    return report(
      'document/not-revised',
      `${id} differs from what was released as revision ${revision}; a changed content needs a new revision.`,
    );
  }
  if (scheme === undefined || !isRevision(scheme, revision)) return [];
  const next = successor(scheme, last.revision);
  if (revision === next) return [];
  const expected = next ?? 'none, since there is none after it';
  return report(
    'document/revision-order',
    `${id} says revision ${revision}; the last released one is ${last.revision}, so the next is ${expected}.`,
  );
}
