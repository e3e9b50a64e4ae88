import { renameSync, utimesSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PackedRefsFile, parsePackedRefs } from '../../src/git/packed-refs.ts';
import { openRepository } from '../../src/git/repository.ts';
import { ScratchRepository } from './scratch-repository.ts';

const one = '1'.repeat(40);
const two = '2'.repeat(40);

/** On a file system whose clock stands still, as a coarse one does between two changes. */
const stampOf = async (path: string): Promise<string> => {
  const { dev, ino, size } = await stat(path);
  return [dev, ino, size].join(' ');
};

async function scene(now?: () => number) {
  const scratch = new ScratchRepository();
  const file = join(scratch.folder, '.git/packed-refs');
  const repository = await openRepository(scratch.folder, {});
  return { file, packed: new PackedRefsFile(repository, now, stampOf) };
}

describe('the packed refs', () => {
  it('stay the same value while the file does, and keep the refs that a new file holds as well', async () => {
    const { file, packed } = await scene();
    writeFileSync(file, `${one} refs/tags/a\n${one} refs/tags/c\n`);
    const first = await packed.read();
    expect(await packed.read()).toBe(first);
    writeFileSync(file, `${one} refs/tags/a\n${one} refs/tags/b\n${two} refs/tags/c\n`);
    const second = await packed.read();
    expect(second.refs.map(({ name, id }) => `${id[0] ?? ''} ${name}`)).toEqual([
      '1 refs/tags/a',
      '1 refs/tags/b',
      '2 refs/tags/c',
    ]);
    expect(second.refs[0]).toBe(first.refs[0]);
  });

  it('with loose ones in their places are the same value as long as both are', async () => {
    const { file, packed } = await scene();
    writeFileSync(file, `${one} refs/tags/a\n${one} refs/tags/c\n`);
    const { refs } = await packed.read();
    const over = (...loose: readonly (readonly [string, string | undefined])[]) =>
      packed.overlaid(
        refs,
        'refs/tags/',
        loose.map(([name, id]) => ({ name: `refs/tags/${name}`, id })),
      );
    const shown = (list: readonly { readonly name: string; readonly id: string }[]) =>
      list.map(({ name, id }) => `${id[0] ?? ''} ${name.slice('refs/tags/'.length)}`);
    const first = over(['b', two], ['c', two]);
    expect(shown(first)).toEqual(['1 a', '2 b', '2 c']);
    expect(over(['b', two], ['c', two])).toBe(first);
    expect(shown(over(['b', one], ['c', two]))).toEqual(['1 a', '1 b', '2 c']);
    expect(shown(over(['b', one], ['c', undefined]))).toEqual(['1 a', '1 b']);
    expect(shown(over(['b', one]))).toEqual(['1 a', '1 b', '1 c']);
    expect(shown(over())).toEqual(['1 a', '1 c']);
    const others = packed.overlaid(refs.slice(0, 1), 'refs/tags/', []);
    expect(shown(others)).toEqual(['1 a']);
    expect(shown(over(['d', two]))).toEqual(['1 a', '1 c', '2 d']);
  });

  it('are told from others by the file itself once it was seen for a while, whatever its times say', async () => {
    let now = 1000;
    const { file, packed } = await scene(() => now);
    const put = (id: string): void => {
      writeFileSync(`${file}.new`, `${id} refs/tags/a\n`);
      utimesSync(`${file}.new`, 1_700_000_000, 1_700_000_000);
      renameSync(`${file}.new`, file);
    };
    const found = async () => (await packed.read()).refs.map(({ id }) => id);
    put(one);
    expect(await found()).toEqual([one]);
    now = 60_000;
    expect(await found()).toEqual([one]);
    expect(await found()).toEqual([one]);
    put(two);
    expect(await found()).toEqual([two]);
  });

  it('are read again while the file is young: another one may have the same size and time', async () => {
    const { file, packed } = await scene();
    for (const id of [one, two, one]) {
      writeFileSync(file, `${id} refs/tags/a\n`);
      expect((await packed.read()).refs).toEqual([{ name: 'refs/tags/a', id }]);
    }
  });

  it('are read again after a file that could not be', async () => {
    const { file, packed } = await scene();
    expect((await packed.read()).refs).toEqual([]);
    writeFileSync(file, 'junk\n');
    await expect(packed.read()).rejects.toMatchObject({ code: 'git/ref-invalid' });
    await expect(packed.read()).rejects.toMatchObject({ code: 'git/ref-invalid' });
    writeFileSync(file, `${one} refs/tags/a\n`);
    expect((await packed.read()).refs).toHaveLength(1);
  });

  it('are sorted whatever the order of the file, with the names that Git does not allow told', () => {
    const text = `${one} refs/tags/\u{10000}\n${one} refs/tags/b\n${two} refs/tags/\uffe5\n${two} refs/a..b\n`;
    const { refs, invalid } = parsePackedRefs(Buffer.from(text), 'packed-refs');
    expect(refs.map(({ name }) => name)).toEqual([
      'refs/a..b',
      'refs/tags/b',
      'refs/tags/\uffe5',
      'refs/tags/\u{10000}',
    ]);
    expect([...invalid]).toEqual(['refs/a..b']);
    for (const name of ['HEAD', '/a', 'a/', 'a//b', 'a/b.lock', 'a/.b', 'a/b~', 'a/@{b']) {
      const parsed = parsePackedRefs(Buffer.from(`${one} ${name}\n`), 'packed-refs');
      expect([...parsed.invalid]).toEqual([name]);
    }
    const valid = parsePackedRefs(Buffer.from(`${one} refs/tags/a.b-c_D/1@\n`), 'packed-refs');
    expect(valid.invalid.size).toBe(0);
  });
});
