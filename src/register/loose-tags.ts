import { judgeSigner } from '../approval/entitlement.ts';
import {
  isApproval,
  misplacedApproval,
  parseStatementTag,
  type StatementTag,
} from '../approval/statement-tag.ts';
import type { ApprovalStatement } from '../approval/statement.ts';
import type { Cryptography } from '../git/cryptography.ts';
import type { Ref } from '../git/object-store.ts';
import { makeProblem, type Problem, QmsError } from '../problem/problem.ts';
import { certificatesOf, type Rules } from '../rules/rules.ts';
import { verifySignatures } from '../signature/verify.ts';
import type { Chain, LooseTag } from './chain.ts';
import type { ObjectReader } from './object-reader.ts';
import { clockToleranceSeconds } from './clock-tolerance.ts';

/** A tag below `qms/` that no release has counted: an approval or rejection as it stands. */
export interface LooseApproval {
  readonly name: string;
  readonly tag: StatementTag<ApprovalStatement>;
  /** Its signature is good, and by whom says `signer`; whether they may is asked under rules. */
  readonly verdict: NonNullable<LooseTag['verdict']>;
}

export interface LooseTags {
  readonly approvals: readonly LooseApproval[];
  readonly problems: readonly Problem[];
}

const releaseFolder = 'refs/tags/qms/release/';
/** Tags that are read ahead together. */
const groupSize = 4096;

/**
 * Read the tags below `qms/` outside `qms/release/` that no release has counted.
 *
 * Malformed ones are warnings, whoever signed them: anybody who can push can make them, and they
 * count for nothing. One whose object is missing or damaged is as bad as any other such object,
 * because it might be a rejection.
 * @param refs Every ref below `refs/tags/qms/`.
 * @see shared register format, "Verification" 7
 */
export async function readLooseTags(
  refs: readonly Ref[],
  chain: Chain | undefined,
  known: Map<string, LooseTag>,
  reader: ObjectReader,
  cryptography: Cryptography,
): Promise<LooseTags> {
  const problems: Problem[] = [];
  const loose = refs.filter((ref) => !ref.name.startsWith(releaseFolder));
  const isCounted = ({ digest, name }: LooseTag): boolean =>
    digest !== undefined && chain?.countedTags.has(`${digest} ${name}`) === true;
  const fresh = loose.filter((ref) => {
    const tag = known.get(ref.name);
    if (tag?.id !== ref.id) return true;
    // A release that had counted it may be gone.
    return tag.statement === undefined && tag.problem === undefined && !isCounted(tag);
  });
  const read: LooseTag[] = [];
  for (let at = 0; at < fresh.length; at += groupSize) {
    const group = fresh.slice(at, at + groupSize);
    await reader.prefetch(group.map((ref) => ref.id));
    for (const ref of group) {
      const tag = await readLooseTag(ref, isCounted, reader, cryptography, problems);
      if (tag !== undefined) read.push(tag);
    }
  }
  // Without this, tags that come and go would fill the memory of a server.
  const standing = new Map(loose.map((ref) => [ref.name, ref.id]));
  for (const tag of read) known.set(`refs/tags/${tag.name}`, tag);
  for (const [name, tag] of known) {
    if (standing.get(name) !== tag.id) known.delete(name);
    else if (tag.statement !== undefined && isCounted(tag)) {
      known.set(name, { ...tag, statement: undefined, verdict: undefined });
    }
  }
  const open = loose.flatMap(({ name }) => {
    const tag = known.get(name);
    return tag === undefined || isCounted(tag) ? [] : [tag];
  });
  await judgeSignatures(open, known, chain, cryptography);
  const approvals: LooseApproval[] = [];
  for (const { name } of open) {
    const tag = known.get(`refs/tags/${name}`);
    if (tag?.problem !== undefined) problems.push(tag.problem);
    if (tag?.statement === undefined || tag.verdict === undefined) continue;
    if (isApproval(tag.statement)) {
      approvals.push({ name, tag: tag.statement, verdict: tag.verdict });
    }
  }
  return { approvals, problems };
}

/**
 * Check the signatures of tags that were not checked yet, or whose OpenPGP key no rules listed:
 * the newest may. By whom a genuine one may be is asked under rules each time.
 */
async function judgeSignatures(
  tags: readonly LooseTag[],
  known: Map<string, LooseTag>,
  chain: Chain | undefined,
  cryptography: Cryptography,
): Promise<void> {
  const open = tags.filter(
    ({ statement, verdict }) =>
      statement !== undefined &&
      (verdict === undefined || (!verdict.good && verdict.fault === 'key-unknown')),
  );
  if (open.length === 0) return;
  const verdicts = await verifySignatures(
    open.map((tag) => tag.statement?.tag ?? { payload: new Uint8Array(), armour: undefined }),
    cryptography,
    certificatesOf(...[...(chain?.rulesHistory ?? [])].reverse()),
  );
  open.forEach((tag, i) => known.set(`refs/tags/${tag.name}`, { ...tag, verdict: verdicts[i] }));
}

async function readLooseTag(
  ref: Ref,
  isCounted: (tag: LooseTag) => boolean,
  reader: ObjectReader,
  cryptography: Cryptography,
  problems: Problem[],
): Promise<LooseTag | undefined> {
  const name = ref.name.slice('refs/tags/'.length);
  const place = { ref: ref.name };
  let none: LooseTag = {
    name,
    id: ref.id,
    digest: undefined,
    statement: undefined,
    verdict: undefined,
    problem: undefined,
  };
  try {
    const { bytes } = await reader.object(ref.id, 'tag');
    none = { ...none, digest: `sha256:${cryptography.sha256(bytes)}` };
    // The same bytes under the same name were read and judged with the release that counted them.
    if (isCounted(none)) return none;
    const { tag, problem } = parseStatementTag(bytes, name, place, cryptography);
    if (problem !== undefined) return { ...none, problem: { ...problem, severity: 'warning' } };
    if (isApproval(tag)) return { ...none, statement: tag };
    const misplaced = makeProblem('approval/misplaced', {
      message: `The tag ${name} holds a release, which stands below qms/release/ only.`,
      severity: 'warning',
      place,
    });
    return { ...none, problem: misplaced };
  } catch (error) {
    if (!(error instanceof QmsError)) throw error;
    if (error.code === 'git/object-type') {
      const problem = makeProblem('statement/not-annotated', {
        message: `The tag ${name} points straight at an object, expected an annotated tag.`,
        severity: 'warning',
        place,
      });
      return { ...none, problem };
    }
    for (const one of error.problems) {
      const placed = { ...one, place: { ...one.place, ...place } };
      // No statement is as large, so it can't be a rejection: anybody can push such a thing.
      const isJunk = one.code === 'git/object-too-large';
      problems.push(isJunk ? { ...placed, severity: 'warning' } : placed);
    }
    return undefined;
  }
}

/** Whether a loose approval is one under these rules; otherwise the reasons, as warnings. */
export function judgeLooseApproval(
  approval: LooseApproval,
  rules: Rules,
  anchor: string,
  now: number,
): readonly Problem[] {
  const { name, tag, verdict } = approval;
  const { statement } = tag;
  const place = { ref: `refs/tags/${name}` };
  const what = `The tag ${name}`;
  const roles = statement.as.map((as) => as.role);
  const signer = judgeSigner(
    'approval',
    verdict,
    tag.tag.tagger,
    statement.person,
    roles,
    rules,
    what,
    place,
  );
  const problems: Problem[] = [...signer.problems];
  const misplaced = misplacedApproval(tag, place);
  if (misplaced !== undefined) problems.push(misplaced);
  if (statement.register !== anchor) {
    problems.push(
      makeProblem('approval/register', {
        message: `${what} is for the register ${statement.register}.`,
        place,
      }),
    );
  }
  if (tag.tag.tagger.seconds > now + clockToleranceSeconds) {
    problems.push(
      makeProblem('approval/future', { message: `${what} is dated in the future.`, place }),
    );
  }
  return problems.map((problem) => ({ ...problem, severity: 'warning' }));
}
