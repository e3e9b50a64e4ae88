/** What a link or picture of a released text leads to. */
export type Destination =
  | { readonly kind: 'heading'; readonly fragment: string }
  | { readonly kind: 'document'; readonly id: string; readonly fragment: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'external'; readonly href: string }
  /** Nothing that a reader may be led to: not released, outside the repository, odd. */
  | { readonly kind: 'none' };

export interface LinkContext {
  /** Path of the Markdown file from the repository root. */
  readonly path: string;
  /** Paths of the files of the revision's content. */
  readonly files: ReadonlySet<string>;
  /** Id of the released document that stands at a path, or undefined. */
  documentAt(path: string): string | undefined;
}

const externalSchemes = new Set(['http:', 'https:', 'mailto:', 'tel:']);
const schemeForm = /^[A-Za-z][A-Za-z0-9+.-]*:/;

/**
 * Decide where a destination in a released text leads. Local ones are resolved as the document's
 * author meant them: cut at `?` or `#`, percent-decoded once, from the file's folder.
 */
export function resolveDestination(href: string, context: LinkContext): Destination {
  if (href.startsWith('#')) return { kind: 'heading', fragment: href };
  const scheme = schemeForm.exec(href)?.[0].toLowerCase();
  if (scheme !== undefined) {
    return externalSchemes.has(scheme) ? { kind: 'external', href } : { kind: 'none' };
  }
  // Two slashes lead to another host, one to an address of this server: neither is content.
  if (href.startsWith('/') || href.startsWith('\\')) return { kind: 'none' };
  const fragment = /#[^?]*$/.exec(href)?.[0] ?? '';
  const path = resolvePath(href, context.path);
  if (path === undefined) return { kind: 'none' };
  const id = context.documentAt(path);
  if (id !== undefined) return { kind: 'document', id, fragment };
  return context.files.has(path) ? { kind: 'file', path } : { kind: 'none' };
}

function resolvePath(href: string, from: string): string | undefined {
  const cut = href.search(/[?#]/);
  let path: string;
  try {
    path = decodeURIComponent(cut < 0 ? href : href.slice(0, cut));
  } catch {
    return undefined;
  }
  const parts = from.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.length === 0 ? undefined : parts.join('/');
}
