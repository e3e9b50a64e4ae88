/**
 * The registers that are measured: made by `register-writer.ts`, always the same bytes for the
 * same size, kept in the user's cache and never worked on there: every measure gets a copy.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import {
  type ChangeOrder,
  keys,
  people,
  type RegisterState,
  RegisterWriter,
} from './register-writer.ts';

export interface CorpusSize {
  readonly documents: number;
  /** Revisions of each document. */
  readonly revisions: number;
  /** Documents that one release puts in force. */
  readonly perRelease: number;
}

export interface Corpus {
  /** The repository, with `main` checked out. */
  readonly folder: string;
  readonly anchor: string;
  /** `101:sha256:…`. */
  readonly head: string;
  /** For `gpg.ssh.allowedSignersFile`. */
  readonly allowedSigners: string;
  readonly releases: number;
  readonly approvals: number;
  /** In words, for the table. */
  readonly name: string;
  readonly size: CorpusSize;
  /** What further releases build on. */
  readonly state: RegisterState;
}

/** A corpus in short: `2,000 documents`. */
export const onOf = ({ size }: Corpus): string =>
  `${size.documents.toLocaleString('en')} documents`;

/** An environment in which Git obeys nothing but what the command line says. */
export const gitEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  TZ: 'UTC',
};

/** Where corpora and peers are kept. */
export const cacheFolder = path.join(
  process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'),
  'git-qms-bench',
);

/** The change orders of a corpus, revision after revision, from `revision` on without end. */
export function* changeOrders(size: CorpusSize, revision = 1): Generator<ChangeOrder, never> {
  for (let each = revision; ; each += 1) {
    for (let first = 1; first <= size.documents; first += size.perRelease) {
      const count = Math.min(size.perRelease, size.documents - first + 1);
      yield { first, count, revision: each };
    }
  }
}

/** Write the whole register: the founding release, then every revision in change orders. */
async function writeRegister(folder: string, size: CorpusSize) {
  const writer = await RegisterWriter.found(folder);
  let approvals = 0;
  for (const order of changeOrders(size)) {
    if (order.revision > size.revisions) break;
    const release = await writer.release(order);
    approvals += release.approvals.length;
  }
  await writer.end();
  return { state: writer.state, approvals };
}

/**
 * Make a corpus at `folder`, which must not exist.
 *
 * @param folder Becomes a repository as a user has it: packed, `main` checked out.
 */
export async function makeCorpus(folder: string, size: CorpusSize): Promise<Corpus> {
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', folder, ...args], { env: gitEnvironment, stdio: 'pipe' });
  mkdirSync(folder, { recursive: true });
  git('init', '-q', '-b', 'main');
  const { state, approvals } = await writeRegister(folder, size);
  git('reset', '-q', '--hard', 'main');
  git('gc', '-q', '--prune=now');
  const allowedSigners = path.join(folder, '.git', 'allowed_signers');
  const lines = people.map((id) => `${id}@corpus.example namespaces="git" ${keys[id].line}\n`);
  writeFileSync(allowedSigners, lines.join(''));
  const { anchor, releases, newest } = state;
  const name = `${size.documents} documents, ${size.revisions} revisions each, ${releases} releases, ${approvals} approvals`;
  const head = `${releases}:${newest}`;
  const corpus = { folder, anchor, head, allowedSigners, releases, approvals, name, size, state };
  writeFileSync(path.join(folder, '.git', 'corpus.json'), JSON.stringify(corpus));
  return corpus;
}

/**
 * The name of a corpus in the cache. What makes the corpus is part of it: a changed writer makes
 * another corpus.
 */
export function corpusKey(size: CorpusSize, from = import.meta.dirname): string {
  const files = ['corpus.ts', 'register-writer.ts', 'documents.ts', 'sshsig.ts'];
  const writers = files.map((file) => readFileSync(path.join(from, file), 'utf8'));
  const version = createHash('sha256')
    .update(JSON.stringify([size, writers]))
    .digest('hex');
  return `${size.documents}-${version.slice(0, 12)}`;
}

const dayMs = 86_400_000;

/** Remove corpora by earlier writers. One that is young may be in use by another run. */
function removeOutdated(cache: string, keep: string): void {
  const [documents = ''] = keep.split('-');
  for (const name of readdirSync(cache)) {
    const folder = path.join(cache, name);
    const alike = name.startsWith(`${documents}-`) || name.startsWith('making-');
    if (!alike || name === keep || Date.now() - statSync(folder).mtimeMs < dayMs) continue;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The corpus of that size from the cache, or made and kept there. Copy it before working on it. */
export async function cachedCorpus(size: CorpusSize, cache = cacheFolder): Promise<Corpus> {
  const key = corpusKey(size);
  const folder = path.join(cache, key);
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    removeOutdated(cache, key);
    // Made elsewhere and moved when whole: without this, an interrupted run would leave half a
    // corpus under the name of a whole one.
    const making = mkdtempSync(path.join(cache, 'making-'));
    await makeCorpus(path.join(making, key), size);
    try {
      renameSync(path.join(making, key), folder);
    } catch (error) {
      // Another run was quicker; its corpus is the same.
      if (!existsSync(folder)) throw error;
    }
    rmSync(making, { recursive: true, force: true });
  }
  const facts = readFileSync(path.join(folder, '.git', 'corpus.json'), 'utf8');
  return movedTo(JSON.parse(facts) as Corpus, folder);
}

/** The same corpus at another place. */
export const movedTo = (corpus: Corpus, folder: string): Corpus => ({
  ...corpus,
  folder,
  allowedSigners: path.join(folder, '.git', 'allowed_signers'),
});
