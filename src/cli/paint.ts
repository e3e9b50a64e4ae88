import { styleText } from 'node:util';
import type { Surroundings } from './surroundings.ts';

type Style = 'red' | 'yellow' | 'green' | 'blue' | 'cyan' | 'gray' | 'bold';

/** Colours and symbols for one stream: an addition to the words, never instead of them. */
export interface Paint {
  (style: Style, text: string): string;
  /** `✓` or its ASCII fallback. */
  readonly symbols: Symbols;
}

interface Symbols {
  readonly good: string;
  readonly bad: string;
  readonly unknown: string;
  readonly arrow: string;
  readonly ellipsis: string;
}

const unicode: Symbols = { good: '✓', bad: '✗', unknown: '?', arrow: '→', ellipsis: '…' };
const ascii: Symbols = { good: '+', bad: 'x', unknown: '?', arrow: '->', ellipsis: '...' };

/** Whether the locale of the environment can show more than ASCII. */
function speaksUnicode(env: Surroundings['env']): boolean {
  const locale = env['LC_ALL'] ?? env['LC_CTYPE'] ?? env['LANG'] ?? '';
  return /utf-?8/i.test(locale) && env['TERM'] !== 'linux';
}

/**
 * The paint of one stream. Colour only where the stream is a terminal, `NO_COLOR` is unset or
 * empty and the terminal is not a dumb one.
 */
export function paintFor(stream: 'output' | 'error', surroundings: Surroundings): Paint {
  const { env, terminal } = surroundings;
  const colour = terminal[stream] && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  // One format a call: with an array of formats, Node 20 colours whatever it was told.
  const paint = (style: Style, text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  return Object.assign(paint, { symbols: speaksUnicode(env) ? unicode : ascii });
}
