import type { TreeEntry } from '../git/objects.ts';

/** One name in two trees: what stands under it in the first, and in the second. */
export type EntryPair = readonly [TreeEntry | undefined, TreeEntry | undefined];

/** Latin-1 of the raw name: a key for any bytes. */
export function nameKey(entry: TreeEntry): string {
  return entry.name ?? Array.from(entry.nameBytes, (byte) => String.fromCharCode(byte)).join('');
}

/** Entries by their name. */
export function byName(entries: readonly TreeEntry[]): ReadonlyMap<string, TreeEntry> {
  return new Map(entries.map((entry) => [nameKey(entry), entry]));
}

const isSame = (a: TreeEntry, b: TreeEntry): boolean =>
  a === b || (a.id === b.id && a.mode === b.mode);

/** Names that do not hold the same in both trees, with what they hold. */
export function differences(
  first: readonly TreeEntry[],
  second: readonly TreeEntry[],
): readonly EntryPair[] {
  return differencesInPlace(first, second) ?? differencesByName(first, second);
}

/** Where both have the same names in the same places, which is so for most neighbours. */
function differencesInPlace(
  first: readonly TreeEntry[],
  second: readonly TreeEntry[],
): readonly EntryPair[] | undefined {
  if (first.length !== second.length) return undefined;
  const found: EntryPair[] = [];
  for (let index = 0; index < first.length; index++) {
    const one = first[index];
    const other = second[index];
    if (one === other || one === undefined || other === undefined) continue;
    if (nameKey(one) !== nameKey(other)) return undefined;
    if (!isSame(one, other)) found.push([one, other]);
  }
  return found;
}

function differencesByName(
  first: readonly TreeEntry[],
  second: readonly TreeEntry[],
): readonly EntryPair[] {
  const others = byName(second);
  const own = byName(first);
  const found: EntryPair[] = [];
  for (const [name, one] of own) {
    const other = others.get(name);
    if (other === undefined || !isSame(one, other)) found.push([one, other]);
  }
  for (const [name, other] of others) if (!own.has(name)) found.push([undefined, other]);
  return found;
}
