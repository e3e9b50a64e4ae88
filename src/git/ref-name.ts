/**
 * Whether Git would accept the full name of a ref (git check-ref-format): at least two parts;
 * no part empty, beginning with a dot or ending in `.lock`; no `..`, `@{`, control characters,
 * space or ``~^:?*[\``; no dot at the end.
 */
export function isValidRefName(name: string): boolean {
  if (!name.includes('/') || name.endsWith('.')) return false;
  if (/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{/.test(name)) return false;
  return name.split('/').every((part) => part !== '' && !/^\.|\.lock$/.test(part));
}
