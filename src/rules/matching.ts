/**
 * Assign distinct people to slots, as many slots as possible (Kuhn's algorithm for matchings in
 * bipartite graphs). Counting approvals instead would let one person with two roles, or two keys,
 * fill two requirements, or miss that people could change places.
 *
 * @param slots For each slot the ids of the people who could fill it; slots that the same people
 *   could fill share one array, so that the time does not grow with their number.
 * @returns For each slot who fills it, or undefined where nobody is left. The same input gives
 *   the same answer: earlier slots first, and for each the earlier candidate.
 */
export function matchPeople(
  slots: readonly (readonly string[])[],
): readonly (string | undefined)[] {
  const slotOf = new Map<string, number>();
  const personOf: (string | undefined)[] = slots.map(() => undefined);
  /** Lists for whose slots nobody is left: nobody will be, whoever is assigned later. */
  const exhausted = new Set<readonly string[]>();

  /** Find somebody for a slot, moving people who were assigned before where that helps. */
  const assign = (first: number): boolean => {
    // Slots with one list are alike, so it is looked through once: a requirement with a large
    // count must not cost more than one with a small count. No recursion: chains may be long.
    const open: { readonly slot: number; next: number }[] = [{ slot: first, next: 0 }];
    const tried = new Set<string>();
    const entered = new Set<readonly string[]>([slots[first] ?? []]);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const person = slots[top.slot]?.[top.next++];
      if (person === undefined) {
        open.pop();
        continue;
      }
      if (tried.has(person)) continue;
      tried.add(person);
      const holder = slotOf.get(person);
      if (holder === undefined) {
        for (const { slot, next } of open) {
          const moved = slots[slot]?.[next - 1] ?? '';
          slotOf.set(moved, slot);
          personOf[slot] = moved;
        }
        return true;
      }
      const list = slots[holder] ?? [];
      if (entered.has(list)) continue;
      entered.add(list);
      open.push({ slot: holder, next: 0 });
    }
    return false;
  };

  slots.forEach((list, slot) => {
    if (!exhausted.has(list) && !assign(slot)) exhausted.add(list);
  });
  return personOf;
}
