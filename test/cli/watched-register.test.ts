import { rmSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { Session } from '../../src/cli/session.ts';
import { verifyApart } from '../../src/cli/verify-apart.ts';
import { WatchedRegister } from '../../src/cli/watched-register.ts';
import { openGitProcessStore } from '../../src/git/git-process-store.ts';
import type { ObjectStore } from '../../src/git/object-store.ts';
import { openRepository } from '../../src/git/repository.ts';
import { stockEnvironment } from '../support/raw-repository.ts';
import { verify } from '../support/expect-verification.ts';
import { issue, looseShop, revise, sop, wi } from '../support/shop.ts';
import type { StockRegister } from '../support/stock-register.ts';

const stores: ObjectStore[] = [];
afterEach(async () => {
  for (const one of stores.splice(0)) await one.close();
});

/** A server's view of a register that counts as large, an hour after the last step of its story. */
async function watch(register: StockRegister): Promise<WatchedRegister> {
  const repository = await openRepository(register.repository.folder, stockEnvironment);
  const store = openGitProcessStore(repository);
  stores.push(store);
  const surroundings = {
    cwd: register.repository.folder,
    env: stockEnvironment,
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    now: () => new Date((register.clock + 3600) * 1000),
    terminal: { input: false, output: false, error: false, columns: 80 },
    untilStopped: () => new AbortController().signal,
  };
  return new WatchedRegister(
    repository,
    store,
    new Session(surroundings, { anchor: register.anchor }),
    1,
    // Node runs the sources only with this.
    (order, env, signal) => verifyApart(order, env, signal, ['--import', 'tsx']),
  );
}

it('starts with what was kept, and goes on from there with what a whole verification finds', async () => {
  const register = looseShop();
  const first = await watch(register);
  const before = await first.verify(undefined);
  revise(register);
  const kept = await first.verify(before);
  await first.close(kept);
  const began = kept.verifiedAt;

  const second = await watch(register);
  const start = await second.verify(undefined);
  expect(start.verification.head).toBe(kept.verification.head);
  expect(start.verification.outcome).toBe('verified');
  expect(start.verifiedAt).toBe(began);
  expect(await second.changed()).toBe(false);
  issue(register, sop('4'), wi('B'));
  expect(await second.changed()).toBe(true);
  const next = await second.verify(start);
  const whole = await verify(register);
  expect(next.verification.register?.releases).toHaveLength(whole.register?.releases.length ?? 0);
  expect(next.verification.head).toBe(whole.head);
  expect(next.verification.problems).toEqual([]);
  expect(await second.changed()).toBe(false);
  await second.close(next);
});

it('finds out beside its readers what is wrong with what was kept, and says so from then on', async () => {
  const register = looseShop();
  const first = await watch(register);
  const before = await first.verify(undefined);
  revise(register);
  await first.close(await first.verify(before));
  const { repository } = register;
  const evidence = repository.git('rev-parse', 'refs/tags/qms/release/2^{commit}:evidence').trim();
  rmSync(repository.objectFile(evidence));

  const second = await watch(register);
  const start = await second.verify(undefined);
  expect(start.verification.outcome).toBe('verified');
  await second.catchUp(start);
  expect(await second.changed()).toBe(true);
  const next = await second.verify(start);
  expect(next.verification.outcome).toBe('undecided');
  expect(next.verification.problems.map(({ code }) => code)).toContain('git/object-missing');
  expect(next.verification.register?.releases).toHaveLength(
    start.verification.register?.releases.length ?? 0,
  );
  // What was found is told once, and not looked for again.
  expect(await second.changed()).toBe(false);
  await second.catchUp(next);
  expect(await second.changed()).toBe(false);
  await second.close(next);
});

it('believes nothing kept that it was told to distrust', async () => {
  const register = looseShop();
  const first = await watch(register);
  const before = await first.verify(undefined);
  revise(register);
  await first.close(await first.verify(before));
  const second = await watch(register);
  const start = await second.verify(undefined);
  second.distrustKept();
  expect(await second.changed()).toBe(true);
  const again = await second.verify(start);
  expect(again.verification.register?.releases[0]).not.toBe(
    start.verification.register?.releases[0],
  );
  expect(again.verification.head).toBe(start.verification.head);
  await second.close(again);
});
