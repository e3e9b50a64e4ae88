import { join, posix } from 'node:path';
import { dayOf } from '../document/day.ts';
import type { Document } from '../document/document.ts';
import { setFrontMatter } from '../document/edit-front-matter.ts';
import { hasPrefix, idForm, isDocumentId } from '../document/identity.ts';
import { didYouMean } from '../document/near-miss.ts';
import { readDocuments } from '../document/read-documents.ts';
import { QmsError } from '../problem/problem.ts';
import type { DocumentType, Rules } from '../rules/rules.ts';
import type { NewFlags } from './commands/new.ts';
import { gitUser } from './git-user.ts';
import { readReleasedLines } from './released-lines.ts';
import { type Session, UsageError } from './session.ts';
import { rulesIn, withWritingPlace, workingRoot } from './working-documents.ts';
import { writeWhole } from './write-whole.ts';

/** Write a draft of a type with the next free id. */
export async function writeNew(
  session: Session,
  typeId: string,
  title: string,
  flags: NewFlags,
): Promise<number> {
  return withWritingPlace(session, async ({ store, top }) => {
    const ground = await workingRoot(top);
    const rules = await rulesIn(ground);
    const type = typeNamed(typeId, rules);
    if (title.trim() === '') throw new UsageError('The title is empty.');
    const { documents } = await readDocuments(ground.source, ground.root);
    const { documents: released } = await readReleasedLines(store);
    const taken = new Set([
      ...documents.map((document) => document.frontMatter.id),
      ...released.keys(),
    ]);
    const today = dayOf(Math.floor(session.surroundings.now().getTime() / 1000), rules.timezone);
    const id =
      flags.id === undefined ? nextId(type, taken, today) : chosenId(flags.id, type, taken);
    const owner = flags.owner ?? (await ownerFor(type, rules, top, session));
    if (!rules.roles.has(owner) && !rules.people.has(owner)) {
      const known = [...rules.roles.keys(), ...rules.people.keys()];
      throw new UsageError(
        `--owner: ${owner} is neither a role nor a person of the rules.${didYouMean(owner, known)}`,
      );
    }
    const path = posix.join(folderFor(type, documents, ground.root), `${id}.md`);
    const text = draftText({ id, type, title: title.trim().normalize('NFC'), owner, today });
    try {
      await writeWhole(join(top, path), text, 'new');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      throw QmsError.of('cli/file-exists', {
        message: `${path} is there already.`,
        place: { file: path },
      });
    }
    if (session.json) session.printJson({ id, type: type.id, path });
    else {
      session.print(path);
      session.say(`Next: write it, then git add ${path}, git commit, qms approve ${id}`);
    }
    return 0;
  });
}

function typeNamed(id: string, rules: Rules): DocumentType {
  const type = rules.types.get(id);
  const usable = [...rules.types.values()].filter((one) => one.kind !== 'rules');
  if (type !== undefined && type.kind !== 'rules') return type;
  const names = usable.map((one) => one.id);
  throw QmsError.of('cli/type-unknown', {
    message: `The rules know no type ${id.slice(0, 60)} of documents; they know ${names.join(', ')}.${didYouMean(id, names)}`,
    place: {},
  });
}

/** `SOP-004`; a record is numbered within its year, `NCR-2026-014`. */
function nextId(type: DocumentType, taken: ReadonlySet<string>, today: string): string {
  const start = type.kind === 'record' ? `${type.prefix}-${today.slice(0, 4)}-` : `${type.prefix}-`;
  let highest = 0;
  for (const id of taken) {
    const number = id.startsWith(start) ? id.slice(start.length) : '';
    if (/^[0-9]{1,9}$/u.test(number)) highest = Math.max(highest, Number(number));
  }
  return start + String(highest + 1).padStart(3, '0');
}

function chosenId(id: string, type: DocumentType, taken: ReadonlySet<string>): string {
  if (!isDocumentId(id) || !hasPrefix(id, type.prefix)) {
    throw new UsageError(`--id: ${id} is no id of this type: ${type.prefix}-… and ${idForm}.`);
  }
  if (taken.has(id)) throw new UsageError(`--id: ${id} belongs to a document already.`);
  return id;
}

/** A role of mine that the type's approvals do not name first, otherwise the first role there is. */
async function ownerFor(
  type: DocumentType,
  rules: Rules,
  top: string,
  session: Session,
): Promise<string> {
  const { email } = await gitUser(top, session.surroundings.env);
  const me = [...rules.people.values()].find((person) =>
    person.email.includes((email ?? '').toLowerCase()),
  );
  if (me?.roles.includes('process-owner') === true) return 'process-owner';
  return me?.roles[0] ?? type.approvals[0]?.role ?? [...rules.roles.keys()][0] ?? '';
}

/** Where most documents of the type lie; a folder named after it where there is none. */
function folderFor(type: DocumentType, documents: readonly Document[], root: string): string {
  const folders = new Map<string, number>();
  for (const { path, frontMatter } of documents) {
    if (frontMatter.type !== type.id) continue;
    const folder = posix.dirname(path);
    folders.set(folder, (folders.get(folder) ?? 0) + 1);
  }
  const [most] = [...folders].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return most?.[0] ?? posix.join(root, type.id);
}

interface Draft {
  readonly id: string;
  readonly type: DocumentType;
  readonly title: string;
  readonly owner: string;
  readonly today: string;
}

const bodies: Readonly<Record<'document' | 'record' | 'external', string>> = {
  document: '\n## Purpose\n\n\n## Scope\n\n\n## Procedure\n\n1.\n\n## Records\n\n',
  record: '\n## What was found\n\n\n## What was done\n\n',
  external: '\n## What it is, and what we use it for\n\n',
};

/** The draft; what the type asks for and only the author knows is left empty, for check to name. */
function draftText({ id, type, title, owner, today }: Draft): string {
  const { kind } = type;
  const text = `---\nid: ${id}\n---\n${kind === 'rules' ? '' : bodies[kind]}`;
  const withFields = setFrontMatter(text, {
    title,
    type: type.id,
    revision: type.revisions === 'letter' ? 'A' : '1',
    owner,
    ...(kind === 'record' ? { date: today } : {}),
  });
  const more: string[] = [];
  if (kind === 'external') {
    more.push('source: # who publishes it', 'issue: # its edition', `checked: ${today}`);
  }
  const fields = [...type.fields].filter(([, field]) => field.required);
  if (fields.length > 0) {
    more.push('fields:');
    for (const [name, field] of fields) {
      const hint = field.of.length > 0 ? field.of.join(', ') : field.type;
      more.push(`  ${name}: # ${hint}`);
    }
  }
  const end = withFields.indexOf('\n---\n', 3) + 1;
  const lines = more.map((line) => `${line}\n`).join('');
  return withFields.slice(0, end) + lines + withFields.slice(end);
}
