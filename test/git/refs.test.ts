import { writeFileSync } from 'node:fs';
import { ScratchRepository } from './scratch-repository.ts';
import { expect, it } from 'vitest';
import { absent, codeOf, describeBothStores } from './both-stores.ts';
import { join } from 'node:path';

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

  it('are not files that Git does not take for refs', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    for (const name of ['.DS_Store', 'a.lock', 'a~']) {
      writeFileSync(join(scratch.folder, '.git/refs/tags', name), `${id}\n`);
    }
    expect(await (await openAt(scratch)).refs('refs/tags/')).toEqual([]);
  });
});
