import { describe, expect, it } from 'vitest';
import { KnownTree } from '../../src/git/known-tree.ts';
import { formatTree, parseTree } from '../../src/git/tree.ts';
import { bytesWithout, mutated, objectId } from './objects-arbitrary.ts';
import { encodeUtf8, joinBytes } from '../../src/git/header.ts';
import { QmsError } from '../../src/problem/problem.ts';
import fc from 'fast-check';

const show = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const raw = (mode: string, name: string): Uint8Array =>
  joinBytes(encodeUtf8(`${mode} ${name}\0`), new Uint8Array(20).fill(7));
const reasonOf = (...parts: readonly Uint8Array[]): string => {
  const result = parseTree(joinBytes(...parts));
  return result.ok ? 'accepted' : result.reason;
};

const entries = fc.uniqueArray(
  fc.record({
    mode: fc.constantFrom('100644', '100755', '120000', '160000', '40000'),
    nameBytes: bytesWithout([0, 47]).filter(
      (name) => name.length > 0 && !['.', '..'].includes(show(name)) && !/git/i.test(show(name)),
    ),
    id: objectId,
  }),
  { selector: (entry) => show(entry.nameBytes), maxLength: 30 },
);

describe('parseTree', () => {
  it('gives mode, name and id in the order of the object', () => {
    const result = parseTree(
      formatTree([
        { mode: '40000', name: 'a', id: '1'.repeat(40) },
        { mode: '100644', name: 'a.b', id: '2'.repeat(40) },
        { mode: '100755', name: 'ä', id: '3'.repeat(40) },
      ]),
    );
    expect(result.ok && result.value.map(({ mode, name, id }) => [mode, name, id[0]])).toEqual([
      ['100644', 'a.b', '2'],
      ['40000', 'a', '1'],
      ['100755', 'ä', '3'],
    ]);
  });

  it('gives no text for a name that is not UTF-8, and the bytes', () => {
    const result = parseTree(
      formatTree([{ mode: '100644', nameBytes: Uint8Array.of(0xff), id: '1'.repeat(40) }]),
    );
    expect(result.ok && result.value[0]?.name).toBe(undefined);
    expect(result.ok && result.value[0]?.nameBytes).toEqual(Uint8Array.of(0xff));
  });

  it('writes what it read, byte for byte, and any order of entries makes one tree', () => {
    fc.assert(
      fc.property(entries, fc.infiniteStream(fc.nat()), (list, numbers) => {
        const bytes = formatTree(list);
        const result = parseTree(bytes);
        if (!result.ok) throw new Error(result.reason);
        expect(show(formatTree(result.value))).toBe(show(bytes));
        expect(result.value.length).toBe(list.length);
        const shuffled = list
          .map((entry) => ({ entry, at: numbers.next().value }))
          .sort((x, y) => x.at - y.at)
          .map(({ entry }) => entry);
        expect(show(formatTree(shuffled))).toBe(show(bytes));
      }),
    );
  });

  it('either refuses damaged bytes or writes exactly them again', () => {
    fc.assert(
      fc.property(mutated(entries.map(formatTree)), (bytes) => {
        const result = parseTree(bytes);
        if (result.ok) expect(show(formatTree(result.value))).toBe(show(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, Uint8Array[]]>([
    ['a zero-padded mode', [raw('040000', 'a')]],
    ['a group-writable mode', [raw('100664', 'a')]],
    ['an unknown mode', [raw('100600', 'a')]],
    ['no mode', [raw('', 'a')]],
    ['no name', [raw('100644', '')]],
    ['a slash in a name', [raw('100644', 'a/b')]],
    ['.', [raw('40000', '.')]],
    ['..', [raw('40000', '..')]],
    ['.git', [raw('40000', '.git')]],
    ['.GIT', [raw('40000', '.GiT')]],
    ['git~1', [raw('40000', 'GIT~1')]],
    ['.git and a blank', [raw('40000', '.git .')]],
    ['.git as a stream', [raw('40000', '.git::$INDEX_ALLOCATION')]],
    ['.git behind a backslash', [raw('100644', 'a\\.git\\config')]],
    ['.git with ignored characters', [raw('40000', '.g\u200cit')]],
    ['entries out of order', [raw('100644', 'b'), raw('100644', 'a')]],
    ['a folder sorted like a file', [raw('40000', 'a'), raw('100644', 'a.b')]],
    ['a name twice', [raw('100644', 'a'), raw('100644', 'a')]],
    ['a file and a folder of one name', [raw('100644', 'a'), raw('40000', 'a')]],
    ['the same with others between', [raw('100644', 'a'), raw('100644', 'a.b'), raw('40000', 'a')]],
    ['an entry that is cut off', [raw('100644', 'a').subarray(0, -1)]],
    ['an id of zeros', [joinBytes(encodeUtf8('100644 a\0'), new Uint8Array(20))]],
  ])('refuses %s', (_what, parts) => {
    expect(reasonOf(...parts)).not.toBe('accepted');
  });

  it('accepts the empty tree and names that only resemble Git’s folder', () => {
    expect(reasonOf()).toBe('accepted');
    for (const name of ['.github', '.gitignore', 'git', 'x.git', 'git~10']) {
      expect(reasonOf(raw('100644', name))).toBe('accepted');
    }
  });
});

describe('formatTree', () => {
  const id = '1'.repeat(40);
  it.each([
    [
      'a name twice',
      [
        { mode: '100644', name: 'a', id },
        { mode: '40000', name: 'a', id },
      ],
    ],
    ['a path', [{ mode: '100644', name: 'a/b', id }]],
    ['NUL', [{ mode: '100644', name: `a\0${'x'.repeat(20)}100644 b`, id }]],
    ['a broken id', [{ mode: '100644', name: 'a', id: 'x' }]],
  ])('refuses %s', (_what, list) => {
    expect(() => formatTree(list)).toThrow(QmsError);
  });
});

describe('KnownTree', () => {
  it('reads a tree that is like another as if it were the first, and shares what is the same', () => {
    fc.assert(
      fc.property(
        entries,
        fc.array(fc.tuple(fc.nat(), objectId), { maxLength: 4 }),
        fc.nat(),
        fc.nat({ max: 255 }),
        (all, changes, at, byte) => {
          const one = formatTree(all);
          const like = KnownTree.parse(one);
          if (!like.ok) throw new Error(like.reason);
          const next = all.map((entry) => ({ ...entry }));
          for (const [which, id] of changes) {
            const entry = next[which % Math.max(next.length, 1)];
            if (entry !== undefined) entry.id = id;
          }
          const other = formatTree(next);
          const read = KnownTree.parse(other, like.value);
          expect(read.ok && read.value.entries).toEqual(parsedEntries(other));
          if (read.ok) {
            read.value.entries.forEach((entry, index) => {
              const before = like.value.entries[index];
              expect(entry === before).toBe(entry.id === before?.id);
              expect(read.value.find(entry.name ?? '')?.id).toBe(
                entry.name === undefined ? undefined : entry.id,
              );
            });
          }
          // Bytes that share memory with others begin anywhere in it.
          const inside = new Uint8Array(other.length + 1).subarray(1);
          inside.set(other);
          expect(KnownTree.parse(inside, like.value)).toMatchObject({
            value: { entries: parsedEntries(other) },
          });
          const wrong = Uint8Array.from(other);
          if (wrong.length > 0) wrong[at % wrong.length] = byte;
          const broken = KnownTree.parse(wrong, like.value);
          const alone = parseTree(wrong);
          expect(broken.ok).toBe(alone.ok);
          if (broken.ok && alone.ok) expect(broken.value.entries).toEqual(alone.value);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('finds names in large trees, and only those that are there', () => {
    const names = Array.from({ length: 300 }, (_, at) => `f${String(at)}`);
    const id = '7'.repeat(40);
    const bytes = formatTree(names.map((name) => ({ mode: '100644', name, id })));
    const tree = KnownTree.parse(bytes);
    expect(tree.ok && names.every((name) => tree.value.find(name)?.name === name)).toBe(true);
    expect(tree.ok && tree.value.find('f300')).toBe(undefined);
  });

  it('refuses an id of zeros though all else is like a good tree', () => {
    const tree = (id: string) => formatTree([{ mode: '100644', name: 'a', id }]);
    const like = KnownTree.parse(tree('7'.repeat(40)));
    const zeros = Uint8Array.from(tree('7'.repeat(40)));
    zeros.fill(0, zeros.length - 20);
    expect(like.ok && KnownTree.parse(zeros, like.value).ok).toBe(false);
  });
});

const parsedEntries = (bytes: Uint8Array) => {
  const result = parseTree(bytes);
  return result.ok ? result.value : result.reason;
};
