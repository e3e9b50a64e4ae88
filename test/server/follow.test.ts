import { describe, expect, it } from 'vitest';

import { makeProblem, type Problem, QmsError } from '../../src/problem/problem.ts';
import type { CurrentState, Snapshot } from '../../src/publish/snapshot.ts';
import { follow, type FollowOptions, judge } from '../../src/server/follow.ts';
import {
  fixtureRegister,
  fixtureSnapshot,
  fixtureVerification,
} from '../support/register-fixture.ts';

const problem = (code: Problem['code'], release?: number): Problem =>
  makeProblem(code, {
    message: `Something about ${code}.`,
    place: {},
    ...(release === undefined ? {} : { release }),
  });

/** The fixture's register up to a release, with problems. */
function snapshotUpTo(releases: number, problems: readonly Problem[] = []): Snapshot {
  const register = fixtureRegister();
  const cut = { ...register, releases: register.releases.slice(0, releases) };
  return { ...fixtureSnapshot(), verification: fixtureVerification(problems, cut) };
}

/** The same with hints, which a test gives. */
async function hinted(first: () => Snapshot) {
  let hint = (): void => undefined;
  let ended = false;
  const f = await followed(first, {
    hints: (given) => {
      hint = given;
      return () => {
        ended = true;
      };
    },
  });
  return {
    ...f,
    ended: () => ended,
    hint: async () => {
      hint();
      await new Promise((resolve) => setTimeout(resolve, 30));
    },
  };
}

/** Follow a repository whose states a test puts in place. */
async function followed(
  first: () => Snapshot,
  more: Partial<FollowOptions> = {},
): Promise<{
  readonly put: (next: () => Snapshot) => void;
  readonly look: () => Promise<CurrentState>;
  readonly state: () => CurrentState;
  readonly stop: () => Promise<void>;
  readonly reports: CurrentState[];
  readonly verifications: () => number;
  readonly tick: (seconds: number) => void;
}> {
  let next = first;
  let changed = false;
  let now = 1000;
  let count = 0;
  const reports: CurrentState[] = [];
  const follower = await follow({
    verify: () => {
      changed = false;
      count += 1;
      return Promise.resolve().then(() => next());
    },
    changed: () => Promise.resolve(changed),
    now: () => now,
    pollMs: 1_000_000,
    report: (state) => reports.push(state),
    ...more,
  });
  return {
    put(to) {
      next = to;
      changed = true;
    },
    async look() {
      await follower.look();
      return follower.state();
    },
    state: () => follower.state(),
    stop: () => follower.stop(),
    reports,
    verifications: () => count,
    tick: (seconds) => {
      now += seconds;
    },
  };
}

describe('what may be shown', () => {
  it('is what verified, also with warnings and contested documents', () => {
    expect(judge(snapshotUpTo(8))).toEqual({ show: true, problems: [] });
    const marked = [
      problem('release/contested'),
      problem('release/rejected'),
      problem('release/rejected-later'),
    ];
    expect(judge(snapshotUpTo(8, marked))).toEqual({ show: true, problems: [] });
  });

  it('is the register up to the last valid release where a later one is no valid release', () => {
    const junk = problem('release/signature-bad', 9);
    expect(judge(snapshotUpTo(8, [junk]))).toEqual({ show: true, problems: [junk] });
    const others = [problem('chain/name'), problem('chain/gap', 9)];
    expect(judge(snapshotUpTo(8, others))).toEqual({ show: true, problems: others });
  });

  it('is nothing with any other error or unknown', () => {
    for (const code of [
      'anchor/missing',
      'anchor/mismatch',
      'head/rolled-back',
      'chain/gap',
    ] as const) {
      expect(judge(snapshotUpTo(8, [problem(code)])).show).toBe(false);
    }
    expect(judge(snapshotUpTo(8, [problem('release/signature-bad', 8)])).show).toBe(false);
    const none = {
      ...fixtureSnapshot(),
      verification: { ...fixtureVerification(), register: undefined },
    };
    expect(judge(none).show).toBe(false);
  });
});

describe('a follower', () => {
  it('takes a new release when the refs changed, and only then', async () => {
    const seven = snapshotUpTo(7);
    const eight = snapshotUpTo(8);
    const f = await followed(() => seven);
    expect((await f.look()).snapshot).toBe(seven);
    expect(f.verifications()).toBe(1);
    f.put(() => eight);
    expect(await f.look()).toEqual({ snapshot: eight, trouble: undefined });
    expect(f.verifications()).toBe(2);
  });

  it('keeps the last verified state when a newer one does not verify, and says since when', async () => {
    const seven = snapshotUpTo(7);
    const f = await followed(() => seven);
    f.put(() => snapshotUpTo(8, [problem('chain/gap')]));
    const state = await f.look();
    expect(state.snapshot).toBe(seven);
    expect(state.trouble).toEqual({ since: 1000, problems: [problem('chain/gap')] });
    f.tick(50);
    f.put(() => snapshotUpTo(8, [problem('chain/gap'), problem('head/rolled-back')]));
    expect((await f.look()).trouble?.since).toBe(1000);
  });

  it('forgets the trouble when a state verifies again', async () => {
    const f = await followed(() => snapshotUpTo(7));
    f.put(() => snapshotUpTo(8, [problem('chain/gap')]));
    await f.look();
    const eight = snapshotUpTo(8);
    f.put(() => eight);
    expect(await f.look()).toEqual({ snapshot: eight, trouble: undefined });
    expect(f.reports.map((each) => each.trouble === undefined)).toEqual([true, false, true]);
  });

  it('never goes back to fewer releases, even where these verify', async () => {
    const eight = snapshotUpTo(8);
    const f = await followed(() => eight);
    f.put(() => snapshotUpTo(7));
    expect((await f.look()).snapshot).toBe(eight);
  });

  it('takes the good part and reports the rest where a junk release was pushed before it started', async () => {
    const junk = problem('release/signature-bad', 9);
    const eight = snapshotUpTo(8, [junk]);
    const f = await followed(() => eight);
    expect(await f.look()).toMatchObject({ snapshot: eight, trouble: { problems: [junk] } });
  });

  it('starts with nothing to show where nothing verifies', async () => {
    const f = await followed(() => snapshotUpTo(8, [problem('anchor/mismatch')]));
    expect(await f.look()).toMatchObject({ snapshot: undefined, trouble: { since: 1000 } });
  });

  it('keeps its state when it could not check, and tries again a little later', async () => {
    const eight = snapshotUpTo(8);
    const f = await followed(() => eight);
    f.put(() => {
      throw QmsError.of('git/object-missing', { message: 'An object is missing.', place: {} });
    });
    const state = await f.look();
    expect(state.snapshot).toBe(eight);
    expect(state.trouble?.problems[0]?.code).toBe('git/object-missing');
    expect(f.verifications()).toBe(2);
    await f.look();
    expect(f.verifications()).toBe(2);
    f.tick(11);
    await f.look();
    expect(f.verifications()).toBe(3);
  });

  it('reports trouble when the refs themselves can not be read', async () => {
    const eight = snapshotUpTo(8);
    const f = await followed(() => eight, {
      changed: () => Promise.reject(new Error('EIO: i/o error')),
    });
    const state = await f.look();
    expect(state.snapshot).toBe(eight);
    expect(state.trouble?.problems[0]).toMatchObject({ code: 'server/state-kept' });
    const before = f.reports.length;
    await f.look();
    expect(f.reports).toHaveLength(before);
  });

  it('never runs two verifications at a time', async () => {
    let running = 0;
    let most = 0;
    const f = await followed(() => snapshotUpTo(8), {
      changed: () => Promise.resolve(true),
      verify: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        return snapshotUpTo(8);
      },
    });
    await Promise.all([f.look(), f.look(), f.look()]);
    expect(most).toBe(1);
  });

  it('looks at once when it is given a hint, without waiting for its turn', async () => {
    const eight = snapshotUpTo(8);
    const f = await hinted(() => snapshotUpTo(7));
    f.put(() => eight);
    await f.hint();
    expect(f.state()).toEqual({ snapshot: eight, trouble: undefined });
    expect(f.verifications()).toBe(2);
    await f.hint();
    expect(f.verifications()).toBe(2);
  });

  it('takes what is good of a push that is still under way, and tells the trouble only if it stays', async () => {
    const gap = problem('chain/gap', 9);
    const eight = snapshotUpTo(8, [gap]);
    const ten = snapshotUpTo(8);
    const f = await hinted(() => snapshotUpTo(7));
    f.put(() => eight);
    await f.hint();
    expect(f.state()).toEqual({ snapshot: eight, trouble: undefined });
    f.put(() => ten);
    await f.hint();
    await f.look();
    expect(f.state()).toEqual({ snapshot: ten, trouble: undefined });
    expect(f.reports.every((each) => each.trouble === undefined)).toBe(true);
    f.put(() => eight);
    await f.hint();
    await f.hint();
    expect(f.state().trouble).toBeUndefined();
    await f.look();
    expect(f.state().trouble?.problems).toEqual([gap]);
    expect(f.verifications()).toBe(4);
  });

  it('keeps a known trouble when a hint finds another, until its turn', async () => {
    const first = problem('chain/gap', 9);
    const second = problem('release/signature-bad', 9);
    const f = await hinted(() => snapshotUpTo(8, [first]));
    f.put(() => {
      throw new QmsError(second);
    });
    await f.hint();
    expect(f.state().trouble?.problems).toEqual([first]);
    await f.look();
    expect(f.state().trouble?.problems).toEqual([second]);
  });

  it('asks for no more hints once it is stopped', async () => {
    const f = await hinted(() => snapshotUpTo(8));
    await f.stop();
    expect(f.ended()).toBe(true);
    f.put(() => snapshotUpTo(8));
    await f.hint();
    expect(f.verifications()).toBe(1);
  });

  it('looks by itself and stops when it is told to', async () => {
    let looks = 0;
    const follower = await follow({
      verify: () => Promise.resolve(snapshotUpTo(8)),
      changed: () => {
        looks += 1;
        return Promise.resolve(false);
      },
      now: () => 0,
      pollMs: 5,
    });
    await new Promise((resolve) => setTimeout(resolve, 60));
    await follower.stop();
    const seen = looks;
    expect(seen).toBeGreaterThan(1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(looks).toBe(seen);
  });
});
