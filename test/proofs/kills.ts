import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { StopStage, stopCommands } from '../support/stop-stage.ts';
import {
  type Reach,
  reaches,
  StopTrials,
  type Trial,
  type WholeRun,
} from '../support/stop-trial.ts';
import { compileCounter, type Stop } from '../support/stopped-program.ts';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What one command's trials showed. */
class Tally {
  readonly reached = new Map<Reach, number>(reaches.map((reach) => [reach, 0]));
  readonly again = new Map<string, number>();
  readonly asked = new Map<string, number>();
  trials = 0;
  locks = 0;
  faults = 0;

  add(trial: Trial): void {
    this.trials++;
    if (trial.locks > 0) this.locks++;
    if (trial.faults.length > 0) this.faults++;
    this.reached.set(trial.reach, (this.reached.get(trial.reach) ?? 0) + 1);
    this.again.set(trial.again, (this.again.get(trial.again) ?? 0) + 1);
    const asked = trial.asked.join(', then ');
    if (asked !== '') this.asked.set(asked, (this.asked.get(asked) ?? 0) + 1);
  }

  text(): string {
    const list = (map: ReadonlyMap<string, number>): string =>
      [...map].map(([name, count]) => `${name} ${String(count)}`).join(', ') || 'nothing';
    return [
      `${String(this.trials)} stops: ${list(this.reached)}`,
      `    left locks: ${String(this.locks)}; run again: ${list(this.again)}; asked for: ${list(this.asked)}; faults: ${String(this.faults)}`,
    ].join('\n');
  }
}

/**
 * Kill every command that writes at random moments and at random calls that change the file
 * system, and let the disk be full from each such call on. After each stop `git fsck --strict`
 * and `qms verify` must accept what is left, no text may be half written, and the same command
 * must succeed, be it after what its message says.
 *
 *     npm run prove -- kills --count 400 --seed 1 --only release --full every
 */
export async function prove(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      count: { type: 'string', default: '400' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      /** `every` call, `none`, or every n-th. */
      full: { type: 'string', default: 'every' },
    },
  });
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'git-qms-kills-'));
  const home = path.join(folder, 'gitconfig');
  writeFileSync(home, '');
  Object.assign(process.env, { HOME: folder, GIT_CONFIG_GLOBAL: home, GIT_CONFIG_NOSYSTEM: '1' });
  const stage = new StopStage();
  try {
    const counter = compileCounter(folder);
    console.log(
      counter === undefined ? 'Without a C compiler: random moments only.' : 'Calls are counted.',
    );
    await stage.build();
    const trials = new StopTrials(stage, [stage.program], counter);
    const commands = stopCommands.filter(({ name }) => name.startsWith(values.only));
    const random = randomFrom(Number(values.seed));
    let stops = 0;
    let faults = 0;
    const look = async (whole: WholeRun, stop: Stop, tally: Tally): Promise<void> => {
      const trial = await trials.stop(whole, stop);
      tally.add(trial);
      stops++;
      for (const fault of trial.faults) {
        faults++;
        console.log(`FAULT ${whole.command.name} ${JSON.stringify(stop)}: ${fault}`);
      }
    };
    for (const command of commands) {
      const whole = await trials.whole(command);
      console.log(`${command.name}: ${String(whole.calls)} calls in ${whole.ms.toFixed(0)} ms`);
      const killed = new Tally();
      for (let turn = 0; turn < Math.ceil(Number(values.count) / commands.length); turn++) {
        const whom = turn % 3 === 0 ? 'one' : 'all';
        const call = 1 + Math.floor(random() * whole.calls);
        const ms = whole.ms * (0.3 + 0.8 * random());
        const atCall = counter !== undefined && turn % 2 === 0;
        await look(
          whole,
          atCall ? { kind: 'at', call, whom } : { kind: 'after', ms, whom },
          killed,
        );
      }
      console.log(`  killed: ${killed.text()}`);
      if (counter === undefined || values.full === 'none') continue;
      const step = values.full === 'every' ? 1 : Number(values.full);
      const full = new Tally();
      for (let call = 1; call <= whole.calls; call += step) {
        await look(whole, { kind: 'full', call }, full);
      }
      console.log(`  disk full: ${full.text()}`);
    }
    console.log(`${String(stops)} stops, ${String(faults)} faults.`);
    return faults === 0;
  } finally {
    stage.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}
