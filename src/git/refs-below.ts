import { compareCodePoints } from './code-point-order.ts';
import type { Ref } from './object-store.ts';

/** How many items there are before the first for which a predicate does not hold, and no other. */
function countWhile(refs: readonly Ref[], from: number, holds: (ref: Ref) => boolean): number {
  let low = from;
  let high = refs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const ref = refs[middle];
    if (ref !== undefined && holds(ref)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Those of sorted refs whose full names start with a prefix, without a look at each. */
export function refsBelow(refs: readonly Ref[], prefix: string): readonly Ref[] {
  const from = countWhile(refs, 0, ({ name }) => compareCodePoints(name, prefix) < 0);
  return refs.slice(
    from,
    countWhile(refs, from, ({ name }) => name.startsWith(prefix)),
  );
}

/** A loose ref; without an id where it leads to a ref that does not exist. */
export interface LooseRef {
  readonly name: string;
  readonly id: string | undefined;
}

/** Sorted refs with others, sorted as well, in the place of those of the same names. */
export function laidOver(below: readonly Ref[], above: readonly LooseRef[]): readonly Ref[] {
  if (above.length === 0) return below;
  // One by one into a list that is long enough: joining slices of thousands takes many times as
  // long, and a list that grows leaves as much behind again.
  const all = new Array<Ref>(below.length + above.length);
  let length = 0;
  let next = 0;
  const take = (upTo: number): void => {
    for (; next < upTo; next++) {
      const ref = below[next];
      if (ref !== undefined) all[length++] = ref;
    }
  };
  for (const { name, id } of above) {
    take(countWhile(below, next, (ref) => compareCodePoints(ref.name, name) < 0));
    if (below[next]?.name === name) next += 1;
    if (id !== undefined) all[length++] = { name, id };
  }
  take(below.length);
  all.length = length;
  return all;
}
