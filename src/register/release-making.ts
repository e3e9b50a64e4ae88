import type { Contributors } from '../approval/contributors.ts';
import { excludedFrom } from '../approval/independence.ts';
import { fillRequirements, othersWhoMay } from '../approval/requirements.ts';
import { lacksInWords, type NotCounted, notCountedOf } from '../approval/shortfall.ts';
import type { Commit } from '../git/objects.ts';
import { QmsError } from '../problem/problem.ts';
import { mergeInWords } from './brought-in.ts';
import { contributorsTo } from './contributions.ts';
import type { History } from './history.ts';
import type { PlannedAct } from './release-acts.ts';
import { decisionOf, type JudgedApprovals, speaksOf } from './release-approvals.ts';
import type { Judging } from './release-candidate.ts';
import { judgeParents } from './release-parents.ts';
import type { FilledRequirement } from './register.ts';
import type { PutContent } from './released-content.ts';

/** How the requirements of one line were filled. */
export interface FilledAct {
  readonly filled: readonly FilledRequirement[];
  readonly notCounted: readonly NotCounted[];
}

/** What was found out about how the put contents were made and approved. */
export interface Making {
  /** By document. */
  readonly acts: ReadonlyMap<string, FilledAct>;
  readonly contributors: ReadonlyMap<string, readonly string[]>;
}

/** Where nobody is asked who made it. */
export const nothingMade: Making = { acts: new Map(), contributors: new Map() };

/** Who made what is put, and whether independent people fill the requirements of each line. */
export async function judgeMaking(
  judging: Judging,
  commit: Commit,
  contents: readonly PutContent[],
  acts: readonly PlannedAct[],
  approvals: JudgedApprovals,
  history: History,
): Promise<Making | undefined> {
  const { candidate, chain, rules, findings } = judging;
  const filledActs = new Map<string, FilledAct>();
  const contributors = new Map<string, readonly string[]>();
  const workParents = await judgeParents(
    judging,
    commit,
    contents.length > 0 ? contents.flatMap((content) => content.placed) : undefined,
    approvals,
    history,
  );
  if (workParents === undefined) return undefined;
  for (const act of acts) {
    const content = contents.find((one) => one.line.id === act.document);
    // Its content could not be read, which is a finding already.
    if (content === undefined && act.act === 'put') continue;
    const matter = content === undefined ? act.frontMatter : content.frontMatter;
    const requirements = [...act.type.approvals, ...(matter?.approval ?? [])];
    let excluded: ReadonlyMap<string, string> = new Map();
    if (content !== undefined) {
      const made = await judgeContributors(judging, content, workParents, history);
      if (made === undefined) continue;
      const { people, unknown } = made;
      contributors.set(act.document, [...people.keys(), ...unknown.map((one) => one.address)]);
      const since = chain.documents.get(act.document)?.revisions.at(-1)?.revision;
      const { person } = candidate.tag.statement;
      excluded = excludedFrom({ ...act, requirements, since }, made, rules, person);
    }
    const candidates = approvals.good
      .filter(({ tag }) => speaksOf(tag.statement, act))
      .filter(({ tag }) => chain.counted.get(tag.payload)?.has(act.document) !== true)
      .map(({ counted }) => ({ person: counted.person, name: counted.name, as: counted.as }));
    const free = candidates.filter((one) => !excluded.has(one.person));
    const others = othersWhoMay(rules, excluded, candidates);
    const filling = fillRequirements(requirements, free, others);
    // Where the front matter is gone, nobody can say any more that an approval was not needed.
    const known = matter !== undefined || act.document === 'QMS';
    const notCounted = known ? notCountedOf(candidates, filling, excluded) : [];
    filledActs.set(act.document, { filled: filling.filled, notCounted });
    // An approval that could not be checked may fill it: that it does is as unknown as that not.
    if (filling.missing.length > 0 && !approvals.complete) continue;
    const perhaps = approvals.uncertain
      .filter((tag) => speaksOf(tag.statement, act) && !excluded.has(tag.statement.person))
      .map((tag) => ({ person: tag.statement.person, name: tag.name, as: tag.statement.as }));
    const open =
      perhaps.length === 0
        ? filling
        : fillRequirements(requirements, [...free, ...perhaps], others);
    const { document, revision } = act;
    const shortfall = {
      document,
      revision,
      decision: decisionOf[act.act],
      filling: open,
      candidates: [...candidates, ...perhaps],
      setAside: [],
      excluded,
      note: await mergeNote(judging, open.missing.length > 0 ? content : undefined, workParents),
    };
    for (const { message, remedy } of lacksInWords(shortfall, rules)) {
      findings.find('release/requirements', message, { document, revision, remedy });
    }
  }
  return { acts: filledActs, contributors };
}

/** What somebody might take for the approval that is missing; nothing where it can't be read. */
async function mergeNote(
  { rules, reader, cryptography }: Judging,
  content: PutContent | undefined,
  [holder]: readonly string[],
): Promise<string | undefined> {
  if (content === undefined || holder === undefined) return undefined;
  return mergeInWords(holder, content.placed, rules, reader, cryptography).catch(
    (error: unknown) => {
      // Only words hang on it: what is missing for the verdict is a finding elsewhere.
      if (error instanceof QmsError) return undefined;
      throw error;
    },
  );
}

/** Who made what is put; unknown and unsigned ones are findings. */
async function judgeContributors(
  judging: Judging,
  content: PutContent,
  workParents: readonly string[],
  history: History,
): Promise<Contributors | undefined> {
  const { chain, reader, cryptography, findings } = judging;
  const { line, type } = content;
  const about = { document: line.id, revision: line.revision };
  const paths = content.placed.map((file) => file.path);
  const made = await findings.attempt(() =>
    contributorsTo({ document: line.id, paths, workParents }, chain, history, reader, cryptography),
  );
  if (made === undefined) return undefined;
  if (type.contributors !== 'any') {
    for (const { address, commit } of made.unknown) {
      findings.find(
        'release/contributor-unknown',
        `${line.id} revision ${line.revision} was worked on by <${address}> in commit ${commit}, whom no rules know.`,
        about,
      );
    }
  }
  if (type.contributors === 'signed') {
    for (const commit of made.unsigned) {
      findings.find(
        'release/contributor-unsigned',
        `Commit ${commit}, which made ${line.id} revision ${line.revision}, bears no good signature of a key for commits.`,
        // A signature that can't be checked here is neither good nor bad.
        made.unsupported.includes(commit) ? { ...about, severity: 'unknown' } : about,
      );
    }
  }
  return made;
}
