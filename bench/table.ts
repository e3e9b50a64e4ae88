/** Results as text for a terminal. */
import type { Row, Sample } from './measure.ts';

const digits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, useGrouping: true });

/** Three digits that count: `15,200`, `0.0179`. */
export const shownNumber = (value: number): string => digits.format(value);

/** Median, and in parentheses the lowest and the highest. */
export function shownSample({ median, lowest, highest }: Sample): string {
  return `${shownNumber(median)} (${shownNumber(lowest)}–${shownNumber(highest)})`;
}

/** Cells in columns, with a line below the head. */
export function inColumns(head: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = head.map((cell, i) =>
    Math.max(cell.length, ...body.map((line) => line[i]?.length ?? 0)),
  );
  return [head, widths.map((width) => '-'.repeat(width)), ...body]
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

type Cells = readonly [what: string, took: string, ratio: string, goal: string, verdict: string];

/** One line for ours and one for the peer; the goal stands in the line that it judges. */
function linesOf(row: Row, before: Row | undefined): readonly Cells[] {
  const { work, on, unit, ours, compared, goal } = row;
  const verdict = goal === undefined ? '' : goal.reached ? 'reached' : 'LOST';
  const judged = (of: 'ours' | 'ratio') =>
    goal?.of === of ? ([goal.text, verdict] as const) : (['', ''] as const);
  const lines: Cells[] = [];
  // Two peers of the same runs share the line of ours.
  if (before?.work !== work || before.on !== on || before.ours.median !== ours.median) {
    lines.push([`${work}, ${on}`, `${shownSample(ours)} ${unit}`, '', ...judged('ours')]);
  }
  if (compared !== undefined) {
    const { peer, took, ratio } = compared;
    const ratioText = `${shownSample(ratio)} ×`;
    lines.push([`  / ${peer}`, `${shownSample(took)} ${unit}`, ratioText, ...judged('ratio')]);
  }
  return lines;
}

/** The rows, what must be known to read them, and what did not reach its goal. */
export function formatRows(rows: readonly Row[]): string {
  const table = inColumns(
    ['work, and the peer or limit below it', 'took', 'ratio', 'goal', ''],
    rows.flatMap((row, index) => linesOf(row, rows[index - 1])),
  );
  const named = ({ work, on, compared }: Row) =>
    `${work}, ${on}${compared === undefined ? '' : ` / ${compared.peer}`}`;
  const notes = rows.flatMap((row) =>
    row.note === undefined ? [] : [`${named(row)}: ${row.note}`],
  );
  const goals = rows.flatMap((row) => (row.goal === undefined ? [] : [{ row, goal: row.goal }]));
  const lost = goals.filter(({ goal }) => !goal.reached);
  return [
    table,
    '',
    ...(notes.length > 0 ? [...notes, ''] : []),
    `${goals.length - lost.length} of ${goals.length} goals reached.`,
    ...lost.map(({ row, goal }) => `Lost: ${named(row)}, ${goal.text}`),
  ].join('\n');
}
