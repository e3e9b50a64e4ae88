import type { Random } from '../support/random.ts';
import { tokens } from './target.ts';

/** YAML of texts, lists and maps, written in many ways. */
function yamlValue(random: Random, indent: string, depth: number): string {
  const kind = depth <= 0 ? random.below(6) : random.below(9);
  const inside = `${indent}  `;
  const count = random.between(0, 3);
  switch (kind) {
    case 0:
      return ` "${random.pick(['a b', 'x\\ty', '\\u00e4', '\\u202e', '3', 'a: b', '# x'])}"\n`;
    case 1:
      return ` '${random.pick(["it''s", '', 'a', ': ', '- '])}'\n`;
    case 2:
      return ` |${random.pick(['', '-', '+', '2'])}\n${inside}${random.pick(['a', 'a\n\n', '# b'])}\n`;
    case 3:
      return ` >\n${inside}a\n${inside}b\n`;
    case 4:
      return ` [${random.pick(['a, b', 'a, [b, c]', '{k: v}', '', '"x", y', 'a: b'])}]\n`;
    case 6:
      return `\n${Array.from({ length: count }, () => `${inside}-${yamlValue(random, inside, depth - 1)}`).join('')}`;
    case 7:
    case 8:
      return `\n${Array.from({ length: count }, (_, at) => `${inside}k${String(at)}:${yamlValue(random, inside, depth - 1)}`).join('')}`;
    default:
      return ` ${random.pick(['a', '1', 'no', '1.10', '012', '2026-12-01', '~', 'a b', 'x # y', 'x:y', '<<'])}\n`;
  }
}

/** A text in YAML of a few fields. */
export const yamlText = (random: Random): Buffer =>
  Buffer.from(
    Array.from({ length: random.between(1, 5) }, (_, at) => {
      const key = random.oneIn(9)
        ? random.pick(['__proto__', 'constructor', '"q"', "'s'", '? k', '<<'])
        : `k${String(at)}`;
      return `${key}:${yamlValue(random, '', 3)}`;
    }).join(''),
  );

/** Pieces that mean something in YAML. */
export const yamlTokens = tokens(
  ...[
    ': ',
    '- ',
    '\n',
    '\n  ',
    '? ',
    '&a ',
    '*a',
    '!!str ',
    '<<: ',
    '%YAML 1.1\n',
    '---\n',
    '...\n',
    '| ',
  ],
  ...[
    '>-\n',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ',',
    '#',
    ' #',
    '\\u0000',
    '\\U0010ffff',
    '\t',
    '__proto__: ',
  ],
  ...[
    'constructor: ',
    'k0: ',
    '\xc2\x85',
    '\xe2\x80\xa8',
    '\r\n',
    '@',
    '`',
    'null',
    '~',
    '0x1f',
    '1e3',
  ],
);
