import { statesOf } from '../register/in-force.ts';
import type { Register, ReleasedState, Revision, Verification } from '../register/register.ts';
import { documentKnownAt, nextReviewOf, registerOf } from './document-facts.ts';
import { formatInstant } from './instant.ts';

/** One line of the master list. Days are `YYYY-MM-DD`. */
export interface ListedDocument {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly revision: string;
  readonly state: ReleasedState;
  /** The day of its release line; for a pending revision the day to come. */
  readonly effective: string;
  readonly release: number;
  /** A role or a person of the rules; null for `QMS`. */
  readonly owner: string | null;
  readonly path: string;
  readonly clauses: readonly string[];
  /** Null unless it is effective and a review is asked for. */
  readonly nextReview: string | null;
  readonly contested: boolean;
}

/** The master list: `list --json` and `/api/v1/list`. */
export interface DocumentList {
  readonly at: string;
  readonly documents: readonly ListedDocument[];
}

export interface ListFilter {
  /** Only revisions in this state; without it all but the superseded ones. */
  readonly state?: ReleasedState | undefined;
  /** Only documents of this type. */
  readonly type?: string | undefined;
}

/**
 * The master list at an instant, as it was known then: a line for each effective and pending
 * revision and for the last revision of each withdrawn document; ascending by id, older
 * revisions first. With a state, each revision that is in it.
 *
 * @param at  Seconds since the epoch.
 * @throws {QmsError} `audit/no-register` where no release was valid.
 */
export function listDocuments(
  verification: Verification,
  at: number,
  filter: ListFilter = {},
): DocumentList {
  const register = registerOf(verification);
  const documents: ListedDocument[] = [];
  const ids = [...register.documents.keys()].sort();
  for (const id of ids) {
    const whole = register.documents.get(id);
    const document = whole && documentKnownAt(register, whole, at);
    if (document === undefined) continue;
    if (filter.type !== undefined && document.type.id !== filter.type) continue;
    const states = statesOf(document, at);
    document.revisions.forEach((revision, index) => {
      const state = states[index]?.state ?? 'pending';
      const last = index === document.revisions.length - 1;
      const wanted =
        filter.state === undefined
          ? state !== 'superseded' && (state !== 'withdrawn' || last)
          : state === filter.state;
      if (wanted) documents.push(listed(register, revision, state));
    });
  }
  return { at: formatInstant(at, register.rules.timezone), documents };
}

function listed(register: Register, revision: Revision, state: ReleasedState): ListedDocument {
  const { frontMatter } = revision;
  return {
    id: revision.document,
    type: revision.type.id,
    title: revision.title,
    revision: revision.revision,
    state,
    effective: revision.put.day,
    release: revision.put.release,
    owner: frontMatter?.owner ?? null,
    path: revision.path,
    clauses: frontMatter?.clauses ?? [],
    nextReview: state === 'effective' ? (nextReviewOf(register, revision) ?? null) : null,
    contested: revision.contested.length > 0,
  };
}
