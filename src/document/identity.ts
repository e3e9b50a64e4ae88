/** Longest id of a document, in characters. */
const longestId = 40;

/** What an id looks like, for messages. */
export const idForm =
  'capital letters and digits in parts joined by hyphens, SOP-001 for example, at most 40 characters';

/** Pattern of ids other than `QMS`; also in the JSON Schema for editors. */
export const idPattern = /^[A-Z][A-Z0-9]{0,15}(-[A-Z0-9]{1,16}){1,4}$/;

/** Pattern of a type's prefix: an id without its last part. */
export const prefixPattern = /^[A-Z][A-Z0-9]{0,15}(-[A-Z0-9]{1,16}){0,3}$/;

/** The id of the rules themselves. */
export const rulesId = 'QMS';

/** Whether a text is the id of a controlled document (shared register format, "Documents"). */
export function isDocumentId(text: string): boolean {
  return text === rulesId || (text.length <= longestId && idPattern.test(text));
}

/**
 * The folder of a document in a release: its id up to the last hyphen, `QMS` for `QMS`.
 * `NCR-2026-014` → `NCR-2026`.
 */
export function idPrefix(id: string): string {
  const hyphen = id.lastIndexOf('-');
  return hyphen === -1 ? id : id.slice(0, hyphen);
}

/** Whether an id belongs to a type's prefix: it begins with the prefix and a hyphen. */
export function hasPrefix(id: string, typePrefix: string): boolean {
  return id.startsWith(`${typePrefix}-`);
}
