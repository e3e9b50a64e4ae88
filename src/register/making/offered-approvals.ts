import { judgeSigner } from '../../approval/entitlement.ts';
import type { ApprovalStatement } from '../../approval/statement.ts';
import {
  isApproval,
  misplacedApproval,
  parseStatementTag,
  type StatementTag,
} from '../../approval/statement-tag.ts';
import type { Cryptography } from '../../git/cryptography.ts';
import type { ObjectStore } from '../../git/object-store.ts';
import { certificatesOf, type Person, type Rules } from '../../rules/rules.ts';
import { verifySignatures } from '../../signature/verify.ts';

/** An approval or rejection that lies in the repository, good under the rules in force. */
export interface OfferedApproval extends StatementTag<ApprovalStatement> {
  readonly person: Person;
}

/** A well-formed one for this register that counts for nothing, whoever signed it. */
export interface ApprovalSetAside extends StatementTag<ApprovalStatement> {
  /** Every reason, in sentences about it. */
  readonly why: readonly string[];
}

export interface Offer {
  /** Ascending by name. */
  readonly approvals: readonly OfferedApproval[];
  readonly setAside: readonly ApprovalSetAside[];
}

const prefixes = ['refs/tags/qms/approve/', 'refs/tags/qms/reject/'] as const;

/**
 * Read the approvals and rejections that lie in a repository and judge each under the rules in
 * force: well-formed, genuine, by an entitled person, for this register. Whether they suffice is
 * asked elsewhere.
 *
 * @param anchor  Of the register, `sha256:…`.
 * @throws {QmsError} where refs or tags can't be read.
 */
export async function readOfferedApprovals(
  store: ObjectStore,
  anchor: string,
  rules: Rules,
  cryptography: Cryptography,
): Promise<Offer> {
  const refs = (await Promise.all(prefixes.map((prefix) => store.refs(prefix)))).flat();
  const objects = await store.read(refs.map((ref) => ref.id));
  const setAside: ApprovalSetAside[] = [];
  const tags: StatementTag<ApprovalStatement>[] = [];
  for (const ref of refs) {
    const object = objects.get(ref.id);
    const place = { ref: ref.name };
    if (object === undefined || 'fault' in object || object.type !== 'tag') continue;
    const name = ref.name.slice('refs/tags/'.length);
    const parsed = parseStatementTag(object.bytes, name, place, cryptography);
    // What is malformed is a warning of the verification; what it would say is not known.
    if (parsed.tag === undefined || !isApproval(parsed.tag)) continue;
    // An approval made for another register says nothing here, whoever signed it.
    if (parsed.tag.statement.register !== anchor) continue;
    const misplaced = misplacedApproval(parsed.tag, place);
    if (misplaced === undefined) tags.push(parsed.tag);
    else setAside.push({ ...parsed.tag, why: [misplaced.message] });
  }
  const verdicts = await verifySignatures(
    tags.map(({ tag }) => ({ payload: tag.payload, armour: tag.armour })),
    cryptography,
    certificatesOf(rules),
  );
  const approvals: OfferedApproval[] = [];
  for (const [index, one] of tags.entries()) {
    const verdict = verdicts[index];
    if (verdict === undefined) continue;
    const { statement } = one;
    const judged = judgeSigner(
      'approval',
      verdict,
      one.tag.tagger,
      statement.person,
      statement.as.map((as) => as.role),
      rules,
      'it',
      { ref: `refs/tags/${one.name}` },
    );
    if (judged.person === undefined) {
      setAside.push({ ...one, why: judged.problems.map(({ message }) => message) });
    } else {
      approvals.push({ ...one, person: judged.person });
    }
  }
  return { approvals: approvals.sort((a, b) => (a.name < b.name ? -1 : 1)), setAside };
}
