import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ref } from '../git/object-store.ts';
import { PackedRefsFile } from '../git/packed-refs.ts';
import { digestRefFiles, readRefFiles } from '../git/ref-files.ts';
import { readCompleteness, readRepositoryState } from '../git/repository-state.ts';
import type { Repository } from '../git/repository.ts';
import { outcomeOf, type Problem } from '../problem/problem.ts';
import { clockToleranceSeconds } from '../register/clock-tolerance.ts';
import { contestCodes } from '../register/contest-codes.ts';
import { nextChange } from '../register/in-force.ts';
import type { Register, Verification } from '../register/register.ts';
import { registerOf } from '../register/register-of.ts';
import { judgeRepository } from '../register/repository-problems.ts';
import type { SeenTags } from '../register/loose-tags.ts';
import {
  type GivenAnchor,
  type GivenHead,
  judgeAnchor,
  judgeHead,
  trustFacts,
} from '../register/trust.ts';
import { readKeptChain, writeKeptChain } from './kept-chain.ts';
import { KeptSections, replaceSections } from './kept-sections.ts';

/** To be raised with every change of what a `Verification` holds, or of how it is kept. */
const format = 6;

/** What decides whether a kept verification still is what a new one would find. */
interface About {
  /** Digest of the refs over which it was made; undefined where it must be made again. */
  readonly refs: string | undefined;
  /** Digest of the files in which they stood: compared first, because it is quick to make. */
  readonly refFiles: string | undefined;
  /** When it was made, and from when on nothing in it is dated in the future. */
  readonly now: number;
  readonly since: number;
  /** How much there was to keep. */
  readonly releases: number;
  readonly tags: number;
  /** All but those of anchor and head. */
  readonly problems: readonly Problem[];
  readonly contested: ReadonlyMap<string, readonly string[]>;
}

/** The world in which something kept is asked for. */
export interface KeptFor {
  readonly anchors: readonly GivenAnchor[];
  readonly heads: readonly GivenHead[];
  /** Seconds since the epoch. */
  readonly now: number;
}

/** Tags that may be read anew each time before the file is written again. */
const mostAnew = 64;

const folder = 'refs/tags/qms/';
/** Where the refs stand that bear on a verification. */
const folders = [folder, 'refs/replace/'];

/**
 * What was verified last, kept in a file below the Git folder. Derived: deleting it costs nothing
 * but time. Whoever can write it can replace hooks and software as well.
 *
 * What is read from it is read when it is asked for. So a value that came from here can throw a
 * `DamagedKeptFile` later, where the file was changed behind its digests: then it is of no use,
 * and the register is to be verified.
 */
export class KeptVerification {
  readonly #repository: Repository;
  readonly #file: string;
  readonly #headLine: string;
  /** Those from which values were given, which may still be asked for more. */
  readonly #open: KeptSections[] = [];
  #last: About | undefined;
  #madeAt: number | undefined;

  constructor(repository: Repository, version: string) {
    this.#repository = repository;
    this.#file = join(repository.commonDir, 'qms', 'verified');
    this.#headLine = `git-qms ${version} verified ${String(format)} node ${process.version}`;
  }

  /**
   * What a verification of the repository as it stands would find, without one: where refs, clock
   * and state of the repository leave it what it was. Undefined for any doubt. Whether objects
   * were lost or damaged meanwhile is not looked at.
   */
  async current({ anchors, heads, now }: KeptFor): Promise<Verification | undefined> {
    const sections = KeptSections.open(this.#file, this.#headLine);
    if (sections === undefined) return undefined;
    try {
      const about = aboutIn(sections);
      // What is read of the repository throws where it can't be read: a verification tells why.
      if (about.refs !== undefined && now >= about.since && (await this.#isUnchanged(about))) {
        const found = verificationIn(sections, about, anchors, heads);
        if (isSteady(found.register, about.now, now)) {
          this.#madeAt = about.now;
          this.#open.push(sections);
          return found;
        }
      }
    } catch {
      // Any doubt means that nothing is there.
    }
    sections.close();
    return undefined;
  }

  /** When what `current` gave was verified, in seconds since the epoch. */
  get madeAt(): number | undefined {
    return this.#madeAt;
  }

  async #isUnchanged({ refs, refFiles }: About): Promise<boolean> {
    const repository = this.#repository;
    if (refFiles !== undefined && refFiles === (await digestRefFiles(repository, folders))) {
      // There were no replace refs either.
      const state = { ...(await readCompleteness(repository)), replaceRefs: [] };
      return judgeRepository(state).length === 0;
    }
    const packed = new PackedRefsFile(repository);
    if (judgeRepository(await readRepositoryState(repository, packed)).length > 0) return false;
    return refs === digestOf(await readRefFiles(repository, folder, packed));
  }

  /**
   * What was verified last, whatever the repository holds now: for a verification to go on from.
   * Undefined for any doubt: another version, a file that is cut off or changed, a clock that
   * stands before what it holds.
   */
  last(now: number): Verification | undefined {
    const sections = KeptSections.open(this.#file, this.#headLine);
    if (sections === undefined) return undefined;
    try {
      const about = aboutIn(sections);
      const found = verificationIn(sections, about, [], []);
      const isPast = found.register?.releases.every(
        ({ time }) => time.seconds <= now + clockToleranceSeconds,
      );
      if (isPast === true) {
        this.#last = about;
        this.#open.push(sections);
        return found;
      }
    } catch {
      // As above.
    }
    sections.close();
    return undefined;
  }

  /**
   * Whether a verification that went on from `last` holds so much more that the next one should
   * not read it again.
   */
  isOutdatedBy({ chain, seen }: Verification): boolean {
    if (chain === undefined || seen === undefined) return false;
    const { releases, tags } = this.#last ?? { releases: 0, tags: 0 };
    return chain.releases.length !== releases || Math.abs(seen.refs.length - tags) > mostAnew;
  }

  /** Replace the file; what can't be written is not kept, and the next question takes longer. */
  async write(verification: Verification, now: number): Promise<void> {
    const { chain, register, seen } = verification;
    if (chain === undefined || register === undefined || seen === undefined) return;
    try {
      const problems = verification.problems.filter(({ code }) => !isOfTrust(code));
      let since = 0;
      for (const { time } of register.releases) since = Math.max(since, time.seconds);
      for (const { tag } of verification.approvals) since = Math.max(since, tag.tag.tagger.seconds);
      since -= clockToleranceSeconds;
      const isLasting = problems.every(isOfState) && since <= now;
      // Where a verification is due each time anyway, what there is will do to go on from.
      if (!isLasting && this.#last !== undefined && !this.isOutdatedBy(verification)) return;
      const refs = isLasting ? digestOf(seen.refs) : undefined;
      const about: About = {
        refs,
        refFiles: refs === undefined ? undefined : await this.#refFilesOf(refs),
        now,
        since,
        releases: chain.releases.length,
        tags: seen.refs.length,
        problems,
        contested: contestedIn(register),
      };
      await replaceSections(this.#file, this.#headLine, async (writer) => {
        await writeKeptChain(writer, chain);
        await writer.value('approvals', verification.approvals);
        await writer.value('seen.refs', textOf(seen.refs));
        await writer.value('seen.loose', seen.loose);
        await writer.value('about', about);
      });
    } catch {
      // A folder that can only be read, a full disk.
    }
  }

  /** The digest of the files in which refs stand, if these are the refs. */
  async #refFilesOf(refs: string): Promise<string | undefined> {
    const before = await digestRefFiles(this.#repository, folders);
    const found = digestOf(await readRefFiles(this.#repository, folder));
    const after = await digestRefFiles(this.#repository, folders);
    return found === refs && before === after ? before : undefined;
  }

  async remove(): Promise<void> {
    this.#last = undefined;
    await rm(this.#file, { force: true }).catch(() => undefined);
  }

  /** Afterwards what came from the file can't be asked for more. */
  close(): void {
    for (const sections of this.#open.splice(0)) sections.close();
  }
}

/** The digest of the part says that it is what `write` wrote. */
function aboutIn(sections: KeptSections): About {
  return sections.value('about') as About;
}

function verificationIn(
  sections: KeptSections,
  about: About,
  anchors: readonly GivenAnchor[],
  heads: readonly GivenHead[],
): Verification {
  const chain = readKeptChain(sections);
  const { anchor, releases } = chain;
  const register = registerOf(chain, [about.contested]);
  const problems = [
    ...judgeAnchor(anchors, anchor),
    ...judgeHead(heads, (release) => releases[release - 1]?.digest, releases.length),
    ...about.problems,
  ];
  let approvals: Verification['approvals'] | undefined;
  let seen: Verification['seen'];
  return {
    outcome: outcomeOf(problems),
    anchor,
    ...trustFacts(anchors, heads, releases),
    register,
    get approvals() {
      approvals ??= sections.value('approvals') as Verification['approvals'];
      return approvals;
    },
    chain,
    get seen() {
      seen ??= {
        refs: refsIn(sections.value('seen.refs') as string),
        loose: sections.value('seen.loose') as SeenTags['loose'],
      };
      return seen;
    },
    problems,
  };
}

const isOfTrust = (code: string): boolean => /^(?:anchor|head)\//.test(code);

/**
 * Whether a problem is one of the state that was verified. One that says what could not be read,
 * or what stands beyond the good releases, may be gone the next time.
 */
const isOfState = ({ severity, code }: Problem): boolean =>
  severity === 'warning' || contestCodes.has(code);

function digestOf(refs: readonly Ref[]): string {
  const hash = createHash('sha256');
  const lines: string[] = [];
  for (const { name, id } of refs) lines.push(id, name);
  return hash.update(lines.join('\n')).digest('hex');
}

/** Refs in one text, which is quicker to read than as many objects. */
const textOf = (refs: readonly Ref[]): string =>
  refs.map(({ name, id }) => `${id}${name}`).join('\n');

const refsIn = (text: string): readonly Ref[] =>
  text === ''
    ? []
    : text.split('\n').map((line) => ({ name: line.slice(40), id: line.slice(0, 40) }));

/**
 * Whether nothing that depends on the time has changed between two instants: what rests on a
 * compromised key is judged by whether it is in force.
 */
function isSteady(register: Register | undefined, one: number, other: number): boolean {
  if (register === undefined) return false;
  if (register.rules.compromised.length === 0) return true;
  const change = nextChange(register, Math.min(one, other));
  return change === undefined || change > Math.max(one, other);
}

function contestedIn(register: Register): ReadonlyMap<string, readonly string[]> {
  const contested = new Map<string, readonly string[]>();
  for (const { id, revisions } of register.documents.values()) {
    for (const one of revisions) {
      if (one.contested.length > 0) contested.set(`${id} ${one.revision}`, one.contested);
    }
  }
  return contested;
}
