import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectVerified, verify } from '../support/expect-verification.ts';
import { shop } from '../support/shop.ts';

describe('the outcome of a verification', () => {
  it('is the same with either store', async () => {
    const register = shop();
    const byGit = await verify(register, { store: 'git' });
    const byLibrary = await verify(register, { store: 'isomorphic' });
    expect({ ...byLibrary, chain: undefined }).toEqual({ ...byGit, chain: undefined });
    expectVerified(byLibrary);
  });

  it('does not change with refs that are none of ours', async () => {
    const plain = await verify(shop());
    const name = fc
      .constantFrom('refs/heads/', 'refs/tags/', 'refs/remotes/origin/', 'refs/notes/')
      .chain((space) =>
        fc.stringMatching(/^[a-z][a-z0-9-]{0,11}$/).map((rest) => `${space}${rest}`),
      );
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { maxLength: 5 }), async (names) => {
        const register = shop();
        for (const one of names) register.repository.ref(one, register.main);
        const { outcome, head, problems } = await verify(register);
        expect({ outcome, head, problems }).toEqual({
          outcome: 'verified',
          head: plain.head,
          problems: [],
        });
      }),
      { numRuns: 10 },
    );
  });

  it('says which register it is, and claims nothing, without an anchor', async () => {
    const register = shop();
    const { outcome, anchor, problems } = await verify(register, { anchors: [] });
    expect({ outcome, anchor }).toEqual({ outcome: 'undecided', anchor: register.anchor });
    expect(problems.map((problem) => problem.code)).toEqual(['anchor/missing']);
  });
});
