import { isPlainAscii } from '../git/header.ts';

/** Made when it is needed: making it takes a tenth of a start of Node. */
let segmenter: Intl.Segmenter | undefined;

/** What a reader takes for one letter each. */
function graphemes(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** East Asian wide and emoji ranges that take two columns of a terminal. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];

function graphemeWidth(grapheme: string): number {
  const point = grapheme.codePointAt(0) ?? 0;
  return wide.some(([from, to]) => point >= from && point <= to) ? 2 : 1;
}

/** How many columns of a terminal a text takes; it holds no control characters. */
export function textWidth(text: string): number {
  if (isPlainAscii(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes(text)) columns += graphemeWidth(segment);
  return columns;
}

/** Cut a text to a width, with the mark at the end where something was cut off. */
export function clip(text: string, width: number, mark: string): string {
  if (textWidth(text) <= width) return text;
  let columns = textWidth(mark);
  let kept = '';
  for (const { segment } of graphemes(text)) {
    columns += graphemeWidth(segment);
    if (columns > width) break;
    kept += segment;
  }
  return kept.trimEnd() + mark;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/** Fold a text into lines of at most `width` columns, at spaces. */
export function fold(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && textWidth(line) + 1 + textWidth(word) > width) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines;
}

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Colours the padded cell; the text stays what it is. */
  readonly paint?: (text: string, row: Row) => string;
  /** May be cut where the terminal is too narrow. */
  readonly flexible?: boolean;
}

/** A text with the columns that it takes, which are counted once. */
interface Cell {
  readonly text: string;
  readonly size: number;
}

const measured = (text: string): Cell => ({ text, size: textWidth(text) });

/**
 * A table whose columns line up: title line, then one line a row, two spaces between columns.
 * @param width  Columns of the terminal, or undefined where nothing is to be cut.
 */
export function formatTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  {
    width,
    ellipsis = '…',
  }: { readonly width?: number | undefined; readonly ellipsis?: string } = {},
): string {
  const cells = rows.map((row) => columns.map((column) => measured(column.value(row))));
  const titles = columns.map((column) => measured(column.title));
  const widths = titles.map(({ size }, index) =>
    cells.reduce((most, line) => Math.max(most, line[index]?.size ?? 0), size),
  );
  const over = widths.reduce((sum, each) => sum + each + 2, -2) - (width ?? Infinity);
  const flexible = columns.findIndex((column) => column.flexible === true);
  if (over > 0 && flexible >= 0) {
    widths[flexible] = Math.max(8, (widths[flexible] ?? 0) - over);
  }
  const line = (cellsOfLine: readonly Cell[], row: Row | undefined): string =>
    columns
      .map((column, index) => {
        const room = widths[index] ?? 0;
        const whole = cellsOfLine[index] ?? measured('');
        const cell = whole.size <= room ? whole : measured(clip(whole.text, room, ellipsis));
        const isLast = index === columns.length - 1;
        const padded = isLast ? cell.text : cell.text + ' '.repeat(Math.max(0, room - cell.size));
        return row !== undefined && column.paint !== undefined ? column.paint(padded, row) : padded;
      })
      .join('  ')
      .trimEnd();
  const head = line(titles, undefined);
  return [head, ...rows.map((row, index) => line(cells[index] ?? [], row))].join('\n') + '\n';
}
