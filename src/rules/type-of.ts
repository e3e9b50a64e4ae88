import { hasPrefix, rulesId } from '../document/identity.ts';
import type { DocumentType, Rules } from './rules.ts';

/**
 * The one type to whose prefix an id belongs; for `QMS`, and for it alone, the type of kind
 * `rules`. Prefixes do not overlap (`parseRules`), so there is at most one.
 */
export function typeOfId(rules: Rules, id: string): DocumentType | undefined {
  for (const type of rules.types.values()) {
    if (type.kind === 'rules' ? id === rulesId : hasPrefix(id, type.prefix)) return type;
  }
  return undefined;
}
