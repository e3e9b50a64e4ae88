/** From the start of the server's process to its first whole answer. */
import { type Bench, roundsOfShort } from '../bench.ts';
import { inTurn, type Row, rowOf } from '../measure.ts';
import { nodeStart, timeOfProgram } from '../program.ts';
import { Client, startServer } from '../server.ts';

export async function firstRequest(bench: Bench): Promise<readonly Row[]> {
  const corpus = await bench.warm();
  const start = async () => {
    const server = await startServer(corpus);
    const client = new Client();
    try {
      await client.page(`${server.url}/d/SOP-001`);
      return performance.now() - server.startedAt;
    } finally {
      client.close();
      await server.stop();
    }
  };
  const sides = {
    ours: start,
    node: () => timeOfProgram(nodeStart, { cwd: corpus.folder }),
  };
  const { ours, node } = await inTurn(sides, roundsOfShort(bench));
  return [
    rowOf(
      {
        work: 'first request after the start of the server, warm',
        on: bench.on,
        unit: 'ms',
        note: 'From starting the process to the last byte of a page in force that was never shown before.',
      },
      { ours, peer: { name: 'start of Node', took: node } },
      { atMost: 300 },
    ),
  ];
}
