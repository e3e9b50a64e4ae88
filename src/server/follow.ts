import { makeProblem, type Problem, QmsError } from '../problem/problem.ts';
import type { CurrentState, Snapshot } from '../publish/snapshot.ts';
import { standsBeyond } from '../register/beyond.ts';
import { contestCodes } from '../register/contest-codes.ts';

/** How a follower learns of new states; all of it is the caller's knowledge. */
export interface FollowOptions {
  /**
   * Verify what is there now, building on an earlier state where there is one.
   * @throws {QmsError} where it could not be checked.
   */
  readonly verify: (previous: Snapshot | undefined) => Promise<Snapshot>;
  /** Cheap, asked often: whether the refs differ from those that were verified last. */
  readonly changed: () => Promise<boolean>;
  /**
   * Hints that the refs may have changed, to look at once instead of at the next turn. They may
   * come for nothing, and may never come.
   * @returns Ends them.
   */
  readonly hints?: (hint: () => void) => () => void;
  /** Seconds since the epoch. */
  readonly now: () => number;
  /** How long to wait between two looks at the refs. */
  readonly pollMs?: number;
  /** Told of each state that is taken, and of each trouble that begins or ends. */
  readonly report?: (state: CurrentState) => void;
}

export interface Follower {
  /** What can be shown now: one pointer, swapped as a whole. */
  state(): CurrentState;
  /** Look now instead of at the next turn; resolves when the look is done. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/** How long to wait after a hint: a push writes several refs. */
const hintMs = 5;

/** How long until a verification that could not be done is tried again. */
const retrySeconds = 10;

/** Whether a snapshot may be shown, and what stands against the newest state of all. */
export interface Judgement {
  readonly show: boolean;
  readonly problems: readonly Problem[];
}

/**
 * Judge a verification before anything of it is shown.
 *
 * Shown is what verified: no error but those that mark contested documents, and no unknown. A
 * release after the last valid one that does not verify leaves the register good up to there, and
 * so does a tag among the releases that bears no number: that part is shown, and the problems are
 * reported. Without this one junk tag, pushed before a restart, would take the library away.
 */
export function judge(snapshot: Snapshot): Judgement {
  const { register, problems, headReached } = snapshot.verification;
  const grave = problems.filter(
    (problem) => problem.severity !== 'warning' && !contestCodes.has(problem.code),
  );
  if (register === undefined) return { show: false, problems: grave };
  const good = register.releases.length;
  const beyond = grave.every((problem) => standsBeyond(problem, good));
  // A register that ends before the release that is known shows what was superseded since.
  return { show: beyond && headReached, problems: grave };
}

/**
 * Follow a repository: verify once, then again whenever its refs change. A state that does not
 * verify never replaces one that did, nor does one with fewer releases; the trouble is kept
 * beside it until a state verifies again.
 */
export async function follow(options: FollowOptions): Promise<Follower> {
  let state: CurrentState = { snapshot: undefined, trouble: undefined };
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  /** Swap the pointer, but only for something new: pages are kept as long as it is the same. */
  const settle = (snapshot: Snapshot | undefined, problems: readonly Problem[]): void => {
    const known = state.trouble?.problems ?? [];
    const same = JSON.stringify(known) === JSON.stringify(problems);
    if (same && snapshot === state.snapshot) return;
    const since = state.trouble?.since ?? Math.floor(options.now());
    state = { snapshot, trouble: problems.length === 0 ? undefined : { since, problems } };
    options.report?.(state);
  };

  /** What could not be checked is tried again, though the refs stay the same. */
  let retryAt = Infinity;
  /** What a hinted look found, to be shown at the next turn if it is still so then. */
  let held: readonly Problem[] | undefined;

  /** A hint may come in the middle of a push: what is good is taken, and trouble waits. */
  const tell = (
    snapshot: Snapshot | undefined,
    problems: readonly Problem[],
    isHinted: boolean,
  ) => {
    held = isHinted && problems.length > 0 ? problems : undefined;
    settle(snapshot, held === undefined ? problems : (state.trouble?.problems ?? []));
  };

  const take = async (isHinted: boolean): Promise<void> => {
    let found: Snapshot;
    try {
      found = await options.verify(state.snapshot);
      retryAt = Infinity;
    } catch (error) {
      if (!(error instanceof QmsError)) throw error;
      retryAt = options.now() + retrySeconds;
      tell(state.snapshot, error.problems, isHinted);
      return;
    }
    const { show, problems } = judge(found);
    const shrunk = releasesOf(found) < releasesOf(state.snapshot);
    tell(show && !shrunk ? found : state.snapshot, problems, isHinted);
  };

  const lookOnce = async (isHinted: boolean): Promise<void> => {
    try {
      if ((await options.changed()) || options.now() >= retryAt) await take(isHinted);
      else if (held !== undefined && !isHinted) tell(state.snapshot, held, false);
    } catch (error) {
      // Refs that can't be read are trouble as well; what was verified stays.
      retryAt = options.now() + retrySeconds;
      const problems = error instanceof QmsError ? error.problems : [unreadable(error)];
      tell(state.snapshot, problems, isHinted);
    }
  };

  /** One look at a time; who asks while one runs waits for it and gets another after it. */
  const look = async (isHinted = false): Promise<void> => {
    while (running !== undefined) await running;
    running = lookOnce(isHinted);
    try {
      await running;
    } finally {
      running = undefined;
    }
  };

  let hinted: NodeJS.Timeout | undefined;
  const hint = (): void => {
    if (stopped) return;
    hinted ??= setTimeout(() => {
      hinted = undefined;
      void look(true);
    }, hintMs);
    hinted.unref();
  };

  const schedule = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      void look().then(schedule);
    }, options.pollMs ?? 1000);
    timer.unref();
  };

  await take(false);
  schedule();
  const endHints = options.hints?.(hint);
  return {
    state: () => state,
    look: () => look(),
    async stop() {
      stopped = true;
      endHints?.();
      clearTimeout(timer);
      clearTimeout(hinted);
      await running;
    },
  };
}

function unreadable(error: unknown): Problem {
  return makeProblem('server/state-kept', {
    message: `The repository could not be read: ${error instanceof Error ? error.message : String(error)}`,
    place: {},
  });
}

function releasesOf(snapshot: Snapshot | undefined): number {
  return snapshot?.verification.register?.releases.length ?? 0;
}
