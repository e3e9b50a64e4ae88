import { afterAll, describe, expect, it } from 'vitest';
import { ReadingThreads } from '../../src/cli/reading-threads.ts';
import { openGitProcessStore } from '../../src/git/git-process-store.ts';
import { openIsomorphicStore } from '../../src/git/isomorphic-store.ts';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import type { Repository } from '../../src/git/repository.ts';
import type { BlobTask } from '../../src/register/blob-reading.ts';
import type { BlobReaders } from '../../src/register/readings.ts';
import type { Verification } from '../../src/register/register.ts';
import { verifyRegister } from '../../src/register/verify-register.ts';
import { stockEnvironment } from '../support/raw-repository.ts';
import { shop } from '../support/shop.ts';

const register = shop();
const { folder } = register.repository;
const repository: Repository = {
  gitDir: folder,
  commonDir: folder,
  workTree: undefined,
  env: stockEnvironment,
};

const open: ReadingThreads[] = [];
const threads = (count: number, where = repository): ReadingThreads => {
  const made = new ReadingThreads(where, {
    count,
    worthFrom: 0,
    entry: new URL('../support/reading-thread.mjs', import.meta.url),
  });
  open.push(made);
  return made;
};

afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
});

/** Counts what readers answer, so that a test knows that they did. */
class Counted implements BlobReaders {
  readonly worthFrom = 0;
  readonly #readers: BlobReaders;
  answers = 0;

  constructor(readers: BlobReaders) {
    this.#readers = readers;
  }

  async read(tasks: readonly BlobTask[]) {
    const readings = await this.#readers.read(tasks);
    this.answers += readings.length;
    return readings;
  }
}

/** The result as the bytes that a program would get, with every part of the register in them. */
function bytesOf({ chain, register: found, ...rest }: Verification): string {
  return JSON.stringify(
    { ...rest, register: found, releases: chain?.releases.length },
    (_, value: unknown) => {
      if (value instanceof Map) return [...value];
      return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
    },
  );
}

async function verified(readers?: BlobReaders, openStore = openGitProcessStore): Promise<string> {
  const store = openStore(repository);
  try {
    const verification = await verifyRegister({
      store,
      cryptography: nodeCryptography,
      anchors: [{ digest: register.anchor, source: '--anchor' }],
      heads: [],
      now: register.clock + 3600,
      ...(readers === undefined ? {} : { readers }),
    });
    expect(verification.outcome).toBe('verified');
    return bytesOf(verification);
  } finally {
    await store.close();
  }
}

describe('a verification', () => {
  it.each([1, 3])('with %i threads gives the same bytes as without any', async (count) => {
    const readers = new Counted(threads(count));
    expect(await verified(readers)).toBe(await verified());
    expect(readers.answers).toBeGreaterThan(0);
  });

  it('gives the same bytes with either store, with threads and without', async () => {
    const isomorphic = { ...repository, env: { ...stockEnvironment, QMS_GIT_STORE: 'isomorphic' } };
    const plain = await verified();
    expect(await verified(undefined, openIsomorphicStore)).toBe(plain);
    expect(await verified(threads(2, isomorphic), openIsomorphicStore)).toBe(plain);
  });

  it('goes on alone where threads end or can not read', async () => {
    const nowhere = { ...repository, gitDir: '/nowhere', commonDir: '/nowhere' };
    expect(await verified(threads(2, nowhere))).toBe(await verified());
    const ended = threads(1);
    const reading = ended.read([{ kind: 'document', blob: '0'.repeat(40), name: 'a.md' }]);
    await ended.close();
    await expect(reading).rejects.toThrow();
  });

  it('says nothing else where a reader answers with nothing', async () => {
    const silent = { worthFrom: 0, read: () => Promise.resolve([]) };
    expect(await verified(silent)).toBe(await verified());
  });
});
