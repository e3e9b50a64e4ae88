/** What a parser found: the value, or one reason in words why the bytes are not of the format. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** The bytes are of the format. */
export function parsed<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/**
 * The bytes are not of the format.
 * @param reason What is, and what was expected; without the place, which the caller knows.
 */
export function refused(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
