import type { Element, ElementContent, Properties, Root, RootContent, Text } from 'hast';

/** Make an element; children may be plain text. */
export function element(
  tagName: string,
  properties: Properties,
  ...children: readonly (ElementContent | string)[]
): Element {
  return {
    type: 'element',
    tagName,
    properties,
    children: children.map((child) => (typeof child === 'string' ? text(child) : child)),
  };
}

export function text(value: string): Text {
  return { type: 'text', value };
}

/** The text of a node and all below it. */
export function textOf(node: Root | RootContent): string {
  if (node.type === 'text') return node.value;
  if (!('children' in node)) return '';
  return node.children.map((child) => textOf(child)).join('');
}

export function hasClass(node: Element, name: string): boolean {
  // Typed as a list, but a plugin gives a bare word as well.
  const className: unknown = node.properties['className'];
  return Array.isArray(className) ? className.includes(name) : className === name;
}

/**
 * Replace elements, children before their parents: `change` gives what stands in an element's
 * place. Depth is bounded by the caller.
 */
export function replaceElements(
  parent: Root | Element,
  change: (node: Element, parent: Root | Element) => readonly ElementContent[],
): void {
  const children: ElementContent[] = [];
  for (const child of parent.children) {
    if (child.type === 'doctype') continue;
    if (child.type !== 'element') {
      children.push(child);
      continue;
    }
    replaceElements(child, change);
    children.push(...change(child, parent));
  }
  parent.children = children;
}
