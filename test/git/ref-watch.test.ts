import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { watchRefs } from '../../src/git/ref-watch.ts';
import { openRepository } from '../../src/git/repository.ts';
import { ScratchRepository } from './scratch-repository.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A repository whose releases are watched, and whether anything was told since the last asking. */
async function scene(prepare: (scratch: ScratchRepository) => void = () => undefined) {
  const scratch = new ScratchRepository();
  scratch.commit('a', 'a');
  prepare(scratch);
  let hints = 0;
  const repository = await openRepository(scratch.folder, {});
  stops.push(watchRefs(repository, 'refs/tags/qms/release', () => (hints += 1)));
  const told = async (): Promise<boolean> => {
    const end = performance.now() + 3000;
    while (hints === 0 && performance.now() < end) await sleep(5);
    // What else belongs to the same change is told by then.
    await sleep(50);
    const was = hints > 0;
    hints = 0;
    return was;
  };
  return { scratch, told, count: () => hints };
}

describe('watched refs', () => {
  it('tell of releases, also where their folder comes only later', async () => {
    const { scratch, told } = await scene();
    scratch.git('tag', 'qms/release/1');
    expect(await told()).toBe(true);
    scratch.git('tag', 'qms/release/2');
    expect(await told()).toBe(true);
    scratch.git('tag', '-d', 'qms/release/2');
    expect(await told()).toBe(true);
  });

  it('tell of what is packed, and of releases after their folder was packed away', async () => {
    const { scratch, told } = await scene((made) => made.git('tag', 'qms/release/1'));
    scratch.git('pack-refs', '--all');
    expect(await told()).toBe(true);
    scratch.git('tag', 'qms/release/2');
    expect(await told()).toBe(true);
    scratch.git('tag', '-f', 'qms/release/2');
    expect(await told()).toBe(true);
  });

  it('tell nothing of the work in the repository', async () => {
    const { scratch, count } = await scene();
    scratch.git('add', '-A');
    scratch.git('config', 'a.b', 'c');
    scratch.commit('b', 'b');
    await sleep(100);
    expect(count()).toBe(0);
  });

  it('are none where the repository can not be watched, and nothing is thrown', async () => {
    const scratch = new ScratchRepository();
    const repository = await openRepository(scratch.folder, {});
    rmSync(join(scratch.folder, '.git'), { recursive: true });
    expect(() => {
      watchRefs(repository, 'refs/tags/qms/release', () => undefined)();
    }).not.toThrow();
  });
});
