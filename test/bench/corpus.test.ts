import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cachedCorpus, type Corpus, corpusKey, makeCorpus } from '../../bench/corpus.ts';
import { markOf, pushRelease, writeLaterReleases } from '../../bench/later-releases.ts';
import { corpusSignatures, verifyRaw } from '../../bench/signatures.ts';
import { Workspace } from '../../bench/workspace.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'git-qms-corpus-'));
const size = { documents: 6, revisions: 3, perRelease: 4 };
const workspace = new Workspace();
let corpus: Corpus;

const gitIn = (where: string, ...args: readonly string[]) =>
  execFileSync('git', ['-C', where, ...args], { encoding: 'utf8', stdio: 'pipe' });
const git = (...args: readonly string[]) => gitIn(corpus.folder, ...args);
/** Every ref with the name of its object. */
const refsOf = (where: string) => gitIn(where, 'for-each-ref');

/** What the built command says of a register, as JSON. */
function verify(where: string, ...trust: readonly string[]) {
  const bin = path.join(root, 'dist/cli/bin.js');
  const args = [bin, '-C', where, '--json', '--anchor', corpus.anchor, ...trust, 'verify'];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

beforeAll(async () => {
  corpus = await makeCorpus(path.join(folder, 'corpus'), size);
});

afterAll(() => {
  workspace.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe('the register that a second writer of the format made', () => {
  it('has only tags that stock Git verifies', () => {
    const tags = git('tag', '--list', 'qms/*').trim().split('\n');
    expect(tags).toHaveLength(7 + 36);
    const settings = ['-c', `gpg.ssh.allowedSignersFile=${corpus.allowedSigners}`];
    expect(() => git(...settings, 'verify-tag', ...tags)).not.toThrow();
  });

  it('has signatures that can be taken apart and checked with node:crypto', async () => {
    const signatures = await corpusSignatures(corpus.folder);
    expect(signatures).toHaveLength(43);
    expect(() => {
      verifyRaw(signatures);
    }).not.toThrow();
  });

  it('is verified with its anchor and head', () => {
    const answer = verify(corpus.folder, '--head', corpus.head);
    expect(answer).toMatchObject({ outcome: 'verified', releases: 7, head: corpus.head });
    expect(answer.problems).toEqual([]);
    expect(answer.documents).toContainEqual(
      expect.objectContaining({ id: 'SOP-005', revision: '3', state: 'effective' }),
    );
  });

  it('has the same branches and tags, object by object, each time', async () => {
    const again = await makeCorpus(path.join(folder, 'again'), size);
    expect([again.anchor, again.head]).toEqual([corpus.anchor, corpus.head]);
    expect(refsOf(again.folder)).toBe(refsOf(corpus.folder));
  });

  it('has documents that are found in order', () => {
    const bin = path.join(root, 'dist/cli/bin.js');
    const args = [bin, '-C', corpus.folder, '--json', 'check'];
    const answer = execFileSync(process.execPath, args, { encoding: 'utf8' });
    expect(JSON.parse(answer)).toEqual({ problems: [] });
    expect(readFileSync(path.join(corpus.folder, 'qms-docs/qms.yaml'), 'utf8')).toContain('QMS');
  });
});

describe('releases that the second writer appends', () => {
  it('are pushed one after the other into a served repository, and verify there', async () => {
    const served = workspace.bare(corpus.folder);
    const author = workspace.bare(corpus.folder);
    const releases = await writeLaterReleases(corpus, author, 3);
    expect(releases.map(({ number, revision }) => [number, revision])).toEqual([
      [8, 4],
      [9, 4],
      [10, 5],
    ]);
    for (const release of releases) {
      const before = performance.now();
      const arrived = await pushRelease(release, author, served);
      expect(arrived).toBeGreaterThan(before);
      expect(arrived).toBeLessThan(performance.now());
      const head = `${release.number}:${release.state.newest}`;
      const answer = verify(served, '--head', head);
      expect(answer).toMatchObject({ outcome: 'verified', head, problems: [] });
    }
    // All that was written was pushed.
    expect(refsOf(served)).toBe(refsOf(author));
  });

  it('change a text that no earlier revision says', async () => {
    const author = workspace.bare(corpus.folder);
    const [release] = await writeLaterReleases(corpus, author, 1);
    const text = (commit: string) => gitIn(author, 'show', `${commit}:qms-docs/sops/SOP-001.md`);
    expect(text(release!.state.main)).toContain(markOf(release!));
    expect(text(corpus.state.main)).not.toContain(markOf(release!));
  });
});

describe('the cache of corpora', () => {
  const cache = path.join(folder, 'cache');
  const tiny = { documents: 2, revisions: 1, perRelease: 2 };

  it('makes a corpus once, and a copy of it can be worked on', async () => {
    const kept = await cachedCorpus(tiny, cache);
    const copy = workspace.copy(kept);
    gitIn(copy.folder, 'tag', 'mine', corpusHead(copy));
    const again = await cachedCorpus(tiny, cache);
    expect(again).toEqual(kept);
    expect(readdirSync(cache)).toEqual([corpusKey(tiny)]);
    expect(refsOf(kept.folder)).not.toContain('mine');
    expect(copy).toMatchObject({ anchor: kept.anchor, head: kept.head, size: tiny });
  });

  it('never takes what an interrupted run left for a corpus, and removes it a day later', async () => {
    const elsewhere = path.join(folder, 'interrupted');
    const left = path.join(elsewhere, 'making-left');
    const young = path.join(elsewhere, 'making-young');
    for (const one of [left, young])
      mkdirSync(path.join(one, corpusKey(tiny)), { recursive: true });
    const old = new Date(Date.now() - 2 * 86_400_000);
    utimesSync(left, old, old);
    const kept = await cachedCorpus(tiny, elsewhere);
    expect(corpusHead(kept)).toMatch(/^[0-9a-f]{40}$/);
    expect([existsSync(left), existsSync(young)]).toEqual([false, true]);
  });

  it('keeps a corpus by its size and by the sources that write it', () => {
    const copy = path.join(folder, 'bench');
    cpSync(path.join(root, 'bench'), copy, { recursive: true });
    expect(corpusKey(size, copy)).toBe(corpusKey(size));
    expect(corpusKey({ ...size, revisions: 4 }, copy)).not.toBe(corpusKey(size));
    const keys = ['corpus.ts', 'register-writer.ts', 'documents.ts', 'sshsig.ts'].map((file) => {
      const text = readFileSync(path.join(copy, file), 'utf8');
      writeFileSync(path.join(copy, file), `${text}// changed\n`);
      return corpusKey(size, copy);
    });
    expect(new Set([corpusKey(size), ...keys]).size).toBe(5);
  });

  it('knows every source that writes it', () => {
    const writes = new Set(['corpus.ts']);
    for (const file of writes) {
      const text = readFileSync(path.join(root, 'bench', file), 'utf8');
      for (const [, name] of text.matchAll(/from '\.\/([a-z-]+\.ts)'/g)) writes.add(name!);
    }
    const named = /const files = \[(.*)\];/.exec(
      readFileSync(path.join(root, 'bench/corpus.ts'), 'utf8'),
    );
    expect([...writes].sort()).toEqual(named?.[1]?.match(/[a-z-]+\.ts/g)?.sort());
  });
});

const corpusHead = ({ folder: where }: Corpus) => gitIn(where, 'rev-parse', 'main').trim();
