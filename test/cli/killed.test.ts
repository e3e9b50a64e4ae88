import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StopStage, stopCommands } from '../support/stop-stage.ts';
import { StopTrials, type WholeRun } from '../support/stop-trial.ts';
import { compileCounter, type Stop } from '../support/stopped-program.ts';

/** A busy machine makes fewer stops; `npm run prove -- kills` makes hundreds of each command. */
const longest = 25_000;

describe('commands that write, stopped at any point', () => {
  const stage = new StopStage();
  beforeAll(() => stage.build());
  afterAll(() => {
    stage.remove();
  });

  /** With a counter, at calls that change the file system; otherwise at moments. */
  function stopsOf({ calls, ms }: WholeRun): readonly Stop[] {
    if (calls === 0) {
      return [0.5, 0.8].map((part) => ({
        kind: 'after',
        ms: ms * (part + 0.3 * Math.random()),
        whom: 'all',
      }));
    }
    const anywhere = (): number => 1 + Math.floor(calls * Math.random());
    return [
      // The refs come last.
      { kind: 'at', call: Math.max(1, calls - Math.floor(6 * Math.random())), whom: 'all' },
      { kind: 'at', call: anywhere(), whom: 'one' },
      { kind: 'full', call: anywhere() },
    ];
  }

  it('leave a sound repository, and can be run again', async () => {
    const counter = compileCounter(stage.shop.folder);
    if (counter === undefined) console.warn('No C compiler: commands are killed at moments only.');
    const trials = new StopTrials(stage, [stage.program], counter);
    const end = performance.now() + longest;
    const faults: string[] = [];
    let stops = 0;
    // Another order each time, so that a slow machine comes to all of them at last.
    for (const command of stopCommands.toSorted(() => Math.random() - 0.5)) {
      if (performance.now() > end) break;
      const whole = await trials.whole(command);
      for (const stop of stopsOf(whole)) {
        if (performance.now() > end) break;
        const trial = await trials.stop(whole, stop);
        stops++;
        for (const fault of trial.faults) {
          faults.push(`${command.name} ${JSON.stringify(stop)}: ${fault}`);
        }
      }
    }
    expect(faults).toEqual([]);
    // Without this, a machine that is too slow would let the test pass without a stop.
    expect(stops).toBeGreaterThan(0);
  }, 240_000);
});
