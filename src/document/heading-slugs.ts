import type { Nodes } from 'mdast';

/**
 * The names under which pages make headings reachable (`#scope-and-purpose`): lower case, only
 * letters, digits, hyphens and underscores, blanks to hyphens, and `-1`, `-2` … for repeats.
 */
export function headingSlugs(headings: readonly Nodes[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const slugs = new Set<string>();
  for (const heading of headings) {
    const base = textOf(heading)
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replace(/ /g, '-');
    let slug = base;
    while (slugs.has(slug)) {
      const count = (counts.get(base) ?? 0) + 1;
      counts.set(base, count);
      slug = `${base}-${count}`;
    }
    slugs.add(slug);
  }
  return slugs;
}

/** The text of a node as readers see it, without images. */
function textOf(root: Nodes): string {
  let text = '';
  const waiting: Nodes[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.type === 'text' || node.type === 'inlineCode') text += node.value;
    if (!('children' in node)) continue;
    for (let index = node.children.length - 1; index >= 0; index -= 1) {
      const child = node.children[index];
      if (child !== undefined) waiting.push(child);
    }
  }
  return text;
}
