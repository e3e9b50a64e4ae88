import type { Element, Root } from 'hast';

import { hasClass, textOf } from './text-tree.ts';

/** A heading of a text for its list of contents. */
export interface ContentsEntry {
  /** 2 to 6: the page's own heading is the only one of level 1. */
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

/**
 * Fit the headings of a text below the page's one `h1`: a first heading that only repeats the
 * title goes, the highest level becomes 2, and no level is skipped on the way down.
 *
 * @returns The headings in their order.
 */
export function layOutHeadings(
  tree: Root,
  context: { readonly id: string; readonly title: string },
): readonly ContentsEntry[] {
  dropRepeatedTitle(tree, context);
  const headings = headingsBelow(tree).filter((heading) => !hasClass(heading, 'sr-only'));
  const highest = Math.min(6, ...headings.map(levelOf));
  const contents: ContentsEntry[] = [];
  let previous = 1;
  for (const heading of headings) {
    const level = Math.min(6, levelOf(heading) - highest + 2, previous + 1);
    heading.tagName = `h${String(level)}`;
    previous = level;
    const id = heading.properties['id'];
    const text = textOf(heading).trim();
    if (typeof id === 'string' && text !== '') contents.push({ level, id, text });
  }
  return contents;
}

function levelOf(heading: Element): number {
  return Number(heading.tagName.slice(1));
}

function headingsBelow(parent: Root | Element): Element[] {
  const found: Element[] = [];
  for (const child of parent.children) {
    if (child.type !== 'element') continue;
    if (/^h[1-6]$/.test(child.tagName)) found.push(child);
    else found.push(...headingsBelow(child));
  }
  return found;
}

function dropRepeatedTitle(
  tree: Root,
  context: { readonly id: string; readonly title: string },
): void {
  const index = tree.children.findIndex((child) => child.type === 'element');
  const first = tree.children[index];
  if (first?.type !== 'element' || first.tagName !== 'h1') return;
  const plain = (words: string): string =>
    words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  const heading = plain(textOf(first));
  const title = plain(context.title);
  if (heading === title || heading === `${plain(context.id)} ${title}`) {
    tree.children.splice(index, 1);
  }
}
