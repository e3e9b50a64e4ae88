import { chmodSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { ScratchRepository } from './scratch-repository.ts';
import { expect, it } from 'vitest';
import { absent, asText, codeOf, describeBothStores, faultOf } from './both-stores.ts';
import { deflateSync } from 'node:zlib';

describeBothStores('damage', ({ openAt }) => {
  const junk: readonly [string, Uint8Array][] = [
    ['is empty', new Uint8Array()],
    ['is no zlib', Buffer.from('garbage')],
    ['holds another object', deflateSync(Buffer.from('blob 5\0other'))],
    ['holds another type', deflateSync(Buffer.from('tag 4\0text'))],
    ['holds more than it says', deflateSync(Buffer.from('blob 4\0text and more'))],
    ['holds less than it says', deflateSync(Buffer.from('blob 5\0text'))],
    ['is cut off', deflateSync(Buffer.from(`blob 4000\0${'text'.repeat(1000)}`)).subarray(0, 20)],
    [
      'has an answer for another id behind it',
      deflateSync(Buffer.from(`blob 4\0text\n${absent} blob 4\nevil`)),
    ],
  ];
  it.each(junk)(
    'of a loose object whose file %s is found, and others are read',
    async (what, bytes) => {
      const scratch = new ScratchRepository();
      const before = scratch.blob('before');
      const damaged = scratch.blob('text');
      const after = Array.from({ length: 20 }, (_, at) =>
        scratch.raw('blob', `after ${String(at)}`),
      );
      scratch.loose(damaged, bytes);
      const store = await openAt(scratch);
      const found = await store.read([before, damaged, ...after, absent]);
      expect(asText(found.get(before))).toBe('before');
      const answer = found.get(damaged);
      // Cut at the length it states, an object that is followed by more has the right bytes:
      // it may be read or refused, but never as anything else.
      const readable = /more than|behind/.test(what) && asText(answer) === 'text';
      expect(readable ? 'corrupt' : faultOf(answer)).toBe('corrupt');
      after.forEach((id, at) => {
        expect(asText(found.get(id))).toBe(`after ${String(at)}`);
      });
      expect(faultOf(found.get(absent))).toBe('missing');
      expect(asText((await store.read([before])).get(before))).toBe('before');
    },
  );

  it('of a pack is found, and is not called missing', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a'.repeat(3000));
    scratch.git('repack', '-adq');
    const pack = scratch.packFile('.pack');
    chmodSync(pack, 0o644);
    const bytes = readFileSync(pack);
    writeFileSync(
      pack,
      Buffer.concat([bytes.subarray(0, 12), bytes.subarray(12).map((byte) => byte ^ 0x55)]),
    );
    const store = await openAt(scratch);
    expect(faultOf((await store.read([id, absent])).get(id))).toBe('corrupt');
  });

  it.each(['.pack', '.idx'])('of a repository whose %s was cut off is found', async (extension) => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a'.repeat(3000));
    scratch.git('repack', '-adq');
    const file = scratch.packFile(extension);
    chmodSync(file, 0o644);
    truncateSync(file, 40);
    const loose = scratch.blob('loose');
    const found = await (await openAt(scratch)).read([id, loose]);
    expect(faultOf(found.get(id))).toBe('corrupt');
    expect(asText(found.get(loose))).toBe('loose');
  });

  it('of a pack that is gone while its index is there is found', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    scratch.git('repack', '-adq');
    rmSync(scratch.packFile('.pack'), { force: true });
    expect(faultOf((await (await openAt(scratch)).read([id])).get(id))).toBe('corrupt');
  });

  it('of a pack index that leads an id to another object is found', async () => {
    const scratch = new ScratchRepository();
    scratch.commit('good.md', 'the approved text');
    scratch.commit('evil.md', 'a text nobody saw');
    const good = scratch.git('rev-parse', 'HEAD:good.md');
    const evil = scratch.git('rev-parse', 'HEAD:evil.md');
    scratch.git('repack', '-adq');
    const index = scratch.packFile('.idx');
    chmodSync(index, 0o644);
    const bytes = readFileSync(index);
    const count = bytes.readUInt32BE(8 + 255 * 4);
    const offsetAt = (id: string): number => {
      for (let at = 0; at < count; at++) {
        const start = 8 + 1024 + at * 20;
        if (bytes.toString('hex', start, start + 20) === id) return 8 + 1024 + count * 24 + at * 4;
      }
      throw new Error('not in the index');
    };
    bytes.copyWithin(offsetAt(good), offsetAt(evil), offsetAt(evil) + 4);
    writeFileSync(index, bytes);
    // Stock git prints the other text without a word.
    expect(scratch.git('cat-file', 'blob', good)).toBe('a text nobody saw');
    const found = await (await openAt(scratch)).read([good, evil]);
    expect(faultOf(found.get(good))).toBe('corrupt');
    expect(asText(found.get(evil))).toBe('a text nobody saw');
  });

  it('by permissions is no damage: it could not be checked', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.blob('text');
    chmodSync(scratch.loosePath(id), 0);
    const store = await openAt(scratch);
    if (process.getuid?.() === 0) {
      // Root may read everything.
      expect(asText((await store.read([id])).get(id))).toBe('text');
    } else {
      expect(await codeOf(store.read([id]))).toBe('git/failed');
    }
  });
});
