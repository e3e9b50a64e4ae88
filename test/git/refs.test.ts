import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { ScratchRepository, scratchFolder } from './scratch-repository.ts';
import { expect, it } from 'vitest';
import { absent, codeOf, describeBothStores } from './both-stores.ts';
import { join } from 'node:path';
import { readRefFile } from '../../src/git/ref-files.ts';
import { openRepository } from '../../src/git/repository.ts';

describeBothStores('refs', ({ openAt }) => {
  it('are those that start with the prefix, not peeled, sorted by bytes, loose over packed', async () => {
    const scratch = new ScratchRepository();
    const first = scratch.commit('a', 'a');
    scratch.git('tag', '-a', '-m', 'x', 'qms/release/1');
    const tag = scratch.git('rev-parse', 'qms/release/1');
    for (const name of [
      'qms/release/10',
      'qms/release/2',
      'qms/relief',
      'qms2',
      'a',
      'qms/\uffe5',
      'qms/\u{10000}',
    ]) {
      scratch.git('tag', name);
    }
    scratch.git('pack-refs', '--all');
    const second = scratch.commit('b', 'b');
    scratch.git('tag', '-f', 'qms/release/2');
    const store = await openAt(scratch);
    expect(await store.refs('refs/tags/qms/')).toEqual([
      { name: 'refs/tags/qms/release/1', id: tag },
      { name: 'refs/tags/qms/release/10', id: first },
      { name: 'refs/tags/qms/release/2', id: second },
      { name: 'refs/tags/qms/relief', id: first },
      { name: 'refs/tags/qms/\uffe5', id: first },
      { name: 'refs/tags/qms/\u{10000}', id: first },
    ]);
    const names = async (prefix: string): Promise<number> => (await store.refs(prefix)).length;
    expect(await names('refs/tags/qms/rel')).toBe(4);
    expect(await names('refs/tags/qms/release')).toBe(3);
    expect(await names('refs/tags/qms')).toBe(7);
    expect(await names('refs/tags/qms/release/1')).toBe(2);
    expect(await names('refs/tags/none/')).toBe(0);
    expect(await names('refs/tags/qms/*')).toBe(0);
    expect(await names('refs/')).toBe(9);
    expect(await names('')).toBe(9);
    expect(await names('refs/../refs/')).toBe(0);
    expect(await names('--count=1')).toBe(0);
  });

  it('are all there when there are thousands, loose and packed', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    const names = Array.from(
      { length: 5000 },
      (_, at) => `refs/tags/n/${String(at % 7)}/${String(at)}`,
    ).sort();
    const packed = names.slice(0, 4800).map((name) => `${id} ${name}\n`);
    writeFileSync(join(scratch.folder, '.git/packed-refs'), packed.join(''));
    const loose = names.slice(4700).map((name) => `update ${name} ${id}\n`);
    scratch.gitBytes(['update-ref', '--stdin'], loose.join(''));
    const refs = await (await openAt(scratch)).refs('refs/tags/n/');
    expect(refs).toEqual(names.map((name) => ({ name, id })));
  });

  it('that lead to nothing are given as they stand; the object is missing', async () => {
    const scratch = new ScratchRepository();
    writeFileSync(join(scratch.folder, '.git/refs/tags/ghost'), `${absent}\n`);
    const store = await openAt(scratch);
    expect(await store.refs('refs/tags/')).toEqual([{ name: 'refs/tags/ghost', id: absent }]);
  });

  it('that are symbolic give the id of what they lead to, and nothing where that is not there', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    writeFileSync(join(scratch.folder, '.git/refs/heads/alias'), 'ref: refs/heads/main\n');
    writeFileSync(join(scratch.folder, '.git/refs/heads/gone'), 'ref: refs/heads/none\n');
    expect(await (await openAt(scratch)).refs('refs/heads/a')).toEqual([
      { name: 'refs/heads/alias', id },
    ]);
    expect((await (await openAt(scratch)).refs('refs/heads/')).length).toBe(2);
  });

  it.each([
    ['an empty file', ''],
    ['text', 'junk\n'],
  ])('that hold %s are an error, never passed over', async (_what, content) => {
    const scratch = new ScratchRepository();
    scratch.commit('a', 'a');
    writeFileSync(join(scratch.folder, '.git/refs/tags/broken'), content);
    const store = await openAt(scratch);
    expect(await codeOf(store.refs('refs/tags/'))).toBe('git/ref-invalid');
    expect((await store.refs('refs/heads/')).length).toBe(1);
  });

  it.each([
    ['an id with text behind it', (id: string) => `${id} and more\n`],
    ['a symbolic ref that leads out', () => 'ref: ../../etc/hostname\n'],
    ['a symbolic ref to itself', () => 'ref: refs/tags/broken\n'],
  ])('that hold %s are an error, never passed over', async (_what, content) => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    writeFileSync(join(scratch.folder, '.git/refs/tags/broken'), content(id));
    expect(await codeOf((await openAt(scratch)).refs('refs/tags/'))).toBe('git/ref-invalid');
  });

  it('that lead to each other in a circle are an error', async () => {
    const scratch = new ScratchRepository();
    scratch.commit('a', 'a');
    writeFileSync(join(scratch.folder, '.git/refs/tags/one'), 'ref: refs/tags/two\n');
    writeFileSync(join(scratch.folder, '.git/refs/tags/two'), 'ref: refs/tags/one\n');
    expect(await codeOf((await openAt(scratch)).refs('refs/tags/'))).toBe('git/ref-invalid');
  });

  it('that are no files are an error: a pipe is not waited for, a linked folder not left out', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    const elsewhere = scratchFolder();
    writeFileSync(join(elsewhere, 'v1'), `${id}\n`);
    symlinkSync(join(elsewhere, 'v1'), join(scratch.folder, '.git/refs/tags/linked'));
    expect(await (await openAt(scratch)).refs('refs/tags/')).toEqual([
      { name: 'refs/tags/linked', id },
    ]);
    symlinkSync(elsewhere, join(scratch.folder, '.git/refs/tags/folder'));
    expect(await codeOf((await openAt(scratch)).refs('refs/tags/'))).toBe('git/ref-invalid');
    rmSync(join(scratch.folder, '.git/refs/tags/folder'));
    execFileSync('mkfifo', [join(scratch.folder, '.git/refs/tags/pipe')]);
    expect(await codeOf((await openAt(scratch)).refs('refs/tags/'))).toBe('git/ref-invalid');
    expect((await (await openAt(scratch)).refs('refs/heads/')).length).toBe(1);
  });

  it.each<[string, (text: string, id: string) => string]>([
    ['a line of text', (text) => `${text}garbage\n`],
    ['an empty line', (text) => `${text}\n`],
    ['an end within a name', (text) => text.slice(0, -3)],
    ['an end within an id', (text) => text.replace(/^\^.*\n/m, '').slice(0, -30)],
    ['an end within what a tag peels to', (text, id) => `${text}^${id.slice(9)}`],
    ['two lines of what a tag peels to', (text, id) => `${text}^${id}\n^${id}\n`],
    ['what a tag peels to before any tag', (text, id) => text.replace('\n', `\n^${id}\n`)],
    ['a comment in the middle', (text) => `${text}# more\n`],
    ['one name twice', (text, id) => `${text}${id} refs/tags/z\n${id} refs/tags/z\n`],
    ['an upper-case id', (text, id) => `${text}${id.toUpperCase()} refs/tags/z\n`],
    ['a name that Git does not allow', (text, id) => `${text}${id} refs/tags/z..z\n`],
  ])('in a packed file with %s are an error, never fewer refs', async (_what, change) => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    scratch.git('tag', '-a', '-m', 'x', 'v1');
    scratch.git('tag', 'v2');
    scratch.git('pack-refs', '--all');
    const file = join(scratch.folder, '.git/packed-refs');
    expect((await (await openAt(scratch)).refs('refs/tags/')).length).toBe(2);
    writeFileSync(file, change(readFileSync(file, 'utf8'), `abcdef${id.slice(6)}`));
    expect(await codeOf((await openAt(scratch)).refs('refs/tags/'))).toBe('git/ref-invalid');
  });

  it('by a name that Git does not allow trouble nobody who asks for others', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    writeFileSync(join(scratch.folder, '.git/packed-refs'), `${id} refs/junk/z..z\n`);
    expect((await (await openAt(scratch)).refs('refs/heads/')).length).toBe(1);
  });

  it('with any name that Git allows trouble nobody, packed or loose', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    // A no-break space, an ideographic space, and two names that are no UTF-8.
    const names = ['a\u00a0b', 'a\u3000b', 'a\u2028', 'à'].map((name) => Buffer.from(name));
    for (const name of [...names, Buffer.from([0x61, 0xff]), Buffer.from([0x61, 0xfe])]) {
      const line = Buffer.concat([Buffer.from('create refs/tags/'), name, Buffer.from(` ${id}\n`)]);
      scratch.gitBytes(['update-ref', '--stdin'], line);
    }
    scratch.git('tag', 'qms/release/1');
    const found = async () =>
      (await (await openAt(scratch)).refs('refs/tags/')).map((one) => one.name);
    scratch.git('pack-refs', '--all');
    expect(await found()).toEqual(
      expect.arrayContaining([
        'refs/tags/qms/release/1',
        ...names.map((name) => `refs/tags/${String(name)}`),
      ]),
    );
    expect((await (await openAt(scratch)).refs('refs/tags/qms/')).length).toBe(1);
  });

  it('are found one at a time while git packs them', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    const packed = join(scratch.folder, '.git/packed-refs');
    const loose = join(scratch.folder, '.git/refs/heads/main');
    execFileSync('mkfifo', [packed]);
    // Whoever opens the packed file first sees it from before, and finds the loose one gone after.
    const packing = spawn('sh', [
      '-c',
      'exec 3>"$0"; rm "$1"; echo "# pack-refs with: " >&3',
      packed,
      loose,
    ]);
    try {
      expect(await readRefFile(await openRepository(scratch.folder, {}), 'refs/heads/main')).toBe(
        id,
      );
    } finally {
      packing.kill();
    }
  });

  it('are read again from a packed file that is replaced within the same tick by one as long', async () => {
    const scratch = new ScratchRepository();
    const ids = [scratch.commit('a', 'a'), scratch.commit('b', 'b')];
    const packed = join(scratch.folder, '.git/packed-refs');
    const store = await openAt(scratch);
    for (let at = 0; at < 40; at++) {
      const id = ids[at % 2] ?? '';
      writeFileSync(packed, `${id} refs/tags/v1\n`);
      expect(await store.refs('refs/tags/')).toEqual([{ name: 'refs/tags/v1', id }]);
    }
  });

  it('follow what git packs, deletes and writes while the store is open', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    const store = await openAt(scratch);
    const found = async () => (await store.refs('refs/tags/')).map((one) => one.name.slice(10));
    scratch.git('tag', 'a');
    scratch.git('tag', 'b');
    expect(await found()).toEqual(['a', 'b']);
    scratch.git('pack-refs', '--all');
    expect(await found()).toEqual(['a', 'b']);
    scratch.git('tag', 'ab');
    expect(await found()).toEqual(['a', 'ab', 'b']);
    scratch.git('tag', '-d', 'a');
    expect(await found()).toEqual(['ab', 'b']);
    scratch.git('pack-refs', '--all');
    const second = scratch.commit('b', 'b');
    scratch.git('tag', '-f', 'b');
    expect(await store.refs('refs/tags/')).toEqual([
      { name: 'refs/tags/ab', id },
      { name: 'refs/tags/b', id: second },
    ]);
  });

  it('are not files that Git does not take for refs', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    for (const name of ['.DS_Store', 'a.lock', 'a~']) {
      writeFileSync(join(scratch.folder, '.git/refs/tags', name), `${id}\n`);
    }
    expect(await (await openAt(scratch)).refs('refs/tags/')).toEqual([]);
  });
});
