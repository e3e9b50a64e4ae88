import type { Place, Problem, Severity } from '../problem/problem.ts';
import type { Paint } from './paint.ts';
import { fold, padEnd, textWidth } from './table.ts';

/** A place in one word that editors and terminals understand: `file:line:column`, or a ref. */
export function formatPlace(place: Place): string {
  if (place.file !== undefined) {
    const line = place.line === undefined ? '' : `:${String(place.line)}`;
    const column =
      place.line === undefined || place.column === undefined ? '' : `:${String(place.column)}`;
    return place.file + line + column;
  }
  return place.ref ?? place.object ?? '';
}

const colours = { error: 'red', unknown: 'yellow', warning: 'yellow' } as const;

function byPlace(a: Problem, b: Problem): number {
  const order = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
  return (
    order(a.place.file ?? a.place.ref ?? '', b.place.file ?? b.place.ref ?? '') ||
    (a.place.line ?? 0) - (b.place.line ?? 0) ||
    (a.place.column ?? 0) - (b.place.column ?? 0) ||
    order(a.code, b.code)
  );
}

/** Message and remedy, with the other end of the problem where there is one. */
function sentences(problem: Problem): readonly string[] {
  const related = problem.related === undefined ? '' : ` See ${formatPlace(problem.related)}.`;
  return [problem.message + related, problem.remedy];
}

/**
 * Problems as text, sorted by place: on a terminal a heading line and indented sentences,
 * elsewhere one line each, so that `grep` and editors can use it.
 */
export function formatProblems(
  problems: readonly Problem[],
  paint: Paint,
  columns: number | undefined,
): string {
  const sorted = [...problems].sort(byPlace);
  const places = sorted.map((problem) => formatPlace(problem.place));
  const room = Math.min(60, Math.max(0, ...places.map(textWidth)));
  const codes = Math.max(0, ...sorted.map((problem) => problem.code.length));
  let text = '';
  for (const [index, problem] of sorted.entries()) {
    const place = places[index] ?? '';
    const severity = paint(colours[problem.severity], problem.severity.padEnd(7));
    if (columns === undefined) {
      const where = room === 0 ? '' : `${padEnd(place, room)} `;
      text += `${where}${severity} ${problem.code.padEnd(codes)}  ${sentences(problem).join(' ')}\n`;
      continue;
    }
    text += `${place === '' ? '' : `${place} `}${severity} ${paint('gray', problem.code)}\n`;
    for (const sentence of sentences(problem)) {
      for (const line of fold(sentence, Math.max(40, columns - 4))) text += `    ${line}\n`;
    }
  }
  return text;
}

function plural(count: number, singular: string): string {
  return `${String(count)} ${singular}${count === 1 ? '' : 's'}`;
}

/** `2 errors, 1 warning`; `no problems` where there are none. */
export function countProblems(problems: readonly Problem[]): string {
  const count = (severity: Severity): number =>
    problems.filter((problem) => problem.severity === severity).length;
  const parts = [
    [count('error'), 'error'],
    [count('unknown'), 'unknown'],
    [count('warning'), 'warning'],
  ] as const;
  const text = parts.filter(([number]) => number > 0).map(([number, word]) => plural(number, word));
  return text.length === 0 ? 'no problems' : text.join(', ');
}
