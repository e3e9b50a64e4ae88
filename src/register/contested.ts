import { makeProblem, type Problem } from '../problem/problem.ts';
import { namesKey } from '../rules/compromised.ts';
import type { CompromisedKey } from '../rules/rules.ts';
import type { Chain } from './chain.ts';
import { stateOf } from './in-force.ts';
import type { RegisteredDocument, ReleaseAct } from './register.ts';

export interface Contested {
  readonly problems: readonly Problem[];
  /** `<id> <revision>` → why it is in doubt; only of revisions that are effective or pending. */
  readonly contested: ReadonlyMap<string, readonly string[]>;
}

/** The compromised keys on which an act rests: of its release, or of an approval that it counted. */
function restsOn(act: ReleaseAct, chain: Chain): readonly CompromisedKey[] {
  const compromised = chain.rulesHistory.at(-1)?.compromised ?? [];
  const release = chain.releases[act.release - 1];
  const keys = [...act.approvals.map((one) => one.key), ...(release ? [release.key] : [])];
  return compromised.filter(
    (one) => act.release >= one.since && keys.some((key) => namesKey(one, key)),
  );
}

/**
 * Find the revisions that rest on a compromised key of the newest rules and were not settled by a
 * later confirmation or revision that rests on none.
 * @see shared register format, "Rules", `compromised`
 */
export function judgeCompromised(chain: Chain, now: number): Contested {
  const problems: Problem[] = [];
  const contested = new Map<string, readonly string[]>();
  if ((chain.rulesHistory.at(-1)?.compromised.length ?? 0) === 0) return { problems, contested };
  for (const document of chain.documents.values()) {
    for (const [index, revision] of document.revisions.entries()) {
      const keys = restsOn(revision.put, chain);
      const { state } = stateOf(document, index, now);
      const why = keys.map((one) => `rests on the compromised key ${one.key} (${one.reason})`);
      const inUse = state === 'effective' || state === 'pending';
      const isRecord = document.type.kind === 'record';
      const past = !inUse || isRecord;
      if (keys.length === 0 || isSettled(document, index, inUse, chain)) continue;
      const what = `${document.id} revision ${revision.revision}${isRecord ? ', a record,' : ''}`;
      problems.push(
        makeProblem(past ? 'release/contested-past' : 'release/contested', {
          message: `${what} ${why.join(' and ')}.`,
          place: { ref: `refs/tags/qms/release/${String(revision.put.release)}` },
          document: document.id,
          revision: revision.revision,
          release: revision.put.release,
        }),
      );
      if (!past) contested.set(`${document.id} ${revision.revision}`, why);
    }
  }
  return { problems, contested };
}

/**
 * Whether a later act that rests on no compromised key settled it: a confirmation, or the next
 * revision as long as this one is in use. What was made by a past revision is not undone by the
 * next one.
 */
function isSettled(
  document: RegisteredDocument,
  index: number,
  inUse: boolean,
  chain: Chain,
): boolean {
  const later = document.revisions.slice(index + 1);
  const own = document.revisions[index]?.confirmations ?? [];
  const after = later.flatMap((revision) => [revision.put, ...revision.confirmations]);
  const acts = inUse ? [...own, ...after] : own;
  return acts.some((act) => restsOn(act, chain).length === 0);
}
