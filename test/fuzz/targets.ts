import { gitTargets } from './git-targets.ts';
import { openPgpTargets } from './openpgp-targets.ts';
import { signatureTargets } from './signature-targets.ts';
import { statementTargets } from './statement-targets.ts';
import type { Target } from './target.ts';
import { textTargets } from './text-targets.ts';

/** Every parser that is fuzzed. */
export const targets: readonly Target[] = [
  ...gitTargets,
  ...signatureTargets,
  ...openPgpTargets,
  ...statementTargets,
  ...textTargets,
];

/** The parser of that name. */
export function targetOf(name: string): Target {
  const target = targets.find((one) => one.name === name);
  if (target === undefined) {
    const known = targets.map((one) => one.name).join(', ');
    throw new Error(`"${name}" is no parser that is fuzzed: ${known}.`);
  }
  return target;
}
