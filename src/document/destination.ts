/** Where the destination of a link or image leads, seen from the document that holds it. */
export type Resolved =
  /** A file of the repository; `path` is from its root and percent-decoded. */
  | { readonly kind: 'file'; readonly path: string; readonly fragment: string | undefined }
  /** A place in the same document. */
  | { readonly kind: 'self'; readonly fragment: string | undefined }
  /** An address of another site, or one for mail or telephone. */
  | { readonly kind: 'external'; readonly scheme: string }
  | {
      readonly kind: 'refused';
      readonly code:
        'reference/absolute' | 'reference/folder' | 'reference/outside' | 'reference/encoding';
      readonly reason: string;
    };

const schemeForm = /^([A-Za-z][A-Za-z0-9+.-]{0,31}):/;

/**
 * Resolve a destination as the register describes it: cut at `?` or `#`, percent-decoded once,
 * from the folder of the file (shared register format, "Content and its digest").
 *
 * @param destination As Markdown or HTML gives it, character references decoded.
 * @param from Path of the document from the repository root.
 */
export function resolveDestination(destination: string, from: string): Resolved {
  const trimmed = destination.trim();
  const scheme = schemeForm.exec(trimmed)?.[1];
  if (scheme !== undefined) return { kind: 'external', scheme: scheme.toLowerCase() };
  if (trimmed.startsWith('/')) {
    const reason = 'it begins with /';
    return { kind: 'refused', code: 'reference/absolute', reason };
  }
  const cut = trimmed.search(/[?#]/);
  const encoded = cut === -1 ? trimmed : trimmed.slice(0, cut);
  const hash = trimmed.indexOf('#');
  const path = decode(encoded);
  const fragment = hash === -1 ? undefined : decode(trimmed.slice(hash + 1));
  if (path === undefined) {
    const reason = 'its percent signs are not followed by two hex digits of UTF-8';
    return { kind: 'refused', code: 'reference/encoding', reason };
  }
  if (path === '') return { kind: 'self', fragment };
  return resolvePath(path, from, fragment);
}

function resolvePath(path: string, from: string, fragment: string | undefined): Resolved {
  const parts = from.split('/').slice(0, -1);
  const steps = path.split('/');
  for (const step of steps) {
    if (step === '' || step === '.') continue;
    if (step !== '..') parts.push(step);
    else if (parts.pop() === undefined) {
      const reason = 'it leads out of the repository';
      return { kind: 'refused', code: 'reference/outside', reason };
    }
  }
  const last = steps.at(-1);
  if (last === '' || last === '.' || last === '..') {
    return { kind: 'refused', code: 'reference/folder', reason: 'it leads to a folder' };
  }
  return { kind: 'file', path: parts.join('/'), fragment };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
