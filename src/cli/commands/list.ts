import type { DocumentList, ListedDocument } from '../../audit/list.ts';
import type { ReleasedState } from '../../register/register.ts';
import { didYouMean } from '../../document/near-miss.ts';
import type { CommandLine } from '../command-line.ts';
import { instantOfDay } from '../day-option.ts';
import type { Paint } from '../paint.ts';
import { type Session, UsageError } from '../session.ts';
import { formatTable } from '../table.ts';

interface ListOptions {
  readonly at?: string;
  readonly state?: string;
  readonly type?: string;
  readonly format?: string;
}

const states: readonly ReleasedState[] = ['effective', 'pending', 'superseded', 'withdrawn'];
const formats = ['table', 'json', 'csv'] as const;

/** A state in words; colour is an addition. */
export function paintState(paint: Paint, text: string, state: ReleasedState): string {
  switch (state) {
    case 'effective':
      return paint('green', text);
    case 'pending':
      return paint('blue', text);
    case 'superseded':
      return paint('gray', text);
    case 'withdrawn':
      return paint('red', text);
  }
}

function stateInWords(document: ListedDocument): string {
  const words = document.state === 'effective' ? 'in force' : document.state;
  return document.contested ? `${words}, contested` : words;
}

function asTable(list: DocumentList, session: Session): string {
  const { paint } = session;
  return formatTable(
    list.documents,
    [
      { title: 'ID', value: (one) => one.id },
      { title: 'REV', value: (one) => one.revision },
      { title: 'TITLE', value: (one) => one.title, flexible: true },
      {
        title: 'STATE',
        value: stateInWords,
        paint: (text, one) => paintState(paint, text, one.state),
      },
      { title: 'EFFECTIVE', value: (one) => one.effective },
      { title: 'RELEASE', value: (one) => String(one.release) },
      { title: 'OWNER', value: (one) => one.owner ?? '' },
      { title: 'REVIEW', value: (one) => one.nextReview ?? '' },
    ],
    { width: session.columns, ellipsis: paint.symbols.ellipsis },
  );
}

/** One cell of CSV (RFC 4180); what a spreadsheet would run as a formula is quoted as text. */
function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function asCsv(list: DocumentList): string {
  const head = [
    'id',
    'type',
    'title',
    'revision',
    'state',
    'effective',
    'release',
    'owner',
    'path',
    'clauses',
    'nextReview',
    'contested',
  ];
  const rows = list.documents.map((one) => [
    one.id,
    one.type,
    one.title,
    one.revision,
    one.state,
    one.effective,
    String(one.release),
    one.owner ?? '',
    one.path,
    one.clauses.join(' '),
    one.nextReview ?? '',
    one.contested ? 'yes' : 'no',
  ]);
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

async function list(session: Session, options: ListOptions): Promise<number> {
  const format = session.json ? 'json' : (options.format ?? 'table');
  if (!formats.some((one) => one === format)) {
    throw new UsageError(`There is no format ${format}; there are ${formats.join(', ')}.`);
  }
  const state = states.find((one) => one === options.state);
  if (options.state !== undefined && state === undefined) {
    throw new UsageError(
      `There is no state ${options.state}; there are ${states.join(', ')}.${didYouMean(options.state, states)}`,
    );
  }
  const { openRegister } = await import('../open-register.ts');
  const { listDocuments } = await import('../../audit/list.ts');
  return openRegister(session, (opened) => {
    const { register } = opened;
    const at = instantOfDay(options.at, register.rules.timezone, session.surroundings.now());
    const documents = listDocuments(opened.verification, at, { state, type: options.type });
    if (options.type !== undefined && !register.rules.types.has(options.type)) {
      throw new UsageError(
        `There is no type ${options.type}.${didYouMean(options.type, register.rules.types.keys())}`,
      );
    }
    if (format === 'json') session.printJson(documents);
    else if (format === 'csv') session.surroundings.stdout.write(asCsv(documents));
    else {
      session.print(asTable(documents, session));
      const count = documents.documents.length;
      session.say(
        `${String(count)} ${count === 1 ? 'line' : 'lines'} as of ${documents.at}. One document: qms show <id>`,
      );
    }
    return opened.answer();
  });
}

/** `qms list`: the master list. */
export function addList(line: CommandLine): void {
  line.add(
    'list',
    {
      summary: 'the master list: what is in force, planned or withdrawn',
      examples: [
        ['qms list', 'what is in force now'],
        ['qms list --at 2026-03-31', 'what was in force at the end of that day'],
        ['qms list --state withdrawn --format csv', 'for a spreadsheet'],
      ],
      exit: {
        0: 'listed, from a verified register',
        1: 'the register has problems',
        2: 'it can not be verified, for want of an anchor, say',
      },
    },
    (command) =>
      command
        .option('--at <day>', 'as of the end of a day, YYYY-MM-DD')
        .option('--state <state>', states.join(', '))
        .option('--type <type>', 'only documents of a type')
        .option('--format <format>', formats.join(', '), 'table'),
    (session, options: ListOptions) => list(session, options),
  );
}
