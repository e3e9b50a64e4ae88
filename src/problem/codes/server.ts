import type { CodeEntry } from '../codes.ts';

export const serverCodes = {} as const satisfies Record<string, CodeEntry>;
