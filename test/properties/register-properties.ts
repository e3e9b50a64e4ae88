import { isDeepStrictEqual } from 'node:util';
import type { Cryptography, PrimitiveCheck } from '../../src/git/cryptography.ts';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import type { Ref } from '../../src/git/object-store.ts';
import type { Verification } from '../../src/register/register.ts';
import { verifyRegister } from '../../src/register/verify-register.ts';
import { type StoreChange } from '../support/memory-repository.ts';
import type { Random } from '../support/random.ts';
import { sha256 } from '../support/statement-text.ts';
import { heldByReleases, rewritten } from './object-graph.ts';
import type { RandomRegister } from './random-register.ts';

/** What was asked, by property; and of the objects that were taken away or changed, which kinds. */
export type PropertyCounts = Map<string, number>;

/** A property that does not hold. */
export class Broken extends Error {}

/**
 * The real checks, each done once: the same signature stands in most of the verifications of one
 * register.
 */
function remembering(): Cryptography {
  const known = new Map<string, boolean>();
  const name = (check: PrimitiveCheck): string =>
    Object.values(check)
      .map((part: string | Uint8Array) => (typeof part === 'string' ? part : sha256(part)))
      .join(' ');
  return {
    ...nodeCryptography,
    async verify(checks) {
      const names = checks.map(name);
      const fresh = checks.filter((_, at) => !known.has(names[at] ?? ''));
      const answers = await nodeCryptography.verify(fresh);
      for (const [at, check] of fresh.entries()) known.set(name(check), answers[at] === true);
      return names.map((one) => known.get(one) === true);
    },
  };
}

interface Asked extends StoreChange {
  readonly anchors?: readonly string[];
  readonly head?: { readonly release: number; readonly digest: string };
  readonly previous?: Verification;
}

/** All that a verification says, without what it keeps for the next one. */
function said(verification: Verification) {
  const { chain, approvals, seen, ...rest } = verification;
  return {
    ...rest,
    loose: approvals.map((one) => one.name),
    tags: seen?.loose.size,
    last: chain?.releases.length,
  };
}

/** Asks everything that must hold of one register. */
export class Properties {
  readonly #made: RandomRegister;
  readonly #random: Random;
  readonly #counts: PropertyCounts;
  readonly #cryptography = remembering();

  constructor(made: RandomRegister, random: Random, counts: PropertyCounts) {
    this.#made = made;
    this.#random = random;
    this.#counts = counts;
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  async #verify(asked: Asked = {}, repository = this.#made.repository): Promise<Verification> {
    this.#count('verifications');
    const { register } = this.#made;
    const { anchors = [register.anchor], head, previous, ...change } = asked;
    return verifyRegister({
      store: repository.store(change),
      cryptography: this.#cryptography,
      anchors: anchors.map((digest) => ({ digest, source: '--anchor' })),
      heads: head === undefined ? [] : [{ ...head, source: '--head' }],
      now: register.clock + 3600,
      ...(previous === undefined ? {} : { previous }),
    });
  }

  #broken(property: string, detail: string, verification?: Verification): never {
    const problems = (verification?.problems ?? []).slice(0, 5);
    const told = problems.map((one) => `  ${one.severity} ${one.code}: ${one.message}`);
    throw new Broken(
      [property, detail, ...told, 'in this register:', ...this.#made.story].join('\n'),
    );
  }

  #neverVerified(property: string, detail: string, verification: Verification): void {
    this.#count(property);
    if (verification.outcome === 'verified') this.#broken(property, detail, verification);
  }

  #neverAnError(property: string, detail: string, verification: Verification): void {
    this.#count(property);
    const isError = verification.problems.some((one) => one.severity === 'error');
    if (isError) this.#broken(property, detail, verification);
  }

  #same(property: string, detail: string, found: Verification, expected: Verification): void {
    this.#count(property);
    if (isDeepStrictEqual(said(found), said(expected))) return;
    this.#broken(property, `${detail}: ${found.outcome}, not ${expected.outcome}`, found);
  }

  /** @param thorough Whether every object is taken away, not only some. */
  async all(thorough: boolean): Promise<void> {
    this.#count('registers');
    const { fault } = this.#made;
    const whole = await this.#verify();
    if (fault === undefined) {
      this.#count('a valid register is verified without a word');
      if (whole.outcome !== 'verified' || whole.problems.length > 0) {
        this.#broken('a valid register is verified without a word', whole.outcome, whole);
      }
    } else {
      this.#neverVerified('a register with a fault is never verified', fault, whole);
    }
    await this.#foreignRefs(whole);
    await this.#orderOfRefs(whole);
    await this.#onward(whole);
    await this.#withoutAnchor();
    if (fault !== undefined) return;
    await this.#withoutNewest(whole);
    await this.#withoutDisposed();
    await this.#objects(thorough, whole);
  }

  /** Refs that are none of ours, and tags that anybody can push into our folders. */
  async #foreignRefs(whole: Verification): Promise<void> {
    const random = this.#random;
    const { repository } = this.#made;
    const ids = [...repository.objects.keys()];
    const refs = [...repository.sortedRefs()];
    const spaces = [
      'refs/heads/',
      'refs/remotes/origin/',
      'refs/notes/',
      'refs/tags/',
      'refs/qms/',
    ];
    const names = [
      'main',
      'qms',
      'register',
      'x/qms/release/9',
      'qmsrelease/1',
      'QMS/release/9',
      'v1',
    ];
    for (let count = random.between(1, 6); count > 0; count -= 1) {
      const name = `${random.pick(spaces)}${random.pick(names)}`;
      const at = refs.findIndex((one) => one.name === name);
      refs.splice(at < 0 ? refs.length : at, at < 0 ? 0 : 1, { name, id: random.pick(ids) });
    }
    refs.sort((a, b) => (a.name < b.name ? -1 : 1));
    const shown = refs.map((one) => `${one.name} ${one.id}`).join('\n');
    this.#same('foreign refs never change the outcome', shown, await this.#verify({ refs }), whole);

    const junk = { name: 'refs/tags/qms/approve/junk', id: random.pick(ids) };
    const withJunk = await this.#verify({ refs: [...repository.sortedRefs(), junk] });
    this.#count('a tag that anybody pushed never changes the outcome');
    if (withJunk.outcome !== whole.outcome || withJunk.head !== whole.head) {
      this.#broken('a tag that anybody pushed never changes the outcome', junk.id, withJunk);
    }
  }

  async #orderOfRefs(whole: Verification): Promise<void> {
    const refs = this.#random.shuffled(this.#made.repository.sortedRefs());
    const found = await this.#verify({ refs });
    this.#count('the order of refs never matters');
    const sorted = (one: Verification) => ({
      ...said(one),
      loose: said(one).loose.toSorted(),
      problems: one.problems.map((problem) => JSON.stringify(problem)).sort(),
    });
    if (!isDeepStrictEqual(sorted(found), sorted(whole))) {
      this.#broken('the order of refs never matters', JSON.stringify(refs), found);
    }
  }

  /** Verifying on from an earlier result is verifying whole. */
  async #onward(whole: Verification): Promise<void> {
    const { register, repository } = this.#made;
    const refs = repository.sortedRefs();
    let previous: Verification | undefined;
    for (let until = 1; until <= register.releases.length; until += 1) {
      const some = refs.filter((ref) => releaseOf(ref) === undefined || releaseOf(ref)! <= until);
      const found = await this.#verify({
        refs: some,
        ...(previous === undefined ? {} : { previous }),
      });
      if (until === register.releases.length) {
        this.#same('verifying on is verifying whole', `on from ${String(until - 1)}`, found, whole);
      }
      previous = found;
    }
  }

  async #withoutAnchor(): Promise<void> {
    const none = await this.#verify({ anchors: [] });
    this.#neverVerified('without an anchor nothing is verified', 'no anchor', none);
    const other = `sha256:${'0'.repeat(64)}`;
    this.#neverVerified(
      'with another anchor nothing is verified',
      other,
      await this.#verify({ anchors: [other] }),
    );
  }

  async #withoutNewest(whole: Verification): Promise<void> {
    const { register, repository } = this.#made;
    const last = register.releases.length;
    const refs = repository.sortedRefs().filter((ref) => releaseOf(ref) !== last);
    const head = register.head();
    const found = await this.#verify({ refs, head });
    this.#neverVerified('a lost release is missed by who knows the head', 'newest gone', found);
    const held = await this.#verify({ head });
    this.#same(
      'a known head that is there changes nothing',
      'head',
      { ...held, headKnown: false },
      whole,
    );
  }

  /** Records that were disposed of may be gone: all of them, or any. */
  async #withoutDisposed(): Promise<void> {
    const { register, repository, disposed } = this.#made;
    const property = 'without what was disposed of nothing but warnings is said';
    const blobs = disposed.map(({ files }) =>
      Object.values(files).map((bytes) => repository.object('blob', bytes)),
    );
    for (const gone of blobs.length === 0 ? [] : [blobs.flat(), this.#random.pick(blobs)]) {
      const found = await this.#verify({ missing: new Set(gone) });
      this.#count(property);
      const others = found.problems.filter((one) => one.code !== 'release/disposed-missing');
      const isWhole = found.chain?.releases.length === register.releases.length;
      if (found.outcome !== 'verified' || others.length > 0 || !isWhole) {
        this.#broken(property, gone.join(' '), found);
      }
    }
  }

  /** Taking away or changing what a release holds or rests on. */
  async #objects(thorough: boolean, whole: Verification): Promise<void> {
    const { repository, disposed } = this.#made;
    const random = this.#random;
    const held = [...heldByReleases(repository, disposed)];
    const loose = repository
      .sortedRefs()
      .filter(({ name }) => name.startsWith('refs/tags/qms/'))
      .map(({ id }) => id);
    const taken = [...new Set([...held, ...loose])];
    const some = thorough ? taken : Array.from({ length: 3 }, () => random.pick(taken));
    for (const id of some) {
      const found = await this.#verify({ missing: new Set([id]) });
      const kind = repository.objects.get(id)?.type ?? '';
      this.#count(`objects taken away: ${kind}`);
      this.#neverVerified('without any one object nothing is verified', `${kind} ${id}`, found);
      this.#neverAnError('without any one object nothing is an error', `${kind} ${id}`, found);
    }
    const others = [...repository.objects.keys()].filter((id) => !taken.includes(id));
    for (const id of thorough ? others : []) {
      const found = await this.#verify({ missing: new Set([id]) });
      this.#neverAnError('without any one object nothing is an error', id, found);
    }
    const changed = thorough ? held : Array.from({ length: 3 }, () => random.pick(held));
    for (const id of changed) {
      const { type, bytes } = repository.objects.get(id) ?? {};
      if (type === undefined || bytes === undefined || bytes.length === 0) continue;
      const at = random.below(bytes.length);
      const other = Buffer.from(bytes);
      other[at] = (other[at] ?? 0) ^ (1 << random.below(8));
      const where = `${type} ${id}, byte ${String(at)}`;
      const delivered = await this.#verify({ bytes: new Map([[id, other]]) });
      this.#count(`objects changed: ${type}`);
      this.#neverVerified(
        'with any byte changed under its name nothing is verified',
        where,
        delivered,
      );
      const again = rewritten(repository, id, other);
      const first = again.refs.get('refs/tags/qms/release/1') ?? '';
      const anchor = sha256(again.objects.get(first)?.bytes ?? '');
      const found = await this.#verify({ anchors: [anchor] }, again);
      this.#neverVerified(
        'with any byte changed and all names made anew nothing is verified',
        where,
        found,
      );
      const onward = await this.#verify({ anchors: [anchor], previous: whole }, again);
      this.#same('what was verified once does not cover for a change', where, onward, found);
    }
  }
}

function releaseOf(ref: Ref): number | undefined {
  const number = /^refs\/tags\/qms\/release\/([0-9]+)$/.exec(ref.name)?.[1];
  return number === undefined ? undefined : Number(number);
}
