/**
 * Whether a file is a controlled document by its name: a `*.md` below the documents root, on no
 * path with a part that begins with `_` or `.`.
 *
 * @param path From the repository root.
 * @param root Folder of `qms.yaml`, without a trailing slash; empty for the repository root.
 * @see shared register format, "Documents"
 */
export function isControlledPath(path: string, root: string): boolean {
  const inside =
    root === '' ? path : path.startsWith(`${root}/`) ? path.slice(root.length + 1) : '';
  if (!inside.endsWith('.md')) return false;
  return inside.split('/').every((part) => !part.startsWith('_') && !part.startsWith('.'));
}
