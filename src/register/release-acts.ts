import type { PutLine, ReleaseStatement, RevisionDayLine } from '../approval/statement.ts';
import type { Digest, FrontMatter } from '../document/document.ts';
import { isRevision, successor } from '../document/revision.ts';
import type { DocumentType } from '../rules/rules.ts';
import { typeOfId } from '../rules/type-of.ts';
import type { Chain } from './chain.ts';
import type { PlacedFile } from './content.ts';
import type { Findings } from './findings.ts';

/** One line of a release that may be: the document is known and the revision fits. */
export interface PlannedAct {
  readonly act: 'put' | 'withdraw' | 'confirm' | 'dispose';
  readonly document: string;
  readonly revision: string;
  readonly digest: Digest;
  readonly day: string;
  readonly type: DocumentType;
  /** Of the content last released, for the acts that bring none; undefined for `put`. */
  readonly frontMatter: FrontMatter | undefined;
  readonly files: readonly PlacedFile[];
}

/**
 * Judge the lines of a release against what was released before: revisions go on without gap or
 * repetition, what ended stays ended, the other acts name the revision last released.
 * @see shared register format, "Release"
 */
export function judgeActs(
  statement: ReleaseStatement,
  chain: Chain | undefined,
  findings: Findings,
): readonly PlannedAct[] {
  const acts: PlannedAct[] = [];
  if (chain === undefined) return acts;
  const rules = chain.rulesHistory.at(-1);
  const lines = [
    ...statement.withdraw.map((line) => ({ act: 'withdraw' as const, line })),
    ...statement.confirm.map((line) => ({ act: 'confirm' as const, line })),
    ...statement.dispose.map((line) => ({ act: 'dispose' as const, line })),
  ];
  // Without this, a document could be released under rules that the same release brings.
  if (statement.put.some((line) => line.id === 'QMS') && statement.put.length + lines.length > 1) {
    findings.find(
      'release/rules-alone',
      'The release puts QMS together with other documents, expected QMS alone.',
      { document: 'QMS' },
    );
  }
  for (const line of statement.put) {
    const about = { document: line.id, revision: line.revision };
    const known = chain.documents.get(line.id);
    if (known?.end !== undefined) {
      findings.find(
        'release/ended',
        `${line.id} was ended by release ${String(known.end.release)} and does not return.`,
        about,
      );
      continue;
    }
    const type = rules === undefined ? undefined : typeOfId(rules, line.id);
    // No type is a finding of the content, which names the document's own type as well.
    if (type === undefined) continue;
    const last = known?.revisions.at(-1);
    const expected = last === undefined ? undefined : successor(type.revisions, last.revision);
    if (
      expected === undefined
        ? !isRevision(type.revisions, line.revision)
        : expected !== line.revision
    ) {
      findings.find(
        'release/revision-order',
        expected === undefined
          ? `${line.id} has revision ${line.revision}, expected a ${type.revisions === 'number' ? 'number' : 'letter'}.`
          : `${line.id} goes on with revision ${line.revision}, expected ${expected} after ${last?.revision ?? ''}.`,
        about,
      );
      continue;
    }
    acts.push(putAct(line, type));
  }
  for (const { act, line } of lines) {
    const planned = judgeEndOrConfirm(act, line, chain, findings);
    if (planned !== undefined) acts.push(planned);
  }
  return acts;
}

/** A line `Put` as an act; its front matter and files come with its content. */
export function putAct(line: PutLine, type: DocumentType): PlannedAct {
  const { id, revision, digest, day } = line;
  const nothing = { frontMatter: undefined, files: [] };
  return { act: 'put', document: id, revision, digest, day, type, ...nothing };
}

function judgeEndOrConfirm(
  act: 'withdraw' | 'confirm' | 'dispose',
  line: RevisionDayLine,
  chain: Chain,
  findings: Findings,
): PlannedAct | undefined {
  const about = { document: line.id, revision: line.revision };
  const known = chain.documents.get(line.id);
  const last = known?.revisions.at(-1);
  if (known === undefined || last === undefined) {
    findings.find('release/unknown-document', `${line.id} was never released.`, about);
    return undefined;
  }
  if (known.end !== undefined) {
    findings.find(
      'release/ended',
      `${line.id} was ended by release ${String(known.end.release)} already.`,
      about,
    );
    return undefined;
  }
  if (last.revision !== line.revision) {
    findings.find(
      'release/unknown-document',
      `${line.id} revision ${line.revision} is not the last released one, which is ${last.revision}.`,
      about,
    );
    return undefined;
  }
  if (act === 'withdraw' && line.id === 'QMS') {
    findings.find('release/act', 'QMS is never withdrawn.', about);
    return undefined;
  }
  const type = chain.rulesHistory.at(-1)?.types.get(known.type.id) ?? known.type;
  if (act === 'dispose' && type.kind !== 'record') {
    findings.find('release/act', `${line.id} is no record, so it is not disposed of.`, about);
    return undefined;
  }
  return {
    act,
    document: line.id,
    revision: line.revision,
    digest: last.digest,
    day: line.day,
    type,
    frontMatter: last.frontMatter,
    files:
      chain.gone.get(`${line.id} ${line.revision}`) ??
      last.files.map(({ path, blob }) => ({ path, blob, mode: '100644' })),
  };
}
