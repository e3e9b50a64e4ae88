import { describe, expect, it } from 'vitest';
import { cpuMs } from './cpu-time.ts';
import { fuzzTarget, growthOf, shrink } from './run-target.ts';
import { runTask } from './supervise.ts';
import type { Target } from './target.ts';
import { targetOf, targets } from './targets.ts';

describe('a parser of hostile bytes', () => {
  it.each(targets.map((target) => [target.name, target.share] as const))(
    '%s keeps its promises whatever it is given, and accepts some of it',
    async (name, share) => {
      const count = Math.min(1500, share * 25);
      const { findings, accepted, inputs } = await fuzzTarget(targetOf(name), count, 20260105);
      expect(findings.map(({ what, input }) => `${what}: ${input.toString('base64')}`)).toEqual([]);
      expect(inputs).toBe(count);
      // Inputs that are all refused at the first byte would show nothing.
      expect(accepted / inputs).toBeGreaterThan(0.01);
    },
  );
});

/** What long runs have found. */
const cases: [what: string, target: string, input: Buffer][] = [
  ['a setting after a value that ends in a backslash', 'config-file', Buffer.from('[s]k=\\\n')],
  ['a value that ends in a carriage return', 'config-file', Buffer.from('[a]k=\r')],
];

/** Inputs that took much longer than they should; the longest that is read of each. */
const long: [what: string, target: string, input: Buffer][] = [
  ['rules that are wrong everywhere', 'rules', Buffer.from(`a${'- key: '.repeat(75_000)}`)],
  [
    'rules with flow lists that end before they begin',
    'rules',
    Buffer.from(']a: [b]'.repeat(75_000)),
  ],
  ['scripts without end', 'html', Buffer.from('<script></script>'.repeat(60_000))],
  [
    'a co-author without an address',
    'commit',
    Buffer.from(
      `tree ${'1'.repeat(40)}\nauthor a <a> 1 +0000\ncommitter a <a> 1 +0000\n\nCo-authored-by: ${'a'.repeat(1_000_000)}\n`,
    ),
  ],
  ['sections in one line', 'config-file', Buffer.from('[a]'.repeat(350_000))],
];

describe('what was found once', () => {
  it.each(cases)('%s is no longer wrong', async (_what, target, input) => {
    expect(await targetOf(target).check(input)).toBeTypeOf('boolean');
  });

  it.each(long)('%s: a mebibyte takes seconds at most', async (_what, target, input) => {
    const before = cpuMs();
    await targetOf(target).check(input);
    expect(cpuMs() - before).toBeLessThan(5_000);
  });
});

describe('the fuzzing itself', () => {
  const broken = (check: Target['check']): Target => ({ ...targetOf('tag'), name: 'x', check });

  it('finds a parser that throws, and the smallest input that makes it', async () => {
    const target = broken((bytes) => {
      if (bytes.includes('<a@')) throw new RangeError('too deep');
      return true;
    });
    const { findings } = await fuzzTarget(target, 200, 1);
    expect(findings.map(({ what }) => what)).toEqual(['RangeError: too deep']);
    expect(findings[0]?.input.toString()).toBe('<a@');
    const input = Buffer.from('tagger <a@x>');
    expect((await shrink(target, input, 'RangeError: too deep')).toString()).toBe('<a@');
  });

  it('finds a parser whose time grows with the square', async () => {
    const target = broken((bytes) => {
      let sum = 0;
      const steps = 150 * (bytes.length / 1024) ** 2;
      for (let at = 0; at < steps; at += 1) sum = (sum + at) % 7;
      return sum >= 0;
    });
    const { findings } = await growthOf(target, 1, 1, 5);
    expect(findings[0]?.what).toMatch(/^grows like the power (1\.[5-9]|2)/);
  });

  it('runs in a thread that can be watched, the same for the same seed', async () => {
    const task = { target: 'tree', count: 500, seed: 3, growth: 1 };
    const { counts, lost } = await runTask(task);
    expect(lost).toBeUndefined();
    const here = await fuzzTarget(targetOf('tree'), 500, 3);
    expect([counts?.inputs, counts?.accepted]).toEqual([here.inputs, here.accepted]);
  });
});
