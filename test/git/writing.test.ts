import { ScratchRepository, fixedEnvironment } from './scratch-repository.ts';
import { describe, expect, it } from 'vitest';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type RefChange, updateRefs } from '../../src/git/ref-transaction.ts';
import { writeObject, writeObjects } from '../../src/git/writing.ts';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { codeOf } from './both-stores.ts';
import { encodeUtf8 } from '../../src/git/header.ts';
import { join } from 'node:path';
import { pushRefs } from '../../src/git/push.ts';

const environments: readonly [string, NodeJS.ProcessEnv][] = [
  ['with git', fixedEnvironment],
  ['without git', { ...fixedEnvironment, QMS_GIT_STORE: 'isomorphic' }],
];

describe.each(environments)('writing %s', (_how, env) => {
  const refOf = (scratch: ScratchRepository, name: string): string =>
    scratch.git('for-each-ref', '--format=%(objectname)', name);

  describe('writeObject', () => {
    it('writes what git reads back, also twice and in bulk, and leaves nothing else', async () => {
      const scratch = new ScratchRepository();
      const repository = await scratch.open(env);
      const bytes = encodeUtf8('some\0bytes\n');
      const id = await writeObject(repository, 'blob', bytes);
      expect(await writeObject(repository, 'blob', bytes)).toBe(id);
      expect(scratch.gitBytes(['cat-file', 'blob', id])).toEqual(Buffer.from(bytes));
      const many = Array.from({ length: 9 }, (_, at) => ({
        type: 'blob' as const,
        bytes: encodeUtf8(String(at)),
      }));
      const ids = await writeObjects(repository, many);
      expect(ids.map((each) => scratch.git('cat-file', 'blob', each))).toEqual(
        many.map((_, at) => String(at)),
      );
      scratch.git('fsck', '--strict');
      const folder = join(scratch.folder, '.git/objects', id.slice(0, 2));
      expect(readdirSync(folder)).toEqual([id.slice(2)]);
    });

    it('says so when it can not write', async () => {
      const scratch = new ScratchRepository();
      const repository = await scratch.open(env);
      const folder = join(scratch.folder, '.git/objects');
      rmSync(folder, { recursive: true });
      writeFileSync(folder, 'not a folder');
      expect(await codeOf(writeObject(repository, 'blob', encodeUtf8('x')))).toBe(
        'git/write-failed',
      );
    });
  });

  describe('updateRefs', () => {
    const scene = async () => {
      const scratch = new ScratchRepository();
      const one = scratch.commit('a', 'a');
      const two = scratch.commit('b', 'b');
      const repository = await scratch.open(env);
      const update = (...changes: readonly RefChange[]): Promise<void> =>
        updateRefs(repository, changes);
      return { scratch, one, two, update };
    };

    it('creates refs and moves them from where they are', async () => {
      const { scratch, one, two, update } = await scene();
      await update(
        { name: 'refs/tags/qms/release/1', to: one, from: 'absent' },
        { name: 'refs/heads/register', to: one, from: 'absent' },
      );
      expect(refOf(scratch, 'refs/tags/qms/release/1')).toBe(one);
      await update({ name: 'refs/heads/register', to: two, from: one });
      expect(refOf(scratch, 'refs/heads/register')).toBe(two);
      scratch.git('pack-refs', '--all');
      await update({ name: 'refs/heads/register', to: one, from: two });
      expect(refOf(scratch, 'refs/heads/register')).toBe(one);
      await update();
    });

    it.each([false, true])(
      'refuses to create one that is there (packed: %s), and writes none of the others',
      async (packed) => {
        const { scratch, one, two, update } = await scene();
        scratch.git('tag', 'qms/release/1', one);
        if (packed) scratch.git('pack-refs', '--all');
        const changes = [
          { name: 'refs/tags/a', to: two, from: 'absent' },
          { name: 'refs/tags/qms/release/1', to: two, from: 'absent' },
          { name: 'refs/tags/z', to: two, from: 'absent' },
        ];
        expect(await codeOf(update(...changes))).toBe('git/ref-exists');
        expect(refOf(scratch, 'refs/tags')).toBe(one);
        expect(
          readdirSync(join(scratch.folder, '.git/refs/tags')).filter((name) =>
            name.endsWith('.lock'),
          ),
        ).toEqual([]);
      },
    );

    it('refuses to move one that somebody else moved or deleted', async () => {
      const { scratch, one, two, update } = await scene();
      scratch.git('tag', 't', two);
      expect(await codeOf(update({ name: 'refs/tags/t', to: two, from: one }))).toBe(
        'git/ref-exists',
      );
      expect(await codeOf(update({ name: 'refs/tags/gone', to: two, from: one }))).toBe(
        'git/ref-exists',
      );
      expect(refOf(scratch, 'refs/tags')).toBe(two);
    });

    it.each([
      ['refs/tags/a/b', 'refs/tags/a'],
      ['refs/tags/a', 'refs/tags/a/b'],
    ])('refuses %s beside %s, packed or not', async (wanted, there) => {
      for (const packed of [false, true]) {
        const { scratch, one, update } = await scene();
        scratch.git('update-ref', there, one);
        if (packed) scratch.git('pack-refs', '--all');
        expect(await codeOf(update({ name: wanted, to: one, from: 'absent' }))).toBe(
          'git/ref-exists',
        );
        expect(refOf(scratch, wanted === 'refs/tags/a/b' ? wanted : 'refs/tags/a/b')).toBe(
          wanted === 'refs/tags/a/b' ? '' : one,
        );
      }
    });

    it('creates a ref where deleted ones left empty folders', async () => {
      const { scratch, one, update } = await scene();
      mkdirSync(join(scratch.folder, '.git/refs/tags/a/b'), { recursive: true });
      await update({ name: 'refs/tags/a', to: one, from: 'absent' });
      expect(refOf(scratch, 'refs/tags/a')).toBe(one);
    });

    it('says that a lock is held, and changes nothing', async () => {
      const { scratch, one, update } = await scene();
      const lock = join(scratch.folder, '.git/refs/tags/t.lock');
      writeFileSync(lock, '');
      const changes = [
        { name: 'refs/tags/a', to: one, from: 'absent' },
        { name: 'refs/tags/t', to: one, from: 'absent' },
      ];
      expect(await codeOf(update(...changes))).toBe('git/write-failed');
      expect(refOf(scratch, 'refs/tags')).toBe('');
      // The lock is somebody else's: it stays.
      expect(existsSync(lock)).toBe(true);
      rmSync(lock);
      await update(...changes);
      expect(refOf(scratch, 'refs/tags/t')).toBe(one);
    });

    it('refuses names and ids that are none, before anything is touched', async () => {
      const { one, update } = await scene();
      const odd = [
        'refs/tags/a\nb',
        'refs/tags/../../config',
        'HEAD',
        '--stdin',
        'refs/tags/a.lock',
      ];
      for (const name of odd) {
        expect(await codeOf(update({ name, to: one, from: 'absent' }))).toBe('git/ref-invalid');
      }
      expect(await codeOf(update({ name: 'refs/tags/t', to: 'HEAD', from: 'absent' }))).toBe(
        'git/ref-invalid',
      );
      expect(await codeOf(update({ name: 'refs/tags/t', to: one, from: '' }))).toBe(
        'git/ref-invalid',
      );
    });

    it('lets exactly one of many create a ref, whoever they are', async () => {
      const { scratch, one, update } = await scene();
      const ids = await Promise.all(
        Array.from({ length: 6 }, async (_, at) =>
          writeObject(await scratch.open(env), 'blob', encodeUtf8(String(at))),
        ),
      );
      for (let round = 0; round < 4; round++) {
        const name = `refs/tags/qms/release/${String(round)}`;
        const run = promisify(execFile);
        const stock = async (): Promise<string> => {
          const args = ['update-ref', name, one, '0'.repeat(40)];
          const options = { cwd: scratch.folder, env: fixedEnvironment };
          return run('git', args, options).then(
            () => 'stock',
            () => 'refused',
          );
        };
        const codes = await Promise.all([
          ...ids.map((to) => codeOf(update({ name, to, from: 'absent' }))),
          stock(),
          stock(),
        ]);
        const winners = codes.filter((code) => code === 'no error' || code === 'stock');
        expect(winners.length).toBe(1);
        for (const code of codes) {
          expect(['no error', 'stock', 'refused', 'git/ref-exists', 'git/write-failed']).toContain(
            code,
          );
        }
        expect([...ids, one]).toContain(refOf(scratch, name));
      }
    });
  });
});

describe('pushRefs', () => {
  it('pushes all refs or none, and says what the other side said', async () => {
    const origin = new ScratchRepository(['--bare']);
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    const repository = await scratch.open();
    scratch.git('remote', 'add', 'origin', origin.folder);
    scratch.git('tag', 'one', id);
    scratch.git('tag', 'two', id);
    await pushRefs(repository, 'origin', ['refs/tags/one:refs/tags/one']);
    expect(origin.git('tag')).toBe('one');
    const other = scratch.commit('b', 'b');
    scratch.git('tag', '-f', 'one', other);
    const push = pushRefs(repository, 'origin', ['refs/tags/two', 'refs/tags/one:refs/tags/one']);
    expect(await codeOf(push)).toBe('git/push-failed');
    expect(origin.git('tag')).toBe('one');
    expect(origin.git('rev-parse', 'one')).toBe(id);
  });

  it('takes no option for a remote and no forced refspec', async () => {
    const scratch = new ScratchRepository();
    scratch.commit('a', 'a');
    const repository = await scratch.open();
    const touched = join(scratch.folder, 'touched');
    const option = `--receive-pack=touch ${touched};`;
    expect(await codeOf(pushRefs(repository, option, ['refs/heads/main']))).toBe('git/push-failed');
    expect(existsSync(touched)).toBe(false);
    await expect(pushRefs(repository, '.', ['+refs/heads/main'])).rejects.toThrow('refspec');
  });
});
