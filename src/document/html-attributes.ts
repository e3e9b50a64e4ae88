/** An attribute in raw HTML that names a file, or something that pages leave out. */
export type HtmlFinding =
  | {
      readonly kind: 'destination';
      readonly element: string;
      readonly attribute: string;
      /** Character references decoded; undefined where one is not known. */
      readonly value: string | undefined;
      readonly offset: number;
    }
  /** A comment, script, frame, event handler …, in words. */
  | { readonly kind: 'dropped'; readonly what: string; readonly offset: number };

const destinations = new Set(['src', 'srcset', 'href', 'poster']);
const rawText = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'noscript', 'iframe']);
const active = new Set([
  ...['script', 'style', 'iframe', 'frame', 'object', 'embed', 'applet', 'form', 'input', 'button'],
  ...['base', 'link', 'meta', 'template', 'noscript', 'textarea', 'select', 'dialog', 'portal'],
]);

/**
 * Find in raw HTML the attributes that name files (`src`, `srcset`, `href`, `poster`) and what no
 * page shows. One pass, as tolerant as browsers are; comments and the text of scripts are skipped.
 */
export function findInHtml(html: string): readonly HtmlFinding[] {
  const findings: HtmlFinding[] = [];
  let at = html.indexOf('<');
  while (at !== -1) {
    at = html.indexOf('<', readMarkup(html, at, findings));
  }
  return findings;
}

/** Read what begins with `<`; the answer is where to go on. */
function readMarkup(html: string, start: number, findings: HtmlFinding[]): number {
  if (html.startsWith('<!--', start)) {
    findings.push({ kind: 'dropped', what: 'a comment', offset: start });
    return after(html, '-->', start + 2);
  }
  if (!/[A-Za-z]/.test(html.charAt(start + 1))) return start + 1;
  let end = start + 1;
  while (end < html.length && !/[\s/>]/.test(html.charAt(end))) end += 1;
  const element = html.slice(start + 1, end).toLowerCase();
  if (active.has(element)) {
    findings.push({ kind: 'dropped', what: `the element <${element}>`, offset: start });
  }
  const close = readAttributes(html, end, element, findings);
  if (!rawText.has(element)) return close;
  // Without this, a mebibyte of empty scripts takes a minute: the text in small letters, made anew
  // for each of them. It may also be longer than the text itself.
  const closing = new RegExp(`</${element}`, 'gi');
  closing.lastIndex = close;
  const found = closing.exec(html);
  return found === null ? html.length : found.index + 2;
}

function after(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found === -1 ? html.length : found + mark.length;
}

/** Read the attributes of a tag up to its `>`. */
function readAttributes(
  html: string,
  start: number,
  element: string,
  findings: HtmlFinding[],
): number {
  let at = start;
  for (;;) {
    while (at < html.length && /[\s/]/.test(html.charAt(at))) at += 1;
    if (at >= html.length) return html.length;
    if (html.charAt(at) === '>') return at + 1;
    const nameStart = at;
    at += 1;
    while (at < html.length && !/[\s/>=]/.test(html.charAt(at))) at += 1;
    const attribute = html.slice(nameStart, at).toLowerCase();
    let next = at;
    while (next < html.length && /\s/.test(html.charAt(next))) next += 1;
    let value: string | undefined;
    let valueStart = nameStart;
    if (html.charAt(next) === '=') {
      next += 1;
      while (next < html.length && /\s/.test(html.charAt(next))) next += 1;
      const quote = html.charAt(next);
      if (quote === '"' || quote === "'") {
        valueStart = next + 1;
        const end = html.indexOf(quote, valueStart);
        at = end === -1 ? html.length : end + 1;
        value = html.slice(valueStart, end === -1 ? html.length : end);
      } else {
        valueStart = next;
        while (next < html.length && !/[\s>]/.test(html.charAt(next))) next += 1;
        value = html.slice(valueStart, next);
        at = next;
      }
    }
    note(element, attribute, value, valueStart, findings);
  }
}

function note(
  element: string,
  attribute: string,
  value: string | undefined,
  offset: number,
  findings: HtmlFinding[],
): void {
  if (/^on[a-z]/.test(attribute) || attribute === 'style' || attribute === 'srcdoc') {
    findings.push({ kind: 'dropped', what: `the attribute ${attribute}`, offset });
  }
  // Links of SVG also go by their older name.
  const name = attribute === 'xlink:href' ? 'href' : attribute;
  if (!destinations.has(name) || value === undefined) return;
  for (const text of name === 'srcset' ? splitSrcset(value) : [value]) {
    const decoded = decodeReferences(text);
    findings.push({ kind: 'destination', element, attribute: name, value: decoded, offset });
  }
}

/** The addresses of a `srcset`: `a.png 1x, b.png 2x`. */
function splitSrcset(value: string): readonly string[] {
  const found: string[] = [];
  let at = 0;
  while (at < value.length) {
    while (at < value.length && /[\s,]/.test(value.charAt(at))) at += 1;
    let end = at;
    while (end < value.length && !/\s/.test(value.charAt(end))) end += 1;
    if (end === at) break;
    const candidate = value.slice(at, end);
    let length = candidate.length;
    while (candidate.charAt(length - 1) === ',') length -= 1;
    found.push(candidate.slice(0, length));
    at = end;
    // Without commas at its end, a description follows up to the next comma.
    if (length === candidate.length) {
      const comma = value.indexOf(',', end);
      at = comma === -1 ? value.length : comma + 1;
    }
  }
  return found;
}

const named = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Decode character references; undefined where one is not among those that paths can need. */
function decodeReferences(value: string): string | undefined {
  const form = /&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z][A-Za-z0-9]{0,31}));/g;
  let decoded = '';
  let from = 0;
  for (const match of value.matchAll(form)) {
    const [all, decimal, hex, name] = match;
    const sign = name === undefined ? signOf(decimal, hex) : named.get(name);
    if (sign === undefined) return undefined;
    decoded += value.slice(from, match.index) + sign;
    from = match.index + all.length;
  }
  return decoded + value.slice(from);
}

function signOf(decimal: string | undefined, hex: string | undefined): string | undefined {
  const point = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
}
