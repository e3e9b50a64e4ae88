import { canChangeRules } from '../rules/lock-out.ts';
import type { Rules } from '../rules/rules.ts';
import type { Chain } from './chain.ts';
import type { Findings } from './findings.ts';

/**
 * Judge rules that a release puts in force: they must leave somebody who can change them, and
 * keep the types of all that lives under them.
 * @see shared register format, "Rules"
 */
export function judgeReleasedRules(
  rules: Rules,
  chain: Chain | undefined,
  findings: Findings,
): void {
  findings.take(canChangeRules(rules), { document: 'QMS' });
  const kept = new Map<string, string>();
  for (const document of chain?.documents.values() ?? []) {
    if (document.end !== undefined) continue;
    const { type } = document;
    const now = rules.types.get(type.id);
    let what: string | undefined;
    if (now === undefined) what = 'is missing';
    else if (now.kind !== type.kind) what = `has the kind ${now.kind} instead of ${type.kind}`;
    else if (now.prefix !== type.prefix) {
      what = `has the prefix ${now.prefix} instead of ${type.prefix}`;
    } else if (now.revisions !== type.revisions) what = 'has another revision scheme';
    if (what !== undefined) kept.set(type.id, `The type ${type.id} of ${document.id} ${what}.`);
  }
  for (const id of [...kept.keys()].sort()) {
    findings.find('release/type-removed', kept.get(id) ?? '', { document: 'QMS' });
  }
}
