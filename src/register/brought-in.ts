import { personWithKey } from '../approval/entitlement.ts';
import type { Cryptography } from '../git/cryptography.ts';
import type { Commit } from '../git/objects.ts';
import { certificatesOf, type Rules } from '../rules/rules.ts';
import type { SignatureVerdict } from '../signature/verdict.ts';
import { verifySignatures } from '../signature/verify.ts';
import type { PlacedFile } from './content.ts';
import type { ObjectReader } from './object-reader.ts';
import { holdsFiles } from './release-approvals.ts';

/** A text that stands on a branch for longer than this is nobody's fresh merge. */
const mostCommits = 1000;

/**
 * Say of the commit that brought a text onto a branch that it approves nothing, where somebody
 * might take it for an approval: a merge, whoever pressed the button and signed it, or a signed
 * commit.
 *
 * @param from  A commit that holds the files; its first parents are followed.
 * @param rules In force.
 * @returns One sentence; undefined for an ordinary commit without a signature.
 */
export async function mergeInWords(
  from: string,
  files: readonly PlacedFile[],
  rules: Rules,
  reader: ObjectReader,
  cryptography: Cryptography,
): Promise<string | undefined> {
  let id = from;
  let commit = await reader.commit(id, 'any');
  for (let count = 0; count < mostCommits; count++) {
    const [parent] = commit.parents;
    if (parent === undefined || !(await holdsFiles(parent, files, '', reader))) break;
    id = parent;
    commit = await reader.commit(id, 'any');
  }
  const isMerge = commit.parents.length > 1;
  if (!isMerge && commit.signature === undefined) return undefined;
  const { payload, signature: armour } = commit;
  const [verdict] = await verifySignatures(
    [{ payload, armour }],
    cryptography,
    certificatesOf(rules),
  );
  return `The ${isMerge ? 'merge ' : ''}commit ${id.slice(0, 12)} by ${committerOf(commit)}${signedWith(verdict, rules)}, approves nothing: an approval is a signed tag that names the text.`;
}

function committerOf({ committer }: Commit): string {
  return `${committer.name} <${committer.email}>`.trim();
}

function signedWith(verdict: SignatureVerdict | undefined, rules: Rules): string {
  if (verdict === undefined) return '';
  if (!verdict.good) {
    if (verdict.fault === 'missing') return ', not signed';
    return ', whose signature is not a good one by a key of the rules';
  }
  const { key } = verdict;
  const owner = (['approve', 'release', 'commit'] as const)
    .map((use) => personWithKey(rules, key, use)?.id)
    .find((person) => person !== undefined);
  const whose = owner === undefined ? 'which the rules do not list' : `a key of ${owner}`;
  return `, signed with ${key.fingerprint}, ${whose}`;
}
