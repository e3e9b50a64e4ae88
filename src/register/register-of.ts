import type { Chain } from './chain.ts';
import type { Register } from './register.ts';

/**
 * The register that a chain is.
 * @param doubts `<id> <revision>` → why it is in doubt, from each that found some.
 */
export function registerOf(
  chain: Chain,
  doubts: readonly ReadonlyMap<string, readonly string[]>[],
): Register {
  const documents = new Map(chain.documents);
  const keys = new Set(doubts.flatMap((one) => [...one.keys()]));
  for (const key of keys) {
    const id = key.slice(0, key.indexOf(' '));
    const document = documents.get(id);
    if (document === undefined) continue;
    const revisions = document.revisions.map((revision) =>
      `${id} ${revision.revision}` === key
        ? { ...revision, contested: doubts.flatMap((one) => one.get(key) ?? []) }
        : revision,
    );
    documents.set(id, { ...document, revisions });
  }
  return {
    anchor: chain.anchor,
    releases: chain.releases,
    documents,
    rules: chain.rulesHistory.at(-1) ?? failWithoutRules(),
  };
}

function failWithoutRules(): never {
  throw new Error('a chain has rules from release 1 on');
}
