import {
  Document as YamlDocument,
  isMap,
  isNode,
  isScalar,
  parseDocument as parseYaml,
} from 'yaml';
import { QmsError } from '../problem/problem.ts';
import { frontMatterBytesLimit, splitFrontMatter } from './front-matter.ts';
import { type YamlValue, isYamlMap, parseStrictYaml } from './strict-yaml.ts';

/** A new value of a field; undefined takes the field out. */
export type FieldChange = string | readonly string[] | undefined;

const readOptions = { schema: 'failsafe', version: '1.2', keepSourceTokens: true } as const;
const writeOptions = { lineWidth: 0, flowCollectionPadding: false } as const;

/**
 * Change fields of a document's front matter. Comments, the order of fields and the way the
 * others are written stay; new fields come last; the body stays byte for byte.
 *
 * @param text The whole file.
 * @param changes New values by field, in the order in which new fields are to stand.
 * @throws {QmsError} where the front matter can't be read, or would not read back as asked.
 */
export function setFrontMatter(
  text: string,
  changes: Readonly<Record<string, FieldChange>>,
): string {
  const { split, problems } = splitFrontMatter(text, {});
  const [problem] = problems;
  if (split === undefined) {
    if (problem !== undefined) throw new QmsError(problem);
    throw QmsError.of('document/front-matter-missing', { message: 'No front matter.', place: {} });
  }
  let block = split.yaml.slice(1);
  if (block !== '') block += '\n';
  const before = readFields(block);
  for (const [field, value] of Object.entries(changes)) {
    const spliced = spliceField(block, field, value);
    // Where a splice would not read back (a comment after a text of several lines, say), the
    // package writes the whole block anew.
    block = readsBack(spliced, before, field, value) ? spliced : rewriteField(block, field, value);
    if (!readsBack(block, before, field, value)) {
      throw QmsError.of('document/field-value', {
        message: `The field ${field} can not be written into this front matter.`,
        remedy: 'Edit the front matter by hand.',
        place: { field },
      });
    }
    if (value === undefined) before.delete(field);
    else before.set(field, value);
  }
  // The fence and all after it, as they were.
  return `---\n${block}${text.slice(split.yaml.length + 4)}`;
}

function readFields(block: string): Map<string, YamlValue> {
  const { yaml, problems } = parseStrictYaml(block, {}, 2, frontMatterBytesLimit * 2);
  const [first, ...rest] = problems;
  if (first !== undefined) throw new QmsError(first, ...rest);
  return new Map(isYamlMap(yaml?.value) ? Object.entries(yaml.value) : []);
}

/** Whether a block says what was asked, and all else is as before. */
function readsBack(
  block: string,
  before: ReadonlyMap<string, YamlValue>,
  field: string,
  value: FieldChange,
): boolean {
  const expected = new Map(before);
  if (value === undefined) expected.delete(field);
  else expected.set(field, value);
  const { yaml } = parseStrictYaml(block, {}, 2, frontMatterBytesLimit * 2);
  const now = isYamlMap(yaml?.value) ? new Map(Object.entries(yaml.value)) : new Map();
  return (
    yaml !== undefined &&
    now.size === expected.size &&
    [...expected].every(([key, each]) => JSON.stringify(now.get(key)) === JSON.stringify(each))
  );
}

/** Replace, add or take out one field and leave every other byte. */
function spliceField(block: string, field: string, value: FieldChange): string {
  const document = parseYaml(block, readOptions);
  const { contents } = document;
  const pairs = isMap(contents) && contents.flow !== true ? contents.items : [];
  const pair = pairs.find(({ key }) => isScalar(key) && key.value === field);
  if (pair === undefined) {
    return value === undefined ? block : `${block}${formatField(field, value)}\n`;
  }
  const start = isScalar(pair.key) ? (rangeOf(pair.key)?.[0] ?? 0) : 0;
  const [, valueEnd, nodeEnd] = rangeOf(pair.value) ?? [start, start + field.length + 1, start];
  if (value === undefined) {
    const stop = Math.max(valueEnd, nodeEnd, start);
    const lineEnd = block.charAt(stop - 1) === '\n' ? stop : block.indexOf('\n', stop) + 1;
    return block.slice(0, start) + (lineEnd === 0 ? '' : block.slice(lineEnd));
  }
  const withBreak = block.charAt(valueEnd - 1) === '\n';
  const line = formatField(field, value);
  return block.slice(0, start) + line + (withBreak ? '\n' : '') + block.slice(valueEnd);
}

function rangeOf(node: unknown): readonly [number, number, number] | undefined {
  const range: unknown = isNode(node) ? node.range : undefined;
  if (!Array.isArray(range)) return undefined;
  const offsets = range.filter((each): each is number => typeof each === 'number');
  const [start, valueEnd, nodeEnd] = offsets;
  return start === undefined || valueEnd === undefined || nodeEnd === undefined
    ? undefined
    : [start, valueEnd, nodeEnd];
}

/** Let the package write the whole block; comments and order stay, blanks may change. */
function rewriteField(block: string, field: string, value: FieldChange): string {
  const document = parseYaml(block, readOptions);
  if (value === undefined) document.delete(field);
  else document.set(field, document.createNode(value, { flow: true }));
  return document.toString(writeOptions);
}

/**
 * `field: value` in one or more lines. Quotes are written where a program that reads YAML with
 * types would take the text for something else (`no`, `1.10`), except for whole numbers:
 * `revision: 3` is what people write.
 */
function formatField(field: string, value: string | readonly string[]): string {
  const schema = typeof value === 'string' && /^[1-9][0-9]{0,8}$/.test(value) ? 'failsafe' : 'core';
  const document = new YamlDocument({}, { schema, version: '1.2' });
  document.set(field, document.createNode(value, { flow: true }));
  return document.toString(writeOptions).replace(/\n$/, '');
}
