import type { ProblemCode } from '../problem/codes.ts';

/**
 * Errors that mark single documents as contested and keep neither hook nor server from taking
 * new releases (shared register format, "Severity").
 */
export const contestCodes: ReadonlySet<ProblemCode> = new Set([
  'release/contested',
  'release/rejected',
]);
