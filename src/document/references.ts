import type { Nodes, Root } from 'mdast';
import { type Place, type Problem, makeProblem } from '../problem/problem.ts';
import { resolveDestination } from './destination.ts';
import type { Document } from './document.ts';
import { headingSlugs } from './heading-slugs.ts';
import { findInHtml } from './html-attributes.ts';
import { shown } from './shown.ts';

/** A local file that a document shows or links to. */
export interface Reference {
  /** From the repository root, percent-decoded. */
  readonly path: string;
  /** What stands after `#`, decoded. */
  readonly fragment: string | undefined;
  /** As the document writes it. */
  readonly destination: string;
  /** Whether the page shows it (an image), or a reader follows it (a link). */
  readonly embedded: boolean;
  readonly place: Place;
}

export interface FoundReferences {
  /** In the order of the text; a file may stand here several times. */
  readonly references: readonly Reference[];
  /** Names of the headings that links can lead to, as pages make them. */
  readonly headings: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** What links, images and HTML need, and what is read as a link without being marked as one. */
const naming = /[[<@&\\]|www|http/i;
/** Far below what nesting, or a parser out of stack, could be refused for. */
const calm = { characters: 65_536, markers: 20, emphases: 150 } as const;

/**
 * Whether a look at the characters alone tells that there is nothing to find in a document:
 * `findReferences` would give neither references nor problems. Without `[` and `<` there is no
 * link, image, definition or HTML; addresses that GFM makes links of by themselves hold `@`,
 * `www` or `http`, as they stand or written with `&` or `\`; and quotes, lists and emphasis can
 * not stand deeper in each other than there are marks for them in a line or a paragraph.
 */
export function namesNothing({ body }: Document): boolean {
  if (body.length > calm.characters || naming.test(body)) return false;
  const isDeep = body
    .split('\n')
    .some((line) => (/^[\s>*+\-0-9.)]*/.exec(line)?.[0].length ?? 0) > calm.markers);
  if (isDeep) return false;
  return body
    .split(/\n[ \t]*\n/)
    .every((block) => (block.match(/[*_~]/g)?.length ?? 0) <= calm.emphases);
}

/** Deeper than this, Markdown is refused: programs that read it recurse. */
const deepest = 100;

/** Schemes of links that pages keep. */
const linkSchemes = new Set(['http', 'https', 'mailto', 'tel']);

/** Elements whose `href` is a link that a reader follows; others fetch it. */
const anchors = new Set(['a', 'area']);

/** A destination as it stands in the text. */
interface Found {
  readonly destination: string;
  readonly embedded: boolean;
  readonly place: Place;
}

/**
 * Find the local files that a document shows or links to: destinations of links, images and used
 * definitions (CommonMark with GFM) and `src`, `srcset`, `href`, `poster` of HTML (shared register
 * format, "Content and its digest"). Only writers need it; verification takes the content from
 * the release's tree.
 *
 * @returns The references, and a problem for each destination that content can not hold.
 */
export async function findReferences(document: Document): Promise<FoundReferences> {
  const nested = deepLine(document.body);
  if (nested !== undefined) {
    return refused(document, document.bodyLine + nested - 1);
  }
  let tree: Root;
  try {
    tree = await parseMarkdown(document.body);
  } catch (error) {
    // Deep nesting of another kind: the parser ran out of stack.
    if (error instanceof RangeError) return refused(document, document.bodyLine);
    throw error;
  }
  const finder = new Finder(document);
  finder.walk(tree);
  return finder;
}

function refused(document: Document, line: number): FoundReferences {
  const problem = makeProblem('document/nesting', {
    message: `Quotes or lists stand more than ${deepest} deep in each other here.`,
    place: { file: document.path, line, column: 1 },
    document: document.frontMatter.id,
    revision: document.frontMatter.revision,
  });
  return { references: [], headings: new Set(), problems: [problem] };
}

/**
 * The first line (from 1) whose markers of quotes and lists alone are too deep. This is asked
 * before parsing, because a parser out of stack can end the process.
 */
function deepLine(body: string): number | undefined {
  const lines = body.split('\n');
  const index = lines.findIndex((each) => {
    const markers = /^[\s>*+\-0-9.)]*/.exec(each)?.[0] ?? '';
    return (
      markers.length > deepest && (markers.match(/[>*+.)-](?=\s|>|$)/g)?.length ?? 0) > deepest
    );
  });
  return index === -1 ? undefined : index + 1;
}

async function parseMarkdown(body: string): Promise<Root> {
  // Loaded when it is needed: most commands never parse Markdown.
  const [{ unified }, { default: remarkParse }, { default: remarkGfm }] = await Promise.all([
    import('unified'),
    import('remark-parse'),
    import('remark-gfm'),
  ]);
  return unified().use(remarkParse).use(remarkGfm).parse(body);
}

class Finder implements FoundReferences {
  readonly references: Reference[] = [];
  readonly problems: Problem[] = [];
  readonly #document: Document;
  readonly #found: Found[] = [];
  readonly #definitions = new Map<string, Found>();
  readonly #uses = new Map<string, { embedded: boolean }>();
  #headings: ReadonlySet<string> = new Set();

  constructor(document: Document) {
    this.#document = document;
  }

  get headings(): ReadonlySet<string> {
    return this.#headings;
  }

  walk(tree: Root): void {
    const headings: Nodes[] = [];
    const waiting: { node: Nodes; depth: number }[] = [{ node: tree, depth: 0 }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { node, depth } = next;
      if (depth > deepest * 2) {
        this.problems.push(...refused(this.#document, this.#placeOf(node).line ?? 1).problems);
        return;
      }
      if (node.type === 'heading') headings.push(node);
      this.#visit(node);
      if (!('children' in node)) continue;
      for (let index = node.children.length - 1; index >= 0; index -= 1) {
        const child = node.children[index];
        if (child !== undefined) waiting.push({ node: child, depth: depth + 1 });
      }
    }
    this.#headings = headingSlugs(headings);
    for (const [identifier, { embedded }] of this.#uses) {
      const definition = this.#definitions.get(identifier);
      if (definition !== undefined) this.#found.push({ ...definition, embedded });
    }
    this.#found.sort(
      (a, b) =>
        (a.place.line ?? 0) - (b.place.line ?? 0) || (a.place.column ?? 0) - (b.place.column ?? 0),
    );
    for (const found of this.#found) this.#resolve(found);
  }

  #visit(node: Nodes): void {
    switch (node.type) {
      case 'link':
        this.#add(node.url, false, this.#placeOf(node));
        break;
      case 'image':
        this.#add(node.url, true, this.#placeOf(node));
        break;
      case 'definition':
        // The first of several definitions counts (CommonMark 0.31, "Link reference definitions").
        if (!this.#definitions.has(node.identifier)) {
          this.#definitions.set(node.identifier, {
            destination: node.url,
            embedded: false,
            place: this.#placeOf(node),
          });
        }
        break;
      case 'linkReference':
        this.#use(node.identifier, false);
        break;
      case 'imageReference':
        this.#use(node.identifier, true);
        break;
      case 'html':
        this.#visitHtml(node.value, this.#placeOf(node));
        break;
      default:
        break;
    }
  }

  #visitHtml(html: string, place: Place): void {
    for (const finding of findInHtml(html)) {
      const at = moved(place, html, finding.offset);
      if (finding.kind === 'dropped') {
        this.#report(
          'reference/dropped',
          at,
          `The page leaves out ${finding.what} that stands here.`,
        );
      } else if (finding.value === undefined) {
        const message = `The ${finding.attribute} of <${finding.element}> holds a character reference that is not decoded here.`;
        this.#report('reference/encoding', at, message);
      } else {
        const embedded = finding.attribute !== 'href' || !anchors.has(finding.element);
        this.#add(finding.value, embedded, at);
      }
    }
  }

  #use(identifier: string, embedded: boolean): void {
    const use = this.#uses.get(identifier);
    if (use === undefined) this.#uses.set(identifier, { embedded });
    else use.embedded ||= embedded;
  }

  #add(destination: string, embedded: boolean, place: Place): void {
    this.#found.push({ destination, embedded, place });
  }

  #resolve({ destination, embedded, place }: Found): void {
    const kind = embedded ? 'embedded file' : 'link';
    const text = shown(destination);
    // An address without a scheme, "//host/picture.png", is one of another site too.
    if (embedded && destination.trim().startsWith('//')) {
      this.#report('reference/remote', place, `The ${kind} ${text} comes from another site.`);
      return;
    }
    const resolved = resolveDestination(destination, this.#document.path);
    switch (resolved.kind) {
      case 'external':
        this.#checkScheme(resolved.scheme, kind, text, embedded, place);
        break;
      case 'self':
        if (embedded)
          this.#report('reference/missing', place, `The ${kind} ${text} names no file.`);
        else this.#checkOwnHeading(resolved.fragment, place);
        break;
      case 'refused':
        this.#report(
          resolved.code,
          place,
          `The ${kind} ${text} can not be followed: ${resolved.reason}.`,
        );
        break;
      case 'file':
        this.references.push({
          path: resolved.path,
          fragment: resolved.fragment,
          destination,
          embedded,
          place,
        });
        break;
    }
  }

  #checkScheme(scheme: string, kind: string, text: string, embedded: boolean, place: Place): void {
    if (embedded) {
      const from = scheme === 'data' ? 'stands in the text itself' : 'comes from elsewhere';
      this.#report('reference/remote', place, `The ${kind} ${text} ${from} (${scheme}:).`);
    } else if (!linkSchemes.has(scheme)) {
      const message = `The page does not follow the link ${text}; links lead to files, http, https, mailto or tel.`;
      this.#report('reference/dropped', place, message);
    }
  }

  #checkOwnHeading(fragment: string | undefined, place: Place): void {
    if (fragment === undefined || fragment === '' || this.#headings.has(fragment)) return;
    const message = `The document has no heading that makes #${fragment}.`;
    this.#report('reference/anchor', place, message);
  }

  #placeOf(node: Nodes): Place {
    const start = node.position?.start ?? { line: 1, column: 1 };
    return {
      file: this.#document.path,
      line: this.#document.bodyLine + start.line - 1,
      column: start.column,
    };
  }

  #report(code: Problem['code'], place: Place, message: string): void {
    const { id, revision } = this.#document.frontMatter;
    this.problems.push(makeProblem(code, { message, place, document: id, revision }));
  }
}

/** The place of an offset in a text that begins at a place. */
function moved(place: Place, text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  const breaks = before.split('\n').length - 1;
  return {
    ...place,
    line: (place.line ?? 1) + breaks,
    column: breaks === 0 ? (place.column ?? 1) + offset : offset - lastBreak,
  };
}
