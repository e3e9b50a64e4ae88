import { type Parsed, parsed, refused } from '../problem/parsed.ts';

/** One setting: `section.name` or `section.subsection.name`; section and name in lower case. */
export interface ConfigEntry {
  readonly key: string;
  /** `true` where the name stands alone. */
  readonly value: string;
  /** Where name and value stand in the text, so that they can be replaced. */
  readonly start: number;
  readonly end: number;
}

/**
 * Parse a file of Git's configuration (git config, "Syntax"). Includes are not followed.
 * @returns The settings in the order of the file; a later one counts.
 */
export function parseConfig(text: string): Parsed<readonly ConfigEntry[]> {
  const entries: ConfigEntry[] = [];
  let section = '';
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  const line = (): string => String(text.slice(0, at).split('\n').length);

  while (at < text.length) {
    const character = text[at] ?? '';
    if (/\s/.test(character)) {
      at++;
    } else if (character === '#' || character === ';') {
      at = endOfLine(text, at);
    } else if (character === '[') {
      const header = matchAt(sectionHeader, text, at);
      if (header === null) return refused(`line ${line()} is no section header`);
      const sub = header[2];
      section = (header[1] ?? '').toLowerCase();
      if (sub !== undefined) section += `.${sub.replace(/\\(.)/g, '$1')}`;
      at += header[0].length;
    } else {
      const name = matchAt(settingName, text, at)?.[0];
      if (name === undefined || section === '') return refused(`line ${line()} is no setting`);
      const start = at;
      at += name.length;
      while (text[at] === ' ' || text[at] === '\t') at++;
      let value = 'true';
      let end = start + name.length;
      if (text[at] === '=') {
        const found = parseValue(text, at + 1);
        if (found === undefined) return refused(`the value in line ${line()} can not be read`);
        ({ value, at, end } = found);
      } else if (at < text.length && !/[\n\r#;]/.test(text[at] ?? '')) {
        return refused(`line ${line()} is no setting`);
      }
      entries.push({ key: `${section}.${name.toLowerCase()}`, value, start, end });
    }
  }
  return parsed(entries);
}

const sectionHeader = /\[[^\S\n]*([A-Za-z0-9.-]+)(?:[^\S\n]+"((?:[^"\\\n]|\\[^\n])*)")?[^\S\n]*\]/y;
const settingName = /[A-Za-z][A-Za-z0-9-]*/y;

/** Match exactly at a place. Cutting the rest of the line out would make long lines quadratic. */
function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  b: '\b',
  '\\': '\\',
  '"': '"',
};

function parseValue(
  text: string,
  start: number,
): { value: string; at: number; end: number } | undefined {
  let value = '';
  /** Blanks outside quotes count only if something follows them. */
  let blanks = '';
  let quoted = false;
  /** Behind the last character that counts. */
  let end = start;
  let at = start;
  for (; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '\n') {
      if (quoted) return undefined;
      break;
    }
    if (character === '\r' && text[at + 1] === '\n' && !quoted) continue;
    if (!quoted && (character === '#' || character === ';')) {
      at = endOfLine(text, at);
      break;
    }
    if (!quoted && (character === ' ' || character === '\t' || character === '\r')) {
      if (value !== '') blanks += character;
      continue;
    }
    value += blanks;
    blanks = '';
    if (character === '"') {
      quoted = !quoted;
    } else if (character === '\\') {
      at++;
      if (text[at] === '\r' && text[at + 1] === '\n') at++;
      if (text[at] === '\n') continue;
      const meant = escapes[text[at] ?? ''];
      if (meant === undefined) return undefined;
      value += meant;
    } else {
      value += character;
    }
    end = at + 1;
  }
  return quoted ? undefined : { value, at, end };
}

/** Whether Git takes the value as true. */
export function isTrue(value: string): boolean {
  return /^(?:true|yes|on|-?0*[1-9][0-9]*[kmg]?)$/i.test(value);
}

/** A key as `parseConfig` gives it: all but the subsection in lower case. */
export function normalizeKey(key: string): string {
  const first = key.indexOf('.');
  const last = key.lastIndexOf('.');
  return key.slice(0, first).toLowerCase() + key.slice(first, last) + key.slice(last).toLowerCase();
}

/** The text with the key's last setting changed, or with a new one at the end. */
export function setInConfig(
  text: string,
  entries: readonly ConfigEntry[],
  key: string,
  value: string,
): string {
  const wanted = normalizeKey(key);
  const name = key.slice(key.lastIndexOf('.') + 1);
  const quoted = value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  const setting = `${name} = "${quoted}"`;
  const known = entries.findLast((entry) => entry.key === wanted);
  if (known !== undefined) return text.slice(0, known.start) + setting + text.slice(known.end);
  const [section = '', ...sub] = key.slice(0, key.lastIndexOf('.')).split('.');
  const header =
    sub.length === 0 ? section : `${section} "${sub.join('.').replace(/[\\"]/g, '\\$&')}"`;
  // Without the second question, what is added would go on with a value that ends in a backslash.
  const isAtLineStart = text.endsWith('\n') && !/\\\r?\n$/.test(text);
  const gap = text === '' || isAtLineStart ? '' : '\n';
  return `${text}${gap}[${header}]\n\t${setting}\n`;
}
