import type { CodeEntry } from '../codes.ts';

export const signatureCodes = {} as const satisfies Record<string, CodeEntry>;
