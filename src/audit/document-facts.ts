import { addInterval } from '../document/day.ts';
import { QmsError } from '../problem/problem.ts';
import { hasEnded, latestIndex } from '../register/in-force.ts';
import type {
  Register,
  RegisteredDocument,
  Release,
  ReleaseAct,
  Revision,
  Verification,
} from '../register/register.ts';
import type { Rules } from '../rules/rules.ts';

/**
 * The register of a verification, for questions that need one.
 * @throws {QmsError} `audit/no-register` where no release was valid.
 */
export function registerOf(verification: Verification): Register {
  if (verification.register !== undefined) return verification.register;
  throw QmsError.of('audit/no-register', {
    message: 'The verification found no valid release, so there is no register to answer from.',
    place: {},
  });
}

/**
 * A document of the register by its id.
 * @throws {QmsError} `audit/document-unknown`.
 */
export function documentOf(register: Register, id: string): RegisteredDocument {
  const document = register.documents.get(id);
  if (document !== undefined) return document;
  throw QmsError.of('audit/document-unknown', {
    message: `The register holds no document with the id ${quoted(id)}.`,
    place: {},
  });
}

/**
 * Place of a revision in `document.revisions`.
 * @throws {QmsError} `audit/revision-unknown`.
 */
export function indexOfRevision(document: RegisteredDocument, revision: string): number {
  const index = document.revisions.findIndex((each) => each.revision === revision);
  if (index >= 0) return index;
  const known = document.revisions.map((each) => each.revision).join(', ');
  throw QmsError.of('audit/revision-unknown', {
    message: `${document.id} has no released revision ${quoted(revision)}; it has ${known}.`,
    place: {},
    document: document.id,
  });
}

/**
 * A release by its number.
 * @throws {QmsError} `audit/release-unknown`.
 */
export function releaseOf(register: Register, number: number): Release {
  const release = register.releases[number - 1];
  if (release !== undefined) return release;
  throw QmsError.of('audit/release-unknown', {
    message: `There is no release ${String(number)}; the newest is ${String(register.releases.length)}.`,
    place: {},
  });
}

/**
 * The release that disposed of a document, whose files may be gone since; undefined where none did.
 */
export function disposedBy(register: Register, id: string): number | undefined {
  const end = register.documents.get(id)?.end;
  return end?.act === 'dispose' ? end.release : undefined;
}

/** Input from outside, cut to a length that fits a message. */
function quoted(text: string): string {
  return text.length > 60 ? `"${text.slice(0, 60)}…"` : `"${text}"`;
}

/** Whether a release was signed at an instant, so that what it says was known then. */
function signedBy(register: Register, number: number, at: number): boolean {
  const release = register.releases[number - 1];
  return release !== undefined && release.time.seconds <= at;
}

/**
 * A document as it was known at an instant: without revisions, confirmations and an end that a
 * later release brought. Undefined where no release had put it yet.
 */
export function documentKnownAt(
  register: Register,
  document: RegisteredDocument,
  at: number,
): RegisteredDocument | undefined {
  const newest = register.releases.at(-1);
  if (newest !== undefined && newest.time.seconds <= at) return document;
  const known = (act: ReleaseAct): boolean => signedBy(register, act.release, at);
  const revisions = document.revisions
    .filter((revision) => known(revision.put))
    .map((revision) => ({
      ...revision,
      confirmations: revision.confirmations.filter(known),
    }));
  if (revisions.length === 0) return undefined;
  const end = document.end !== undefined && known(document.end) ? document.end : undefined;
  return { ...document, revisions, end };
}

/**
 * The revision that a reader is led to: the effective one, otherwise the first that is pending,
 * otherwise the last.
 */
export function leadingIndex(document: RegisteredDocument, at: number): number {
  if (hasEnded(document, at)) return document.revisions.length - 1;
  // Where none has taken effect all of them are pending, and the first leads.
  return Math.max(latestIndex(document, at), 0);
}

/** The rules that stand in a revision of `QMS`: those in force from the release after its own. */
export function rulesPutBy(register: Register, release: number): Rules {
  return register.releases[release]?.rules ?? register.rules;
}

/** Reason of a revision in the author's words; undefined where none was given. */
export function reasonOf(register: Register, revision: Revision): string | undefined {
  if (revision.document === 'QMS') return rulesPutBy(register, revision.put.release).changes;
  return revision.frontMatter?.changes;
}

/** The day of the last put or confirmation of a revision. */
export function lastReviewedOf(revision: Revision): string {
  let day = revision.put.day;
  for (const confirmation of revision.confirmations) {
    if (confirmation.day > day) day = confirmation.day;
  }
  return day;
}

/** The day by which a revision is to be reviewed; undefined where no review is asked for. */
export function nextReviewOf(register: Register, revision: Revision): string | undefined {
  const type = register.rules.types.get(revision.type.id) ?? revision.type;
  const interval = revision.frontMatter?.review ?? type.review;
  return interval === undefined ? undefined : addInterval(lastReviewedOf(revision), interval);
}

/** The effective or pending document that names `id` among those it supersedes. */
export function successorOf(register: Register, id: string, at: number): Revision | undefined {
  for (const document of register.documents.values()) {
    const known = documentKnownAt(register, document, at);
    if (known === undefined || hasEnded(known, at)) continue;
    const revision = known.revisions[leadingIndex(known, at)];
    if (revision?.frontMatter?.supersedes.includes(id) === true) return revision;
  }
  return undefined;
}
