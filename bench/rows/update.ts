/** A new release: from its arrival in the served repository to its page; and the server's memory. */
import type { Bench } from '../bench.ts';
import { onOf } from '../corpus.ts';
import { inTurn, type Row, rowOf } from '../measure.ts';
import { type ServedCorpus, withServed } from '../served-corpus.ts';

/** How many updates are counted at least: one is short. */
const updatesAtLeast = 5;

export async function update(bench: Bench): Promise<readonly Row[]> {
  const small = await bench.small();
  const corpora = small.folder === bench.corpus.folder ? [small] : [small, bench.corpus];
  const runs = Math.max(bench.runs, updatesAtLeast);
  return withServed(corpora, bench.workspace, runs + 1, async (served) => {
    const before = served.at(-1)?.memory().residentMb ?? NaN;
    const sides = served.map((each) => [onOf(each.corpus), () => each.update()] as const);
    const measured = await inTurn(Object.fromEntries(sides), runs);
    const rows = served.map(({ corpus }) =>
      rowOf(
        {
          work: 'new release pushed, until its page is served',
          on: onOf(corpus),
          unit: 'ms',
          note: `From the tag's appearing in the served repository (git push, its file's ctime), to the first answer that shows the new revision, asked for every 2 ms; ${corpus.size.perRelease} documents a release; the server was at rest.`,
        },
        { ours: measured[onOf(corpus)] ?? [] },
        { atMost: 100 },
      ),
    );
    const reference = served.at(-1);
    return reference === undefined ? rows : [...rows, ...memory(reference, before, runs + 1)];
  });
}

function memory(served: ServedCorpus, before: number, updates: number): readonly Row[] {
  const on = onOf(served.corpus);
  const { residentMb: after, peakMb, familyMb } = served.memory();
  const { cold } = served;
  return [
    rowOf(
      {
        work: 'memory of the server, resident',
        on,
        unit: 'MB',
        note: `${Math.round(before)} MB after the first requests, ${Math.round(after)} MB after ${updates} updates.`,
      },
      { ours: [before, after] },
      { atMost: 350, judged: 'highest' },
    ),
    rowOf(
      {
        work: 'memory of the server, peak',
        on,
        unit: 'MB',
        note: `The process that answers, from its start on what an earlier one kept until the last update; with all that it started ${Math.round(familyMb)} MB. The earlier one, which found nothing kept: ${Math.round(cold.peakMb)} MB, with all that it started ${Math.round(cold.familyMb)} MB.`,
      },
      { ours: [peakMb] },
      { atMost: 350, judged: 'highest' },
    ),
  ];
}
