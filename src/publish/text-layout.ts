import type { Element, ElementContent, Root } from 'hast';

import { addresses } from './addresses.ts';
import { type Destination, type LinkContext, resolveDestination } from './links.ts';
import { element, hasClass, replaceElements, text, textOf } from './text-tree.ts';

interface LayoutContext extends LinkContext {
  readonly id: string;
  readonly revision: string;
}

const pictureForm = /\.(?:png|jpe?g|gif|webp|avif|svg)$/i;

/**
 * Turn sanitized HTML into the text of our pages: links and pictures lead to released content
 * only, tables scroll alone, warnings carry a shape and a word, boxes to tick have a name.
 */
export function layOutText(tree: Root, context: LayoutContext): void {
  let heading = '';
  let tables = 0;
  replaceElements(tree, (node) => {
    switch (node.tagName) {
      case 'a':
        return layOutLink(node, context);
      case 'img':
        return layOutPicture(node, context);
      case 'p':
        return [asFigure(node) ?? node];
      case 'div':
        return [hasClass(node, 'markdown-alert') ? asAlert(node) : node];
      case 'li':
        return [hasClass(node, 'task-list-item') ? withTick(node) : node];
      case 'table':
        tables += 1;
        return [asScrollingTable(node, tables, heading)];
      case 'pre':
        node.properties['tabIndex'] = 0;
        return [node];
      default:
        if (/^h[1-6]$/.test(node.tagName)) heading = textOf(node).trim();
        return [node];
    }
  });
}

function layOutLink(node: Element, context: LayoutContext): ElementContent[] {
  const { href } = node.properties;
  if (typeof href !== 'string') return node.children;
  const destination = resolveDestination(href, context);
  const address = addressOf(destination, context);
  if (address === undefined) {
    const note = element('span', { className: ['unreleased'] }, ' (not in the register)');
    return [...node.children, note];
  }
  node.properties['href'] = address;
  if (destination.kind === 'external' && /^https?:/i.test(destination.href)) {
    node.properties['className'] = ['external'];
    node.properties['rel'] = ['noopener', 'noreferrer'];
    node.children.push(
      element('span', { className: ['external-mark'], ariaHidden: 'true' }, '\u00a0↗'),
      element('span', { className: ['hidden'] }, ' (external site)'),
    );
  }
  if (destination.kind === 'file' && !pictureForm.test(destination.path)) {
    node.properties['className'] = ['attachment'];
  }
  return [node];
}

function addressOf(destination: Destination, context: LayoutContext): string | undefined {
  switch (destination.kind) {
    case 'heading':
      return destination.fragment;
    case 'document':
      return addresses.document(destination.id) + destination.fragment;
    case 'file':
      return addresses.file(context.id, context.revision, destination.path);
    case 'external':
      return destination.href;
    case 'none':
      return undefined;
  }
}

function layOutPicture(node: Element, context: LayoutContext): ElementContent[] {
  const { src, alt } = node.properties;
  const destination = resolveDestination(typeof src === 'string' ? src : '', context);
  const words = typeof alt === 'string' && alt !== '' ? alt : 'without description';
  if (destination.kind !== 'file' || !pictureForm.test(destination.path)) {
    const why = destination.kind === 'external' ? 'it lies on another server' : 'not released';
    return [
      element('span', { className: ['no-picture'] }, `[Picture not shown, ${why}: ${words}]`),
    ];
  }
  node.properties['src'] = addresses.file(context.id, context.revision, destination.path);
  node.properties['alt'] = typeof alt === 'string' ? alt : '';
  return [node];
}

/** A paragraph that is one picture becomes a figure; the picture's title is its caption. */
function asFigure(node: Element): Element | undefined {
  const inner = node.children.filter((child) => child.type !== 'text' || child.value.trim() !== '');
  const [picture] = inner;
  if (inner.length !== 1 || picture?.type !== 'element' || picture.tagName !== 'img')
    return undefined;
  const { title, alt, src } = picture.properties;
  delete picture.properties['title'];
  const named = typeof alt === 'string' && alt !== '' ? {} : { ariaLabel: 'Open the picture' };
  const link = element('a', { href: src, className: ['figure-link'], ...named }, picture);
  if (typeof title !== 'string' || title === '') return element('figure', {}, link);
  return element('figure', {}, link, element('figcaption', {}, title));
}

const alertWords: Readonly<Record<string, string>> = {
  note: 'Note',
  tip: 'Tip',
  important: 'Important',
  warning: 'Warning',
  caution: 'Caution',
};

/** Shapes after ISO 3864: a triangle warns, a disc tells what must be done. */
const alertShapes: Readonly<Record<string, readonly string[]>> = {
  warning: ['M12 2 23 22H1Z', 'M11 9h2v7h-2zM11 17.5h2v2h-2z'],
  caution: ['M12 2 23 22H1Z', 'M11 9h2v7h-2zM11 17.5h2v2h-2z'],
  important: ['M12 1a11 11 0 1 0 0 22a11 11 0 0 0 0-22Z', 'M11 5h2v9h-2zM11 16h2v2.5h-2z'],
  note: ['M3 3h18v18H3Z', 'M11 6h2v2.5h-2zM11 10h2v8h-2z'],
  tip: ['M3 3h18v18H3Z', 'M11 6h2v2.5h-2zM11 10h2v8h-2z'],
};

function asAlert(node: Element): Element {
  const kind = Object.keys(alertWords).find((each) => hasClass(node, `markdown-alert-${each}`));
  if (kind === undefined) return node;
  const [outer = '', inner = ''] = alertShapes[kind] ?? [];
  const shape = element(
    'svg',
    { className: ['alert-shape'], viewBox: '0 0 24 24', ariaHidden: 'true' },
    element('path', { className: ['outer'], d: outer }),
    element('path', { className: ['inner'], d: inner }),
  );
  const title = element('p', { className: ['alert-title'] }, shape, alertWords[kind] ?? kind);
  const rest = node.children.filter(
    (child) => child.type !== 'element' || !hasClass(child, 'markdown-alert-title'),
  );
  const body = element('div', { className: ['alert-body'] }, ...rest);
  return element('div', { className: ['alert', `alert-${kind}`], role: 'note' }, title, body);
}

/** A ticked or empty box as a shape with a name; a form element could not be named. */
function withTick(node: Element): Element {
  replaceElements(node, (child) => {
    if (child.tagName !== 'input') return [child];
    const ticked = child.properties['checked'] === true;
    return [
      element(
        'span',
        {
          className: ['tick', ...(ticked ? ['ticked'] : [])],
          role: 'img',
          ariaLabel: ticked ? 'ticked:' : 'to tick:',
        },
        ticked ? '✓' : '',
      ),
    ];
  });
  return node;
}

function asScrollingTable(table: Element, number: number, heading: string): Element {
  const name = `Table ${String(number)}${heading === '' ? '' : `: ${heading}`}`;
  for (const row of table.children) {
    if (row.type === 'text') row.value = row.value.trim();
  }
  return element(
    'div',
    { className: ['table-scroll'], role: 'region', tabIndex: 0, ariaLabel: name },
    namedHeaders(table),
  );
}

/** An empty heading cell becomes a plain cell: a heading without words helps nobody. */
function namedHeaders(table: Element): Element {
  replaceElements(table, (node) => {
    if (node.tagName !== 'th' || textOf(node).trim() !== '') return [node];
    return [
      { ...node, tagName: 'td', children: node.children.length > 0 ? node.children : [text('')] },
    ];
  });
  return table;
}
