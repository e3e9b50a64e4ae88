import { absent, codeOf, describeBothStores } from './both-stores.ts';
import { expect, it } from 'vitest';
import { listTree, readObject, readObjects } from '../../src/git/tree-walk.ts';
import { QmsError } from '../../src/problem/problem.ts';
import { ScratchRepository } from './scratch-repository.ts';
import { formatTree } from '../../src/git/tree.ts';

describeBothStores('trees', ({ openAt }) => {
  it('are listed with every file, in the order of git ls-tree -r', async () => {
    const scratch = new ScratchRepository();
    for (const path of ['a/b/c', 'a.b', 'a-', 'a/b.c', 'ä/x', 'z/\u{10000}', 'z/\uffe5']) {
      scratch.commit(path, path);
    }
    const store = await openAt(scratch);
    const tree = scratch.git('rev-parse', 'HEAD^{tree}');
    const listed = (await listTree(store, tree)).map(
      ({ mode, id, path }) => `${mode} blob ${id}\t${path}`,
    );
    const stock = scratch
      .gitBytes(['ls-tree', '-rz', 'HEAD'])
      .toString()
      .split('\0')
      .filter(Boolean);
    expect(listed).toEqual(stock);
    expect((await listTree(store, tree, { under: 'a/b' })).map(({ path }) => path)).toEqual(['c']);
    expect((await listTree(store, tree, { under: 'a/' })).map(({ path }) => path)).toEqual([
      'b.c',
      'b/c',
    ]);
    expect(await listTree(store, tree, { under: 'none/x' })).toEqual([]);
    expect(await listTree(store, tree, { under: 'a.b' })).toEqual([]);
  });

  it('that are missing, malformed or no trees are an error with the place', async () => {
    const scratch = new ScratchRepository();
    const commit = scratch.commit('a', 'a');
    const store = await openAt(scratch);
    const malformed = scratch.raw('tree', '040000 a\0' + 'x'.repeat(20));
    const damaged = scratch.blob('damaged');
    scratch.loose(damaged, Buffer.from('x'));
    const above = scratch.raw('tree', formatTree([{ mode: '40000', name: 'a', id: absent }]));
    expect(await codeOf(listTree(store, absent))).toBe('git/object-missing');
    expect(await codeOf(listTree(store, above))).toBe('git/object-missing');
    expect(await codeOf(listTree(store, commit))).toBe('git/object-type');
    expect(await codeOf(listTree(store, malformed))).toBe('git/tree-malformed');
    expect(await codeOf(readObject(store, damaged, 'blob'))).toBe('git/object-corrupt');
    const both = await readObjects(store, [absent, commit, damaged], 'tree', {
      ref: 'refs/x',
    }).catch((error: unknown) => error);
    expect(both).toBeInstanceOf(QmsError);
    const problems = both instanceof QmsError ? both.problems : [];
    expect(problems.map(({ code, place }) => [code, place]).sort()).toEqual([
      ['git/object-corrupt', { ref: 'refs/x', object: damaged }],
      ['git/object-missing', { ref: 'refs/x', object: absent }],
      ['git/object-type', { ref: 'refs/x', object: commit }],
    ]);
  });

  it('with names that are not UTF-8 are an error only where they are walked', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.blob('x');
    const odd = scratch.raw(
      'tree',
      formatTree([{ mode: '100644', nameBytes: Uint8Array.of(0xff), id }]),
    );
    const fine = scratch.raw('tree', formatTree([{ mode: '100644', name: 'x', id }]));
    const tree = scratch.raw(
      'tree',
      formatTree([
        { mode: '40000', name: 'odd', id: odd },
        { mode: '40000', name: 'fine', id: fine },
      ]),
    );
    const store = await openAt(scratch);
    expect(await codeOf(listTree(store, tree))).toBe('git/tree-malformed');
    expect((await listTree(store, tree, { under: 'fine' })).length).toBe(1);
  });

  it('that unfold beyond all measure or lie too deep are refused before the memory is full', async () => {
    const scratch = new ScratchRepository();
    const blob = scratch.blob('x');
    let wide = scratch.raw('tree', formatTree([{ mode: '100644', name: 'x', id: blob }]));
    for (let level = 0; level < 9; level++) {
      const id = wide;
      const entries = Array.from({ length: 10 }, (_, at) => ({
        mode: '40000',
        name: String(at),
        id,
      }));
      wide = scratch.raw('tree', formatTree(entries));
    }
    let deep = scratch.raw('tree', formatTree([{ mode: '100644', name: 'x', id: blob }]));
    for (let level = 0; level < 130; level++) {
      deep = scratch.raw('tree', formatTree([{ mode: '40000', name: 'd', id: deep }]));
    }
    const store = await openAt(scratch);
    expect(await codeOf(listTree(store, wide))).toBe('git/object-too-large');
    expect(await codeOf(listTree(store, deep))).toBe('git/object-too-large');
  });
});
