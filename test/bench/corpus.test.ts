import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Corpus, makeCorpus } from '../../bench/corpus.ts';
import { corpusSignatures, verifyRaw } from '../../bench/signatures.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'git-qms-corpus-'));
const size = { documents: 6, revisions: 3, perRelease: 4 };
let corpus: Corpus;

const git = (...args: readonly string[]) =>
  execFileSync('git', ['-C', corpus.folder, ...args], { encoding: 'utf8', stdio: 'pipe' });

beforeAll(async () => {
  corpus = await makeCorpus(path.join(folder, 'corpus'), size);
});

afterAll(() => {
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
    const bin = path.join(root, 'dist/cli/bin.js');
    const trust = ['--anchor', corpus.anchor, '--head', corpus.head];
    const args = [bin, '-C', corpus.folder, '--json', ...trust, 'verify'];
    const answer = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
    expect(answer).toMatchObject({ outcome: 'verified', releases: 7, head: corpus.head });
    expect(answer.problems).toEqual([]);
    expect(answer.documents).toContainEqual(
      expect.objectContaining({ id: 'SOP-005', revision: '3', state: 'effective' }),
    );
  });

  it('is the same, byte for byte, each time', async () => {
    const again = await makeCorpus(path.join(folder, 'again'), size);
    expect([again.anchor, again.head]).toEqual([corpus.anchor, corpus.head]);
  });

  it('has documents that are found in order', () => {
    const bin = path.join(root, 'dist/cli/bin.js');
    const args = [bin, '-C', corpus.folder, '--json', 'check'];
    const answer = execFileSync(process.execPath, args, { encoding: 'utf8' });
    expect(JSON.parse(answer)).toEqual({ problems: [] });
    expect(readFileSync(path.join(corpus.folder, 'qms-docs/qms.yaml'), 'utf8')).toContain('QMS');
  });
});
