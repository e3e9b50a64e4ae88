import { disposedBy, rulesPutBy } from '../audit/document-facts.ts';
import { QmsError } from '../problem/problem.ts';
import type { Register, RegisteredDocument, Revision } from '../register/register.ts';
import type { Body } from './document-page.tsx';
import type { LinkedText, RenderText } from './render-text.ts';
import { RulesView } from './rules-view.tsx';
import { isMissing, readReleased, type Snapshot } from './snapshot.ts';

/** A revision's text with what in the register it rests on beside its own files. */
export interface LinkedBody extends Pick<LinkedText, 'links'> {
  readonly body: Body;
  /** The release that disposed of the document. */
  readonly disposedBy: number | undefined;
}

/** Whether a text that was made under one state of the register is right under another. */
export function holdsLinks(made: LinkedBody, register: Register, revision: Revision): boolean {
  if (made.disposedBy !== disposedBy(register, revision.document)) return false;
  if (made.links.size === 0) return true;
  const paths = documentPaths(register);
  return [...made.links].every(([path, id]) => paths.get(path) === id);
}

/**
 * What a revision's page shows as its text: Markdown as safe HTML, the rules as tables. Of what was
 * disposed of the files may be gone, and then the page says so.
 *
 * @param render  Renders Markdown.
 * @throws {QmsError} `publish/content-mismatch`, or what the snapshot's reading throws.
 */
export async function documentBody(
  snapshot: Snapshot,
  register: Register,
  revision: Revision,
  render: RenderText,
): Promise<LinkedBody> {
  const release = disposedBy(register, revision.document);
  try {
    return { ...(await bodyOf(snapshot, register, revision, render)), disposedBy: release };
  } catch (error) {
    if (release === undefined || !isMissing(error)) throw error;
    return { body: { kind: 'disposed', release }, links: new Map(), disposedBy: release };
  }
}

async function bodyOf(
  snapshot: Snapshot,
  register: Register,
  revision: Revision,
  render: RenderText,
): Promise<Pick<LinkedBody, 'body' | 'links'>> {
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
    const content = <RulesView rules={rules} yaml={source} />;
    return { body: { kind: 'rules', content }, links: new Map() };
  }
  const { text, links } = await render({
    source,
    id: revision.document,
    revision: revision.revision,
    title: revision.title,
    path: revision.path,
    files: revision.files.map((each) => each.path),
    documents: documentPaths(register),
  });
  return { body: { kind: 'text', text }, links };
}

const pathsByRegister = new WeakMap<Register, ReadonlyMap<string, string>>();

/** The paths of a document's revisions, and the last release that put it there. */
const pathsByDocument = new WeakMap<RegisteredDocument, ReadonlyMap<string, number>>();

function pathsOf(document: RegisteredDocument): ReadonlyMap<string, number> {
  const known = pathsByDocument.get(document);
  if (known !== undefined) return known;
  const paths = new Map(document.revisions.map(({ path, put }) => [path, put.release]));
  pathsByDocument.set(document, paths);
  return paths;
}

/**
 * Ids of released documents by the paths at which they stand or stood. Where two share a path,
 * one after the other, the one released later is meant.
 */
function documentPaths(register: Register): ReadonlyMap<string, string> {
  const known = pathsByRegister.get(register);
  if (known !== undefined) return known;
  const paths = new Map<string, string>();
  const releases = new Map<string, number>();
  for (const document of register.documents.values()) {
    for (const [path, release] of pathsOf(document)) {
      if ((releases.get(path) ?? 0) > release) continue;
      releases.set(path, release);
      paths.set(path, document.id);
    }
  }
  pathsByRegister.set(register, paths);
  return paths;
}
