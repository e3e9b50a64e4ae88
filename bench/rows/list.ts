/** The master list, with what an earlier command kept. */
import { type Bench, roundsOfShort } from '../bench.ts';
import { inTurn, type Row, rowOf } from '../measure.ts';
import { nodeStart, qms, timeOfProgram } from '../program.ts';

export async function list({ warm, runs, on }: Bench): Promise<readonly Row[]> {
  const corpus = await warm();
  const options = { cwd: corpus.folder };
  const measured = await inTurn(
    {
      ours: () => timeOfProgram(qms(corpus, ['list', '--json']), options),
      refs: () => timeOfProgram(['git', 'for-each-ref', 'refs/tags'], options),
      node: () => timeOfProgram(nodeStart, options),
    },
    roundsOfShort({ runs }),
  );
  const refs = measured.refs.map((ms, run) => ms + (measured.node[run] ?? NaN));
  return [
    rowOf(
      { work: 'qms list --json, warm', on, unit: 'ms' },
      {
        ours: measured.ours,
        peer: { name: 'git for-each-ref refs/tags + start of Node', took: refs },
      },
      { ratioAtMost: 2 },
    ),
  ];
}
