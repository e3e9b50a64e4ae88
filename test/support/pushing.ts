import { expect } from 'vitest';
import { openGitProcessStore } from '../../src/git/git-process-store.ts';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { isFastForward } from '../../src/git/quarantine.ts';
import { judgePush, type PushVerdict } from '../../src/register/push/judge-push.ts';
import type { PushedRef } from '../../src/register/push/pushed-refs.ts';
import type { Verification } from '../../src/register/register.ts';
import { inWords } from './expect-verification.ts';
import { stockEnvironment } from './raw-repository.ts';
import { sop } from './shop.ts';
import type { ApprovalOptions, StockRegister } from './stock-register.ts';

export interface PushSettings {
  /** Seconds after the last step of the story; a minute where it is not given. */
  readonly later?: number;
  readonly mirror?: boolean;
  /** Null for a server that was not told. */
  readonly anchor?: string | null;
  readonly protectedBranches?: readonly string[];
  readonly previous?: Verification;
}

/** The commands of a push that makes the refs of `before` those of `after`. */
function commandsBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): PushedRef[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .map((name) => ({ name, from: before.get(name), to: after.get(name) }))
    .filter(({ from, to }) => from !== to);
}

/**
 * Push what somebody does in a register: the server holds the refs from before it, and sees the
 * objects that came of it.
 */
export async function pushTo(
  register: StockRegister,
  act: (register: StockRegister) => void,
  settings: PushSettings = {},
): Promise<PushVerdict> {
  const { repository } = register;
  const before = new Map(repository.refs);
  act(register);
  const pushed = commandsBetween(before, repository.refs);
  expect(pushed).not.toEqual([]);
  for (const { name, from } of pushed) {
    if (from === undefined) repository.deleteRef(name);
    else repository.ref(name, from);
  }
  const { folder } = repository;
  const opened = { gitDir: folder, commonDir: folder, workTree: undefined, env: stockEnvironment };
  const store = openGitProcessStore(opened);
  const { later = 60, mirror = false, anchor = register.anchor, previous } = settings;
  try {
    return await judgePush({
      pushed,
      store,
      cryptography: nodeCryptography,
      anchors: anchor === null ? [] : [{ digest: anchor, source: 'qms.anchor' }],
      heads: [],
      now: register.clock + later,
      mirror,
      protectedBranches: [
        'refs/heads/main',
        'refs/heads/register',
        ...(settings.protectedBranches ?? []),
      ],
      isFastForward: (from, to) => isFastForward(opened, from, to),
      ...(previous === undefined ? {} : { previous }),
    });
  } finally {
    await store.close();
  }
}

/** Expect that the push is taken. */
export function expectTaken(verdict: PushVerdict): void {
  expect(inWords(verdict.refusals)).toEqual([]);
}

/** Expect that exactly these codes are the reasons of the refusal, each with what to do. */
function expectRefused(verdict: PushVerdict, ...codes: readonly string[]): void {
  const found = [...new Set(verdict.refusals.map(({ code }) => code as string))].sort();
  expect(found, inWords(verdict.refusals).join('\n')).toEqual([...codes].sort());
  for (const { severity, message, remedy } of verdict.refusals) {
    expect(severity).not.toBe('warning');
    expect(message).not.toBe('');
    expect(remedy).not.toBe('');
  }
}

export const day = 24 * 60 * 60;
export const alice: ApprovalOptions = { by: 'alice', as: 'quality-manager approved' };
export const bob: ApprovalOptions = { by: 'bob', as: 'process-owner reviewed' };

/** What somebody does in a register before it is pushed. */
export type Act = (register: StockRegister) => void;

export const draft: Act = (register) => register.commit(sop('3').files);

/** Alice approves SOP-001 3, or somebody else something else. */
export const approve =
  (options: Partial<ApprovalOptions> = {}): Act =>
  (register) =>
    register.approve(sop('3'), { ...alice, ...options });

export const remove =
  (name: string): Act =>
  (register) => {
    register.repository.deleteRef(name);
  };

/** Point a ref at the newest commit on main, or at something else. */
export const point =
  (name: string, to?: (register: StockRegister) => string): Act =>
  (register) => {
    register.repository.ref(name, to?.(register) ?? register.main);
  };

/** Expect that a push of what somebody does is taken. */
export async function taken(
  begin: () => StockRegister,
  act: Act,
  settings?: PushSettings,
): Promise<void> {
  expectTaken(await pushTo(begin(), act, settings));
}

/** Expect that a push of what somebody does is refused for exactly these codes. */
export async function refused(
  begin: () => StockRegister,
  act: Act,
  code: string | readonly string[],
  settings?: PushSettings,
): Promise<void> {
  expectRefused(await pushTo(begin(), act, settings), ...[code].flat());
}
