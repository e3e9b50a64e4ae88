import type { Problem } from '../problem/problem.ts';
import type { GrowingChain } from './chain.ts';
import type { FileFact } from './content.ts';
import { GrownMap } from './grown-map.ts';
import type { History } from './history.ts';
import type { JudgedApproval } from './release-approvals.ts';
import type { RegisteredDocument, Release, Revision } from './register.ts';
import type { ReleaseTree } from './release-tree.ts';
import { folderOf, type PutContent } from './released-content.ts';

/** A put content with the people who made it. */
export interface ReleasedPut {
  readonly content: PutContent;
  readonly contributors: readonly string[];
}

/** The chain of which a release is the first. */
function foundedBy({ digest }: Release, history: History): GrowingChain {
  return {
    anchor: digest,
    releases: [],
    documents: new Map(),
    rulesHistory: [],
    root: '',
    trees: new Map(),
    folders: new Map(),
    recordsInTree: new Set(),
    counted: new GrownMap(),
    countedTags: new GrownMap(),
    history,
    gone: new Map(),
    warnings: [],
    files: new Map<string, FileFact>(),
  };
}

/**
 * Continue a chain by a release that was found good, in place.
 *
 * @param history Over that of the chain, with what the release brought.
 * @returns The same chain; a new one for release 1.
 */
export function nextChain(
  chain: GrowingChain | undefined,
  release: Release,
  puts: readonly ReleasedPut[],
  approvals: readonly JudgedApproval[],
  tree: Pick<ReleaseTree, 'folders' | 'changed'>,
  history: History,
  warnings: readonly Problem[],
): GrowingChain {
  const next = chain ?? foundedBy(release, history);
  const { documents, gone, counted, countedTags } = next;
  for (const act of release.acts) {
    if (act.act === 'put') continue;
    const known = documents.get(act.document);
    if (known !== undefined) documents.set(act.document, applyAct(known, act));
  }
  for (const { content, contributors } of puts) {
    const { line, files, placed, type } = content;
    if (files.length === 0) gone.set(`${line.id} ${line.revision}`, placed);
    const act = release.acts.find((one) => one.act === 'put' && one.document === line.id);
    if (act === undefined) continue;
    const known = documents.get(line.id);
    const revision: Revision = {
      document: line.id,
      revision: line.revision,
      digest: line.digest,
      put: act,
      path: content.path,
      files,
      frontMatter: content.frontMatter,
      title: content.frontMatter?.title ?? content.rules?.title ?? line.id,
      type,
      contributors,
      confirmations: [],
      contested: [],
    };
    documents.set(line.id, {
      id: line.id,
      type,
      revisions: [...(known?.revisions ?? []), revision],
      end: undefined,
    });
    if (content.rules !== undefined) {
      // A new list: what is derived from all rules is kept by the list.
      next.rulesHistory = [...next.rulesHistory, content.rules];
      next.root = folderOf(content.path);
    }
  }
  for (const { tag, counted: approval } of approvals) {
    countedTags.set(`${approval.digest} ${approval.name}`, true);
    const about = new Set(counted.get(tag.payload));
    for (const act of release.acts) {
      if (act.approvals.includes(approval)) about.add(act.document);
    }
    counted.set(tag.payload, about);
  }
  next.recordsInTree = new Set(
    puts.filter((put) => put.content.type.kind === 'record').map((put) => put.content.line.id),
  );
  for (const [id, content] of tree.changed) {
    if (content === undefined) next.trees.delete(id);
    else next.trees.set(id, content);
  }
  next.folders = tree.folders;
  history.settle();
  next.releases.push(release);
  for (const warning of warnings) next.warnings.push(warning);
  return next;
}

function applyAct(document: RegisteredDocument, act: Release['acts'][number]): RegisteredDocument {
  if (act.act !== 'confirm') return { ...document, end: act };
  const last = document.revisions.at(-1);
  if (last === undefined) return document;
  const confirmed = { ...last, confirmations: [...last.confirmations, act] };
  return { ...document, revisions: [...document.revisions.slice(0, -1), confirmed] };
}
