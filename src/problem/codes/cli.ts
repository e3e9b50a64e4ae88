import type { CodeEntry } from '../codes.ts';

export const cliCodes = {} as const satisfies Record<string, CodeEntry>;
