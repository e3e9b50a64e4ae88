/**
 * Whether Git would accept the full name of a ref (git check-ref-format): at least two parts;
 * no part empty, beginning with a dot or ending in `.lock`; no `..`, `@{`, control characters,
 * space or ``~^:?*[\``; no dot at the end.
 */
export function isValidRefName(name: string): boolean {
  if (!name.includes('/') || name.endsWith('.')) return false;
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{/.test(name)) return false;
  return name.split('/').every((part) => part !== '' && !/^\.|\.lock$/.test(part));
}

/**
 * Whether a statement may stand under this tag name: `[A-Za-z0-9._/-]`, at most 120
 * characters, valid for Git (shared register format, "Statements").
 *
 * @param name The name below `refs/tags/`: `qms/release/3`.
 */
export function isStatementTagName(name: string): boolean {
  // A leading hyphen is valid for a ref, but git refuses to make such a tag.
  return (
    name.length <= 120 &&
    /^[A-Za-z0-9._/][A-Za-z0-9._/-]*$/.test(name) &&
    isValidRefName(`refs/tags/${name}`)
  );
}
