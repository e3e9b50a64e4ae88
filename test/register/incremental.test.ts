import { describe, expect, it } from 'vitest';
import type { Verification } from '../../src/register/register.ts';
import { expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import { issue, revise, shop, sop, wi } from '../support/shop.ts';

/** All that a verification says, without what it keeps for the next one. */
function said(verification: Verification) {
  const { chain, approvals, ...rest } = verification;
  return { ...rest, loose: approvals.map((one) => one.name), last: chain?.releases.length };
}

describe('a verification that goes on from an earlier one', () => {
  it('says the same as one from the beginning', async () => {
    const register = shop();
    const first = await verify(register);
    issue(register, sop('3'), wi('B'));
    register.approve(sop('4'), { by: 'alice', as: 'quality-manager approved' });
    const onward = await verify(register, { previous: first });
    expect(said(onward)).toEqual(said(await verify(register)));
    expectVerified(onward);
    expect(onward.register?.releases).toHaveLength(4);
    expect(first.register?.releases).toHaveLength(3);
  });

  it('does not read again what was found good', async () => {
    const register = shop();
    const first = await verify(register);
    const again = await verify(register, { previous: first });
    expect(again.register?.releases[1]).toBe(first.register?.releases[1]);
  });

  it('starts over where a release that it rests on was replaced', async () => {
    const register = shop();
    const first = await verify(register);
    const other = shop();
    revise(other, { edition: sop('3', { body: 'Something else.\n' }) });
    revise(register);
    const onward = await verify(register, { previous: first });
    const elsewhere = await verify(other, { previous: onward });
    expect(said(elsewhere)).toEqual(said(await verify(other)));
    expect(elsewhere.register?.releases[3]?.digest).not.toBe(onward.register?.releases[3]?.digest);
  });

  it('is not misled by a release that it found wrong', async () => {
    const register = shop();
    const first = await verify(register);
    const broken = register.fork();
    revise(broken, { bob: { by: 'dave' } });
    const wrong = await verify(broken, { previous: first });
    expectProblem(wrong, { code: 'approval/role', upTo: 3, release: 4 });
    expectProblem(await verify(broken, { previous: wrong }), { code: 'approval/role', upTo: 3 });
    revise(register);
    const right = await verify(register, { previous: wrong });
    expectVerified(right);
    expect(said(right)).toEqual(said(await verify(register)));
  });
});
