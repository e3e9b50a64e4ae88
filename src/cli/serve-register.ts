import type { ContentFile } from '../document/document.ts';
import { nodeCryptography } from '../git/node-cryptography.ts';
import type { ObjectStore, Ref } from '../git/object-store.ts';
import { openStore } from '../git/open-store.ts';
import { watchRefs } from '../git/ref-watch.ts';
import { openRepository, type Repository } from '../git/repository.ts';
import { exitCodes, outcomeOf } from '../problem/problem.ts';
import type { CurrentState, Snapshot } from '../publish/snapshot.ts';
import { type GivenHead, parseHead } from '../register/trust.ts';
import { verifyRegister } from '../register/verify-register.ts';
import { type AppOptions, createApp } from '../server/app.ts';
import { type Follower, follow, judge } from '../server/follow.ts';
import { isLoopback, listen, loopbackHosts } from '../server/listen.ts';
import { KeptFiles } from './kept-files.ts';
import { readTrust } from './open-register.ts';
import { countProblems } from './problem-text.ts';
import { rememberHead } from './remembered-head.ts';
import type { Session } from './session.ts';

const seconds = (now: Date): number => Math.floor(now.getTime() / 1000);

/** Where the refs stand on which a verification rests. */
const folder = 'refs/tags/qms/';

/** Most refs are the very objects that they were, so this is quick for many. */
const isSame = (one: readonly Ref[], other: readonly Ref[]): boolean =>
  one.length === other.length &&
  one.every((ref, at) => {
    const there = other[at];
    return ref === there || (ref.id === there?.id && ref.name === there.name);
  });

/** Verifies the repository again and again, each time building on the last good state. */
class Watched {
  readonly #repository: Repository;
  readonly #store: ObjectStore;
  readonly #session: Session;
  readonly #files: KeptFiles;
  #seen: readonly Ref[] | undefined;
  #saidForgetful = false;

  constructor(repository: Repository, store: ObjectStore, session: Session) {
    this.#repository = repository;
    this.#store = store;
    this.#session = session;
    this.#files = new KeptFiles(store);
  }

  async changed(): Promise<boolean> {
    if (this.#files.damaged || this.#seen === undefined) return true;
    return !isSame(await this.#store.refs(folder), this.#seen);
  }

  async verify(previous: Snapshot | undefined): Promise<Snapshot> {
    // Taken before the verification: what changes while it runs is looked at again.
    this.#seen = await this.#store.refs(folder);
    const now = seconds(this.#session.surroundings.now());
    const store = this.#store;
    // What was found good before is not read again, so damage asks for a look from the beginning.
    const onward = !this.#files.damaged && previous !== undefined;
    this.#files.forgetDamage();
    // Read each time: a command may have remembered a newer head meanwhile.
    const { anchors, heads } = await readTrust(this.#session, this.#repository);
    const verification = await verifyRegister({
      store,
      cryptography: nodeCryptography,
      anchors,
      heads: [...heads, ...headOf(previous).filter((one) => !isAmong(one, heads))],
      now,
      ...(onward ? { previous: previous.verification } : {}),
    });
    const { register } = verification;
    if (register !== undefined && verification.headReached) await this.#files.keep(register, now);
    const snapshot = {
      verification,
      verifiedAt: now,
      source: this.#repository.workTree ?? this.#repository.gitDir,
      readFile: (file: ContentFile) => this.#files.read(file),
    };
    // What is shown is remembered, also beside an invalid next release or a contested document.
    // Without this, a restart after a rollback would show the older state as the current one.
    if (judge(snapshot).show) await this.#remember(verification.head);
    return snapshot;
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

/** The newest release that was shown must stay: deleting it is no new state. */
function headOf(previous: Snapshot | undefined): readonly GivenHead[] {
  const head = parseHead(previous?.verification.head ?? '');
  return head === undefined ? [] : [{ ...head, source: 'The state that was served before' }];
}

const isAmong = (head: GivenHead, heads: readonly GivenHead[]): boolean =>
  heads.some(({ release, digest }) => release === head.release && digest === head.digest);

/** Serve the register of the repository in which the command runs, until it is stopped. */
export async function serve(session: Session, port: number, host: string): Promise<number> {
  const { env, now } = session.surroundings;
  const repository = await openRepository(session.folder, env);
  const store = await openStore(repository);
  try {
    const watched = new Watched(repository, store, session);
    let shown: CurrentState = { snapshot: undefined, trouble: undefined };
    const follower = await follow({
      verify: (previous) => watched.verify(previous),
      changed: () => watched.changed(),
      hints: (hint) => watchRefs(repository, `${folder}release`, hint),
      now: () => seconds(now()),
      report: (state) => {
        sayState(state, shown, session);
        shown = state;
      },
    });
    try {
      return await serveStates(follower, session, port, host);
    } finally {
      await follower.stop();
    }
  } finally {
    await store.close();
  }
}

async function serveStates(
  follower: Follower,
  session: Session,
  port: number,
  host: string,
): Promise<number> {
  const state = follower.state();
  if (state.snapshot === undefined) {
    const problems = state.trouble?.problems ?? [];
    session.say('Nothing is served, because the register does not verify.');
    const [first] = problems;
    if (first !== undefined) session.say(`What it means: qms explain ${first.code}`);
    return exitCodes[outcomeOf(problems)];
  }
  const stopped = session.surroundings.untilStopped();
  const options: AppOptions = {
    snapshot: () => follower.state(),
    now: () => seconds(session.surroundings.now()),
    log: (entry) => {
      if (entry.fault !== undefined) session.say(`${entry.address}: ${entry.fault}`);
    },
    ...(isLoopback(host) ? { hosts: loopbackHosts } : {}),
  };
  const listening = await listen(createApp(options), { host, port });
  const releases = state.snapshot.verification.register?.releases.length ?? 0;
  if (session.json) session.printJson({ address: listening.address, port: listening.port });
  else session.print(listening.address);
  session.say(`Serving release ${String(releases)}, verified. Ctrl-C ends it.`);
  await new Promise<void>((resolve) => {
    if (stopped.aborted) resolve();
    stopped.addEventListener('abort', () => {
      resolve();
    });
  });
  await listening.close();
  return 0;
}

/** One line for each state that is taken and each trouble that begins or ends. */
function sayState(state: CurrentState, before: CurrentState, session: Session): void {
  const { trouble, snapshot } = state;
  const releases = snapshot?.verification.register?.releases.length ?? 0;
  const known = before.snapshot?.verification.register?.releases.length ?? 0;
  const isNewer = before.snapshot !== undefined && releases !== known;
  if (isNewer) session.say(`Release ${String(releases)} verified and served.`);
  if (trouble === undefined || trouble.problems === before.trouble?.problems) return;
  session.sayProblems(trouble.problems);
  if (snapshot === undefined) return;
  const count = countProblems(trouble.problems);
  session.say(
    isNewer
      ? `What stands beyond it did not verify (${count}).`
      : `The newest state did not verify (${count}); the last one that did stays.`,
  );
}
