import type { Cryptography } from '../git/cryptography.ts';
import type { Tag } from '../git/objects.ts';
import { isStatementTagName, parseTag } from '../git/tag.ts';
import { makeProblem, type Place, type Problem } from '../problem/problem.ts';
import type { Digest } from '../document/document.ts';
import { parseStatement } from './parse-statement.ts';
import type { ApprovalStatement, ReleaseStatement, Statement } from './statement.ts';

/** A tag object that is a well-formed statement under its own name. Nothing about its signature. */
export interface StatementTag<S extends Statement = Statement> {
  /** Name below `refs/tags/`, equal to the `tag` header. */
  readonly name: string;
  readonly tag: Tag;
  readonly statement: S;
  /** SHA-256 of the raw bytes. */
  readonly digest: Digest;
  /** SHA-256 of the signed bytes: the same for the same statement in another armour. */
  readonly payload: string;
  readonly raw: Uint8Array;
}

export type StatementTagResult =
  | { readonly tag: StatementTag; readonly problem: undefined }
  | { readonly tag: undefined; readonly problem: Problem };

/**
 * Read a raw tag object as a statement stored under a name.
 *
 * @param name  The name below `refs/tags/` under which it is stored (a ref, or a release's line).
 * @param place Where it was found, for the problem.
 * @see shared register format, "Statements"
 */
export function parseStatementTag(
  raw: Uint8Array,
  name: string,
  place: Place,
  cryptography: Cryptography,
): StatementTagResult {
  const refuse = (problem: Problem): StatementTagResult => ({ tag: undefined, problem });
  const parsed = parseTag(raw);
  if (!parsed.ok) {
    return refuse(
      makeProblem('git/tag-malformed', { message: `The tag ${name}: ${parsed.reason}.`, place }),
    );
  }
  const tag = parsed.value;
  // Without this, a tag renamed from SOP-014/3 to SOP-015/3 would be listed as something it is not.
  if (tag.name !== name) {
    return refuse(
      makeProblem('statement/name-mismatch', {
        message: `The tag object says that its name is ${tag.name}, but it is stored as ${name}.`,
        place,
      }),
    );
  }
  if (!isStatementTagName(name)) {
    return refuse(
      makeProblem('statement/name-invalid', {
        message: `The tag name ${JSON.stringify(name)} has characters or a length that statements do not have.`,
        place,
      }),
    );
  }
  if (tag.type !== 'commit') {
    return refuse(
      makeProblem('statement/target', {
        message: `The tag ${name} points at a ${tag.type}, expected a commit.`,
        place,
      }),
    );
  }
  const statement = parseStatement(tag.message);
  if (!statement.ok) {
    return refuse(
      makeProblem(statement.fault.code, {
        message: `The tag ${name}: ${statement.fault.reason}.`,
        place,
      }),
    );
  }
  return {
    tag: {
      name,
      tag,
      statement: statement.statement,
      digest: `sha256:${cryptography.sha256(raw)}`,
      payload: cryptography.sha256(tag.payload),
      raw,
    },
    problem: undefined,
  };
}

export function isApproval(tag: StatementTag): tag is StatementTag<ApprovalStatement> {
  return tag.statement.kind === 'approval';
}

export function isRelease(tag: StatementTag): tag is StatementTag<ReleaseStatement> {
  return tag.statement.kind === 'release';
}

/**
 * Whether an approval's name and decision belong together: rejections stand below `qms/reject/`,
 * every other decision below `qms/approve/`.
 */
export function misplacedApproval(
  tag: Pick<StatementTag<ApprovalStatement>, 'name' | 'statement'>,
  place: Place,
): Problem | undefined {
  const folder = tag.statement.decision === 'reject' ? 'qms/reject/' : 'qms/approve/';
  if (tag.name.startsWith(folder)) return undefined;
  return makeProblem('approval/misplaced', {
    message: `The tag ${tag.name} says "Decision: ${tag.statement.decision}", which stands below ${folder} only.`,
    place,
  });
}
