import { describe, expect, it } from 'vitest';
import { inTurn, pairedRatio, rowOf, sampleOf } from '../../bench/measure.ts';
import { formatRows } from '../../bench/table.ts';

const facts = { work: 'qms list', on: '100 documents', unit: 'ms' } as const;

describe('a sample', () => {
  it('is the middle value, the lowest and the highest, in whatever order they came', () => {
    expect(sampleOf([9, 10, 2])).toEqual({ median: 9, lowest: 2, highest: 10 });
  });

  it('takes the mean of the two middle values where there is no middle one', () => {
    expect(sampleOf([4, 1, 3, 100]).median).toBe(3.5);
  });

  it('of nothing is refused', () => {
    expect(() => sampleOf([])).toThrow('at least one value');
  });
});

describe('a ratio', () => {
  it('is taken of each pair, so that a slow round counts no more than another', () => {
    // By the medians it would be 4 / 2.
    expect(pairedRatio([4, 30, 2], [4, 10, 2])).toEqual({ median: 1, lowest: 1, highest: 3 });
  });

  it('of unequal numbers of runs is refused', () => {
    expect(() => pairedRatio([1, 2], [1])).toThrow('as many runs');
  });
});

describe('sides measured in turn', () => {
  it('run once a round, every other round in reverse, and the first round does not count', async () => {
    const order: string[] = [];
    const side = (name: string) => () => {
      order.push(name);
      return Promise.resolve(order.length);
    };
    const answers = await inTurn({ ours: side('ours'), peer: side('peer') }, 2);
    expect(order).toEqual(['ours', 'peer', 'peer', 'ours', 'ours', 'peer']);
    expect(answers).toEqual({ ours: [4, 5], peer: [3, 6] });
  });

  it('fail as a whole where one fails, instead of looking quick', async () => {
    const failing = inTurn({ ours: () => Promise.reject(new Error('ended with 1')) }, 1);
    await expect(failing).rejects.toThrow('ended with 1');
  });
});

describe('a goal', () => {
  const peer = { name: 'git', took: [10, 10, 10] };

  it.each([
    { goal: { ratioAtMost: 2 }, ours: [20, 20, 90], text: 'at most 2 ×', reached: true },
    { goal: { ratioAtMost: 2 }, ours: [20, 21, 21], text: 'at most 2 ×', reached: false },
    { goal: { ratioAtLeast: 0.9 }, ours: [9, 9, 1], text: 'at least 0.9 ×', reached: true },
    { goal: { ratioAtLeast: 0.9 }, ours: [8.9, 9, 1], text: 'at least 0.9 ×', reached: false },
    { goal: { atMost: 20 }, ours: [20, 20, 90], text: 'at most 20 ms', reached: true },
    {
      goal: { atMost: 20, judged: 'highest' },
      ours: [20, 20, 21],
      text: 'at most 20 ms',
      reached: false,
    },
  ] as const)('$text is judged of $ours by 10: $reached', ({ goal, ours, text, reached }) => {
    expect(rowOf(facts, { ours, peer }, goal).goal).toMatchObject({ text, reached });
  });

  it('of a ratio without a peer is refused', () => {
    expect(() => rowOf(facts, { ours: [1] }, { ratioAtMost: 2 })).toThrow('needs a peer');
  });

  it('is judged of runs whose number the row tells', () => {
    expect(rowOf(facts, { ours: [1, 2, 3] }).rounds).toBe(3);
  });

  it('is absent from a row for information', () => {
    expect(rowOf(facts, { ours: [1], peer: { name: 'git', took: [1] } })).not.toHaveProperty(
      'goal',
    );
  });
});

describe('the table', () => {
  const ours = [30, 30, 40];
  const rows = [
    rowOf(facts, { ours, peer: { name: 'git', took: [10, 10, 10] } }, { ratioAtMost: 2 }),
    rowOf({ ...facts, note: 'On its own.' }, { ours, peer: { name: 'node', took: [20, 20, 20] } }),
    rowOf({ ...facts, work: 'memory', unit: 'MB' }, { ours: [1234] }, { atMost: 2000 }),
  ];
  const lines = formatRows(rows).split('\n');
  const cells = (line: number) => lines[line]?.split(/ {2,}/);

  it('names ours once for several peers of the same runs', () => {
    expect(cells(2)).toEqual(['qms list, 100 documents', '30 (30–40) ms']);
    expect(cells(3)).toEqual(['', '/ git', '10 (10–10) ms', '3 (3–4) ×', 'at most 2 ×', 'LOST']);
    expect(cells(4)).toEqual(['', '/ node', '20 (20–20) ms', '1.5 (1.5–2) ×']);
  });

  it('puts a goal of ours into the line of ours', () => {
    const expected = [
      'memory, 100 documents',
      '1,230 (1,230–1,230) MB',
      'at most 2000 MB',
      'reached',
    ];
    expect(cells(5)).toEqual(expected);
  });

  it('tells what must be known, and what was lost', () => {
    expect(lines).toContain('qms list, 100 documents / node: On its own.');
    expect(lines).toContain('1 of 2 goals reached.');
    expect(lines.at(-1)).toBe('Lost: qms list, 100 documents / git, at most 2 ×');
  });
});
