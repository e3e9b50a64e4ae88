import type { Problem } from '../problem/problem.ts';
import type { Chain, LooseTag } from './chain.ts';
import type { FileFact } from './content.ts';
import type { History } from './history.ts';
import type { JudgedApproval } from './release-approvals.ts';
import type { RegisteredDocument, Release, Revision } from './register.ts';
import { folderOf, type PutContent } from './released-content.ts';

/** A put content with the people who made it. */
export interface ReleasedPut {
  readonly content: PutContent;
  readonly contributors: readonly string[];
}

/** Continue a chain by a release that was found good; the chain before it stays as it is. */
export function nextChain(
  chain: Chain | undefined,
  release: Release,
  puts: readonly ReleasedPut[],
  approvals: readonly JudgedApproval[],
  trees: ReadonlyMap<string, string>,
  history: History,
  warnings: readonly Problem[],
): Chain {
  const documents = new Map(chain?.documents);
  for (const act of release.acts) {
    if (act.act === 'put') continue;
    const known = documents.get(act.document);
    if (known !== undefined) documents.set(act.document, applyAct(known, act));
  }
  for (const { content, contributors } of puts) {
    const act = release.acts.find((one) => one.act === 'put' && one.document === content.line.id);
    if (act === undefined) continue;
    const known = documents.get(content.line.id);
    const revision: Revision = {
      document: content.line.id,
      revision: content.line.revision,
      digest: content.line.digest,
      put: act,
      path: content.path,
      files: content.files,
      frontMatter: content.frontMatter,
      title: content.frontMatter?.title ?? content.rules?.title ?? content.line.id,
      type: content.type,
      contributors,
      confirmations: [],
      contested: [],
    };
    documents.set(content.line.id, {
      id: content.line.id,
      type: content.type,
      revisions: [...(known?.revisions ?? []), revision],
      end: undefined,
    });
  }
  const gone = new Map(chain?.gone);
  for (const { content } of puts) {
    const { line, files, placed } = content;
    if (files.length === 0) gone.set(`${line.id} ${line.revision}`, placed);
  }
  const counted = new Map(chain?.counted);
  const countedTags = new Set(chain?.countedTags);
  for (const { tag, counted: approval } of approvals) {
    countedTags.add(`${approval.digest} ${approval.name}`);
    const about = new Set(counted.get(tag.payload));
    for (const act of release.acts) {
      if (act.approvals.includes(approval)) about.add(act.document);
    }
    counted.set(tag.payload, about);
  }
  const rulesPut = puts.find((put) => put.content.rules !== undefined);
  const newRules = rulesPut?.content.rules;
  return {
    anchor: chain?.anchor ?? release.digest,
    releases: [...(chain?.releases ?? []), release],
    documents,
    rulesHistory:
      newRules === undefined
        ? (chain?.rulesHistory ?? [])
        : [...(chain?.rulesHistory ?? []), newRules],
    root: rulesPut === undefined ? (chain?.root ?? '') : folderOf(rulesPut.content.path),
    trees,
    recordsInTree: new Set(
      puts.filter((put) => put.content.type.kind === 'record').map((put) => put.content.line.id),
    ),
    counted,
    countedTags,
    history,
    gone,
    warnings: [...(chain?.warnings ?? []), ...warnings],
    files: chain?.files ?? new Map<string, FileFact>(),
    loose: chain?.loose ?? new Map<string, LooseTag>(),
  };
}

function applyAct(document: RegisteredDocument, act: Release['acts'][number]): RegisteredDocument {
  if (act.act !== 'confirm') return { ...document, end: act };
  const last = document.revisions.at(-1);
  if (last === undefined) return document;
  const confirmed = { ...last, confirmations: [...last.confirmations, act] };
  return { ...document, revisions: [...document.revisions.slice(0, -1), confirmed] };
}
