import type { ContentFile, Digest } from '../../document/document.ts';
import { rulesId } from '../../document/identity.ts';
import type { ReleaseDraft } from './make-release.ts';

/**
 * Release 1: it puts `QMS 1` in force and nothing else, rests on no approval and has no parent.
 *
 * @param file    `qms.yaml` as the founding commit holds it.
 * @param digest  Of the content that is this file alone.
 * @param day     The day of signing in the time zone of these rules.
 * @see shared register format, "Release"
 */
export function foundingDraft(
  file: ContentFile,
  digest: Digest,
  day: string,
  person: string,
): ReleaseDraft {
  return {
    statement: {
      kind: 'release',
      comment: '',
      register: undefined,
      release: 1,
      previous: undefined,
      person,
      put: [{ id: rulesId, revision: '1', digest, day }],
      withdraw: [],
      confirm: [],
      dispose: [],
      approvals: [],
    },
    parents: [],
    kept: new Map(),
    put: new Map([[rulesId, [file]]]),
    evidence: new Map(),
  };
}
