import { resolveCommit } from '../git/resolve-commit.ts';
import { QmsError } from '../problem/problem.ts';
import { fillLines, type FilledLine } from '../register/making/fill-lines.ts';
import { planLines } from '../register/making/plan-lines.ts';
import { offeredApprovals, planningGround } from './making-ground.ts';
import type { OpenedRegister } from './open-register.ts';
import { WrittenDocuments } from './written-documents.ts';

/** The revision of a document that the newest commit holds and no release has put. */
export interface NextRevision {
  readonly id: string;
  readonly title: string;
  readonly revision: string;
  /** As the register's format derives it (States). */
  readonly state: 'draft' | 'in-review' | 'approved';
  readonly commit: string;
  readonly path: string;
  readonly digest: string;
  readonly approvals: readonly {
    readonly person: string;
    readonly name: string;
    readonly role: string;
    readonly meaning: string;
    readonly tag: string;
  }[];
  readonly notCounted: readonly {
    readonly person: string;
    readonly name: string;
    readonly tag: string;
    readonly why: string;
  }[];
  /** What keeps it from being released, each with what to do. */
  readonly open: readonly { readonly message: string; readonly remedy: string }[];
}

/**
 * Where the revision stands that is being written: what its approvals fill, what is not counted,
 * and what is still open.
 *
 * @param now Seconds since the epoch.
 * @returns Undefined where the newest commit holds none.
 * @throws {QmsError} where it holds one that can't be read or released.
 */
export async function nextRevision(
  opened: OpenedRegister,
  id: string,
  now: number,
): Promise<NextRevision | undefined> {
  const { repository, store, chain, register } = opened;
  const { rules } = register;
  try {
    const commit = await resolveCommit(repository, store, 'HEAD');
    const documents = await WrittenDocuments.read(store, commit, rules, chain.root);
    const written = await documents.get(id, register.documents.get(id));
    const wish = { put: [written], withdraw: [], confirm: [], dispose: [], effective: undefined };
    const { lines } = planLines(wish, chain, rules, now);
    // Every tag is read for the offer, and most often nothing is on its way.
    if (lines.length === 0) return undefined;
    const offer = await offeredApprovals(opened);
    // Who will release it is not known yet.
    const [filled] = await fillLines(lines, offer, commit, planningGround(opened, '', now));
    return filled === undefined ? undefined : viewOf(filled, written.title, commit, opened);
  } catch (error) {
    if (error instanceof QmsError && absent.includes(error.code)) return undefined;
    throw error;
  }
}

/** A repository without a branch that is checked out, or a commit without the document. */
const absent: readonly string[] = ['git/name-unknown', 'cli/document-unknown'];

function viewOf(
  { line, filling, approvals, notCounted, excluded, problems }: FilledLine,
  title: string,
  commit: string,
  { register }: OpenedRegister,
): NextRevision {
  const { document, revision, path, digest } = line;
  const name = (person: string): string => register.rules.people.get(person)?.name ?? person;
  // Approvals of another text are not counted for other reasons than who made this one.
  const isHeard =
    approvals.length > 0 || notCounted.some(({ person, why }) => excluded.get(person) === why);
  return {
    id: document,
    title,
    revision,
    state: problems.length === 0 ? 'approved' : isHeard ? 'in-review' : 'draft',
    commit,
    path,
    digest,
    approvals: filling.filled.flatMap(({ role, meaning, by }) =>
      by.map(({ person, approval }) => ({
        person,
        name: name(person),
        role,
        meaning,
        tag: approval,
      })),
    ),
    notCounted: notCounted.map(({ person, approval, why }) => ({
      person,
      name: name(person),
      tag: approval,
      why,
    })),
    open: problems.map(({ message, remedy }) => ({ message, remedy })),
  };
}
