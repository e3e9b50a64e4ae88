import type { RevisionScheme } from './document.ts';

/** Letters of revisions: without I, O, Q, S, X and Z (ASME Y14.35). */
const letters = 'ABCDEFGHJKLMNPRTUVWY';

const numberPattern = /^[1-9][0-9]*$/;
const letterPattern = /^[ABCDEFGHJKLMNPRTUVWY]{1,2}$/;

/** What a revision may look like before its type is known: a number from 1, or letters. */
export const revisionPattern = /^([1-9][0-9]*|[ABCDEFGHJKLMNPRTUVWY]{1,2})$/;

/** In words, for messages. */
export const revisionForms = {
  number: 'a whole number from 1',
  letter: 'one or two letters of A to Y without I, O, Q, S, X and Z',
} as const satisfies Record<RevisionScheme, string>;

/** Whether a text is a revision of the scheme. */
export function isRevision(scheme: RevisionScheme, text: string): boolean {
  return (scheme === 'number' ? numberPattern : letterPattern).test(text);
}

/**
 * The revision after another: 9 → 10, A → B, H → J, Y → AA, AY → BA.
 *
 * @returns Undefined after YY, the last there is, and for a text that is none of the scheme.
 */
export function successor(scheme: RevisionScheme, revision: string): string | undefined {
  if (!isRevision(scheme, revision)) return undefined;
  if (scheme === 'number') return String(BigInt(revision) + 1n);
  const next = letterPosition(revision) + 1;
  if (next < letters.length) return letters.charAt(next);
  const rest = next - letters.length;
  const first = Math.floor(rest / letters.length);
  if (first >= letters.length) return undefined;
  return letters.charAt(first) + letters.charAt(rest % letters.length);
}

/**
 * Which of two revisions of one scheme comes first.
 *
 * @returns Negative where `a` does, for `sort`.
 */
export function compareRevisions(scheme: RevisionScheme, a: string, b: string): number {
  if (scheme === 'letter') return letterPosition(a) - letterPosition(b);
  // Without leading zeros the longer number is the larger one, however long they are.
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A = 0 … Y = 19, AA = 20 … YY = 419. */
function letterPosition(revision: string): number {
  const first = letters.indexOf(revision.charAt(0));
  if (revision.length === 1) return first;
  return letters.length * (first + 1) + letters.indexOf(revision.charAt(1));
}
