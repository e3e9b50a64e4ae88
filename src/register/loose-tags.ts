import { judgeSigner } from '../approval/entitlement.ts';
import {
  isApproval,
  misplacedApproval,
  parseStatementTag,
  type StatementTag,
} from '../approval/statement-tag.ts';
import type { ApprovalStatement } from '../approval/statement.ts';
import type { Digest } from '../document/document.ts';
import type { Cryptography } from '../git/cryptography.ts';
import { compareCodePoints } from '../git/code-point-order.ts';
import type { Ref } from '../git/object-store.ts';
import { makeProblem, type Problem, QmsError } from '../problem/problem.ts';
import { certificatesOf, type Rules } from '../rules/rules.ts';
import type { SignatureVerdict } from '../signature/verdict.ts';
import { verifySignatures } from '../signature/verify.ts';
import type { Chain } from './chain.ts';
import type { ObjectReader } from './object-reader.ts';
import { clockToleranceSeconds } from './clock-tolerance.ts';

/** A tag below `qms/` that no release has counted: an approval or rejection as it stands. */
export interface LooseApproval {
  readonly name: string;
  readonly tag: StatementTag<ApprovalStatement>;
  /** Its signature is good, and by whom says `signer`; whether they may is asked under rules. */
  readonly verdict: NonNullable<LooseTag['verdict']>;
}

/** A tag below `qms/` outside `qms/release/`, read once and judged again under newer rules. */
export interface LooseTag {
  readonly name: string;
  readonly id: string;
  /** SHA-256 of the raw bytes; undefined where it is no tag object. */
  readonly digest: Digest | undefined;
  /** Undefined where it is none. */
  readonly statement: StatementTag | undefined;
  /** An OpenPGP signature by a key that no rules listed then is checked again each time. */
  readonly verdict: SignatureVerdict | undefined;
  /** Why it is no statement. */
  readonly problem: Problem | undefined;
}

/** The tags that a verification has looked at, for the next one that goes on from it. */
export interface SeenTags {
  /** Every ref below `refs/tags/qms/`, sorted, but those whose objects could not be read. */
  readonly refs: readonly Ref[];
  /** Full name → tag, of those outside `qms/release/` that no release has counted. */
  readonly loose: ReadonlyMap<string, LooseTag>;
}

export interface LooseTags {
  readonly approvals: readonly LooseApproval[];
  readonly problems: readonly Problem[];
  readonly seen: SeenTags;
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
 * @param refs Every ref below `refs/tags/qms/`; sorted, if something was seen before.
 * @param seen What was seen by a verification whose chain this one has or continues.
 * @see shared register format, "Verification" 7
 */
export async function readLooseTags(
  refs: readonly Ref[],
  chain: Chain | undefined,
  seen: SeenTags | undefined,
  reader: ObjectReader,
  cryptography: Cryptography,
): Promise<LooseTags> {
  const problems: Problem[] = [];
  const isCounted = ({ digest, name }: LooseTag): boolean =>
    digest !== undefined && chain?.countedTags.has(`${digest} ${name}`) === true;
  const { come, gone } = changedRefs(seen?.refs ?? [], refs);
  const loose = new Map(seen?.loose);
  for (const { name } of gone) loose.delete(name);
  for (const [name, tag] of loose) if (isCounted(tag)) loose.delete(name);
  const fresh = come.filter((ref) => !ref.name.startsWith(releaseFolder));
  const unread = new Set<Ref>();
  for (let at = 0; at < fresh.length; at += groupSize) {
    const group = fresh.slice(at, at + groupSize);
    await reader.prefetch(group.map((ref) => ref.id));
    for (const ref of group) {
      const tag = await readLooseTag(ref, isCounted, reader, cryptography, problems);
      if (tag === undefined) unread.add(ref);
      else if (!isCounted(tag)) loose.set(ref.name, tag);
    }
  }
  await judgeSignatures(loose, chain, cryptography);
  const approvals: LooseApproval[] = [];
  const open = [...loose];
  if (seen !== undefined) open.sort(([a], [b]) => compareCodePoints(a, b));
  for (const [, { name, statement, verdict, problem }] of open) {
    if (problem !== undefined) problems.push(problem);
    if (statement === undefined || verdict === undefined) continue;
    if (isApproval(statement)) approvals.push({ name, tag: statement, verdict });
  }
  // Without this, an object that was missing would never be looked for again.
  const read = unread.size === 0 ? refs : refs.filter((ref) => !unread.has(ref));
  return { approvals, problems, seen: { refs: read, loose } };
}

/** Which refs are in only one of two sorted lists. Those that are the same objects are quick. */
function changedRefs(
  before: readonly Ref[],
  now: readonly Ref[],
): { readonly come: readonly Ref[]; readonly gone: readonly Ref[] } {
  const come: Ref[] = [];
  const gone: Ref[] = [];
  let at = 0;
  for (const ref of now) {
    let old = before[at];
    while (old !== undefined && old !== ref && compareCodePoints(old.name, ref.name) < 0) {
      gone.push(old);
      old = before[++at];
    }
    if (old === ref || (old?.name === ref.name && old.id === ref.id)) at++;
    else come.push(ref);
  }
  return { come, gone: [...gone, ...before.slice(at)] };
}

/**
 * Check the signatures of tags that were not checked yet, or whose OpenPGP key no rules listed:
 * the newest may. By whom a genuine one may be is asked under rules each time.
 */
async function judgeSignatures(
  loose: Map<string, LooseTag>,
  chain: Chain | undefined,
  cryptography: Cryptography,
): Promise<void> {
  const open = [...loose].filter(
    ([, { statement, verdict }]) =>
      statement !== undefined &&
      (verdict === undefined || (!verdict.good && verdict.fault === 'key-unknown')),
  );
  if (open.length === 0) return;
  const verdicts = await verifySignatures(
    open.map(([, tag]) => tag.statement?.tag ?? { payload: new Uint8Array(), armour: undefined }),
    cryptography,
    certificatesOf(...[...(chain?.rulesHistory ?? [])].reverse()),
  );
  open.forEach(([name, tag], i) => loose.set(name, { ...tag, verdict: verdicts[i] }));
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
