import type { KeyIdentity } from '../signature/verdict.ts';
import type { CompromisedKey, Rules } from './rules.ts';

/** Whether an entry of `compromised` names this key. */
export function namesKey(entry: CompromisedKey, key: KeyIdentity): boolean {
  return key.format === 'openpgp'
    ? entry.key.toLowerCase() === key.fingerprint.toLowerCase()
    : entry.key === key.fingerprint;
}

/** Whether rules call a key compromised at a release, or at whatever release where none is given. */
export function isCompromised(rules: Rules, key: KeyIdentity, release = Infinity): boolean {
  return rules.compromised.some((entry) => release >= entry.since && namesKey(entry, key));
}
