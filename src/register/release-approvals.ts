import { judgeSigner } from '../approval/entitlement.ts';
import { couldFill } from '../approval/requirements.ts';
import { misplacedApproval } from '../approval/statement-tag.ts';
import type { ApprovalStatement, Decision } from '../approval/statement.ts';
import type { Digest, Requirement } from '../document/document.ts';
import type { Cryptography } from '../git/cryptography.ts';
import { parseTag } from '../git/tag.ts';
import { certificatesOf, type Rules } from '../rules/rules.ts';
import type { SignatureVerdict } from '../signature/verdict.ts';
import { verifyAgain } from '../signature/verify.ts';
import type { ReadStatement } from './blob-reading.ts';
import type { Chain } from './chain.ts';
import { clockToleranceSeconds } from './clock-tolerance.ts';
import { type PlacedFile, releaseFolder } from './content.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Judging } from './release-candidate.ts';
import type { CountedApproval } from './register.ts';

/** What a line of the release needs approvals for. */
export interface ActNeeds {
  readonly act: 'put' | 'withdraw' | 'confirm' | 'dispose';
  readonly document: string;
  readonly revision: string;
  readonly digest: Digest;
  readonly requirements: readonly Requirement[];
  /** The content: files at their paths from the repository root. */
  readonly files: readonly PlacedFile[];
}

/** What a line of a release that stands needs approvals for. */
export interface ReadNeeds extends ActNeeds {
  /**
   * Whether these are all requirements: the front matter may ask for more where it could not be
   * read, or is gone after its record was disposed of.
   */
  readonly whole: boolean;
}

/** An approval that was read from the evidence of a release. */
export type ReadApproval = ReadStatement & { readonly statement: ApprovalStatement };

/** An approval of the release with what is needed to count it. */
export interface JudgedApproval {
  readonly counted: CountedApproval;
  readonly tag: ReadApproval;
}

export interface JudgedApprovals {
  /** The good ones, in the order of the lines. */
  readonly good: readonly JudgedApproval[];
  /**
   * Approvals of which something could not be checked, and nothing else is wrong: they fill
   * nothing, but what they might fill is not known to be open either.
   */
  readonly uncertain: readonly ReadApproval[];
  /** Whether the bytes of each line could be read. */
  readonly complete: boolean;
  /** Commits at which the approvals point, good or not, in the order of the lines. */
  readonly commits: readonly string[];
}

/** Where nothing needs an approval. */
export const noApprovals: JudgedApprovals = {
  good: [],
  uncertain: [],
  complete: true,
  commits: [],
};

export const decisionOf = {
  put: 'approve',
  withdraw: 'withdraw',
  confirm: 'confirm',
  dispose: 'dispose',
} as const satisfies Record<ActNeeds['act'], Decision>;

/**
 * Take the approvals of a release from its `evidence/` and judge each: its bytes are those the
 * line names, it is a genuine and entitled approval for this register, it could fill a
 * requirement of a line, and the commit it points at holds what it approves.
 *
 * @param evidence SHA-256 → blob, every file below `evidence/`.
 * @see shared register format, "Release", "The release commit" and "Verification" 5
 */
export async function judgeApprovals(
  judging: Judging,
  evidence: ReadonlyMap<string, string>,
  needs: readonly ReadNeeds[],
): Promise<JudgedApprovals> {
  const { time, chain, rules, reader, findings } = judging;
  const { tags, complete } = await readEvidence(judging, evidence);
  // Most approvals of a release point at one commit and speak of the same contents.
  const held = new Map<string, Promise<boolean>>();
  const holds = (commit: string, need: ReadNeeds): Promise<boolean> => {
    const key = `${commit} ${need.act} ${need.document}`;
    const known = held.get(key) ?? holdsContent(commit, need, chain, reader);
    held.set(key, known);
    return known;
  };
  const good: JudgedApproval[] = [];
  const uncertain: ReadApproval[] = [];
  for (const { tag, verdict } of tags) {
    const { statement } = tag;
    const what = `The approval ${tag.name}`;
    const place = { ref: `refs/tags/${tag.name}` };
    const before = findings.problems.length;
    const signer = judgeSigner(
      'approval',
      verdict,
      tag.tag.tagger,
      statement.person,
      statement.as.map((as) => as.role),
      rules,
      what,
      place,
    );
    findings.take(signer.problems);
    const misplaced = misplacedApproval(tag, place);
    if (misplaced !== undefined) findings.take([misplaced]);
    // Without this, an approval made for one company's register would count in another's.
    if (statement.register !== chain.anchor) {
      findings.find('approval/register', `${what} is for the register ${statement.register}.`, {
        place,
      });
    }
    if (tag.tag.tagger.seconds > time.seconds + clockToleranceSeconds) {
      findings.find('approval/future', `${what} is dated after the release that counts it.`, {
        place,
      });
    }
    const fits = needs.filter((need) => speaksOf(statement, need));
    const fresh = fits.filter(
      (need) => chain.counted.get(tag.payload)?.has(need.document) !== true,
    );
    // What can't be read may ask for it: a line of which not all is known accuses no approval.
    const couldServe = (need: ReadNeeds): boolean =>
      !need.whole || need.requirements.some((one) => couldFill(statement.as, one));
    if (!fits.some(couldServe)) {
      findings.find(
        'approval/unused',
        `${what} could fill no requirement of this release: none of its lines has that id, revision, digest and decision with that role and meaning.`,
        { place },
      );
    } else if (!fresh.some(couldServe)) {
      findings.find(
        'approval/reused',
        `${what} was counted by an earlier release for ${fits.map((need) => need.document).join(', ')}.`,
        { place },
      );
    }
    const commit = tag.tag.object;
    for (const need of fits) {
      const held = await findings.attempt(() => holds(commit, need));
      if (held === false) {
        findings.find(
          'approval/content',
          `${what} points at commit ${commit}, which does not hold the content of ${need.document} revision ${need.revision}.`,
          { place, document: need.document, revision: need.revision },
        );
      }
    }
    const found = findings.problems.slice(before);
    if (found.length > 0 && found.every((one) => one.severity === 'unknown')) uncertain.push(tag);
    if (signer.person === undefined || found.length > 0) continue;
    const { decision } = statement;
    if (decision === 'reject') continue;
    good.push({
      tag,
      counted: {
        name: tag.name,
        digest: tag.digest,
        commit,
        person: signer.person.id,
        personName: signer.person.name,
        as: statement.as,
        decision,
        documents: statement.documents.map((line) => line.id),
        comment: statement.comment,
        time: { seconds: tag.tag.tagger.seconds, offset: tag.tag.tagger.offset },
        key: signer.key,
        raw: tag.raw,
      },
    });
  }
  return { good, uncertain, complete, commits: tags.map(({ tag }) => tag.tag.object) };
}

/** Whether a statement decides this act about exactly this content. */
export function speaksOf(
  statement: ApprovalStatement,
  need: Pick<ActNeeds, 'act' | 'document' | 'revision' | 'digest'>,
): boolean {
  return (
    statement.decision === decisionOf[need.act] &&
    statement.documents.some(
      (line) =>
        line.id === need.document && line.revision === need.revision && line.digest === need.digest,
    )
  );
}

async function readEvidence(
  { candidate, readings, rules, cryptography, findings }: Judging,
  evidence: ReadonlyMap<string, string>,
): Promise<{
  readonly tags: readonly { readonly tag: ReadApproval; readonly verdict: SignatureVerdict }[];
  readonly complete: boolean;
}> {
  const lines = candidate.tag.statement.approvals;
  const named = new Set(lines.map((line) => line.digest.slice('sha256:'.length)));
  for (const file of [...evidence.keys()].sort()) {
    if (!named.has(file)) {
      findings.find('approval/evidence', `evidence/${file} belongs to no approval of the release.`);
    }
  }
  const tags: { tag: ReadApproval; verdict: SignatureVerdict }[] = [];
  let complete = true;
  for (const line of lines) {
    const hex = line.digest.slice('sha256:'.length);
    const place = { ref: `refs/tags/${line.name}` };
    const blob = evidence.get(hex);
    if (blob === undefined) {
      findings.find('approval/evidence', `evidence/${hex}, the approval ${line.name}, is missing.`);
      continue;
    }
    const read = await findings.attempt(() => readings.approval(blob, line.name));
    if (read === undefined) {
      complete = false;
      continue;
    }
    const { sha256, statement: tag, verdict, problem } = read;
    if (sha256 !== hex) {
      findings.find(
        'approval/evidence',
        `evidence/${hex}, the approval ${line.name}, holds other bytes than its name says.`,
      );
    } else if (problem !== undefined) {
      findings.take([problem]);
    } else if (tag !== undefined && verdict !== undefined && isReadApproval(tag)) {
      tags.push({ tag, verdict: await verdictUnder(rules, tag.raw, verdict, cryptography) });
    } else {
      findings.find('approval/unused', `${line.name} is a release, not an approval.`, { place });
    }
  }
  return { tags, complete };
}

const isReadApproval = (tag: ReadStatement): tag is ReadApproval =>
  tag.statement.kind === 'approval';

/** The verdict under these rules: when it was given, the OpenPGP keys in them were not known. */
async function verdictUnder(
  rules: Rules,
  raw: Uint8Array,
  verdict: SignatureVerdict,
  cryptography: Cryptography,
): Promise<SignatureVerdict> {
  if (verdict.good || verdict.fault !== 'key-unknown') return verdict;
  const tag = parseTag(raw);
  if (!tag.ok) throw new Error('what was read as a tag is none');
  return verifyAgain(verdict, tag.value, cryptography, certificatesOf(rules));
}

/** Whether a commit's tree holds the content at its paths, or, of what is released, a release's. */
export async function holdsContent(
  commit: string,
  need: Pick<ActNeeds, 'act' | 'document' | 'files'>,
  chain: Chain,
  reader: ObjectReader,
): Promise<boolean> {
  if (await holdsFiles(commit, need.files, '', reader)) return true;
  if (need.act === 'put') return false;
  if (!chain.releases.some((release) => release.commit === commit)) return false;
  return holdsFiles(commit, need.files, `${releaseFolder(need.document)}/`, reader);
}

/** Whether a commit's tree holds each of the files, as plain files, below a folder. */
export async function holdsFiles(
  commit: string,
  files: readonly PlacedFile[],
  below: string,
  reader: ObjectReader,
): Promise<boolean> {
  const { tree } = await reader.commit(commit, 'any');
  for (const file of files) {
    const found = await reader.find(tree, `${below}${file.path}`);
    if (found?.id !== file.blob || found.mode !== '100644') return false;
  }
  return true;
}
