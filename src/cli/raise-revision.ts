import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rulesId } from '../document/identity.ts';
import { setFrontMatter } from '../document/edit-front-matter.ts';
import { didYouMean } from '../document/near-miss.ts';
import { readDocuments } from '../document/read-documents.ts';
import { successor } from '../document/revision.ts';
import { nodeCryptography } from '../git/node-cryptography.ts';
import { QmsError } from '../problem/problem.ts';
import type { ReleasedDocument } from '../rules/check-released.ts';
import { parseRules } from '../rules/parse-rules.ts';
import { rulesPath } from '../rules/read-rules.ts';
import { typeOfId } from '../rules/type-of.ts';
import { ask } from './ask.ts';
import type { ReviseFlags } from './commands/revise.ts';
import { readReleasedLines } from './released-lines.ts';
import type { Session } from './session.ts';
import { type DocumentsRoot, rulesIn, withWritingPlace, workingRoot } from './working-documents.ts';
import { writeWhole } from './write-whole.ts';

/** Raise the revision of a document in the working tree, with the reason. */
export async function revise(session: Session, id: string, flags: ReviseFlags): Promise<number> {
  return withWritingPlace(session, async ({ store, top }) => {
    const ground = await workingRoot(top);
    const rules = await rulesIn(ground);
    const { path, revision } = await standing(id, rules.revision, ground);
    const released = (await readReleasedLines(store)).documents.get(id);
    const scheme = typeOfId(rules, id)?.revisions ?? 'number';
    requireReleased(id, revision, path, released);
    const next = successor(scheme, revision);
    if (next === undefined) {
      throw QmsError.of('document/revision-order', {
        message: `There is no revision after ${revision}.`,
        place: { file: path },
        document: id,
      });
    }
    const reason = await ask(
      {
        message: `What changes in ${id}, and why? One sentence for its readers.`,
        flag: '-m <reason>',
        given: flags.message,
        proposal: undefined,
      },
      session,
      false,
    );
    const file = join(top, path);
    const text = await readFile(file, 'utf8');
    const changes = reason.normalize('NFC').replace(/\s+/gu, ' ');
    const raised =
      id === rulesId
        ? await raiseRules(path, text, next, changes)
        : setFrontMatter(text, { revision: next, changes, effective: undefined });
    await writeWhole(file, raised, 'replace');
    if (session.json) session.printJson({ id, revision: next, path });
    else {
      session.print(`${path} is now revision ${next}`);
      session.say(`Next: edit it, git commit, qms approve ${id}`);
    }
    return 0;
  });
}

async function standing(
  id: string,
  rulesRevision: string,
  { source, root }: DocumentsRoot,
): Promise<{ readonly path: string; readonly revision: string }> {
  if (id === rulesId) return { path: rulesPath(root), revision: rulesRevision };
  const { documents, problems } = await readDocuments(source, root);
  const document = documents.find((one) => one.frontMatter.id === id);
  if (document !== undefined) {
    return { path: document.path, revision: document.frontMatter.revision };
  }
  const [broken] = problems;
  const perhaps =
    broken === undefined
      ? ''
      : ` It may be one that can not be read: ${broken.place.file ?? ''}: ${broken.message}`;
  const ids = [rulesId, ...documents.map((one) => one.frontMatter.id)];
  throw QmsError.of('cli/document-unknown', {
    message: `There is no document ${id.slice(0, 60)} in the folder.${didYouMean(id, ids)}${perhaps}`,
    place: {},
  });
}

function requireReleased(
  id: string,
  revision: string,
  path: string,
  released: ReleasedDocument | undefined,
): void {
  const last = released?.revisions.at(-1);
  const about = { place: { file: path }, document: id, revision };
  if (released?.end !== undefined) {
    throw QmsError.of('document/ended', {
      message: `${id} was withdrawn or disposed of and does not return.`,
      ...about,
    });
  }
  if (last?.revision === revision) return;
  throw QmsError.of('cli/revision-open', {
    message:
      last === undefined
        ? `${id} revision ${revision} is not released yet.`
        : `${id} is revision ${revision} already; released is ${last.revision}.`,
    ...about,
  });
}

/** `qms.yaml` is no front matter: its two lines are set where they stand. */
async function raiseRules(
  path: string,
  text: string,
  revision: string,
  changes: string,
): Promise<string> {
  const quoted = `changes: ${JSON.stringify(changes)}`;
  const lines = text.split('\n').filter((line) => !line.startsWith('changes:'));
  const at = lines.findIndex((line) => line.startsWith('revision:'));
  lines.splice(at, 1, `revision: ${revision}`, quoted);
  const raised = lines.join('\n');
  const { rules } = await parseRules(path, new TextEncoder().encode(raised), nodeCryptography);
  if (rules?.revision === revision && rules.changes === changes) return raised;
  throw QmsError.of('document/field-value', {
    message: `The fields revision and changes of ${path} can not be set by the command.`,
    place: { file: path, field: 'changes' },
    remedy: `Edit them by hand: revision: ${revision}, and changes with the reason.`,
  });
}
