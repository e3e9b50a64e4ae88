import { disposedBy, rulesPutBy } from '../audit/document-facts.ts';
import { QmsError } from '../problem/problem.ts';
import type { Register, Revision } from '../register/register.ts';
import type { Body } from './document-page.tsx';
import { type RenderedText, renderMarkdown } from './markdown.ts';
import { RulesView } from './rules-view.tsx';
import { isMissing, readReleased, type Snapshot } from './snapshot.ts';

/**
 * What a revision's page shows as its text: Markdown as safe HTML, the rules as tables. Of what was
 * disposed of the files may be gone, and then the page says so.
 *
 * @throws {QmsError} `publish/content-mismatch`, or what the snapshot's reading throws.
 */
export async function documentBody(
  snapshot: Snapshot,
  register: Register,
  revision: Revision,
): Promise<Body> {
  try {
    return await bodyOf(snapshot, register, revision);
  } catch (error) {
    const release = disposedBy(register, revision.document);
    if (release === undefined || !isMissing(error)) throw error;
    return { kind: 'disposed', release };
  }
}

async function bodyOf(snapshot: Snapshot, register: Register, revision: Revision): Promise<Body> {
  const file = revision.files.find((each) => each.path === revision.path);
  if (file === undefined) {
    throw QmsError.of('publish/content-missing', {
      message: `The text of ${revision.document} revision ${revision.revision} was not there when the register was verified.`,
      place: { file: revision.path },
    });
  }
  const source = new TextDecoder().decode(await readReleased(snapshot, file));
  if (revision.document === 'QMS') {
    const rules = rulesPutBy(register, revision.put.release);
    return { kind: 'rules', content: <RulesView rules={rules} yaml={source} /> };
  }
  return { kind: 'text', text: textOfRevision(register, revision, source) };
}

function textOfRevision(register: Register, revision: Revision, source: string): RenderedText {
  const paths = documentPaths(register);
  return renderMarkdown(source, {
    id: revision.document,
    revision: revision.revision,
    title: revision.title,
    path: revision.path,
    files: new Set(revision.files.map((each) => each.path)),
    documentAt: (path) => paths.get(path),
  });
}

const pathsByRegister = new WeakMap<Register, ReadonlyMap<string, string>>();

/**
 * Ids of released documents by the paths at which they stand or stood. Where two share a path,
 * one after the other, the one released later is meant.
 */
function documentPaths(register: Register): ReadonlyMap<string, string> {
  const known = pathsByRegister.get(register);
  if (known !== undefined) return known;
  const revisions = [...register.documents.values()].flatMap((document) => document.revisions);
  revisions.sort((one, other) => one.put.release - other.put.release);
  const paths = new Map(revisions.map((revision) => [revision.path, revision.document]));
  pathsByRegister.set(register, paths);
  return paths;
}
