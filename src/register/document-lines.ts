import { frontMatterBytesLimit } from '../document/front-matter.ts';
import { isDocumentId } from '../document/identity.ts';
import { LF, latin1Text, startsWithAt } from '../git/header.ts';
import { isYamlMap, parseStrictYaml } from '../document/strict-yaml.ts';

const CR = 13;
const idLine = /^(["']?)id\1[ \t]*:[ \t]*(["']?)([A-Z][A-Z0-9-]*)\2[ \t]*(?:#.*)?$/;

/** Where the line ends that ends the front matter, or the text where there is none. */
function endOfBlock(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(LF) + 1; at > 0; at = bytes.indexOf(LF, at) + 1) {
    if (!startsWithAt(bytes, at, '---')) continue;
    const rest = bytes.subarray(at + 3, at + 5);
    const end = rest[0] === CR ? 1 : 0;
    if (rest.length === end || rest[end] === LF) return at + 3 + end;
  }
  return bytes.length;
}

/**
 * Ids that the first front matter block of a Markdown file names: by a line of their own, read
 * leniently, for a draft need not be well-formed for its author to have contributed; and in
 * whatever spelling the reader of released documents takes.
 * @see shared register format, "Independence"
 */
export function documentIdsIn(bytes: Uint8Array): readonly string[] {
  // Bytes beyond ASCII can't be part of such a line, so the cheapest decoding does.
  const text = latin1Text(bytes.subarray(0, endOfBlock(bytes)));
  const ids = new Set<string>();
  let isPlain = true;
  let isMap = false;
  let blockStart = 0;
  let start = 0;
  for (let line = 0; start <= text.length; line++) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const content = text.slice(start, text[end - 1] === '\r' ? end - 1 : end);
    if (line === 0) {
      if (content.replace(/^ï»¿/, '') !== '---') return [];
      blockStart = end + 1;
    } else if (content === '---') {
      // Without this, a draft with `"id":` in it, moved by somebody else, would be nobody's.
      const id = isPlain ? undefined : strictId(bytes.subarray(blockStart, start));
      if (id !== undefined) ids.add(id);
      return [...ids];
    } else {
      const found = idLine.exec(content)?.[3];
      if (found !== undefined) ids.add(found);
      else isPlain &&= isPlainLine(content, isMap);
      isMap ||= content !== '' && !content.startsWith('#');
    }
    start = end + 1;
  }
  return [...ids];
}

/**
 * Whether the strict reader can find no `id` in a line that is none by itself: in a map that
 * begins at the first column each of its keys does, and another key than `id` that is written
 * without any art is no `id`.
 */
function isPlainLine(content: string, isMap: boolean): boolean {
  if (content === '' || content.startsWith('#')) return true;
  if (isMap && /^(?:[ \t]|- )/.test(content)) return true;
  return /^[A-Za-z][\w-]*:(?:[ \t]|$)/.test(content) && !content.startsWith('id:');
}

/** What the reader of released documents takes for the id of a block. */
function strictId(block: Uint8Array): string | undefined {
  if (block.length > 2 * frontMatterBytesLimit) return undefined;
  const text = new TextDecoder().decode(block).replace(/\r\n/g, '\n');
  const value = parseStrictYaml(text, {}, 1, frontMatterBytesLimit).yaml?.value;
  const id = isYamlMap(value) ? value['id'] : undefined;
  return typeof id === 'string' && isDocumentId(id) ? id : undefined;
}
