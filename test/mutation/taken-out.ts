import type { Check, Removal } from './checks.ts';

/** What stands in a file, and what without the check: by default a condition that never holds. */
export function without(file: string, text: string, replacement?: string): Removal {
  const never = text.startsWith('} else if (') ? '} else if (false) {' : 'if (false) {';
  return { file: `src/${file}`, text, without: replacement ?? never };
}

/** A check with the test that must notice, and the pieces of source that it consists of. */
export function check(
  what: string,
  test: string,
  ...removals: readonly [Removal, ...Removal[]]
): Check {
  return { what, test, removals };
}
