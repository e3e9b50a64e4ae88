import type { CodeEntry } from '../codes.ts';

export const rulesCodes = {} as const satisfies Record<string, CodeEntry>;
