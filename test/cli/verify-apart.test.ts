import { describe, expect, it } from 'vitest';
import { KeptVerification } from '../../src/cli/kept-verification.ts';
import { type ApartOrder, verifyApart } from '../../src/cli/verify-apart.ts';
import { readVersion } from '../../src/cli/version.ts';
import { openRepository } from '../../src/git/repository.ts';
import { stockEnvironment } from '../support/raw-repository.ts';
import { looseShop, revise } from '../support/shop.ts';

/** Node runs the sources only with this. */
const withSources = ['--import', 'tsx'];

function scene() {
  const register = looseShop();
  revise(register);
  const order: ApartOrder = {
    folder: register.repository.folder,
    anchors: [{ digest: register.anchor, source: 'a test' }],
    heads: [],
    now: register.clock + 60,
    isPatient: true,
  };
  return { register, order };
}

const keptIn = async (folder: string, now: number) => {
  const repository = await openRepository(folder, stockEnvironment);
  return new KeptVerification(repository, readVersion()).last(now);
};

describe('a verification in a process of its own', () => {
  it('tells what it found, and leaves the register in the kept file', async () => {
    const { register, order } = scene();
    const { signal } = new AbortController();
    const found = await verifyApart(order, stockEnvironment, signal, withSources);
    const head = register.head();
    expect(found).toMatchObject({
      outcome: 'verified',
      anchor: register.anchor,
      anchorSource: 'a test',
      head: `${String(head.release)}:${head.digest}`,
      problems: [],
    });
    const kept = await keptIn(order.folder, order.now);
    expect(kept?.head).toBe(found?.head);
    expect(kept?.register?.documents.get('SOP-001')?.revisions.at(-1)?.revision).toBe('3');
  });

  it('tells problems as they are', async () => {
    const { register, order } = scene();
    register.repository.deleteRef('refs/tags/qms/release/2');
    const { signal } = new AbortController();
    const found = await verifyApart(order, stockEnvironment, signal, withSources);
    expect(found?.outcome).toBe('problems');
    expect(found?.problems.map(({ code }) => code)).toContain('chain/gap');
  });

  it('finds nothing where it is stopped, or can not run', async () => {
    const { order } = scene();
    const stopping = new AbortController();
    stopping.abort();
    expect(await verifyApart(order, stockEnvironment, stopping.signal, withSources)).toBe(
      undefined,
    );
    const { signal } = new AbortController();
    const broken = ['--import', 'data:text/javascript,throw new Error("broken")'];
    expect(await verifyApart(order, stockEnvironment, signal, broken)).toBe(undefined);
    expect(await keptIn(order.folder, order.now)).toBe(undefined);
  });
});
