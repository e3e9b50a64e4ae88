import type { Problem } from '../problem/problem.ts';
import { stateOf } from '../register/in-force.ts';
import type { ReleasedState, Verification } from '../register/register.ts';

/** `verify --json` and `/api/v1/verify`. */
export interface VerificationReport {
  readonly outcome: Verification['outcome'];
  readonly anchor: string | null;
  /** How many valid releases there are. */
  readonly releases: number;
  /** `42:sha256:…`. */
  readonly head: string | null;
  readonly documents: readonly {
    readonly id: string;
    readonly revision: string;
    readonly state: ReleasedState;
    readonly release: number;
    readonly contested: boolean;
  }[];
  readonly problems: readonly Problem[];
}

/**
 * What a verification decided, with the state of each released revision at an instant, ascending
 * by id, older revisions first.
 */
export function verificationReport(verification: Verification, at: number): VerificationReport {
  const { register } = verification;
  const ids = [...(register?.documents.keys() ?? [])].sort();
  const documents = ids.flatMap((id) => {
    const document = register?.documents.get(id);
    if (document === undefined) return [];
    return document.revisions.map((revision, index) => ({
      id,
      revision: revision.revision,
      state: stateOf(document, index, at).state,
      release: revision.put.release,
      contested: revision.contested.length > 0,
    }));
  });
  return {
    outcome: verification.outcome,
    anchor: verification.anchor ?? null,
    releases: register?.releases.length ?? 0,
    head: verification.head ?? null,
    documents,
    problems: verification.problems,
  };
}
