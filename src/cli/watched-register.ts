import type { ContentFile } from '../document/document.ts';
import { nodeCryptography } from '../git/node-cryptography.ts';
import type { ObjectStore, Ref } from '../git/object-store.ts';
import { refsBelow } from '../git/refs-below.ts';
import type { Repository } from '../git/repository.ts';
import { outcomeOf } from '../problem/problem.ts';
import type { Snapshot } from '../publish/snapshot.ts';
import type { Verification } from '../register/register.ts';
import { type GivenHead, parseHead } from '../register/trust.ts';
import { judge } from '../server/follow.ts';
import { KeptFiles } from './kept-files.ts';
import { DamagedKeptFile } from './kept-sections.ts';
import { KeptVerification } from './kept-verification.ts';
import { readTrust, type TrustMaterial } from './open-register.ts';
import { rememberHead } from './remembered-head.ts';
import type { Session } from './session.ts';
import { type ApartFindings, verifyApart } from './verify-apart.ts';
import { readVersion } from './version.ts';

/** Where the refs stand on which a verification rests. */
const folder = 'refs/tags/qms/';
const releaseFolder = `${folder}release/`;

/** Releases from which on a register is large: started from what was kept, verified apart. */
const largeFrom = 128;
/** Releases that are judged for practice after such a start. */
const rehearsed = 16;
/** How often everything is verified again because releases came meanwhile. */
const mostChecks = 3;

/** What was verified, and when, in seconds since the epoch. */
interface Found {
  readonly verification: Verification;
  readonly verifiedAt: number;
}

/** What a verification of everything found, over which refs. */
interface Checked {
  readonly findings: ApartFindings;
  readonly refs: readonly Ref[];
  readonly at: number;
}

/**
 * The register of a repository as a server sees it, each state building on the last good one.
 *
 * A large one starts with what was kept, and is then verified as a whole in a process of its own:
 * neither its readers wait for that, nor does its memory stay with the server.
 */
export class WatchedRegister {
  readonly #repository: Repository;
  readonly #store: ObjectStore;
  readonly #session: Session;
  readonly #files: KeptFiles;
  readonly #kept: KeptVerification;
  readonly #largeFrom: number;
  readonly #verifyApart: typeof verifyApart;
  readonly #closing = new AbortController();
  /** Those that were verified last. Asked for, because most starts are asked for no refs at once. */
  #seen: () => readonly Ref[] | undefined = () => undefined;
  #checked: Checked | undefined;
  #isDistrusted = false;
  /** What is served was kept, and not verified since the start. */
  #isUnchecked = false;
  #isNewerThanKept = false;
  #saidForgetful = false;

  constructor(
    repository: Repository,
    store: ObjectStore,
    session: Session,
    from: number = largeFrom,
    apart: typeof verifyApart = verifyApart,
  ) {
    this.#verifyApart = apart;
    this.#largeFrom = from;
    this.#repository = repository;
    this.#store = store;
    this.#session = session;
    this.#files = new KeptFiles(store);
    this.#kept = new KeptVerification(repository, readVersion());
  }

  /** Cheap: whether there is something to verify since the last time. */
  async changed(): Promise<boolean> {
    if (this.#files.damaged || this.#isDistrusted || this.#checked !== undefined) return true;
    const seen = this.#seen();
    return seen === undefined || !isSame(await this.#store.refs(folder), seen);
  }

  /**
   * Verify what is there now.
   * @throws {QmsError} where it could not be checked.
   */
  async verify(previous: Snapshot | undefined): Promise<Snapshot> {
    // Read each time: a command may have remembered a newer head meanwhile.
    const trust = await readTrust(this.#session, this.#repository);
    const heads = [...trust.heads, ...headOf(previous).filter((one) => !isAmong(one, trust.heads))];
    const found = await this.#find({ ...trust, heads }, previous);
    const { register, headReached, head } = found.verification;
    const snapshot: Snapshot = {
      ...found,
      source: this.#repository.workTree ?? this.#repository.gitDir,
      readFile: (file: ContentFile) => this.#files.read(file),
    };
    // At a start from what was kept there are many, and nobody is to wait for them: `catchUp`.
    const isStart = this.#isUnchecked && previous === undefined;
    if (register !== undefined && headReached && !isStart) {
      await this.#files.keep(register, this.#now());
    }
    // What is shown is remembered, also beside an invalid next release or a contested document.
    // Without this, a restart after a rollback would show the older state as the current one.
    if (judge(snapshot).show) await this.#remember(head);
    return snapshot;
  }

  /**
   * To be called once the server answers: makes the next release quick, and verifies everything
   * where it was started from what was kept. What that finds is taken with the next look.
   */
  async catchUp({ verification }: Snapshot): Promise<void> {
    const { register, chain } = verification;
    if (!this.#isUnchecked || this.#closing.signal.aborted) return;
    if (register !== undefined) await this.#files.keep(register, this.#now());
    // Each value is read where it is asked for first, and not all of them in one go.
    for (const key of Object.keys(chain ?? {})) {
      Reflect.get(chain ?? {}, key);
      await nextTurn();
    }
    if (verification.seen !== undefined) await this.#checkKept();
    await this.#rehearse(verification);
  }

  /** Verify everything apart, where what is served was kept. */
  async #checkKept(): Promise<void> {
    for (let left = mostChecks; left > 0 && !this.#closing.signal.aborted; left--) {
      const refs = await this.#store.refs(folder);
      const at = this.#now();
      const trust = await readTrust(this.#session, this.#repository);
      const findings = await this.#apart(trust, at, true);
      if (findings === undefined) return;
      // What was verified meanwhile was verified by itself.
      if (!isSame(refs, await this.#store.refs(folder))) continue;
      this.#isUnchecked = false;
      this.#checked = { findings, refs, at };
      return;
    }
  }

  /**
   * Judge the first releases, and the newest state once more, for nothing but that the code for it
   * is compiled when the next release comes: the first ones took twice as long without this.
   */
  async #rehearse(last: Verification): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const refs = await this.#store.refs(folder);
    const isFirst = ({ name }: Ref): boolean =>
      Number(name.slice(releaseFolder.length)) <= rehearsed;
    const first = refsBelow(refs, releaseFolder).filter(isFirst);
    const nobody = { anchors: [], heads: [] };
    await this.#verify(first, nobody, this.#now());
    this.#closing.signal.throwIfAborted();
    await this.#verify(refs, nobody, this.#now(), last);
  }

  /** What came from the kept file could not be read: the next look goes from the beginning. */
  distrustKept(): void {
    this.#isDistrusted = true;
  }

  /** Keep the newest state for the next start. */
  async close(last: Snapshot | undefined): Promise<void> {
    this.#closing.abort();
    if (this.#isNewerThanKept && last !== undefined) {
      await this.#kept.write(last.verification, last.verifiedAt);
    }
    this.#kept.close();
  }

  async #find(trust: TrustMaterial, previous: Snapshot | undefined): Promise<Found> {
    const now = this.#now();
    const kept = previous === undefined ? await this.#start(trust, now) : undefined;
    if (kept !== undefined) return kept;
    // What changes while the verification runs is looked at again.
    const refs = await this.#store.refs(folder);
    this.#seen = () => refs;
    const checked = this.#checked;
    this.#checked = undefined;
    // What was found good before is not read again, so damage asks for a look from the beginning.
    const isWhole = this.#files.damaged || this.#isDistrusted;
    if (this.#isDistrusted) await this.#kept.remove();
    this.#isDistrusted = false;
    this.#files.forgetDamage();
    const last = previous?.verification ?? this.#kept.last(now);
    const mayGoOn = last !== undefined && (previous !== undefined || this.#isLarge(refs));
    if (isWhole || !mayGoOn) {
      return { verification: await this.#whole(refs, trust, now), verifiedAt: now };
    }
    this.#isUnchecked ||= previous === undefined;
    const verification = await this.#onward(refs, trust, now, last);
    if (checked === undefined || !isSame(checked.refs, refs))
      return { verification, verifiedAt: now };
    return { verification: withFindings(verification, checked.findings), verifiedAt: checked.at };
  }

  /** What was kept, where it is what a verification would find, and large enough to matter. */
  async #start(trust: TrustMaterial, now: number): Promise<Found | undefined> {
    if (this.#isDistrusted) return undefined;
    const verification = await this.#kept.current({ ...trust, now });
    if (verification?.register === undefined) return undefined;
    if (verification.register.releases.length < this.#largeFrom) return undefined;
    this.#isUnchecked = true;
    this.#seen = () => verification.seen?.refs;
    return { verification, verifiedAt: this.#kept.madeAt ?? now };
  }

  async #onward(
    refs: readonly Ref[],
    trust: TrustMaterial,
    now: number,
    previous: Verification,
  ): Promise<Verification> {
    try {
      const verification = await this.#verify(refs, trust, now, previous);
      this.#isNewerThanKept ||= this.#isLarge(refs) && verification.head !== previous.head;
      return verification;
    } catch (error) {
      if (!(error instanceof DamagedKeptFile)) throw error;
      await this.#kept.remove();
      return this.#whole(refs, trust, now);
    }
  }

  async #whole(refs: readonly Ref[], trust: TrustMaterial, now: number): Promise<Verification> {
    if (!this.#isLarge(refs)) return this.#verify(refs, trust, now);
    const findings = await this.#apart(trust, now, false);
    const kept = findings === undefined ? undefined : this.#kept.last(now);
    if (findings !== undefined && kept !== undefined && kept.head === findings.head) {
      return { ...kept, ...findings };
    }
    // What can't be kept, in a folder that may only be read, must be verified here.
    return this.#verify(refs, trust, now);
  }

  async #verify(
    refs: readonly Ref[],
    trust: TrustMaterial,
    now: number,
    previous?: Verification,
  ): Promise<Verification> {
    // Loading it takes longer than starting from what was kept.
    const { verifyRegister } = await import('../register/verify-register.ts');
    return verifyRegister({
      store: withRefs(this.#store, refs),
      cryptography: nodeCryptography,
      ...trust,
      now,
      ...(previous === undefined ? {} : { previous }),
    });
  }

  #apart(
    trust: TrustMaterial,
    now: number,
    isPatient: boolean,
  ): Promise<ApartFindings | undefined> {
    const { folder: path, surroundings } = this.#session;
    const order = { folder: path, ...trust, now, isPatient };
    return this.#verifyApart(order, surroundings.env, this.#closing.signal);
  }

  #isLarge(refs: readonly Ref[]): boolean {
    return refsBelow(refs, releaseFolder).length >= this.#largeFrom;
  }

  #now(): number {
    return Math.floor(this.#session.surroundings.now().getTime() / 1000);
  }

  async #remember(head: string | undefined): Promise<void> {
    if (head === undefined) return;
    const failed = await rememberHead(this.#repository, head);
    if (failed === undefined || this.#saidForgetful) return;
    this.#saidForgetful = true;
    this.#session.say(
      `${failed.problems[0].message} So the newest release is not remembered, and a restart would not notice that it is gone; start with --head ${head} then. ${failed.problems[0].remedy}`,
    );
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Most refs are the very objects that they were, so this is quick for many. */
const isSame = (one: readonly Ref[], other: readonly Ref[]): boolean =>
  one.length === other.length &&
  one.every((ref, at) => {
    const there = other[at];
    return ref === there || (ref.id === there?.id && ref.name === there.name);
  });

/** A store whose refs were read just now. */
function withRefs(store: ObjectStore, refs: readonly Ref[]): ObjectStore {
  return {
    state: () => store.state(),
    refs: (prefix) => (prefix === folder ? Promise.resolve(refs) : store.refs(prefix)),
    read: (ids, mostBytes) => store.read(ids, mostBytes),
    has: (ids) => store.has(ids),
    close: () => store.close(),
  };
}

/** A verification with what another one of the same refs found wrong beside it. */
function withFindings(verification: Verification, { problems }: ApartFindings): Verification {
  const known = new Set(verification.problems.map((one) => JSON.stringify(one)));
  const more = problems.filter(
    (one) => one.severity !== 'warning' && !known.has(JSON.stringify(one)),
  );
  if (more.length === 0) return verification;
  const all = [...verification.problems, ...more];
  return { ...verification, problems: all, outcome: outcomeOf(all) };
}

/** The newest release that was shown must stay: deleting it is no new state. */
function headOf(previous: Snapshot | undefined): readonly GivenHead[] {
  const head = parseHead(previous?.verification.head ?? '');
  return head === undefined ? [] : [{ ...head, source: 'The state that was served before' }];
}

const isAmong = (head: GivenHead, heads: readonly GivenHead[]): boolean =>
  heads.some(({ release, digest }) => release === head.release && digest === head.digest);
