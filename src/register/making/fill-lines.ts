import type { Contributors } from '../../approval/contributors.ts';
import { excludedFrom } from '../../approval/independence.ts';
import {
  couldFill,
  fillRequirements,
  type Filling,
  othersWhoMay,
} from '../../approval/requirements.ts';
import { lacksInWords, type NotCounted, notCountedOf } from '../../approval/shortfall.ts';
import type { StatementTag } from '../../approval/statement-tag.ts';
import type { ApprovalStatement } from '../../approval/statement.ts';
import type { Cryptography } from '../../git/cryptography.ts';
import { makeProblem, type Problem } from '../../problem/problem.ts';
import type { Rules } from '../../rules/rules.ts';
import type { Chain } from '../chain.ts';
import { mergeInWords } from '../brought-in.ts';
import { contributorsTo } from '../contributions.ts';
import { Disposals } from '../disposals.ts';
import { History } from '../history.ts';
import type { ObjectReader } from '../object-reader.ts';
import { clockToleranceSeconds } from '../clock-tolerance.ts';
import { decisionOf, holdsContent, speaksOf } from '../release-approvals.ts';
import { foundingContent } from '../release-parents.ts';
import type { Offer, OfferedApproval } from './offered-approvals.ts';
import type { PlannedLine } from './plan-lines.ts';

/** What a plan is made over: the verified chain and the objects of the repository. */
export interface PlanningGround {
  readonly chain: Chain;
  /** In force for the release to be. */
  readonly rules: Rules;
  readonly reader: ObjectReader;
  readonly cryptography: Cryptography;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Id of the person who releases. */
  readonly signer: string;
}

/** A line with the approvals that speak for it. */
export interface FilledLine {
  readonly line: PlannedLine;
  readonly contributors: Contributors | undefined;
  /**
   * People who may not fill a requirement of this line, though their role would let them → why,
   * in words that follow their name.
   */
  readonly excluded: ReadonlyMap<string, string>;
  readonly filling: Filling;
  /** Approvals that count, ascending by name. */
  readonly approvals: readonly OfferedApproval[];
  /** Approvals of this revision that fill nothing, and why. */
  readonly notCounted: readonly NotCounted[];
  readonly problems: readonly Problem[];
}

/** The history as it will be with a release that has these further parents. */
export async function historyWith(
  ground: PlanningGround,
  parents: readonly string[],
): Promise<{ readonly history: History; readonly parents: readonly string[] }> {
  const { chain, reader } = ground;
  const history = new History(chain.history);
  const release = chain.releases.length + 1;
  const kept: string[] = [];
  const disposals = new Disposals(new Set(), chain);
  for (const [index, parent] of parents.entries()) {
    // The first is the commit that holds what is put and always stands there.
    if (index > 0 && history.reachedBy(parent) !== undefined) continue;
    await history.walk(parent, release, reader, foundingContent(chain), disposals);
    kept.push(parent);
  }
  return { history, parents: kept };
}

/**
 * Why an approval of a line's document fills nothing of it: words that follow the person, or
 * undefined where it may fill something.
 */
async function whyNot(
  { name, statement, tag, payload }: StatementTag<ApprovalStatement>,
  line: PlannedLine,
  ground: PlanningGround,
): Promise<string | undefined> {
  const { chain, reader, now } = ground;
  if (!speaksOf(statement, line)) {
    return `signed ${name} for another text of revision ${line.revision} than the one that is here`;
  }
  if (tag.tagger.seconds > now + clockToleranceSeconds) {
    return `signed ${name}, which is dated in the future`;
  }
  if (chain.counted.get(payload)?.has(line.document) === true) {
    return `signed ${name}, which an earlier release has counted already`;
  }
  if (!line.requirements.some((one) => couldFill(statement.as, one))) {
    const as = statement.as.map(({ role, meaning }) => `${role} (${meaning})`).join(', ');
    return `signed ${name} as ${as}, which is not asked for`;
  }
  if (await holdsContent(tag.object, line, chain, reader)) return undefined;
  return `signed ${name} at commit ${tag.object.slice(0, 12)}, which does not hold the text`;
}

/** Whether a statement decides this act about this revision, whatever its text. */
function isAbout(statement: ApprovalStatement, line: PlannedLine): boolean {
  return (
    statement.decision === decisionOf[line.act] &&
    statement.documents.some(
      ({ id, revision }) => id === line.document && revision === line.revision,
    )
  );
}

/** The approvals about a line that may fill something of it, and why others fill nothing. */
async function speakingFor(
  line: PlannedLine,
  { approvals, setAside }: Offer,
  ground: PlanningGround,
): Promise<{
  readonly speaking: readonly OfferedApproval[];
  readonly setAside: readonly NotCounted[];
}> {
  const speaking: OfferedApproval[] = [];
  const aside: NotCounted[] = [];
  const put = ({ name, statement }: StatementTag<ApprovalStatement>, why: string): void => {
    aside.push({ person: statement.person, approval: name, as: statement.as, why });
  };
  for (const one of approvals) {
    if (!isAbout(one.statement, line)) continue;
    const why = await whyNot(one, line, ground);
    if (why === undefined) speaking.push(one);
    else put(one, why);
  }
  for (const one of setAside) {
    if (!isAbout(one.statement, line)) continue;
    put(one, `is named by ${one.name}, but ${one.why.join(' ').replace(/\.$/, '')}`);
  }
  return { speaking, setAside: aside };
}

/**
 * Fill the requirements of each line with the approvals that lie in the repository.
 * @param content  The commit that holds what is put; undefined where nothing is put.
 * @see shared register format, "Release" and "Independence"
 */
export async function fillLines(
  lines: readonly PlannedLine[],
  offer: Offer,
  content: string | undefined,
  ground: PlanningGround,
): Promise<readonly FilledLine[]> {
  const found = new Map<PlannedLine, Awaited<ReturnType<typeof speakingFor>>>();
  for (const line of lines) found.set(line, await speakingFor(line, offer, ground));
  const commits = [...found.values()].flatMap((one) => one.speaking.map(({ tag }) => tag.object));
  const first = content === undefined ? [] : [content];
  const { history, parents } = await historyWith(ground, [...first, ...commits]);
  const filled: FilledLine[] = [];
  for (const [line, { speaking, setAside }] of found) {
    const made = await contributorsOf(line, history, parents, ground);
    const excluded = exclusions(line, made, ground);
    const approvals = speaking.filter((one) => !excluded.has(one.person.id));
    const candidates = speaking.map((one) => ({
      person: one.person.id,
      name: one.name,
      as: one.statement.as,
    }));
    const filling = fillRequirements(
      line.requirements,
      candidates.filter((one) => !excluded.has(one.person)),
      othersWhoMay(ground.rules, excluded, candidates),
    );
    const decision = decisionOf[line.act];
    const note =
      content === undefined || line.act !== 'put' || filling.missing.length === 0
        ? undefined
        : await mergeInWords(content, line.files, ground.rules, ground.reader, ground.cryptography);
    const lacks = lacksInWords(
      { ...line, decision, filling, candidates, setAside, excluded, note },
      ground.rules,
    );
    filled.push({
      line,
      contributors: made,
      excluded,
      filling,
      approvals,
      notCounted: [...notCountedOf(candidates, filling, excluded), ...setAside],
      problems: [
        ...contributorProblems(line, made),
        ...rejections(line, offer.approvals, ground),
        ...lacks.map(({ message, remedy }) =>
          makeProblem('release/requirements', {
            message,
            remedy,
            place: { file: line.path },
            document: line.document,
            revision: line.revision,
          }),
        ),
      ],
    });
  }
  return filled;
}

async function contributorsOf(
  line: PlannedLine,
  history: History,
  workParents: readonly string[],
  { chain, reader, cryptography }: PlanningGround,
): Promise<Contributors | undefined> {
  if (line.act !== 'put') return undefined;
  const { document } = line;
  const paths = line.files.map((file) => file.path);
  return contributorsTo({ document, paths, workParents }, chain, history, reader, cryptography);
}

function exclusions(
  line: PlannedLine,
  made: Contributors | undefined,
  { chain, rules, signer }: PlanningGround,
): ReadonlyMap<string, string> {
  if (made === undefined) return new Map();
  const since = chain.documents.get(line.document)?.revisions.at(-1)?.revision;
  return excludedFrom({ ...line, since }, made, rules, signer);
}

function contributorProblems(
  line: PlannedLine,
  contributors: Contributors | undefined,
): readonly Problem[] {
  if (contributors === undefined || line.type.contributors === 'any') return [];
  const about = { place: { file: line.path }, document: line.document, revision: line.revision };
  const problems = contributors.unknown.map(({ address, commit }) =>
    makeProblem('release/contributor-unknown', {
      message: `The commit ${commit.slice(0, 12)} on ${line.document} names <${address}>, whom no rules know.`,
      ...about,
    }),
  );
  if (line.type.contributors === 'signed') {
    for (const commit of contributors.unsigned) {
      problems.push(
        makeProblem('release/contributor-unsigned', {
          message: `The commit ${commit.slice(0, 12)} on ${line.document} bears no good signature of a key for commits.`,
          ...about,
        }),
      );
    }
  }
  return problems;
}

/** Rejections that would stand against the release. */
function rejections(
  line: PlannedLine,
  offered: readonly OfferedApproval[],
  ground: PlanningGround,
): readonly Problem[] {
  if (line.act !== 'put') return [];
  const sameContent = (one: OfferedApproval): boolean =>
    one.statement.documents.some(
      (each) => each.id === line.document && each.digest === line.digest,
    );
  const standing = offered.filter(
    (one) =>
      one.statement.decision === 'reject' &&
      sameContent(one) &&
      one.tag.tagger.seconds <= ground.now &&
      line.requirements.some((requirement) => one.person.roles.includes(requirement.role)) &&
      !offered.some(
        (later) =>
          later.statement.decision === 'approve' &&
          later.person.id === one.person.id &&
          sameContent(later) &&
          later.tag.tagger.seconds > one.tag.tagger.seconds,
      ),
  );
  return standing.map((one) =>
    makeProblem('release/rejected', {
      message:
        `${one.person.name} rejected ${line.document} revision ${line.revision}` +
        (one.statement.comment === '' ? '.' : `: ${one.statement.comment.replaceAll('\n', ' ')}`),
      place: { ref: `refs/tags/${one.name}` },
      remedy:
        'Correct the text and have it approved; or the person approves this content after all.',
      document: line.document,
      revision: line.revision,
    }),
  );
}
