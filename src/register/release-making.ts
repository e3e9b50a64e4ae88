import { findContributors } from '../approval/contributors.ts';
import {
  excludedForRules,
  fillRequirements,
  othersWhoMay,
  peopleWhoMay,
  requirementText,
} from '../approval/requirements.ts';
import type { Commit } from '../git/objects.ts';
import { contributionsTo } from './contributions.ts';
import type { History } from './history.ts';
import type { PlannedAct } from './release-acts.ts';
import { decisionOf, type JudgedApprovals, speaksOf } from './release-approvals.ts';
import type { Judging } from './release-candidate.ts';
import { judgeParents } from './release-parents.ts';
import type { FilledRequirement } from './register.ts';
import type { PutContent } from './released-content.ts';

/** What was found out about how the put contents were made and approved. */
export interface Making {
  readonly filled: ReadonlyMap<string, readonly FilledRequirement[]>;
  readonly contributors: ReadonlyMap<string, readonly string[]>;
}

/** Where nobody is asked who made it. */
export const nothingMade: Making = { filled: new Map(), contributors: new Map() };

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
  const filled = new Map<string, readonly FilledRequirement[]>();
  const contributors = new Map<string, readonly string[]>();
  const workParents = await judgeParents(
    judging,
    commit,
    contents.length > 0 ? contents.flatMap((content) => content.placed) : undefined,
    approvals.commits,
    history,
  );
  if (workParents === undefined) return undefined;
  for (const act of acts) {
    const content = contents.find((one) => one.line.id === act.document);
    // Its content could not be read, which is a finding already.
    if (content === undefined && act.act === 'put') continue;
    const matter = content === undefined ? act.frontMatter : content.frontMatter;
    const requirements = [...act.type.approvals, ...(matter?.approval ?? [])];
    let excluded: ReadonlySet<string> = new Set();
    if (content !== undefined) {
      const people = await judgeContributors(judging, content, workParents, history);
      if (people === undefined) continue;
      contributors.set(act.document, people);
      if (act.document === 'QMS') {
        excluded = excludedForRules(requirements, rules, candidate.tag.statement.person, people);
      } else if (act.type.independent) {
        excluded = new Set(people);
      }
    }
    const candidates = approvals.good
      .filter(({ tag }) => speaksOf(tag.statement, act))
      .filter(({ tag }) => chain.counted.get(tag.payload)?.has(act.document) !== true)
      .map(({ counted }) => ({ person: counted.person, name: counted.name, as: counted.as }));
    const free = candidates.filter((one) => !excluded.has(one.person));
    const filling = fillRequirements(requirements, free, othersWhoMay(rules, excluded, candidates));
    filled.set(act.document, filling.filled);
    // An approval that could not be checked may fill it: that it does is as unknown as that not.
    if (filling.missing.length > 0 && !approvals.complete) continue;
    const perhaps = approvals.uncertain
      .filter((tag) => speaksOf(tag.statement, act) && !excluded.has(tag.statement.person))
      .map((tag) => ({ person: tag.statement.person, name: tag.name, as: tag.statement.as }));
    const { missing: open } = fillRequirements(
      requirements,
      [...free, ...perhaps],
      othersWhoMay(rules, excluded, candidates),
    );
    for (const missing of open) {
      const barred = [...new Set(candidates.map((one) => one.person))]
        .filter((person) => excluded.has(person))
        .sort();
      const because =
        barred.length === 0
          ? ''
          : ` (not counted, having made it or signed this release: ${barred.join(', ')})`;
      const able = peopleWhoMay(missing, rules)
        .map((person) => person.id)
        .filter((id) => !excluded.has(id) && !candidates.some((one) => one.person === id));
      findings.find(
        'release/requirements',
        `${act.document} revision ${act.revision} lacks ${requirementText(missing)} with the decision ${decisionOf[act.act]}${because}.`,
        {
          document: act.document,
          revision: act.revision,
          remedy:
            able.length === 0
              ? `Nobody in the rules in force can fill ${requirementText(missing)}; change the rules first.`
              : `Ask for the approval of one of: ${able.join(', ')}.`,
        },
      );
    }
  }
  return { filled, contributors };
}

/** The people who made what is put; unknown and unsigned ones are findings. */
async function judgeContributors(
  judging: Judging,
  content: PutContent,
  workParents: readonly string[],
  history: History,
): Promise<readonly string[] | undefined> {
  const { candidate, chain, rules, reader, cryptography, findings } = judging;
  const { line, type } = content;
  const about = { document: line.id, revision: line.revision };
  const last = chain.documents.get(line.id)?.revisions.at(-1);
  const contributions = await findings.attempt(() =>
    contributionsTo(
      {
        document: line.id,
        paths: content.placed.map((file) => file.path),
        release: candidate.number,
        workParents,
        previousRelease: last?.put.release,
        afterFirstRules: line.id === 'QMS' && last?.revision === '1',
      },
      history,
      reader,
      cryptography,
    ),
  );
  if (contributions === undefined) return undefined;
  const earlier = chain.rulesHistory.slice(0, -1).reverse();
  const found = findContributors(contributions, rules, earlier);
  if (type.contributors !== 'any') {
    for (const { address, commit } of found.unknown) {
      findings.find(
        'release/contributor-unknown',
        `${line.id} revision ${line.revision} was worked on by <${address}> in commit ${commit}, whom no rules know.`,
        about,
      );
    }
  }
  if (type.contributors === 'signed') {
    for (const commit of found.unsigned) {
      findings.find(
        'release/contributor-unsigned',
        `Commit ${commit}, which made ${line.id} revision ${line.revision}, bears no good signature of a key for commits.`,
        // A signature that can't be checked here is neither good nor bad.
        found.unsupported.includes(commit) ? { ...about, severity: 'unknown' } : about,
      );
    }
  }
  return [...found.people, ...found.unknown.map((one) => one.address)];
}
