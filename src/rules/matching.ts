/**
 * Assign distinct people to slots, as many slots as possible (Kuhn's algorithm for matchings in
 * bipartite graphs). Counting approvals instead would let one person with two roles, or two keys,
 * fill two requirements, or miss that people could change places.
 *
 * @param slots For each slot the ids of the people who could fill it.
 * @returns For each slot who fills it, or undefined where nobody is left. The same input gives
 *   the same answer: earlier slots first, and for each the earlier candidate.
 */
export function matchPeople(
  slots: readonly (readonly string[])[],
): readonly (string | undefined)[] {
  const slotOf = new Map<string, number>();
  const personOf: (string | undefined)[] = slots.map(() => undefined);

  /** Find somebody for a slot, moving people who were assigned before where that helps. */
  const assign = (slot: number, tried: Set<string>): boolean => {
    for (const person of slots[slot] ?? []) {
      if (tried.has(person)) continue;
      tried.add(person);
      const holder = slotOf.get(person);
      if (holder === undefined || assign(holder, tried)) {
        slotOf.set(person, slot);
        personOf[slot] = person;
        return true;
      }
    }
    return false;
  };

  slots.forEach((_, slot) => {
    assign(slot, new Set());
  });
  return personOf;
}
