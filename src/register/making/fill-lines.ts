import { findContributors, type Contributors } from '../../approval/contributors.ts';
import {
  couldFill,
  excludedForRules,
  fillRequirements,
  type Filling,
  othersWhoMay,
  peopleWhoMay,
  requirementText,
} from '../../approval/requirements.ts';
import type { Requirement } from '../../document/document.ts';
import { rulesId } from '../../document/identity.ts';
import type { Cryptography } from '../../git/cryptography.ts';
import { makeProblem, type Problem } from '../../problem/problem.ts';
import type { Rules } from '../../rules/rules.ts';
import type { Chain } from '../chain.ts';
import { contributionsTo } from '../contributions.ts';
import { Disposals } from '../disposals.ts';
import { History } from '../history.ts';
import { foundingContent } from '../release-parents.ts';
import type { ObjectReader } from '../object-reader.ts';
import { clockToleranceSeconds, holdsFiles, speaksOf } from '../release-approvals.ts';
import { releaseFolder } from './make-release.ts';
import type { OfferedApproval } from './offered-approvals.ts';
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
  /** People who may not fill a requirement of this line, though their role would let them. */
  readonly excluded: ReadonlySet<string>;
  readonly filling: Filling;
  /** Approvals that count, ascending by name. */
  readonly approvals: readonly OfferedApproval[];
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
  for (const [index, parent] of parents.entries()) {
    // The first is the commit that holds what is put and always stands there.
    if (index > 0 && history.reachedBy(parent) !== undefined) continue;
    await history.walk(
      parent,
      release,
      reader,
      foundingContent(chain),
      new Disposals(new Set(), chain),
    );
    kept.push(parent);
  }
  return { history, parents: kept };
}

async function speaksGenuinely(
  offered: OfferedApproval,
  line: PlannedLine,
  ground: PlanningGround,
): Promise<boolean> {
  const { chain, reader, now } = ground;
  if (!speaksOf(offered.statement, line)) return false;
  if (offered.tag.tagger.seconds > now + clockToleranceSeconds) return false;
  if (chain.counted.get(offered.payload)?.has(line.document) === true) return false;
  if (!line.requirements.some((one) => couldFill(offered.statement.as, one))) return false;
  const commit = offered.tag.object;
  if (await holdsFiles(commit, line.files, '', reader)) return true;
  if (line.act === 'put' || !chain.releases.some((one) => one.commit === commit)) return false;
  return holdsFiles(commit, line.files, `${releaseFolder(line.document)}/`, reader);
}

/**
 * Fill the requirements of each line with the approvals that lie in the repository.
 * @param content  The commit that holds what is put; undefined where nothing is put.
 * @see shared register format, "Release" and "Independence"
 */
export async function fillLines(
  lines: readonly PlannedLine[],
  offered: readonly OfferedApproval[],
  content: string | undefined,
  ground: PlanningGround,
): Promise<readonly FilledLine[]> {
  const speaking = new Map<PlannedLine, OfferedApproval[]>();
  for (const line of lines) {
    const its: OfferedApproval[] = [];
    for (const one of offered) if (await speaksGenuinely(one, line, ground)) its.push(one);
    speaking.set(line, its);
  }
  const commits = [...speaking.values()].flat().map((one) => one.tag.object);
  const first = content === undefined ? [] : [content];
  const { history, parents } = await historyWith(ground, [...first, ...commits]);
  const filled: FilledLine[] = [];
  for (const line of lines) {
    const contributors = await contributorsOf(line, history, parents, ground);
    const excluded = excludedFrom(line, contributors, ground);
    const approvals = (speaking.get(line) ?? []).filter((one) => !excluded.has(one.person.id));
    const candidates = approvals.map((one) => ({
      person: one.person.id,
      name: one.name,
      as: one.statement.as,
    }));
    const filling = fillRequirements(
      line.requirements,
      candidates,
      othersWhoMay(ground.rules, excluded, candidates),
    );
    filled.push({
      line,
      contributors,
      excluded,
      filling,
      approvals,
      problems: [
        ...contributorProblems(line, contributors),
        ...rejections(line, offered, ground),
        ...filling.missing.map((one) => missing(line, one, excluded, approvals, ground.rules)),
      ],
    });
  }
  return filled;
}

async function contributorsOf(
  line: PlannedLine,
  history: History,
  workParents: readonly string[],
  ground: PlanningGround,
): Promise<Contributors | undefined> {
  if (line.act !== 'put') return undefined;
  const { chain, rules, reader, cryptography } = ground;
  const released = chain.documents.get(line.document)?.revisions ?? [];
  const contributions = await contributionsTo(
    {
      document: line.document,
      paths: line.files.map((file) => file.path),
      release: chain.releases.length + 1,
      workParents,
      previousRelease: released.at(-1)?.put.release,
      afterFirstRules: line.document === rulesId && released.length === 1,
    },
    history,
    reader,
    cryptography,
  );
  const earlier = chain.rulesHistory.slice(0, -1).reverse();
  return findContributors(contributions, rules, earlier);
}

function excludedFrom(
  line: PlannedLine,
  contributors: Contributors | undefined,
  ground: PlanningGround,
): ReadonlySet<string> {
  if (contributors === undefined) return new Set();
  if (line.document === rulesId) {
    return excludedForRules(line.requirements, ground.rules, ground.signer, contributors.people);
  }
  return new Set(line.type.independent ? contributors.people : []);
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

const optionOf = { put: '', withdraw: ' --withdraw', confirm: ' --confirm', dispose: ' --dispose' };

/** A requirement that nobody filled, with those who could. */
function missing(
  line: PlannedLine,
  requirement: Requirement,
  excluded: ReadonlySet<string>,
  approvals: readonly OfferedApproval[],
  rules: Rules,
): Problem {
  const done = new Set(approvals.map((one) => one.person.id));
  const may = peopleWhoMay(requirement, rules);
  const could = may.filter((person) => !excluded.has(person.id) && !done.has(person.id));
  const barred = may.filter((person) => excluded.has(person.id));
  const names = (people: typeof may): string =>
    people.map((person) => `${person.name} (${person.id})`).join(', ');
  const who =
    could.length === 0 ? 'Nobody in the rules could give it' : `${names(could)} could give it`;
  const why = barred.length === 0 ? '' : `; ${names(barred)} contributed and may not`;
  return makeProblem('release/requirements', {
    message: `${line.document} revision ${line.revision} lacks an approval as ${requirementText(requirement)}. ${who}${why}.`,
    place: { file: line.path },
    remedy:
      could.length === 0
        ? 'Give the role and a key to somebody who did not work on it, in a release of the rules.'
        : `Ask for it: qms approve ${line.document}${optionOf[line.act]}.`,
    document: line.document,
    revision: line.revision,
  });
}
