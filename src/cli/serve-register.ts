import { openStore } from '../git/open-store.ts';
import { watchRefs } from '../git/ref-watch.ts';
import { openRepository } from '../git/repository.ts';
import { exitCodes, outcomeOf } from '../problem/problem.ts';
import type { RenderText } from '../publish/render-text.ts';
import type { CurrentState, Snapshot } from '../publish/snapshot.ts';
import { type AppOptions, createApp } from '../server/app.ts';
import { type Follower, follow } from '../server/follow.ts';
import { Library } from '../server/library.ts';
import { isLoopback, listen, loopbackHosts } from '../server/listen.ts';
import { DamagedKeptFile } from './kept-sections.ts';
import { countProblems } from './problem-text.ts';
import type { Session } from './session.ts';
import { WatchedRegister } from './watched-register.ts';

/** How long readers are alone with a server that has just started. */
const quietMs = 1000;
/** Pages that are made before anybody asks. */
const preparedPages = 12;

const seconds = (now: Date): number => Math.floor(now.getTime() / 1000);

/** Serve the register of the repository in which the command runs, until it is stopped. */
export async function serve(
  session: Session,
  render: RenderText,
  port: number,
  host: string,
): Promise<number> {
  const { env, now } = session.surroundings;
  const repository = await openRepository(session.folder, env);
  const store = await openStore(repository);
  try {
    const watched = new WatchedRegister(repository, store, session);
    let shown: CurrentState = { snapshot: undefined, trouble: undefined };
    const follower = await follow({
      verify: (previous) => watched.verify(previous),
      changed: () => watched.changed(),
      hints: (hint) => watchRefs(repository, 'refs/tags/qms/release', hint),
      now: () => seconds(now()),
      report: (state) => {
        sayState(state, shown, session);
        shown = state;
      },
    });
    try {
      return await serveStates({ follower, watched, render }, session, port, host);
    } finally {
      await follower.stop();
      await watched.close(follower.state().snapshot);
    }
  } finally {
    await store.close();
  }
}

interface Serving {
  readonly follower: Follower;
  readonly watched: WatchedRegister;
  readonly render: RenderText;
}

async function serveStates(
  { follower, watched, render }: Serving,
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
  const now = (): number => seconds(session.surroundings.now());
  const library = new Library(() => follower.state(), now, render);
  const options: AppOptions = {
    snapshot: () => follower.state(),
    library,
    now,
    faulted: (error, address) => {
      if (error instanceof DamagedKeptFile) watched.distrustKept();
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
      session.say(`${address}: ${what}`);
    },
    ...(isLoopback(host) ? { hosts: loopbackHosts } : {}),
  };
  const listening = await listen(createApp(options), { host, port });
  const releases = state.snapshot.verification.register?.releases.length ?? 0;
  if (session.json) session.printJson({ address: listening.address, port: listening.port });
  else session.print(listening.address);
  session.say(`Serving release ${String(releases)}, verified. Ctrl-C ends it.`);
  const { snapshot } = state;
  const catchingUp = setTimeout(() => {
    void prepare(library, watched, snapshot, stopped);
  }, quietMs);
  await new Promise<void>((resolve) => {
    if (stopped.aborted) resolve();
    stopped.addEventListener('abort', () => {
      resolve();
    });
  });
  clearTimeout(catchingUp);
  await listening.close();
  return 0;
}

/** What is done once readers had the server to themselves; the whole verification comes first. */
async function prepare(
  library: Library,
  watched: WatchedRegister,
  snapshot: Snapshot,
  stopped: AbortSignal,
): Promise<void> {
  try {
    await watched.catchUp(snapshot);
  } catch (error) {
    if (error instanceof DamagedKeptFile) watched.distrustKept();
  }
  await library.prepare(preparedPages, stopped).catch(() => undefined);
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
