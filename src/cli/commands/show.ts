import type { DocumentView } from '../../audit/document-view.ts';
import { QmsError } from '../../problem/problem.ts';
import type { CommandLine } from '../command-line.ts';
import type { NextRevision } from '../next-revision.ts';
import type { OpenedRegister } from '../open-register.ts';
import type { Session } from '../session.ts';
import { fold, padEnd, textWidth } from '../table.ts';
import { approvalInWords } from './history.ts';
import { paintState } from './list.ts';

function stateLine(view: DocumentView): string {
  const since = view.since === null ? '' : ` since ${view.since.slice(0, 10)}`;
  switch (view.state) {
    case 'effective':
      return `in force${since}${view.until === null ? '' : `, until ${view.until.slice(0, 10)}`}`;
    case 'pending':
      return `pending, in force from ${view.from.slice(0, 10)}`;
    case 'superseded':
      return `superseded${since}${view.inForce === null ? '' : `; in force is revision ${view.inForce}`}`;
    case 'withdrawn':
      return `withdrawn${since}${view.successor === null ? '' : `; replaced by ${view.successor}`}`;
  }
}

function rows(view: DocumentView, session: Session): readonly (readonly [string, string])[] {
  const list = (values: readonly string[]): string => values.join(', ');
  const all: (readonly [string, string | null])[] = [
    ['State', paintState(session.paint, stateLine(view), view.state)],
    ['Revision', view.revision],
    ['Type', `${view.typeTitle} (${view.type})`],
    ['Owner', view.ownerTitle],
    ['Date', view.date],
    ['Source', view.source],
    ['Issue', view.issue],
    ['Checked', view.checked],
    ['Changes', view.changes],
    ...view.approvals.map((one) => ['Approved by', approvalInWords(one)] as const),
    ...view.notCounted.map(
      (one) => ['Not counted', `${one.name} (${one.person}) ${one.why}`] as const,
    ),
    [
      'Released by',
      `${view.released.name}, release ${String(view.released.release)}, ${view.released.time}`,
    ],
    ...view.confirmations.map(
      (act) => ['Confirmed', `${act.day}, release ${String(act.release)}`] as const,
    ),
    ['Next review', view.nextReview],
    [
      'Pending',
      view.pending === null
        ? null
        : `revision ${view.pending.revision} from ${view.pending.effective}`,
    ],
    ['Clauses', list(view.clauses)],
    ['Audience', list(view.audience)],
    ['Processes', list(view.processes)],
    ['Supersedes', list(view.supersedes)],
    ['Contributors', list(view.contributors)],
    ['Contested', list(view.doubts)],
    ['Path', view.path],
    ['Digest', view.digest],
    ['Files', String(view.files.length)],
  ];
  return all.flatMap(([name, value]) => (value === null || value === '' ? [] : [[name, value]]));
}

/** Where the revision stands that no release has put yet. */
function nextRows(next: NextRevision): readonly (readonly [string, string])[] {
  const states = { draft: 'draft', 'in-review': 'in review', approved: 'approved' } as const;
  return [
    ['State', `${states[next.state]}, not released`],
    ['Revision', `${next.revision}, in commit ${next.commit.slice(0, 12)}`],
    ...next.approvals.map(
      (one) =>
        ['Approved by', `${one.name} (${one.person}) as ${one.role} (${one.meaning})`] as const,
    ),
    ...next.notCounted.map(
      (one) => ['Not counted', `${one.name} (${one.person}) ${one.why}`] as const,
    ),
    ...next.open.map((one) => ['Open', `${one.message} ${one.remedy}`] as const),
    ['Path', next.path],
    ['Digest', next.digest],
  ];
}

function asText(title: string, lines: ReturnType<typeof rows>, session: Session): string {
  const room = Math.max(...lines.map(([name]) => textWidth(name)));
  const width = Math.min(session.columns ?? 100, 110) - room - 2;
  let text = `${session.paint('bold', title)}\n\n`;
  let previous = '';
  for (const [name, value] of lines) {
    fold(value, width).forEach((part, index) => {
      const label = index === 0 && name !== previous ? name : '';
      text += `${padEnd(label, room)}  ${part}\n`;
    });
    previous = name;
  }
  return text;
}

function sayNext(next: NextRevision, session: Session): void {
  if (session.json) session.printJson(next);
  else {
    session.print(asText(`${next.id} ${next.title}`, nextRows(next), session));
    session.say(
      next.state === 'approved'
        ? `Next: qms release ${next.id}`
        : 'An approval is a signed tag (qms approve); no commit, merge or button is one.',
    );
  }
}

const isObjectMissing = (error: unknown): boolean =>
  error instanceof QmsError && error.code === 'git/object-missing';

/**
 * What is written beside what is released: for readers of text only.
 * @returns Says it.
 */
async function nextBeside(
  id: string,
  at: number,
  opened: OpenedRegister,
  session: Session,
): Promise<() => void> {
  const { nextRevision } = await import('../next-revision.ts');
  try {
    const next = await nextRevision(opened, id, at);
    return () => {
      if (next === undefined) return;
      session.print('');
      sayNext(next, session);
    };
  } catch (error) {
    if (!(error instanceof QmsError)) throw error;
    return () => {
      // Of a clone that is incomplete the last line says what is to be done.
      if (isObjectMissing(error) && opened.verification.outcome !== 'verified') return;
      session.say(`What the newest commit holds of ${id} can not be released: ${error.message}`);
    };
  }
}

async function printContent(
  view: DocumentView,
  opened: OpenedRegister,
  session: Session,
): Promise<void> {
  const revision = opened.register.documents
    .get(view.id)
    ?.revisions.find((one) => one.revision === view.revision);
  const blob = revision?.files.find((file) => file.path === view.path)?.blob ?? '';
  const object = blob === '' ? undefined : (await opened.store.read([blob])).get(blob);
  if (object === undefined || 'fault' in object) {
    const text = `The text of ${view.id} revision ${view.revision}`;
    throw QmsError.of(
      'git/object-missing',
      view.end?.act === 'dispose'
        ? {
            message: `${text} is no longer kept: ${view.id} was disposed of by release ${String(view.end.release)}.`,
            remedy: `Read what was signed about it: qms show ${view.id}@${view.revision} --evidence`,
            place: {},
          }
        : { message: `${text} is not in the repository.`, place: { object: blob } },
    );
  }
  session.surroundings.stdout.write(object.bytes);
}

async function printEvidence(
  view: DocumentView,
  { register }: OpenedRegister,
  session: Session,
): Promise<void> {
  const { evidenceOf } = await import('../../audit/evidence.ts');
  const { evidenceAsText } = await import('../evidence-text.ts');
  const evidence = evidenceOf(register, view.id, view.revision);
  if (session.json) session.printJson(evidence);
  else {
    session.print(evidenceAsText(evidence, session));
    session.say('Why each step proves what it proves: VERIFYING.md');
  }
}

function isReleased(
  { register }: OpenedRegister,
  id: string,
  revision: string | undefined,
): boolean {
  const released = register.documents.get(id)?.revisions ?? [];
  return released.some((one) => (revision ?? one.revision) === one.revision);
}

interface ShowFlags {
  readonly content?: boolean;
  readonly evidence?: boolean;
}

/** `qms show <id[@revision]>`: one revision with everything the register says of it. */
export function addShow(line: CommandLine): void {
  line.add(
    'show <document>',
    {
      summary:
        'one document: state, approvals, release; --content for its text, --evidence for proof',
      description:
        'Shows the revision in force of a document, or the one named: SOP-001@2. Without one in force it shows the one planned, otherwise the last. Where the newest commit holds a revision that is not released, it shows what that one still lacks and who could approve it.',
      examples: [
        ['qms show SOP-001', 'the revision in force'],
        ['qms show SOP-001@2', 'that revision'],
        ['qms show SOP-001 --content', 'its Markdown, as released'],
        ['qms show SOP-001 --evidence', 'what was signed, and how to check it with git alone'],
      ],
      exit: {
        0: 'shown, from a verified register',
        1: 'the register has problems, or holds no such document',
        2: 'it can not be verified, for want of an anchor, say',
      },
    },
    (command) =>
      command
        .option('--content', 'print the text as it was released')
        .option('--evidence', 'print who signed what, and the commands to check it by hand'),
    async (session, name: string, options: ShowFlags) => {
      const { openRegister } = await import('../open-register.ts');
      const { documentView } = await import('../../audit/document-view.ts');
      return openRegister(session, async (opened) => {
        const [id = '', revision] = name.split('@', 2);
        const at = Math.floor(session.surroundings.now().getTime() / 1000);
        if (!isReleased(opened, id, revision)) {
          const { nextRevision } = await import('../next-revision.ts');
          const next = await nextRevision(opened, id, at).catch((error: unknown) => {
            // An incomplete clone has a name of its own, and a remedy that brings all at once.
            if (isObjectMissing(error)) opened.expectDocument(id);
            throw error;
          });
          if (next !== undefined && [undefined, next.revision].includes(revision)) {
            sayNext(next, session);
            return opened.answer();
          }
        }
        opened.expectDocument(id);
        const view = documentView(opened.register, id, at, revision);
        if (options.content === true) await printContent(view, opened, session);
        else if (options.evidence === true) await printEvidence(view, opened, session);
        else if (session.json) session.printJson(view);
        else {
          const isWhole = revision === undefined;
          const sayBeside = isWhole ? await nextBeside(id, at, opened, session) : undefined;
          session.print(asText(`${view.id} ${view.title}`, rows(view, session), session));
          sayBeside?.();
          session.say(`All revisions: qms history ${id}. Its text: qms show ${name} --content`);
        }
        return opened.answer();
      });
    },
  );
}
