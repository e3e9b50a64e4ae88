import { makeProblem, type Problem } from '../../problem/problem.ts';
import { isBeyond } from '../beyond.ts';
import { contestCodes } from '../contest-codes.ts';
import type { Release, Verification } from '../register.ts';
import { type PushedRef, releaseTags } from './pushed-refs.ts';
import { ago } from './judge-statements.ts';

/** The oldest release that a push may bring. */
const releaseAgeSeconds = 24 * 60 * 60;

/** What pushed releases are judged by. */
export interface ReleaseGround {
  /** What the server holds. */
  readonly before: Verification;
  /** What the push would leave. */
  readonly after: Verification;
  /** Tags of the register that the server holds: name → object. */
  readonly present: ReadonlyMap<string, string>;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Whether the age of statements is asked. */
  readonly asksAge: boolean;
}

const isGrave = ({ severity, code }: Problem): boolean =>
  severity !== 'warning' && !contestCodes.has(code);

const goodReleases = ({ chain }: Verification): readonly Release[] => chain?.releases ?? [];

/** The good release that a tag is, if it is one. */
function releaseOf(name: string, id: string, verification: Verification): Release | undefined {
  const number = Number(name.slice(releaseTags.length));
  const release = goodReleases(verification)[number - 1];
  return release?.tag === id && name === `${releaseTags}${String(release.number)}`
    ? release
    : undefined;
}

/** Whether a tag, by its full name and object, is a good release. */
export function isGoodRelease(name: string, id: string, verification: Verification): boolean {
  return releaseOf(name, id, verification) !== undefined;
}

/**
 * What keeps the server from judging anything of the register: an anchor or head that does not
 * fit, and whatever could not be read. Without this, approvals would be judged under rules that
 * are perhaps not those in force.
 */
export function judgeFooting(after: Verification): readonly Problem[] {
  return after.problems.filter(
    ({ code, severity }) =>
      (severity === 'unknown' && code !== 'chain/empty') ||
      (severity === 'error' && /^(?:anchor|head)\//.test(code)),
  );
}

/**
 * Judge the release tags that a push creates: each is a good release of the chain that the push
 * would leave, not too old, and passes over no rejection that the server holds.
 * @see shared register format, "The server's hook"
 */
export function judgeReleases(
  created: readonly PushedRef[],
  ground: ReleaseGround,
): readonly Problem[] {
  const { after, now, asksAge } = ground;
  const problems: Problem[] = [];
  const reasons = graveByTag(after);
  for (const { name, to = '' } of created) {
    const release = releaseOf(name, to, after);
    if (release === undefined) {
      problems.push(...reasonsAgainst(name, reasons, after));
      continue;
    }
    const { seconds } = release.time;
    if (asksAge && seconds < now - releaseAgeSeconds) {
      const message = `Release ${String(release.number)} was signed ${ago(now - seconds)} ago by its date; at most 24 hours are taken.`;
      const remedy = `Delete your own tag (git tag -d qms/release/${String(release.number)}), set the clock right, and release again.`;
      problems.push(makeProblem('push/too-old', { message, remedy, place: { ref: name } }));
    }
    problems.push(...judgeRejected(release, name, ground));
  }
  const names = new Set(created.map((one) => one.name));
  const known = new Set(problems);
  // What is wrong with the repository itself. What stands beyond the good releases is nobody's
  // who pushes good ones: without this, a junk tag from before the hook would stop everybody.
  const last = goodReleases(after).length;
  const general = after.problems.filter(
    (one) =>
      isGrave(one) &&
      !known.has(one) &&
      one.code !== 'chain/empty' &&
      !isBeyond(one, last) &&
      !names.has(one.place.ref ?? ''),
  );
  return created.length === 0 ? [] : [...problems, ...general];
}

/** What is wrong with each release tag, by its full name; in one pass, for tags may be many. */
function graveByTag({ problems }: Verification): ReadonlyMap<string, readonly Problem[]> {
  const found = new Map<string, Problem[]>();
  for (const one of problems) {
    if (!isGrave(one)) continue;
    const { release, place } = one;
    const names = new Set([
      ...(place.ref === undefined ? [] : [place.ref]),
      ...(release === undefined ? [] : [`${releaseTags}${String(release)}`]),
    ]);
    for (const name of names) {
      const there = found.get(name);
      if (there === undefined) found.set(name, [one]);
      else there.push(one);
    }
  }
  return found;
}

/** Why a tag is no good release; where an earlier one is missing or bad, that is the reason. */
function reasonsAgainst(
  name: string,
  reasons: ReadonlyMap<string, readonly Problem[]>,
  after: Verification,
): readonly Problem[] {
  const own = reasons.get(name) ?? [];
  if (own.length > 0) return own.map((one) => ({ ...one, place: { ...one.place, ref: name } }));
  const last = goodReleases(after).length;
  const message = `${name} can not be judged, because the register ends with release ${String(last)}.`;
  const remedy = `Push release ${String(last + 1)} with it, or make it again after: git fetch origin --tags`;
  return [makeProblem('chain/gap', { message, remedy, place: { ref: name } })];
}

/** Rejections that the server held before the release came, dated before or after it. */
function judgeRejected(
  release: Release,
  name: string,
  { after, present }: ReleaseGround,
): readonly Problem[] {
  const codes: readonly Problem['code'][] = ['release/rejected', 'release/rejected-later'];
  return after.problems.flatMap((one) => {
    const held = one.related?.ref !== undefined && present.has(one.related.ref);
    if (one.release !== release.number || !codes.includes(one.code) || !held) return [];
    const { message, related } = one;
    const about = { message, place: { ref: name }, ...(related === undefined ? {} : { related }) };
    return makeProblem('push/rejection-passed-over', about);
  });
}

/**
 * Judge a release tag that a push deletes: only one that is no valid release may go.
 * @param saysRelease Whether it is a tag that says of itself that it is a release.
 */
export function judgeDeletedRelease(
  name: string,
  id: string,
  before: Verification,
  saysRelease: boolean,
): Problem | undefined {
  const text = name.slice(releaseTags.length);
  const last = goodReleases(before).length;
  const isNumber = /^[1-9][0-9]{0,8}$/.test(text);
  const place = { ref: name };
  if (!isNumber) return undefined;
  if (releaseOf(name, id, before) !== undefined) {
    const message = `qms/release/${text} is a release of this register.`;
    const remedy = 'It stays: what it put in force is withdrawn or replaced by a later release.';
    return makeProblem('push/tag-deleted', { message, remedy, place });
  }
  if (Number(text) === last + 1 || !saysRelease) return undefined;
  // Behind a gap it may be a good release whose predecessor is lost.
  const message = `qms/release/${text} stands behind release ${String(last + 1)}, which is missing or no release, so it can not be judged.`;
  const remedy = 'Whoever keeps the server can look at it and delete it there.';
  return makeProblem('push/tag-deleted', { message, remedy, place });
}
