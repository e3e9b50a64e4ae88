import type { Image, Nodes, Parent, Root } from 'mdast';

/** Elements without attributes that authors write for want of a Markdown form. */
const simple = new Set(['sub', 'sup', 'kbd']);
const opening = /^<([a-z]+)>$/i;
const lineBreak = /^<br\s*\/?>$/i;
const picture = /^<img(?:\s+[a-z]+="[^"<>]*")*\s*\/?>$/i;
const attribute = /([a-z]+)="([^"<>]*)"/gi;
const comment = /^<!--[\s\S]*-->$/;

/**
 * Give raw HTML a harmless meaning: `<br>`, `<sub>`, `<sup>`, `<kbd>` and a plain `<img>` become
 * what they say, comments go, and everything else is later shown as the text that it is. So
 * nothing that was approved disappears from the page, and no HTML of an author reaches a reader.
 */
export function translateRawHtml(tree: Root): void {
  const waiting: Parent[] = [tree];
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    parent.children = translateChildren(parent.children);
    for (const child of parent.children) if ('children' in child) waiting.push(child);
  }
}

function translateChildren<Child extends Nodes>(children: readonly Child[]): Child[] {
  const result: Child[] = [];
  for (let index = 0; index < children.length; index += 1) {
    const child = children[index];
    if (child === undefined) continue;
    if (child.type !== 'html') {
      result.push(child);
      continue;
    }
    const value = child.value.trim();
    if (comment.test(value) && value.indexOf('-->') === value.length - 3) continue;
    if (lineBreak.test(value)) {
      result.push({ type: 'break' } as Child);
      continue;
    }
    if (picture.test(value)) {
      result.push(pictureOf(value) as Child);
      continue;
    }
    const name = opening.exec(value)?.[1]?.toLowerCase();
    const end = name !== undefined && simple.has(name) ? closingIndex(children, index, name) : -1;
    if (name === undefined || end < 0) {
      result.push(child);
      continue;
    }
    const inner = children.slice(index + 1, end);
    result.push({ type: 'emphasis', data: { hName: name }, children: inner } as unknown as Child);
    index = end;
  }
  return result;
}

/** Closing tags are looked for among the next few siblings only, so that this stays linear. */
function closingIndex(children: readonly Nodes[], start: number, name: string): number {
  const limit = Math.min(children.length, start + 12);
  for (let index = start + 1; index < limit; index += 1) {
    const child = children[index];
    if (child?.type === 'html' && child.value.toLowerCase() === `</${name}>`) return index;
  }
  return -1;
}

function pictureOf(value: string): Image {
  const attributes = new Map<string, string>();
  for (const [, name = '', text = ''] of value.matchAll(attribute)) {
    attributes.set(name.toLowerCase(), text);
  }
  return {
    type: 'image',
    url: attributes.get('src') ?? '',
    alt: attributes.get('alt') ?? '',
    title: attributes.get('title') ?? null,
  };
}
