import type { Element, Root as HastRoot, Text } from 'hast';
import type { Html, Nodes, Parents, Root as MdastRoot } from 'mdast';
import rehypeSanitize from 'rehype-sanitize';
import rehypeSlug from 'rehype-slug';
import rehypeStringify from 'rehype-stringify';
import { remark } from 'remark';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import { remarkAlert } from 'remark-github-blockquote-alert';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';

import { type ContentsEntry, layOutHeadings } from './headings.ts';
import type { LinkContext } from './links.ts';
import { translateRawHtml } from './raw-html.ts';
import { sanitizeSchema } from './sanitize-schema.ts';
import { layOutText } from './text-layout.ts';
import { element } from './text-tree.ts';

/** Levels of quotations and lists beyond which a text is shown as it was written. */
const depthLimit = 60;

/** Marks (`*`, `_`, brackets …) in one block beyond which a text is shown as it was written. */
const markLimit = 8000;

/** Squared depths of all list items together beyond which a text is shown as it was written. */
const listLimit = 200_000;

/** A revision's place in the register, as far as its text needs it. */
export interface TextContext extends LinkContext {
  readonly id: string;
  readonly revision: string;
  /** The document's title: a first heading that repeats it is left out. */
  readonly title: string;
}

export interface RenderedText {
  /** Safe HTML: no script, style, frame or remote content. */
  readonly html: string;
  readonly contents: readonly ContentsEntry[];
}

const parser = remark().use(remarkFrontmatter).use(remarkGfm).freeze();
const renderer = unified()
  .use(remarkAlert)
  .use(remarkRehype, {
    footnoteLabel: 'Notes',
    // What is left of raw HTML is shown as text: dropping it would hide approved words.
    handlers: { html: rawHtmlAsText },
  })
  .use(rehypeSanitize, sanitizeSchema)
  .use(rehypeSlug)
  .freeze();
const writer = unified().use(rehypeStringify).freeze();

/**
 * Markdown of a released document (with or without its front matter) as safe HTML. Whatever the
 * text holds, this answers: a text nested too deeply to lay out is shown as it was written.
 */
export function renderMarkdown(markdown: string, context: TextContext): RenderedText {
  if (nestsTooDeeply(markdown) || hasTooManyMarks(markdown)) return asWritten(markdown);
  try {
    const mdast: MdastRoot = parser.parse(markdown);
    if (depthOf(mdast) > depthLimit) return asWritten(markdown);
    translateRawHtml(mdast);
    const hast: HastRoot = renderer.runSync(mdast);
    const contents = layOutHeadings(hast, context);
    layOutText(hast, context);
    return { html: writer.stringify(hast), contents };
  } catch (error) {
    // The parser recurses: a nesting that only it can see ends in an overflow of the stack.
    if (error instanceof RangeError) return asWritten(markdown);
    throw error;
  }
}

function rawHtmlAsText(_state: unknown, node: Html, parent: Parents | undefined): Element | Text {
  if (parent !== undefined && phrasingParents.has(parent.type)) {
    return { type: 'text', value: node.value };
  }
  return element('p', { className: ['raw-html'] }, node.value);
}

/** Parents whose children are words, so that raw HTML among them is words as well. */
const phrasingParents = new Set<string>([
  ...['paragraph', 'heading', 'emphasis', 'strong', 'delete', 'link', 'tableCell'],
]);

/**
 * Whether a line opens more quotations and lists than are laid out, or lists step in further line
 * by line, or deeply again and again. The parser needs time that grows with the square of the depth
 * for each item: without this, half a megabyte of such lists keeps the server busy for a minute.
 */
function nestsTooDeeply(markdown: string): boolean {
  if (/^(?:[ \t]*(?:>|(?:[-*+]|[0-9]{1,9}[.)])[ \t])){24}/m.test(markdown)) return true;
  /** Columns at which the lists begin that may still be open. */
  const open: number[] = [];
  let cost = 0;
  for (const [, indent = ''] of markdown.matchAll(/^([ \t>]*)(?:[-*+]|[0-9]{1,9}[.)])[ \t]/gm)) {
    while (open.length > 0 && (open.at(-1) ?? 0) >= indent.length) open.pop();
    const depth = open.push(indent.length);
    cost += depth * depth;
    if (depth > depthLimit / 2 || cost > listLimit) return true;
  }
  return false;
}

/**
 * Whether one block holds more marks than text has. The parser needs time that grows with their
 * square: without this a document of a few thousand `_a_` in one paragraph stops the server.
 */
function hasTooManyMarks(markdown: string): boolean {
  let marks = 0;
  let lineIsBlank = true;
  for (let index = 0; index < markdown.length; index += 1) {
    const character = markdown.charAt(index);
    if (character === '\n') {
      if (lineIsBlank) marks = 0;
      lineIsBlank = true;
    } else if (character !== ' ' && character !== '\t') {
      lineIsBlank = false;
      if ('*_[]`<'.includes(character)) marks += 1;
      if (marks > markLimit) return true;
    }
  }
  return false;
}

function depthOf(tree: MdastRoot): number {
  let deepest = 0;
  const waiting: { readonly node: Nodes; readonly depth: number }[] = [{ node: tree, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth } = next;
    deepest = Math.max(deepest, depth);
    if (!('children' in node)) continue;
    for (const child of node.children) waiting.push({ node: child, depth: depth + 1 });
  }
  return deepest;
}

function asWritten(markdown: string): RenderedText {
  const escaped = markdown.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return {
    html: `<p class="as-written-note">This text is nested too deeply, or has too many marks, to be laid out. It is shown as it was written.</p><pre class="as-written">${escaped}</pre>`,
    contents: [],
  };
}
