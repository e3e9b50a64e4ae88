import { mkdirSync, writeFileSync } from 'node:fs';
import { ScratchRepository, fixedEnvironment, scratchFolder } from './scratch-repository.ts';
import { expect, it } from 'vitest';
import { absent, asText, codeOf, describeBothStores, faultOf } from './both-stores.ts';
import { type ObjectStore, limits } from '../../src/git/object-store.ts';
import { openRepository } from '../../src/git/repository.ts';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Everything that can be asked of a store. */
const asks = (store: ObjectStore): (() => Promise<unknown>)[] => [
  () => store.state(),
  () => store.refs('refs/'),
  () => store.read([absent]),
  () => store.has([absent]),
];

describeBothStores('a repository', ({ kind, open, openAt }) => {
  it('reads loose and packed objects of every type as git prints them', async () => {
    const scratch = new ScratchRepository();
    scratch.commit('a/b.md', 'one\n');
    scratch.git('tag', '-a', '-m', 'Tag', 'v1');
    for (const packed of [false, true]) {
      if (packed) scratch.git('repack', '-adq');
      const ids = ['v1', 'HEAD', 'HEAD^{tree}', 'HEAD:a/b.md'].map((name) =>
        scratch.git('rev-parse', name),
      );
      const store = await openAt(scratch);
      const found = await store.read(ids);
      expect(
        ids.map((id) => found.get(id)).map((object) => object && 'type' in object && object.type),
      ).toEqual(['tag', 'commit', 'tree', 'blob']);
      for (const id of ids) {
        const type = scratch.git('cat-file', '-t', id);
        const object = found.get(id);
        expect(object && 'bytes' in object && Buffer.from(object.bytes)).toEqual(
          scratch.gitBytes(['cat-file', type, id]),
        );
        expect(object && 'bytes' in object && object.bytes.constructor).toBe(Uint8Array);
      }
    }
  });

  it('answers every id once, whatever stands between them', async () => {
    const scratch = new ScratchRepository();
    const ids = Array.from({ length: 700 }, (_, at) =>
      // Sizes around those of pipes and headers; line feeds, and text that looks like an answer.
      at % 100 === 0
        ? scratch.blob(Buffer.alloc(at * 500, at))
        : scratch.raw('blob', `${String(at)}\n${absent} missing\n${'x'.repeat(at % 90)}`),
    );
    ids.push(scratch.blob(''));
    const store = await openAt(scratch);
    const found = await store.read([...ids, absent, ...ids]);
    expect(found.size).toBe(new Set(ids).size + 1);
    expect(faultOf(found.get(absent))).toBe('missing');
    for (const id of ids) expect(faultOf(found.get(id))).toBe(undefined);
    expect(asText(found.get(ids[5] ?? ''))).toBe(`5\n${absent} missing\nxxxxx`);
    expect((await store.read([])).size).toBe(0);
  });

  it('answers many at the same time, each its own', async () => {
    const scratch = new ScratchRepository();
    const ids = Array.from({ length: 60 }, (_, at) => scratch.raw('blob', `text ${String(at)}`));
    const store = await openAt(scratch);
    await Promise.all(
      Array.from({ length: 100 }, async (_, at) => {
        const wanted = [ids[at % 60] ?? '', ids[(at * 7) % 60] ?? ''];
        const found = await store.read(wanted);
        expect(asText(found.get(wanted[0] ?? ''))).toBe(`text ${String(at % 60)}`);
        expect(asText(found.get(wanted[1] ?? ''))).toBe(`text ${String((at * 7) % 60)}`);
      }),
    );
  });

  it('sees objects and refs that were written after it was opened', async () => {
    const scratch = new ScratchRepository();
    scratch.commit('a', 'a');
    const store = await openAt(scratch);
    expect((await store.refs('refs/heads/')).length).toBe(1);
    expect(faultOf((await store.read([absent])).get(absent))).toBe('missing');
    const id = scratch.commit('b', 'b');
    scratch.git('branch', 'other');
    scratch.git('repack', '-adq');
    scratch.git('pack-refs', '--all');
    expect(await store.refs('refs/heads/')).toEqual([
      { name: 'refs/heads/main', id },
      { name: 'refs/heads/other', id },
    ]);
    expect(faultOf((await store.read([id])).get(id))).toBe(undefined);
  });

  it('says of ids that are none that they are missing, and gives them to no program', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    const store = await openAt(scratch);
    const odd = ['HEAD', '', '--help', `${id}\n${id}`, `${id}:a`, id.toUpperCase(), '../config'];
    const found = await store.read([...odd, id]);
    expect(odd.map((name) => faultOf(found.get(name)))).toEqual(odd.map(() => 'missing'));
    expect(faultOf(found.get(id))).toBe(undefined);
    expect([...(await store.has([...odd, id]))]).toEqual([id]);
  });

  it('tells which objects exist, loose and packed', async () => {
    const scratch = new ScratchRepository();
    const packed = scratch.commit('a', 'a');
    scratch.git('repack', '-adq');
    const loose = scratch.blob('loose');
    const store = await openAt(scratch);
    expect(await store.has([packed, absent, loose])).toEqual(new Set([packed, loose]));
  });

  it('refuses an object over the limit and goes on reading', async () => {
    const scratch = new ScratchRepository();
    const large = scratch.blob(Buffer.alloc(limits.objectBytes + 1));
    const exact = scratch.blob(Buffer.alloc(limits.objectBytes));
    const small = scratch.blob('small');
    const store = await openAt(scratch);
    expect(await codeOf(store.read([small, large]))).toBe('git/object-too-large');
    const found = await store.read([small, exact]);
    expect(asText(found.get(small))).toBe('small');
    expect(faultOf(found.get(exact))).toBe(undefined);
  });

  it('reads a linked work tree and a bare clone like the repository itself', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a/b', 'x');
    const linked = join(scratchFolder(), 'linked');
    scratch.git('worktree', 'add', '-q', '-b', 'side', linked);
    const bare = join(scratchFolder(), 'bare.git');
    scratch.git('clone', '-q', '--bare', scratch.folder, bare);
    for (const folder of [linked, join(linked, 'a'), bare, join(scratch.folder, '.git')]) {
      const store = open(await openRepository(folder, fixedEnvironment));
      expect(await store.refs('refs/heads/main')).toEqual([{ name: 'refs/heads/main', id }]);
      expect(faultOf((await store.read([id])).get(id))).toBe(undefined);
    }
  });

  it('honours neither replace refs nor grafts, and says that they are there', async () => {
    const scratch = new ScratchRepository();
    const one = scratch.commit('a', 'a');
    const two = scratch.commit('b', 'b');
    expect(await (await openAt(scratch)).state()).toMatchObject({
      grafts: false,
      replaceRefs: [],
      missingAlternates: [],
    });
    scratch.git('replace', two, one);
    mkdirSync(join(scratch.folder, '.git/info'), { recursive: true });
    writeFileSync(join(scratch.folder, '.git/info/grafts'), `${two}\n`);
    const store = await openAt(scratch);
    expect(await store.state()).toMatchObject({
      grafts: true,
      replaceRefs: [`refs/replace/${two}`],
    });
    expect(asText((await store.read([two])).get(two))).toContain(`parent ${one}`);
  });

  it('says that a clone is shallow or partial', async () => {
    const origin = new ScratchRepository();
    origin.commit('a', 'a');
    const last = origin.commit('b', 'b');
    origin.git('config', 'uploadpack.allowFilter', 'true');
    const clone = async (...options: readonly string[]): Promise<ObjectStore> => {
      const folder = join(scratchFolder(), 'clone');
      execFileSync('git', ['clone', '-q', ...options, `file://${origin.folder}`, folder], {
        env: fixedEnvironment,
      });
      return open(await openRepository(folder, fixedEnvironment));
    };
    const none = { shallow: false, partial: false };
    expect(await (await clone()).state()).toMatchObject(none);
    expect(await (await clone('--depth=1')).state()).toMatchObject({ ...none, shallow: true });
    const partial = await clone('--filter=blob:none', '--no-checkout');
    expect(await partial.state()).toMatchObject({ ...none, partial: true });
    // What a partial clone left out is missing: nothing is fetched behind the user's back.
    const blob = origin.git('rev-parse', `${last}:b`);
    const found = await partial.read([blob, last]);
    expect(faultOf(found.get(blob))).toBe('missing');
    expect(faultOf(found.get(last))).toBe(undefined);
    expect(await partial.has([blob, last])).toEqual(new Set([last]));
  });

  it('says that a SHA-256 repository can not be read, instead of finding it empty', async () => {
    const scratch = new ScratchRepository(['--object-format=sha256']);
    const store = await openAt(scratch);
    for (const call of asks(store)) {
      expect(await codeOf(call())).toBe('git/object-format-unsupported');
    }
  });

  it('says that refs in another storage can not be read, instead of finding none', async () => {
    const scratch = new ScratchRepository();
    scratch.git('config', 'core.repositoryFormatVersion', '1');
    scratch.gitBytes(['config', 'extensions.refStorage', 'reftable']);
    const store = open(await openRepository(scratch.folder, fixedEnvironment));
    for (const call of asks(store))
      expect(await codeOf(call())).toBe('git/ref-storage-unsupported');
  });

  it.each([
    ['2', []],
    ['99', []],
    ['junk', []],
    ['1', ['novelty']],
    ['1', ['preciousObjects', 'aB']],
  ])('says that a layout %s with %j is not known, as git does', async (version, extensions) => {
    const scratch = new ScratchRepository();
    for (const name of extensions) scratch.git('config', `extensions.${name}`, 'true');
    scratch.gitBytes(['config', 'core.repositoryFormatVersion', version]);
    expect(() => scratch.git('for-each-ref')).toThrow(/repo version|extension|numeric/);
    const store = open(await openRepository(scratch.folder, fixedEnvironment));
    for (const call of asks(store)) {
      expect(await codeOf(call())).toBe('git/repository-format-unsupported');
    }
  });

  it('takes what a plain repository may say of its layout', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    scratch.git('config', 'extensions.novelty', 'true');
    expect((await (await openAt(scratch)).refs('refs/')).length).toBe(1);
    scratch.git('config', '--unset', 'extensions.novelty');
    for (const name of ['preciousObjects', 'worktreeConfig', 'noop']) {
      scratch.git('config', `extensions.${name}`, 'true');
    }
    scratch.git('config', 'core.repositoryFormatVersion', '1');
    expect(scratch.git('rev-parse', 'HEAD')).toBe(id);
    expect((await (await openAt(scratch)).refs('refs/')).length).toBe(1);
  });

  it(`${kind === 'git' ? 'reads' : 'refuses'} objects that are borrowed from another repository`, async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    const folder = join(scratchFolder(), 'borrower');
    scratch.git('clone', '-q', '--shared', scratch.folder, folder);
    const store = open(await openRepository(folder, fixedEnvironment));
    if (kind === 'git') {
      expect(faultOf((await store.read([id])).get(id))).toBe(undefined);
      expect(await store.has([id, absent])).toEqual(new Set([id]));
    } else {
      expect(await codeOf(store.read([id]))).toBe('git/alternates-unsupported');
      expect(await codeOf(store.has([id]))).toBe('git/alternates-unsupported');
    }
  });
});
