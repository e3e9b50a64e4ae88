/** A new release: from its arrival in the served repository to its page; and the server's memory. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { type Corpus, gitEnvironment, onOf, type Workspace } from '../corpus.ts';
import { idOf } from '../documents.ts';
import { markOf, pushRelease, writeLaterReleases } from '../later-releases.ts';
import { type Row, rowOf, type Sample, sampleOf } from '../measure.ts';
import { Client, type Server, startServer, untilPageSays } from '../server.ts';

const servedWithinMs = 120_000;

export interface Updates {
  /** Milliseconds from the tag's being there to the page's saying so, of each release. */
  readonly ms: readonly number[];
  /** Resident memory before the first update and after the last, and the peak, in MiB. */
  readonly residentMb: readonly [before: number, after: number];
  readonly peakMb: number;
  /** Milliseconds of a page's first answer, and of later ones over one connection. */
  readonly renderedMs: Sample;
  readonly keptMs: Sample;
  /** The peak of the server that had nothing kept and verified all itself. */
  readonly coldPeakMb: number;
}

/** Pages of every kind, so that what the server loads and keeps for them is there. */
async function firstRequests(server: Server, client: Client): Promise<void> {
  const addresses = [
    ...['/', '/register', '/status', '/search?q=fixture', '/api/v1/list'],
    ...['/d/SOP-001', '/d/SOP-001/history', '/d/SOP-002', '/d/SOP-003/2'],
  ];
  for (const address of addresses) await client.page(`${server.url}${address}`);
}

/** How long one client waits for pages that were not shown before, and for one that was. */
async function measurePages(server: Server, client: Client) {
  const rendered: number[] = [];
  for (let number = 51; number <= 100; number += 1) {
    rendered.push((await client.page(`${server.url}/d/${idOf(number)}`)).ms);
  }
  const kept: number[] = [];
  for (let request = 0; request < 500; request += 1) {
    kept.push((await client.page(`${server.url}/d/SOP-001`)).ms);
  }
  return { renderedMs: sampleOf(rendered), keptMs: sampleOf(kept) };
}

/**
 * Serve a copy of the corpus as a server has it (bare, taking pushes), warm; then push releases,
 * one after the other, each a change order of as many documents as the corpus has.
 */
export async function measureUpdates(
  corpus: Corpus,
  workspace: Workspace,
  count: number,
): Promise<Updates> {
  const served = workspace.bare(corpus.folder);
  // What Git would tidy after a push is not the server's time.
  execFileSync('git', ['-C', served, 'config', 'receive.autogc', 'false'], { env: gitEnvironment });
  const author = workspace.bare(corpus.folder);
  const releases = await writeLaterReleases(corpus, author, count + 1);
  const repository = { folder: served, anchor: corpus.anchor };
  const client = new Client();
  // The first start fills the cache; what is measured is a server that was started on it.
  const first = await startServer(repository);
  const coldPeakMb = first.memory().peakMb;
  await first.stop();
  const server = await startServer(repository);
  try {
    await firstRequests(server, client);
    const before = server.memory().residentMb;
    const { renderedMs, keptMs } = await measurePages(server, client);
    const ms: number[] = [];
    for (const [index, release] of releases.entries()) {
      const url = `${server.url}/d/${release.documents[0] ?? ''}`;
      const { body } = await client.page(url);
      if (body.includes(markOf(release))) throw new Error(`${url} shows the new revision already.`);
      // Not always at the same distance from the last look of a server that looks in turns.
      await sleep(300 + ((index * 370) % 1000));
      const [arrived, shown] = await Promise.all([
        pushRelease(release, author, served),
        untilPageSays(client, url, markOf(release), servedWithinMs),
      ]);
      // The first one is not counted.
      if (index > 0) ms.push(shown - arrived);
    }
    const { residentMb, peakMb } = server.memory();
    return { ms, residentMb: [before, residentMb], peakMb, coldPeakMb, renderedMs, keptMs };
  } finally {
    client.close();
    await server.stop();
  }
}

/** How many updates are counted at least: one is short. */
const updatesAtLeast = 5;

export async function update(bench: Bench): Promise<readonly Row[]> {
  const small = await bench.small();
  const corpora = small.folder === bench.corpus.folder ? [small] : [small, bench.corpus];
  const rows: Row[] = [];
  let last: Updates | undefined;
  for (const corpus of corpora) {
    last = await measureUpdates(corpus, bench.workspace, Math.max(bench.runs, updatesAtLeast));
    rows.push(
      rowOf(
        {
          work: 'new release pushed, until its page is served',
          on: onOf(corpus),
          unit: 'ms',
          note: `From the tag's appearing in the served repository (git push, its file's ctime), to the first answer that shows the new revision, asked for every 2 ms; ${corpus.size.perRelease} documents a release.`,
        },
        { ours: last.ms },
        { atMost: 100 },
      ),
    );
  }
  if (last === undefined) return rows;
  const [before, after] = last.residentMb;
  return [
    ...rows,
    rowOf(
      {
        work: 'memory of the server, resident',
        on: bench.on,
        unit: 'MB',
        note: `${Math.round(before)} MB after the first requests, ${Math.round(after)} MB after ${last.ms.length + 1} updates and requests between them.`,
      },
      { ours: [before, after] },
      { atMost: 350, judged: 'highest' },
    ),
    rowOf(
      {
        work: 'memory of the server, peak',
        on: bench.on,
        unit: 'MB',
        note: `Of a server started with what an earlier one kept, until the last update; the earlier one, which verified all itself, had ${Math.round(last.coldPeakMb)} MB.`,
      },
      { ours: [last.peakMb] },
      { atMost: 350, judged: 'highest' },
    ),
  ];
}
