/** A corpus served as on a server, with releases in store that are pushed to it one by one. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Corpus, gitEnvironment } from './corpus.ts';
import { markOf, pushRelease, writeLaterReleases } from './later-releases.ts';
import type { WrittenRelease } from './register-writer.ts';
import { Client, type Server, type ServerMemory, startServer, untilPageSays } from './server.ts';
import type { Workspace } from './workspace.ts';

const servedWithinMs = 120_000;

/** Pages of every kind, so that what the server loads and keeps for them is there. */
const firstAddresses = [
  ...['/', '/register', '/status', '/search?q=fixture', '/api/v1/list'],
  ...['/d/SOP-001', '/d/SOP-001/history', '/d/SOP-002', '/d/SOP-003/2'],
];

export class ServedCorpus {
  readonly corpus: Corpus;
  /** Of the server that found nothing kept, until it listened. */
  readonly cold: ServerMemory;
  readonly #server: Server;
  readonly #client = new Client();
  /** The bare repositories that take pushes and that releases are written in. */
  readonly #served: string;
  readonly #author: string;
  readonly #releases: WrittenRelease[];
  #pushed = 0;

  private constructor(facts: {
    readonly corpus: Corpus;
    readonly cold: ServerMemory;
    readonly server: Server;
    readonly served: string;
    readonly author: string;
    readonly releases: readonly WrittenRelease[];
  }) {
    this.corpus = facts.corpus;
    this.cold = facts.cold;
    this.#server = facts.server;
    this.#served = facts.served;
    this.#author = facts.author;
    this.#releases = [...facts.releases];
  }

  /**
   * Serve a bare copy, warm: a first start fills the cache and ends, the server that is measured
   * is started on it, has answered, and is at rest.
   *
   * @param count How many releases are in store.
   */
  static async start(corpus: Corpus, workspace: Workspace, count: number): Promise<ServedCorpus> {
    const served = workspace.bare(corpus.folder);
    // What Git would tidy after a push is not the server's time.
    const quiet = ['-C', served, 'config', 'receive.autogc', 'false'];
    execFileSync('git', quiet, { env: gitEnvironment });
    const author = workspace.bare(corpus.folder);
    const releases = await writeLaterReleases(corpus, author, count);
    const repository = { folder: served, anchor: corpus.anchor };
    const first = await startServer(repository);
    const cold = first.memory();
    await first.stop();
    const server = await startServer(repository);
    const facts = { corpus, cold, server, served, author, releases };
    const started = new ServedCorpus(facts);
    for (const address of firstAddresses) await started.page(address);
    await server.atRest();
    return started;
  }

  memory(): ServerMemory {
    return this.#server.memory();
  }

  /** Milliseconds until the last byte of a page. */
  async page(address: string): Promise<number> {
    return (await this.#client.page(this.#server.url + address)).ms;
  }

  /**
   * Push the next release.
   *
   * @returns Milliseconds from its tag's being there to the page's showing the new revision.
   */
  async update(): Promise<number> {
    const release = this.#releases.shift();
    if (release === undefined) throw new Error('There is no release left to push.');
    const url = `${this.#server.url}/d/${release.documents[0] ?? ''}`;
    const { body } = await this.#client.page(url);
    if (body.includes(markOf(release))) throw new Error(`${url} shows the new revision already.`);
    // Not always at the same distance from the last look of a server that looks in turns.
    await sleep(300 + ((this.#pushed * 370) % 1000));
    this.#pushed += 1;
    const [arrived, shown] = await Promise.all([
      pushRelease(release, this.#author, this.#served),
      untilPageSays(this.#client, url, markOf(release), servedWithinMs),
    ]);
    return shown - arrived;
  }

  async stop(): Promise<void> {
    this.#client.close();
    await this.#server.stop();
  }
}

/** Start several, use them, and stop all of them whatever happens. */
export async function withServed<T>(
  corpora: readonly Corpus[],
  workspace: Workspace,
  count: number,
  use: (served: readonly ServedCorpus[]) => Promise<T>,
): Promise<T> {
  const served: ServedCorpus[] = [];
  try {
    for (const corpus of corpora) served.push(await ServedCorpus.start(corpus, workspace, count));
    return await use(served);
  } finally {
    for (const each of served) await each.stop();
  }
}
