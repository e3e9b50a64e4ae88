import { isRelease, parseStatementTag, type StatementTag } from '../approval/statement-tag.ts';
import type { ReleaseStatement } from '../approval/statement.ts';
import type { Digest } from '../document/document.ts';
import type { Cryptography } from '../git/cryptography.ts';
import type { ObjectStore, Ref } from '../git/object-store.ts';
import { makeProblem, outcomeOf, type Problem, QmsError } from '../problem/problem.ts';
import type { SignatureVerdict } from '../signature/verdict.ts';
import { verifySignatures } from '../signature/verify.ts';
import { type Chain, growingFrom } from './chain.ts';
import { judgeCompromised } from './contested.ts';
import { Disposals } from './disposals.ts';
import { judgeLooseApproval, readLooseTags, type SeenTags } from './loose-tags.ts';
import { ObjectReader } from './object-reader.ts';
import { type Ahead, noteDisposed, prefetchReleases } from './prefetch.ts';
import { type BlobReaders, Readings } from './readings.ts';
import type { Register, Verification } from './register.ts';
import { registerOf } from './register-of.ts';
import { judgeRejections } from './rejections.ts';
import { judgeRepository } from './repository-problems.ts';
import { type GivenAnchor, type GivenHead, judgeAnchor, judgeHead, trustFacts } from './trust.ts';
import { verifyRelease } from './verify-release.ts';

export interface VerifyOptions {
  readonly store: ObjectStore;
  readonly cryptography: Cryptography;
  /** Anchors from outside, in the order in which they count. */
  readonly anchors: readonly GivenAnchor[];
  readonly heads: readonly GivenHead[];
  /** Seconds since the epoch. */
  readonly now: number;
  /**
   * An earlier result over the same repository: releases that it found good and whose tags are
   * unchanged are not read again.
   */
  readonly previous?: Verification;
  /** Read blobs beside this thread; without them everything is read in it. */
  readonly readers?: BlobReaders;
  /** Called as releases are done, for a progress bar. */
  readonly progress?: (done: number, all: number) => void;
}

const folder = 'refs/tags/qms/';
const releaseFolder = 'refs/tags/qms/release/';
const numberPattern = /^[1-9][0-9]{0,8}$/;
/** Releases whose tags, trees and files are read ahead together. */
const windowSize = 32;

/**
 * Verify a register: the one function that decides. The command, the hooks, continuous
 * integration and the server call it.
 *
 * Pure over the store: the same refs and objects give the same verdict anywhere. What can't be
 * read is a problem with the severity `unknown`, not an exception.
 * @see shared register format, "Verification"
 */
export async function verifyRegister(options: VerifyOptions): Promise<Verification> {
  const problems: Problem[] = [];
  const { store } = options;
  const state = await attempt(() => store.state(), undefined, problems);
  if (state !== undefined) problems.push(...judgeRepository(state));
  const refs = await attempt(() => store.refs(folder), undefined, problems);
  const reader = new ObjectReader(store);
  const walked =
    refs === undefined
      ? undefined
      : await attempt(() => walkChain(refs, reader, options), undefined, problems);
  for (const problem of walked?.problems ?? []) problems.push(problem);
  const chain = walked?.chain;
  problems.push(...judgeAnchor(options.anchors, chain?.anchor));
  // Where the releases could not be read at all, nobody knows whether one is gone.
  if (walked !== undefined) {
    const digestOf = (release: number) =>
      chain?.releases[release - 1]?.digest ?? walked.beyond.get(release);
    problems.push(...judgeHead(options.heads, digestOf, chain?.releases.length ?? 0));
  }
  const seen = walked?.isContinued === true ? options.previous?.seen : undefined;
  return conclude(chain, seen, refs ?? [], reader, problems, options);
}

/** Run a step over the whole register; what can't be read at all is a problem, not an exception. */
async function attempt<T>(step: () => Promise<T>, otherwise: T, problems: Problem[]): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof QmsError)) throw error;
    const known = new Set(problems.map((one) => one.code));
    problems.push(...error.problems.filter((one) => !known.has(one.code)));
    return otherwise;
  }
}

interface Walked {
  readonly chain: Chain | undefined;
  /** Whether the chain is that of the earlier result, or goes on from it. */
  readonly isContinued: boolean;
  /** Release tags that were looked at beyond the good ones, by number. */
  readonly beyond: ReadonlyMap<number, Digest | 'unread'>;
  readonly problems: readonly Problem[];
}

/** Judge the releases in order, from the first that the earlier result does not hold. */
async function walkChain(
  refs: readonly Ref[],
  reader: ObjectReader,
  options: VerifyOptions,
): Promise<Walked> {
  const problems: Problem[] = [];
  const numbered = new Map<number, Ref>();
  // Each is looked at: a store that sorts wrongly must not make a register end earlier.
  for (const ref of refs) {
    if (!ref.name.startsWith(releaseFolder)) continue;
    const name = ref.name.slice(releaseFolder.length);
    if (numberPattern.test(name)) numbered.set(Number(name), ref);
    else {
      problems.push(
        makeProblem('chain/name', {
          message: `${ref.name} stands where releases stand, but "${name}" is no number.`,
          place: { ref: ref.name },
        }),
      );
    }
  }
  if (numbered.size === 0 && problems.length === 0) {
    problems.push(
      makeProblem('chain/empty', {
        message: 'There is no release in this repository: no tag below qms/release/.',
        place: { ref: releaseFolder },
      }),
    );
  }
  const before = unchangedChain(options.previous?.chain, numbered);
  let last = 0;
  for (const number of numbered.keys()) last = Math.max(last, number);
  const first = (before?.releases.length ?? 0) + 1;
  let end = first;
  while (numbered.has(end)) end++;
  const read = await readReleaseTags(numbered, first, end, reader, options.cryptography);
  const beyond = new Map([...read].map(([number, one]) => [number, one.digest] as const));
  const tags = [...read.values()].flatMap((one) => (one.tag === undefined ? [] : [one.tag]));
  const verdicts = await verifySignatures(
    tags.map((tag) => tag.tag),
    options.cryptography,
  );
  const verdictOf = new Map(tags.map((tag, i) => [tag, verdicts[i]]));
  let disposals: Disposals | undefined = new Disposals(
    new Set(tags.flatMap((tag) => tag.statement.dispose.map((line) => line.id))),
    before,
  );
  const found: FoundReleases = { first, end, last, read, verdictOf };
  let judged: Judged = { chain: before, problems: [] };
  // What is no release disposes of nothing. Without the second look, anybody who can push a tag
  // could make a missing file a mere warning.
  while (disposals !== undefined) {
    judged = await judgeReleases(found, before, disposals, reader, options);
    disposals = disposals.foundWanting(judged.chain);
    for (const problem of judged.problems) problems.push(problem);
  }
  const isWhole = (judged.chain?.releases.length ?? 0) === end - 1;
  if (last >= end && isWhole) {
    problems.push(
      makeProblem('chain/gap', {
        message: `There is a release ${String(last)}, but no release ${String(end)}.`,
        place: { ref: `${releaseFolder}${String(end)}` },
        release: end,
      }),
    );
  }
  return { chain: judged.chain, isContinued: before !== undefined, beyond, problems };
}

/** The release tags to be judged, `first` to `end - 1`. */
interface FoundReleases {
  readonly first: number;
  readonly end: number;
  /** The largest number that there is. */
  readonly last: number;
  readonly read: ReadonlyMap<number, ReadRelease>;
  readonly verdictOf: ReadonlyMap<StatementTag, SignatureVerdict | undefined>;
}

interface Judged {
  readonly chain: Chain | undefined;
  /** Why the next one is none. */
  readonly problems: readonly Problem[];
}

/** Judge releases in order until one is none, or none is left. */
async function judgeReleases(
  found: FoundReleases,
  before: Chain | undefined,
  disposals: Disposals,
  reader: ObjectReader,
  options: VerifyOptions,
): Promise<Judged> {
  const { first, end, last, read, verdictOf } = found;
  const { cryptography } = options;
  if (first === end) return { chain: before, problems: [] };
  const tagsOf = (from: number, to: number) => {
    const tags: StatementTag<ReleaseStatement>[] = [];
    for (let number = from; number < to; number++) {
      const tag = read.get(number)?.tag;
      if (tag !== undefined) tags.push(tag);
    }
    return tags;
  };
  // The work behind a release may hold a file that a much later release puts.
  const later = tagsOf(first + windowSize, end).filter((tag) =>
    tag.statement.put.some((line) => disposals.includes(line.id)),
  );
  const { readers } = options;
  const pays = readers !== undefined && end - first >= readers.worthFrom;
  const readings = new Readings(reader, cryptography, pays ? readers : undefined);
  let chain = before === undefined ? undefined : growingFrom(before);
  const ahead: Ahead = {
    reader,
    readings,
    disposals,
    isReached: (commit) => chain?.history.reachedBy(commit) !== undefined,
    walked: new Set(),
  };
  const prefetch = (from: number): Promise<void> =>
    prefetchReleases(tagsOf(from, Math.min(end, from + windowSize)), ahead);
  for (let at = 0; at < later.length; at += windowSize) {
    await noteDisposed(later.slice(at, at + windowSize), reader, disposals);
  }
  await prefetch(first);
  for (let number = first; number < end; number++) {
    // One window further than is judged, so that other threads have something to do meanwhile.
    if ((number - first) % windowSize === 0) await prefetch(number + windowSize);
    const one = read.get(number);
    const verdict = one?.tag === undefined ? undefined : verdictOf.get(one.tag);
    if (one?.tag === undefined || verdict === undefined) {
      return { chain, problems: one?.problems ?? [] };
    }
    const candidate = { number, tagId: one.id, tag: one.tag, verdict };
    const result = await verifyRelease(candidate, chain, {
      reader,
      readings,
      cryptography,
      now: options.now,
      disposals,
    });
    if (result.chain === undefined) {
      // Without this, a release that is none for no stated reason would end the register in silence.
      if (outcomeOf(result.problems) === 'verified') {
        throw new Error(`release ${String(number)} was refused without a reason`);
      }
      return { chain, problems: result.problems };
    }
    chain = result.chain;
    disposals.follow(chain);
    options.progress?.(number, last);
  }
  return { chain, problems: [] };
}

/** The chain of an earlier result, if every tag that it rests on is still what it was. */
function unchangedChain(
  chain: Chain | undefined,
  numbered: ReadonlyMap<number, Ref>,
): Chain | undefined {
  if (chain === undefined) return undefined;
  const same = chain.releases.every((one) => numbered.get(one.number)?.id === one.tag);
  return same ? chain : undefined;
}

interface ReadRelease {
  readonly id: string;
  /** Of the raw bytes, whether or not they are a release. */
  readonly digest: Digest | 'unread';
  readonly tag: StatementTag<ReleaseStatement> | undefined;
  readonly problems: readonly Problem[];
}

async function readReleaseTags(
  numbered: ReadonlyMap<number, Ref>,
  first: number,
  end: number,
  reader: ObjectReader,
  cryptography: Cryptography,
): Promise<ReadonlyMap<number, ReadRelease>> {
  const refs = [...numbered].filter(([number]) => number >= first && number < end);
  await reader.prefetch(refs.map(([, ref]) => ref.id));
  const read = new Map<number, ReadRelease>();
  for (const [release, ref] of refs) {
    const place = { ref: ref.name };
    let digest: Digest | 'unread' = 'unread';
    const refuse = (problem: Problem): void => {
      const placed = { ...problem, place: { ...problem.place, ...place }, release };
      read.set(release, { id: ref.id, digest, tag: undefined, problems: [placed] });
    };
    try {
      const { bytes } = await reader.object(ref.id, 'tag');
      digest = `sha256:${cryptography.sha256(bytes)}`;
      const name = ref.name.slice('refs/tags/'.length);
      const { tag, problem } = parseStatementTag(bytes, name, place, cryptography);
      if (problem !== undefined) refuse(problem);
      else if (isRelease(tag)) read.set(release, { id: ref.id, digest, tag, problems: [] });
      else {
        const message = `${name} holds an approval, expected a release.`;
        refuse(makeProblem('chain/number', { message, place }));
      }
    } catch (error) {
      if (!(error instanceof QmsError)) throw error;
      const [problem] = error.problems;
      const message = `${ref.name} points straight at an object, expected an annotated tag.`;
      refuse(
        problem.code === 'git/object-type'
          ? makeProblem('statement/not-annotated', { message, place })
          : problem,
      );
    }
  }
  return read;
}

/** Add what concerns the whole register, and put the result together. */
async function conclude(
  chain: Chain | undefined,
  seen: SeenTags | undefined,
  refs: readonly Ref[],
  reader: ObjectReader,
  problems: Problem[],
  options: VerifyOptions,
): Promise<Verification> {
  const loose = await attempt(
    () => readLooseTags(refs, chain, seen, reader, options.cryptography),
    undefined,
    problems,
  );
  // Tags are as many as somebody likes to push, and arguments of a call are not.
  for (const problem of loose?.problems ?? []) problems.push(problem);
  const approvals = loose?.approvals ?? [];
  const rules = chain?.rulesHistory.at(-1);
  let register: Register | undefined;
  if (chain !== undefined && rules !== undefined) {
    for (const warning of chain.warnings) problems.push(warning);
    for (const approval of approvals) {
      problems.push(...judgeLooseApproval(approval, rules, chain.anchor, options.now));
    }
    const rejections = judgeRejections(approvals, chain, options.now);
    const compromised = judgeCompromised(chain, options.now);
    for (const problem of rejections.problems) problems.push(problem);
    for (const problem of compromised.problems) problems.push(problem);
    register = registerOf(chain, [rejections.contested, compromised.contested]);
  }
  return {
    outcome: outcomeOf(problems),
    anchor: chain?.anchor,
    ...trustFacts(options.anchors, options.heads, chain?.releases ?? []),
    register,
    approvals,
    chain,
    seen: loose?.seen,
    problems,
  };
}
