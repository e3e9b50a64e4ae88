import { compareCodePoints } from '../git/code-point-order.ts';
import type { Register, RegisteredDocument, ReleasedState, Revision } from './register.ts';

/** The state of one released revision at an instant. Instants are seconds since the epoch. */
export interface RevisionState {
  readonly state: ReleasedState;
  /** When this state began. Undefined for a pending revision, which waits since its release. */
  readonly since: number | undefined;
  /** When it ends by what is released today; undefined where nothing says so. */
  readonly until: number | undefined;
}

type Timed = Pick<RegisteredDocument, 'revisions' | 'end'>;

/**
 * State of the revision at `index` of a document at an instant (register format, "States").
 *
 * A later revision wins as soon as it is effective, whatever the earlier one's day; the end of a
 * document (withdrawal or disposal) ends all of its revisions, the pending ones as well. So at
 * most one revision is effective at any instant.
 *
 * @param index  Place in `document.revisions`, from 0.
 * @param at     Seconds since the epoch.
 * @throws {RangeError} where the document has no revision at `index`.
 */
export function stateOf(document: Timed, index: number, at: number): RevisionState {
  const revision = document.revisions[index];
  if (revision === undefined) throw new RangeError(`no revision at ${String(index)}`);
  let overtaken = Infinity;
  for (let later = index + 1; later < document.revisions.length; later++) {
    overtaken = Math.min(overtaken, document.revisions[later]?.put.from ?? Infinity);
  }
  return stateBetween(revision.put.from, overtaken, document.end?.from ?? Infinity, at);
}

/** The same of each revision, in their order, with one look at each. */
export function statesOf(document: Timed, at: number): readonly RevisionState[] {
  const end = document.end?.from ?? Infinity;
  const states: RevisionState[] = [];
  let overtaken = Infinity;
  for (const { put } of [...document.revisions].reverse()) {
    states.push(stateBetween(put.from, overtaken, end, at));
    overtaken = Math.min(overtaken, put.from);
  }
  return states.reverse();
}

/** State of what takes effect at one instant, and is overtaken and ended at others. */
function stateBetween(from: number, overtaken: number, end: number, at: number): RevisionState {
  if (at >= end) return { state: 'withdrawn', since: end, until: undefined };
  if (at >= overtaken) return { state: 'superseded', since: overtaken, until: finite(end) };
  const until = finite(Math.min(overtaken, end));
  if (at >= from) return { state: 'effective', since: from, until };
  return { state: 'pending', since: undefined, until: Math.min(from, until ?? Infinity) };
}

/** Whether a document was withdrawn or disposed of by an instant. */
export function hasEnded({ end }: Timed, at: number): boolean {
  return end !== undefined && at >= end.from;
}

/**
 * Place of the last revision that has taken effect, -1 where all of them are planned. Unless the
 * document has ended it is the effective one: a later one wins as soon as it takes effect, whatever
 * the days of those before it.
 */
export function latestIndex({ revisions }: Timed, at: number): number {
  return revisions.findLastIndex((revision) => revision.put.from <= at);
}

/** The revision of a document that is effective at an instant, or undefined where none is. */
export function effectiveRevision(document: Timed, at: number): Revision | undefined {
  return hasEnded(document, at) ? undefined : document.revisions[latestIndex(document, at)];
}

/** Every effective revision at an instant, ascending by id. Records are effective once filed. */
export function inForce(register: Pick<Register, 'documents'>, at: number): readonly Revision[] {
  const found: Revision[] = [];
  for (const document of register.documents.values()) {
    const revision = effectiveRevision(document, at);
    if (revision !== undefined) found.push(revision);
  }
  return found.sort((one, other) => compareCodePoints(one.document, other.document));
}

/**
 * The next instant after `at` at which what is in force changes without a new release: a planned
 * day begins. Undefined where nothing is planned.
 */
export function nextChange(register: Pick<Register, 'documents'>, at: number): number | undefined {
  let next = Infinity;
  for (const document of register.documents.values()) {
    for (const revision of document.revisions) {
      if (revision.put.from > at) next = Math.min(next, revision.put.from);
    }
    const end = document.end?.from ?? Infinity;
    if (end > at) next = Math.min(next, end);
  }
  return finite(next);
}

function finite(seconds: number): number | undefined {
  return Number.isFinite(seconds) ? seconds : undefined;
}
