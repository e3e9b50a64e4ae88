import { describe, expect, it } from 'vitest';
import { encodeUtf8, joinBytes } from '../../src/git/header.ts';
import { formatCommit, parseCommit } from '../../src/git/commit.ts';
import { identity, messageBytes, mutated, objectId } from './objects-arbitrary.ts';
import { QmsError } from '../../src/problem/problem.ts';
import fc from 'fast-check';
import { sameAddress } from '../../src/git/identity.ts';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);
const author = 'author Alice <alice@abc.example> 1700000000 +0100\n';
const committer = 'committer Bob <bob@abc.example> 1700000001 -0530\n';
const text = (value: string): Uint8Array => encodeUtf8(value);
const show = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('latin1');
const accepts = (value: string | Uint8Array): { release: boolean; any: boolean } => {
  const bytes = typeof value === 'string' ? Uint8Array.from(Buffer.from(value, 'latin1')) : value;
  return { release: parseCommit(bytes, 'release').ok, any: parseCommit(bytes, 'any').ok };
};

const header = fc.constantFrom(
  'encoding ISO-8859-1\n',
  'gpgsig -----BEGIN\n x\n \n y\n',
  'gpgsig-sha256 x\n y\n',
  'mergetag object 1\n type commit\n',
  'change-id xyz\n',
  'odd\n',
);
const draft = fc.record({
  tree: objectId,
  parents: fc.array(objectId, { maxLength: 3 }),
  author: identity,
  committer: identity,
  message: messageBytes,
});
const anyCommit = fc.tuple(draft, fc.array(header, { maxLength: 3 })).map(([parts, headers]) => {
  const bytes = Buffer.from(formatCommit(parts));
  const at = bytes.indexOf('\n\n') + 1;
  return joinBytes(bytes.subarray(0, at), text(headers.join('')), bytes.subarray(at));
});

describe('parseCommit', () => {
  it('gives every part, and the payload is the object without its signature', () => {
    const signed = `tree ${a}\nparent ${b}\nparent ${a}\n${author}${committer}encoding UTF-8\ngpgsig -----BEGIN\n \n AA\n\nS\n\ngpgsig x\n`;
    const result = parseCommit(text(signed), 'release');
    if (!result.ok) throw new Error(result.reason);
    const { value } = result;
    expect([value.tree, ...value.parents]).toEqual([a, b, a]);
    expect(value.author).toEqual({
      name: 'Alice',
      email: 'alice@abc.example',
      seconds: 1700000000,
      offset: '+0100',
    });
    expect(value.committer.email).toBe('bob@abc.example');
    expect(show(value.signature)).toBe('-----BEGIN\n\nAA\n');
    expect(show(value.message)).toBe('S\n\ngpgsig x\n');
    expect(show(value.payload)).toBe(
      `tree ${a}\nparent ${b}\nparent ${a}\n${author}${committer}encoding UTF-8\n\nS\n\ngpgsig x\n`,
    );
  });

  it('writes what it read, byte for byte, however strict', () => {
    fc.assert(
      fc.property(
        draft,
        fc.constantFrom('release' as const, 'any' as const),
        (parts, strictness) => {
          const bytes = formatCommit(parts);
          const result = parseCommit(bytes, strictness);
          if (!result.ok) throw new Error(result.reason);
          expect(show(formatCommit(result.value))).toBe(show(bytes));
          expect(result.value.parents).toEqual(parts.parents);
          if (strictness === 'release') expect(result.value.author).toEqual(parts.author);
          expect(show(result.value.payload)).toBe(show(bytes));
        },
      ),
    );
  });

  it('either refuses other or damaged bytes or writes exactly them again', () => {
    fc.assert(
      fc.property(fc.oneof(anyCommit, mutated(anyCommit)), (bytes) => {
        const any = parseCommit(bytes, 'any');
        if (any.ok) expect(show(formatCommit(any.value))).toBe(show(bytes));
        // What a release commit may be is a part of what any commit may be.
        if (parseCommit(bytes, 'release').ok) expect(any.ok).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('reads a commit whose last header ends the object', () => {
    const bytes = text(`tree ${a}\n${author}${committer}`);
    const result = parseCommit(bytes, 'any');
    if (!result.ok) throw new Error(result.reason);
    expect(result.value.message.length).toBe(0);
    expect(show(formatCommit(result.value))).toBe(show(bytes));
  });

  it('reads identities that are not strict as Git does, where any commit may stand', () => {
    const odd = 'author  Eve<eve@x> <alice@abc.example> 12 +0000\n';
    const result = parseCommit(text(`tree ${a}\n${odd}${committer}\n`), 'any');
    expect(result.ok && result.value.author).toEqual({
      name: 'Eve',
      email: 'eve@x',
      seconds: 12,
      offset: '+0000',
    });
  });

  const start = `tree ${a}\n`;
  it.each([
    ['two trees', `tree ${a}\ntree ${b}\n${author}${committer}\nm\n`],
    ['a second tree after the committer', `${start}${author}${committer}tree ${b}\n\nm\n`],
    ['a parent after the committer', `${start}${author}${committer}parent ${b}\n\nm\n`],
    ['two authors', `${start}${author}${author}${committer}\nm\n`],
    ['two committers', `${start}${author}${committer}${committer}\nm\n`],
    ['no tree', `${author}${committer}\nm\n`],
    ['no author', `${start}${committer}\nm\n`],
    ['no committer', `${start}${author}\nm\n`],
    ['another order', `${start}${committer}${author}\nm\n`],
    ['an upper-case id', `tree ${'A'.repeat(40)}\n${author}${committer}\nm\n`],
    ['CR after an id', `tree ${a}\r\n${author}${committer}\nm\n`],
    ['NUL in a header', `${start}author A\0 <a@x> 1 +0000\n${committer}\nm\n`],
    ['an author without an address', `${start}author Alice 1 +0000\n${committer}\nm\n`],
    ['a continued committer', `${start}${author}${committer} more\n\nm\n`],
    ['a header that is cut off', `${start}${author}${committer}gpgsig`],
    ['an empty object', ''],
  ])('refuses %s in every commit', (_what, value) => {
    expect(accepts(value)).toEqual({ release: false, any: false });
  });

  it.each([
    ['an unknown header', `${start}${author}${committer}change-id x\n\nm\n`],
    ['a merge tag', `${start}${author}${committer}mergetag object x\n\nm\n`],
    ['two signatures', `${start}${author}${committer}gpgsig a\ngpgsig b\n\nm\n`],
    ['two encodings', `${start}${author}${committer}encoding a\nencoding b\n\nm\n`],
    ['a continued encoding', `${start}${author}${committer}encoding a\n b\n\nm\n`],
    ['CR in a name', `${start}author A\r <a@x> 1 +0000\n${committer}\nm\n`],
    ['an address that is not UTF-8', `${start}author A <\xe9@x> 1 +0000\n${committer}\nm\n`],
    ['no empty line', `${start}${author}${committer}`],
    ['a time that is none', `${start}author A <a@x> yesterday\n${committer}\nm\n`],
  ])('refuses %s in a release commit and reads it elsewhere', (_what, value) => {
    expect(accepts(value)).toEqual({ release: false, any: true });
  });

  it('gives repeated signatures as one, as Git does, so that none of them counts alone', () => {
    const result = parseCommit(
      text(`${start}${author}${committer}gpgsig a\nx y\ngpgsig b\n\nm\n`),
      'any',
    );
    expect(result.ok && show(result.value.signature)).toBe('a\nb\n');
    expect(result.ok && show(result.value.payload)).toBe(`${start}${author}${committer}x y\n\nm\n`);
  });
});

describe('formatCommit', () => {
  const person = { name: 'Alice', email: 'a@x', seconds: 1, offset: '+0000' };
  it.each([
    ['a line break in a name', { author: { ...person, name: 'A <a@x> 1 +0000\nparent ' + b } }],
    ['a bracket in an address', { committer: { ...person, email: 'a>' } }],
    ['a parent that is no id', { parents: ['HEAD'] }],
  ])('refuses %s instead of writing another commit', (_what, change) => {
    const parts = { tree: a, parents: [], author: person, committer: person, message: text('m') };
    expect(() => formatCommit({ ...parts, ...change })).toThrow(QmsError);
  });
});

describe('sameAddress', () => {
  it('compares in ASCII lower case and nothing more', () => {
    expect(sameAddress('Alice@ABC.example', 'alice@abc.EXAMPLE')).toBe(true);
    expect(sameAddress('\u212aate@x', 'kate@x')).toBe(false);
    expect(sameAddress('STRASSE@x', 'straße@x')).toBe(false);
    expect(sameAddress('a@x', 'a@x ')).toBe(false);
  });
});
