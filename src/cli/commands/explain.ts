import { type CodeEntry, problemCodes } from '../../problem/codes.ts';
import { QmsError } from '../../problem/problem.ts';
import { didYouMean } from '../../document/near-miss.ts';
import type { CommandLine } from '../command-line.ts';
import type { Session } from '../session.ts';
import { fold, formatTable } from '../table.ts';

const table: ReadonlyMap<string, CodeEntry> = new Map(Object.entries(problemCodes));

function severityInWords(entry: CodeEntry): string {
  switch (entry.severity) {
    case 'error':
      return 'error: the outcome is "problems", exit code 1';
    case 'unknown':
      return 'unknown: it can not be decided, exit code 2 unless there are errors';
    case 'warning':
      return 'warning: the outcome stays what it is';
  }
}

function listCodes(session: Session): number {
  const codes = [...table].sort(([a], [b]) => (a < b ? -1 : 1));
  if (session.json) {
    session.printJson({ codes: codes.map(([code, entry]) => ({ code, ...entry })) });
    return 0;
  }
  session.print(
    formatTable(
      codes,
      [
        { title: 'CODE', value: ([code]) => code },
        { title: 'SEVERITY', value: ([, entry]) => entry.severity },
        { title: 'WHAT IT IS', value: ([, entry]) => entry.title, flexible: true },
      ],
      { width: session.columns, ellipsis: session.paint.symbols.ellipsis },
    ),
  );
  session.say('More on one of them: qms explain <code>');
  return 0;
}

function explain(session: Session, code: string): number {
  const entry = table.get(code);
  if (entry === undefined) {
    throw QmsError.of('cli/code-unknown', {
      message: `There is no problem with the code ${code}.${didYouMean(code, table.keys())}`,
      place: {},
    });
  }
  if (session.json) {
    session.printJson({ code, ...entry });
    return 0;
  }
  const width = Math.min(session.columns ?? 80, 80);
  session.print(
    [
      session.paint('bold', code),
      entry.title,
      '',
      ...fold(entry.explanation, width),
      '',
      'What to do',
      ...fold(entry.remedy, width),
      '',
      `Severity: ${severityInWords(entry)}.`,
    ].join('\n'),
  );
  return 0;
}

/** `qms explain [code]`: the page of one problem, or the list of all. */
export function addExplain(line: CommandLine): void {
  line.add(
    'explain [code]',
    {
      summary: 'what a problem means and what to do about it',
      examples: [
        ['qms explain', 'lists every code'],
        ['qms explain anchor/missing', 'explains one'],
      ],
      exit: { 0: 'explained', 1: 'there is no such code' },
    },
    (command) => command,
    (session, code: string | undefined) =>
      Promise.resolve(code === undefined ? listCodes(session) : explain(session, code)),
  );
}
