import {
  CST,
  Composer,
  Lexer,
  LineCounter,
  Parser,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  type YAMLError,
} from 'yaml';
import { type Place, type Problem, makeProblem } from '../problem/problem.ts';
import type { FieldPlace } from './document.ts';
import { findStringFaults, isRefusedCodePoint } from './text-rules.ts';
import { encodeUtf8 } from '../git/header.ts';

/** A value of strict YAML: every scalar is text, whatever it looks like. */
export type YamlValue = string | readonly YamlValue[] | YamlMap;

/** Without a prototype, so that a key named `constructor` is only a key. */
export interface YamlMap {
  readonly [key: string]: YamlValue;
}

/** Where the values and keys of a text stand, by the path of keys and indexes to them. */
export interface YamlPlaces {
  /** The key of a map's entry, or the value of a list's. */
  key(path: readonly (string | number)[]): FieldPlace;
  value(path: readonly (string | number)[]): FieldPlace;
}

export interface StrictYaml {
  readonly value: YamlValue;
  readonly places: YamlPlaces;
}

/** Deeper than this, nothing is read: see `yaml/nesting`. */
const deepest = 40;

/** More problems than this help nobody. */
const mostSyntaxProblems = 10;
const mostProblems = 100;

const options = {
  version: '1.2',
  schema: 'failsafe',
  strict: true,
  merge: false,
  stringKeys: true,
  resolveKnownTags: false,
  prettyErrors: false,
  logLevel: 'silent',
  // The package compares each key with every other; `readMap` below does it in linear time.
  uniqueKeys: false,
} as const;

/** What YAML may do and this format may not, by the kind of its token. */
const refusedTokens = new Map<string, string>([
  ['anchor', 'an anchor (&)'],
  ['alias', 'an alias (*)'],
  ['tag', 'a tag (!)'],
  ['directive-line', 'a directive (%)'],
  ['doc-start', 'a document marker (---)'],
  ['doc-end', 'a document marker (...)'],
]);

/**
 * Parse YAML by the strict rules of the register (shared register format, "Documents"): 1.2 with
 * the failsafe schema, one document, no directives, tags, anchors, aliases or merge keys, no key
 * twice, and every warning of the parser an error.
 *
 * @param place The file; line and column are added.
 * @param firstLine The line of the file on which `text` begins.
 * @param bytesLimit Most bytes of UTF-8 that are read.
 * @returns The value where there is no problem, otherwise every problem.
 */
export function parseStrictYaml(
  text: string,
  place: Place,
  firstLine: number,
  bytesLimit: number,
): { readonly yaml: StrictYaml | undefined; readonly problems: readonly Problem[] } {
  const reader = new Reader(text, place, firstLine);
  const yaml = reader.read(bytesLimit);
  return { yaml: reader.problems.length === 0 ? yaml : undefined, problems: reader.problems };
}

function pathKey(path: readonly (string | number)[]): string {
  return JSON.stringify(path);
}

class Reader implements YamlPlaces {
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #place: Place;
  readonly #firstLine: number;
  readonly #lines = new LineCounter();
  readonly #keys = new Map<string, number>();
  readonly #values = new Map<string, number>();

  constructor(text: string, place: Place, firstLine: number) {
    this.#text = text;
    this.#place = place;
    this.#firstLine = firstLine;
    this.#lines.addNewLine(0);
    for (let at = this.#text.indexOf('\n'); at !== -1; at = this.#text.indexOf('\n', at + 1)) {
      this.#lines.addNewLine(at + 1);
    }
  }

  key(path: readonly (string | number)[]): FieldPlace {
    return this.#at(this.#keys.get(pathKey(path)) ?? this.#values.get(pathKey(path)) ?? 0);
  }

  value(path: readonly (string | number)[]): FieldPlace {
    return this.#at(this.#values.get(pathKey(path)) ?? this.#keys.get(pathKey(path)) ?? 0);
  }

  read(bytesLimit: number): StrictYaml | undefined {
    const bytes = encodeUtf8(this.#text).length;
    if (bytes > bytesLimit) {
      this.#report('yaml/too-large', 0, `This has ${bytes} bytes; the limit is ${bytesLimit}.`);
      return undefined;
    }
    const control = firstControl(this.#text);
    // The lexer uses control characters for marks of its own.
    if (control !== -1) {
      this.#report('text/character', control, 'A control character can not stand in YAML.');
      return undefined;
    }
    const tokens = this.#tokens();
    if (this.problems.length > 0) return undefined;
    return this.#compose(tokens);
  }

  /**
   * Read the tokens, and look at them before anything is composed: composing recurses, and deep
   * nesting ends the whole process there (measured: a regular expression compiled on a full
   * stack), not even with an error that could be caught.
   */
  #tokens(): readonly CST.Token[] {
    const parser = new Parser();
    const tokens: CST.Token[] = [];
    let scalarFollows = false;
    let faults = 0;
    for (const lexeme of new Lexer().lex(this.#text)) {
      if (!scalarFollows) {
        const type = CST.tokenType(lexeme);
        const what = type === null ? undefined : refusedTokens.get(type);
        if (what !== undefined) {
          this.#report('yaml/feature', parser.offset, `Here stands ${what}, which is not allowed.`);
        }
      }
      scalarFollows = !scalarFollows && CST.tokenType(lexeme) === 'scalar';
      for (const token of parser.next(lexeme)) {
        tokens.push(token);
        if (token.type === 'error') faults += 1;
      }
      // As many faults are composed as are told of; see there.
      if (faults >= mostSyntaxProblems) break;
      if (parser.stack.length > deepest) {
        this.#report(
          'yaml/nesting',
          parser.offset,
          `Lists and maps stand more than ${deepest} deep in each other here.`,
        );
        return [];
      }
      if (this.problems.length >= mostSyntaxProblems) return [];
    }
    for (const token of parser.end()) tokens.push(token);
    return tokens;
  }

  #compose(tokens: readonly CST.Token[]): StrictYaml | undefined {
    const composer = new Composer(options);
    const faults = stopAtFaults(composer, mostSyntaxProblems);
    let documents;
    try {
      documents = [...composer.compose(tokens, true, this.#text.length)];
    } catch (error) {
      if (!(error instanceof TooManyFaults)) throw error;
      for (const fault of faults()) {
        this.#report('yaml/syntax', fault.pos[0], syntaxMessage(fault));
      }
      return undefined;
    }
    const [document] = documents;
    if (document === undefined || documents.length > 1) {
      this.#report('yaml/feature', 0, `Here stand ${documents.length} YAML documents, not one.`);
      return undefined;
    }
    for (const fault of [...document.errors, ...document.warnings].slice(0, mostSyntaxProblems)) {
      this.#report('yaml/syntax', fault.pos[0], syntaxMessage(fault));
    }
    if (this.problems.length > 0) return undefined;
    const value = document.contents === null ? '' : this.#readNode(document.contents, []);
    return { value, places: this };
  }

  #readNode(node: ParsedNode | null, path: readonly (string | number)[]): YamlValue {
    if (node === null) return '';
    // A map or list below a key is found at its key: its own place is that of its first entry.
    if (isScalar(node) || typeof path.at(-1) !== 'string') {
      this.#values.set(pathKey(path), node.range[0]);
    }
    if (isMap(node)) return this.#readMap(node.items, path);
    if (isSeq(node)) return node.items.map((item, index) => this.#readItem(item, [...path, index]));
    if (isScalar(node)) return this.#readScalar(node.value, node.range[0]);
    if (isAlias(node)) this.#report('yaml/feature', node.range[0], 'Here stands an alias (*).');
    return '';
  }

  #readItem(item: unknown, path: readonly (string | number)[]): YamlValue {
    // A list item that is a pair ("[a: b]") is read as a map with one entry.
    return isNode(item) ? this.#readNode(item, path) : '';
  }

  #readMap(
    items: readonly { readonly key: ParsedNode; readonly value: ParsedNode | null }[],
    path: readonly (string | number)[],
  ): YamlValue {
    const map = Object.create(null) as Record<string, YamlValue>;
    const seen = new Map<string, number>();
    for (const { key, value } of items) {
      const offset = key.range[0];
      const name = isScalar(key) ? this.#readScalar(key.value, offset) : '';
      const first = seen.get(name);
      if (name === '') {
        this.#report('yaml/syntax', offset, 'A key is expected before the colon here.');
      } else if (name === '<<') {
        this.#report('yaml/feature', offset, 'Here stands a merge key (<<), which is not allowed.');
      } else if (name === '__proto__') {
        this.#report('yaml/feature', offset, 'The key __proto__ is not allowed.');
      } else if (first !== undefined) {
        this.#report(
          'yaml/duplicate-key',
          offset,
          `The key ${name} stands here a second time.`,
          first,
        );
      } else {
        seen.set(name, offset);
        const inner = [...path, name];
        this.#keys.set(pathKey(inner), offset);
        map[name] = this.#readNode(value, inner);
      }
    }
    return map;
  }

  #readScalar(value: unknown, offset: number): string {
    if (typeof value !== 'string') return '';
    // Escapes in double quotes could bring in what the text itself may not hold.
    for (const fault of findStringFaults(value)) {
      if (fault.fault === 'not-normalized') {
        this.#report('text/not-normalized', offset, 'The value is not in Unicode NFC.');
      } else {
        const point = (fault.codePoint ?? 0x0d).toString(16).toUpperCase().padStart(4, '0');
        const message = `The value brings in the character U+${point}, which is not allowed.`;
        this.#report('text/character', offset, message);
      }
    }
    return value;
  }

  #at(offset: number): FieldPlace {
    const { line, col } = this.#lines.linePos(offset);
    return { line: this.#firstLine + Math.max(line, 1) - 1, column: Math.max(col, 1) };
  }

  #report(code: Problem['code'], offset: number, message: string, relatedOffset?: number): void {
    if (this.problems.length >= mostProblems) return;
    this.problems.push(
      makeProblem(code, {
        message,
        place: { ...this.#place, ...this.#at(offset) },
        ...(relatedOffset === undefined
          ? {}
          : { related: { ...this.#place, ...this.#at(relatedOffset) } }),
      }),
    );
  }
}

/** Ends the composing of a text of which enough is known. */
class TooManyFaults extends Error {}

/** What the package's composer has inside, which its types do not tell. */
interface FaultKeeper {
  onError(...fault: readonly unknown[]): void;
  readonly errors: readonly YAMLError[];
  readonly warnings: readonly YAMLError[];
}

function isFaultKeeper(composer: unknown): composer is FaultKeeper {
  return (
    typeof composer === 'object' &&
    composer !== null &&
    ['errors', 'warnings'].every((list) => Array.isArray(Reflect.get(composer, list))) &&
    typeof Reflect.get(composer, 'onError') === 'function'
  );
}

/**
 * Let a composer end with `TooManyFaults` at so many faults. Without this, a mebibyte that is
 * wrong everywhere takes ten seconds: the package makes an error with a stack for each fault.
 * @returns What tells the faults so far.
 */
function stopAtFaults(composer: unknown, most: number): () => readonly YAMLError[] {
  if (!isFaultKeeper(composer)) throw new Error('the composer of yaml keeps its faults elsewhere');
  const tell = composer.onError.bind(composer);
  const faults = (): readonly YAMLError[] => [...composer.errors, ...composer.warnings];
  composer.onError = (...fault) => {
    tell(...fault);
    if (faults().length >= most) throw new TooManyFaults();
  };
  return faults;
}

function syntaxMessage(fault: YAMLError): string {
  // What people meet most: "title: Control: of documents".
  if (fault.code === 'BLOCK_AS_IMPLICIT_KEY') {
    return 'A second colon with a blank after it stands in this value; such a value needs quotes.';
  }
  return `${fault.message.replace(/[.:]?\s*$/, '')}.`;
}

function isNode(item: unknown): item is ParsedNode {
  return isMap(item) || isSeq(item) || isScalar(item) || isAlias(item);
}

function firstControl(text: string): number {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 && isRefusedCodePoint(unit)) return index;
  }
  return -1;
}

/** Whether a value is a map. */
export function isYamlMap(value: YamlValue | undefined): value is YamlMap {
  return typeof value === 'object' && !Array.isArray(value);
}
