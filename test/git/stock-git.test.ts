import { ScratchRepository, fixedEnvironment } from './scratch-repository.ts';
import { describe, expect, it } from 'vitest';
import { encodeUtf8, joinBytes } from '../../src/git/header.ts';
import { formatCommit, parseCommit } from '../../src/git/commit.ts';
import { formatTag, isStatementTagName, parseTag } from '../../src/git/tag.ts';
import { formatTree, parseTree } from '../../src/git/tree.ts';
import { identity, mutated } from './objects-arbitrary.ts';
import fc from 'fast-check';
import fs from 'node:fs';
import { isValidRefName } from '../../src/git/ref-name.ts';
import { join } from 'node:path';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { objectName } from '../../src/git/object-name.ts';
import { spawnSync } from 'node:child_process';

const show = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Whether a git command takes the input, by its exit code. */
function gitTakes(
  scratch: ScratchRepository,
  args: readonly string[],
  input: Uint8Array = new Uint8Array(),
): boolean {
  const { status, error } = spawnSync('git', args, {
    cwd: scratch.folder,
    env: fixedEnvironment,
    input,
  });
  if (error !== undefined) throw error;
  return status === 0;
}

describe('objects that stock git writes', () => {
  it('are read, and written again byte for byte: merges, odd names, encodings, tags, trees', () => {
    const scratch = new ScratchRepository();
    scratch.commit('qms-docs/sops/SOP-001.md', 'one\n');
    scratch.commit('a', 'a');
    scratch.commit('a.b', 'b');
    scratch.commit('ä ö/c', 'c');
    scratch.git('mv', 'a', 'a-');
    scratch.commit('a/x', 'x');
    fs.symlinkSync('a', join(scratch.folder, 'link'));
    fs.writeFileSync(join(scratch.folder, 'run'), '#!/bin/sh\n', { mode: 0o755 });
    scratch.commit('z', 'z');
    scratch.git('checkout', '-q', '-b', 'side', 'HEAD~2');
    scratch.commit('side', 's');
    scratch.git('checkout', '-q', 'main');
    scratch.git('merge', '-q', '--no-edit', 'side');
    scratch.git(
      '-c',
      'i18n.commitEncoding=ISO-8859-1',
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      'latin',
    );
    scratch.git(
      '-c',
      'user.name=x',
      'commit',
      '-q',
      '--allow-empty',
      '--allow-empty-message',
      '-m',
      '',
    );
    scratch.git('tag', '-a', '-m', 'Release 1: QMS revision 1', 'qms/release/1');
    scratch.git('tag', '-a', '-m', 'On a tree', 'tree', 'HEAD^{tree}');
    scratch.git('tag', '-a', '-m', '', 'empty');
    const all = scratch
      .git('cat-file', '--batch-all-objects', '--batch-check=%(objectname) %(objecttype)')
      .split('\n');
    const seen = { commit: 0, tree: 0, tag: 0, blob: 0 };
    for (const line of all) {
      const [id = '', type = ''] = line.split(' ');
      const bytes = Uint8Array.from(scratch.gitBytes(['cat-file', type, id]));
      if (type === 'commit') {
        const commit = parseCommit(bytes, 'release');
        expect(commit.ok && show(formatCommit(commit.value))).toBe(show(bytes));
        expect(commit.ok && [...commit.value.parents, commit.value.tree]).toEqual(
          scratch.git('log', '-1', '--format=%P %T', id).trim().split(' '),
        );
      } else if (type === 'tree') {
        const tree = parseTree(bytes);
        expect(tree.ok && show(formatTree(tree.value))).toBe(show(bytes));
        const listed = scratch
          .gitBytes(['ls-tree', '-z', id])
          .toString()
          .split('\0')
          .filter(Boolean);
        expect(
          tree.ok &&
            tree.value.map(
              (entry) => `${entry.mode.padStart(6, '0')} ${entry.id} ${entry.name ?? ''}`,
            ),
        ).toEqual(listed.map((entry) => entry.replace(/^(\d+) \w+ (\w+)\t/, '$1 $2 ')));
      } else if (type === 'tag') {
        const tag = parseTag(bytes);
        expect(tag.ok && show(formatTag(tag.value))).toBe(show(bytes));
      }
      if (type === 'commit' || type === 'tree' || type === 'tag' || type === 'blob') {
        seen[type]++;
        expect(objectName(type, bytes, nodeCryptography)).toBe(id);
      }
    }
    expect(Object.values(seen).every((count) => count > 2)).toBe(true);
  });
});

describe('objects that we write', () => {
  it('are taken by git mktag, hash-object and fsck --strict', () => {
    const scratch = new ScratchRepository();
    const head = scratch.commit('a', 'a');
    const tree = scratch.git('rev-parse', 'HEAD^{tree}');
    fc.assert(
      fc.property(identity, identity, fc.string(), (one, two, text) => {
        const message = encodeUtf8(`${text}\n`);
        const tag = formatTag({ object: head, type: 'commit', name: 'v', tagger: one, message });
        expect(gitTakes(scratch, ['mktag'], tag)).toBe(true);
        const commit = formatCommit({
          tree,
          parents: [head],
          author: one,
          committer: two,
          message,
        });
        scratch.gitBytes(['hash-object', '-w', '-t', 'commit', '--stdin'], commit);
      }),
      { numRuns: 25 },
    );
    const blob = scratch.git('rev-parse', 'HEAD:a');
    const folder = scratch.gitBytes(
      ['hash-object', '-w', '-t', 'tree', '--stdin'],
      formatTree([{ mode: '100644', name: 'x', id: blob }]),
    );
    const entries = ['b', 'a.b', 'a-b', 'ä', 'Z'].map((name) => ({
      mode: '100644',
      name,
      id: blob,
    }));
    const bytes = formatTree([
      ...entries,
      { mode: '40000', name: 'a', id: folder.toString().trim() },
    ]);
    scratch.gitBytes(['hash-object', '-w', '-t', 'tree', '--stdin'], bytes);
    expect(gitTakes(scratch, ['fsck', '--strict', '--no-dangling'])).toBe(true);
  });
});

describe('what stock git refuses', () => {
  it('we refuse: no damaged tag is taken by us and not by git mktag', () => {
    const scratch = new ScratchRepository();
    const head = scratch.commit('a', 'a');
    const fixed = encodeUtf8(`object ${head}\ntype commit\n`);
    const rest = identity.map((tagger) =>
      formatTag({
        object: head,
        type: 'commit',
        name: 'qms/release/1',
        tagger,
        message: encodeUtf8('m\n'),
      }).subarray(fixed.length),
    );
    let taken = 0;
    let refused = 0;
    fc.assert(
      fc.property(mutated(rest), (bytes) => {
        const tag = joinBytes(fixed, bytes);
        if (!parseTag(tag).ok) {
          refused++;
          return;
        }
        taken++;
        expect(gitTakes(scratch, ['mktag'], tag)).toBe(true);
      }),
      { numRuns: 150 },
    );
    // The comparison says something only if both cases came up.
    expect(Math.min(taken, refused)).toBeGreaterThan(10);
  });

  it('we refuse: trees that git fsck --strict finds fault with', () => {
    const scratch = new ScratchRepository();
    const id = scratch.blob('x');
    const entry = (mode: string, name: string): Uint8Array =>
      joinBytes(encodeUtf8(`${mode} ${name}\0`), Buffer.from(id, 'hex'));
    const bad = [
      [entry('040000', 'a')],
      [entry('100644', 'b'), entry('100644', 'a')],
      [entry('100644', 'a'), entry('100644', 'a')],
      [entry('100644', '.git')],
      [entry('100644', 'git~1')],
      [entry('100644', '.GIT ')],
      [entry('100644', '..')],
      [entry('100644', 'a/b')],
      [entry('100644', '')],
    ];
    for (const parts of bad) {
      const bytes = joinBytes(...parts);
      const tree = scratch.raw('tree', bytes);
      const said = spawnSync('git', ['fsck', '--strict', '--no-dangling', tree], {
        cwd: scratch.folder,
        env: fixedEnvironment,
      });
      expect(String(said.stderr)).toMatch(/error|warning/);
      expect(parseTree(bytes).ok).toBe(false);
      fs.rmSync(scratch.loosePath(tree));
    }
  });

  it('we refuse names of refs exactly as git check-ref-format does', () => {
    const scratch = new ScratchRepository();
    const part = fc.constantFrom(
      'a',
      'A-1',
      '.',
      '..',
      '.lock',
      'b.lock',
      '@',
      '@{',
      '~',
      '^',
      ':',
      '?',
      '*',
      '[',
      '\\',
      ' ',
      '\t',
      '\u007f',
      'ä',
      '/',
      '//',
      '-',
      '_',
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const name = `refs/tags/${parts.join('')}`;
        const takes = gitTakes(scratch, ['check-ref-format', name]);
        expect(isValidRefName(name)).toBe(takes);
        if (isStatementTagName(parts.join(''))) expect(takes).toBe(true);
      }),
      { numRuns: 120 },
    );
  });
});

describe('a commit with two trees', () => {
  it('is shown by git as if the second were not there, and is refused by us', () => {
    const scratch = new ScratchRepository();
    scratch.commit('good.md', 'what was approved');
    const good = scratch.git('rev-parse', 'HEAD^{tree}');
    scratch.commit('evil.md', 'what nobody saw');
    const evil = scratch.git('rev-parse', 'HEAD^{tree}');
    const person = 'author A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n';
    for (const text of [
      `tree ${good}\ntree ${evil}\n${person}\nm\n`,
      `tree ${good}\n${person}tree ${evil}\n\nm\n`,
    ]) {
      expect(parseCommit(encodeUtf8(text), 'any').ok).toBe(false);
      expect(parseCommit(encodeUtf8(text), 'release').ok).toBe(false);
    }
    const late = scratch.raw('commit', `tree ${good}\n${person}tree ${evil}\n\nm\n`);
    expect(scratch.git('rev-parse', `${late}^{tree}`)).toBe(good);
    expect(gitTakes(scratch, ['fsck', '--strict', late])).toBe(true);
  });
});
