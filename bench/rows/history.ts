/** The history page of a document with many revisions. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Bench } from '../bench.ts';
import { cachedCorpus, type CorpusSize, onOf } from '../corpus.ts';
import { idOf } from '../documents.ts';
import { type Row, rowOf } from '../measure.ts';
import { howToInstall } from '../peers.ts';
import { timeOfProgram } from '../program.ts';
import { Client, startServer } from '../server.ts';

const longLived: CorpusSize = { documents: 20, revisions: 50, perRelease: 10 };

export async function history(bench: Bench): Promise<readonly Row[]> {
  const corpus = bench.workspace.copy(await cachedCorpus(longLived));
  const { cgit } = bench.peers;
  const settings = bench.workspace.path('cgitrc');
  writeFileSync(
    settings,
    `cache-size=0\nmax-commit-count=50\nrepo.url=corpus\nrepo.path=${path.join(corpus.folder, '.git')}\n`,
  );
  const log = async (id: string) => {
    if (cgit === undefined) return NaN;
    const file = `documents/SOP/${id}/qms-docs/sops/${id}.md`;
    const query = `url=corpus/log/${file}&h=register`;
    const env = { CGIT_CONFIG: settings, QUERY_STRING: query, REQUEST_METHOD: 'GET' };
    return timeOfProgram([cgit], { cwd: corpus.folder, env });
  };
  const server = await startServer(corpus);
  const client = new Client();
  const rendered: number[] = [];
  const again: number[] = [];
  const logs: number[] = [];
  try {
    // The first one loads what renders, and is not counted.
    for (let number = longLived.documents; number > 0; number -= 1) {
      const id = idOf(number);
      const address = `${server.url}/d/${id}/history`;
      const { ms } = await client.page(address);
      const second = await client.page(address);
      const peer = await log(id);
      if (number === longLived.documents) continue;
      rendered.push(ms);
      again.push(second.ms);
      logs.push(peer);
    }
  } finally {
    client.close();
    await server.stop();
  }
  const on = `${onOf(corpus)}, ${longLived.revisions} revisions`;
  if (cgit === undefined) bench.leaveOut('history page / cgit', `cgit ${howToInstall}`);
  const peer = { name: 'cgit, log of the same path, as a CGI program', took: logs };
  return [
    rowOf(
      {
        work: 'history page, not rendered before',
        on,
        unit: 'ms',
        note: `The history of each of ${rendered.length} documents, asked for once.`,
      },
      { ours: rendered, ...(cgit === undefined ? {} : { peer }) },
      { atMost: 20 },
    ),
    rowOf(
      { work: 'history page, asked for again', on, unit: 'ms' },
      { ours: again },
      { atMost: 20 },
    ),
  ];
}
