/** A raw tag object as text, cut where its parts begin. For display; verification is done. */
export interface TagText {
  /** The header lines of the tag object. */
  readonly header: string;
  /** What was signed as the statement: subject, comment, fields. */
  readonly statement: string;
  /** The signature's armour. */
  readonly signature: string;
}

/** Cut a verified raw tag object into header, statement and armour. */
export function tagText(raw: Uint8Array): TagText {
  const text = new TextDecoder().decode(raw);
  const headerEnd = text.indexOf('\n\n');
  const begin = text.indexOf('\n-----BEGIN ', headerEnd);
  const armour = begin < 0 ? text.length : begin + 1;
  return {
    header: text.slice(0, headerEnd + 1),
    statement: text.slice(headerEnd + 2, armour),
    signature: text.slice(armour),
  };
}
