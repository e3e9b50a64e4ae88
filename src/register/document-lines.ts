const idLine = /^id:[ \t]*(["']?)([A-Z][A-Z0-9-]*)\1[ \t]*(?:#.*)?$/;

/**
 * Ids that the first front matter block of a Markdown file names, read leniently: a draft need
 * not be well-formed for its author to have contributed.
 * @see shared register format, "Independence"
 */
export function documentIdsIn(bytes: Uint8Array): readonly string[] {
  // Bytes beyond ASCII can't be part of such a line, so the cheapest decoding does.
  const text = new TextDecoder('latin1').decode(bytes);
  const ids = new Set<string>();
  let start = 0;
  for (let line = 0; start <= text.length; line++) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const content = text.slice(start, text[end - 1] === '\r' ? end - 1 : end);
    start = end + 1;
    if (line === 0) {
      if (content.replace(/^ï»¿/, '') !== '---') return [];
      continue;
    }
    if (content === '---') return [...ids];
    const found = content.length > 200 ? null : idLine.exec(content);
    if (found?.[2] !== undefined) ids.add(found[2]);
  }
  return [...ids];
}
