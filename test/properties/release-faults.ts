import type { Random } from '../support/random.ts';
import { ed25519Key } from '../support/ssh-keys.ts';
import type { ReleaseOptions } from '../support/stock-register.ts';

/** Change the digest in the first line of a statement that begins so, whatever it is. */
function withOtherDigest(text: string, begin: string): string {
  return text.replace(
    new RegExp(`^(${begin} sha256:)(.)`, 'm'),
    (_, start: string, digit: string) => `${start}${digit === '0' ? '1' : '0'}`,
  );
}

/** How a release can be made wrong: a change of its plan, or undefined where it does not fit. */
export const releaseFaults: readonly [
  string,
  (plan: ReleaseOptions, random: Random) => ReleaseOptions | undefined,
][] = [
  [
    'an approval is missing',
    (plan, random) => {
      const { approvals = [] } = plan;
      if (approvals.length === 0) return undefined;
      const gone = random.pick(approvals);
      return { ...plan, approvals: approvals.filter((one) => one !== gone) };
    },
  ],
  ['somebody else signed it', (plan) => ({ ...plan, change: { key: ed25519Key('nobody') } })],
  ['somebody without the role released it', (plan) => ({ ...plan, by: 'alice' })],
  [
    'it follows another release',
    (plan) => ({
      ...plan,
      change: { text: (text) => withOtherDigest(text, 'Previous:') },
    }),
  ],
  [
    'it is for another register',
    (plan) => ({
      ...plan,
      change: { text: (text) => withOtherDigest(text, 'Register:') },
    }),
  ],
  [
    'it has another digest',
    (plan) =>
      (plan.put ?? []).length === 0
        ? undefined
        : {
            ...plan,
            change: { text: (text) => withOtherDigest(text, 'Put: \\S+ \\S+') },
          },
  ],
  [
    'a file is added to its tree',
    (plan) => ({
      ...plan,
      change: {
        tree: (files) => files.set('documents/README', { mode: '100644', id: '1'.repeat(40) }),
      },
    }),
  ],
  [
    'a file is gone from its tree',
    (plan, random) => ({
      ...plan,
      change: { tree: (files) => files.delete(random.pick([...files.keys()])) },
    }),
  ],
  ['its parents are others', (plan) => ({ ...plan, change: { parents: (all) => all.slice(1) } })],
  ['a day is past', (plan) => ({ ...plan, day: '2025-12-31' })],
  [
    'it is dated before the one before it',
    (plan) => ({ ...plan, date: 1_700_000_000, day: '2023-11-14' }),
  ],
  [
    'the revision is skipped',
    (plan) => {
      const [first] = plan.put ?? [];
      if (first === undefined || !/^[0-9]+$/.test(first.revision)) return undefined;
      const next = { ...first, revision: String(Number(first.revision) + 1) };
      return { ...plan, put: [next, ...(plan.put ?? []).slice(1)] };
    },
  ],
];
