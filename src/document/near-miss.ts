/**
 * The known word that somebody most likely meant: equal but for case, hyphens and underscores,
 * or at most two letters away (one in a word of up to four).
 *
 * @returns Undefined where none is near.
 */
export function nearMiss(word: string, known: Iterable<string>): string | undefined {
  if (word.length > 40) return undefined;
  const folded = fold(word);
  let best: { word: string; distance: number } | undefined;
  for (const candidate of known) {
    if (fold(candidate) === folded) return candidate;
    const distance = editDistance(folded, fold(candidate));
    const allowed = Math.min(folded.length, candidate.length) <= 4 ? 1 : 2;
    if (distance <= allowed && (best === undefined || distance < best.distance)) {
      best = { word: candidate, distance };
    }
  }
  return best?.word;
}

/** ` Did you mean "x"?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const near = nearMiss(word, known);
  return near === undefined ? '' : ` Did you mean "${near}"?`;
}

/** A key without what people write differently: `Approved-By` → `approvedby`. */
export function fold(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, '');
}

/** Insertions, deletions, substitutions and swaps of neighbours that lead from a to b. */
function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
