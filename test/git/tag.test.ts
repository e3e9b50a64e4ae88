import { describe, expect, it } from 'vitest';
import { encodeUtf8, joinBytes } from '../../src/git/header.ts';
import { formatTag, isStatementTagName, parseTag } from '../../src/git/tag.ts';
import { identity, messageBytes, mutated, objectId } from './objects-arbitrary.ts';
import { QmsError } from '../../src/problem/problem.ts';
import fc from 'fast-check';

const id = 'a'.repeat(40);
const head = `object ${id}\ntype commit\ntag qms/release/1\ntagger Alice <alice@abc.example> 1700000000 +0100\n`;
const text = (value: string): Uint8Array => encodeUtf8(value);
const show = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('latin1');

function reasonOf(bytes: Uint8Array): string {
  const result = parseTag(bytes);
  return result.ok ? 'accepted' : result.reason;
}

const draft = fc.record({
  object: objectId,
  type: fc.constantFrom('commit', 'tree', 'blob', 'tag'),
  name: fc.constantFrom('qms/release/1', 'v1.0', 'qms/approve/SOP-001/3/alice.2', 'ä'),
  tagger: identity,
  message: messageBytes
    .filter((bytes) => !show(bytes).includes('-----BEGIN'))
    .map((bytes) => joinBytes(bytes, text('\n'))),
  armour: fc.option(
    fc
      .tuple(
        fc.constantFrom('SSH SIGNATURE', 'PGP SIGNATURE', 'SIGNED MESSAGE', 'PGP MESSAGE'),
        messageBytes,
      )
      .map(([kind, rest]) => joinBytes(text(`-----BEGIN ${kind}-----`), rest)),
    { nil: undefined },
  ),
});

describe('parseTag', () => {
  it('gives every part of a signed tag, and the payload is what precedes the armour', () => {
    const armour = '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n';
    const result = parseTag(text(`${head}\nSubject\n\nBody\n${armour}`));
    if (!result.ok) throw new Error(result.reason);
    const { taggerName, message, armour: found, payload, ...rest } = result.value;
    expect(rest).toEqual({
      object: id,
      type: 'commit',
      name: 'qms/release/1',
      tagger: { name: 'Alice', email: 'alice@abc.example', seconds: 1700000000, offset: '+0100' },
    });
    expect(show(taggerName)).toBe('Alice');
    expect(show(message)).toBe('Subject\n\nBody\n');
    expect(show(found)).toBe(armour);
    expect(show(payload)).toBe(`${head}\nSubject\n\nBody\n`);
  });

  it('takes the first line that begins like a signature, whatever follows it', () => {
    const two = '-----BEGIN PGP SIGNATURE-----\nx\n-----BEGIN SSH SIGNATURE-----\n';
    const result = parseTag(text(`${head}\nS\n${two}`));
    expect(result.ok && show(result.value.armour)).toBe(two);
  });

  it('takes no armour that begins in the middle of a line', () => {
    const result = parseTag(text(`${head}\n -----BEGIN SSH SIGNATURE-----\n`));
    expect(result.ok && result.value.armour).toBe(undefined);
  });

  it('writes what it read, byte for byte', () => {
    fc.assert(
      fc.property(draft, (parts) => {
        const bytes = formatTag(parts);
        const result = parseTag(bytes);
        if (!result.ok) throw new Error(result.reason);
        expect(show(formatTag(result.value))).toBe(show(bytes));
        expect(result.value.tagger).toEqual(parts.tagger);
        expect(show(result.value.message)).toBe(show(parts.message));
        expect(show(result.value.armour)).toBe(show(parts.armour));
      }),
    );
  });

  it('either refuses damaged bytes or writes exactly them again', () => {
    fc.assert(
      fc.property(mutated(draft.map(formatTag)), (bytes) => {
        const result = parseTag(bytes);
        if (result.ok) expect(show(formatTag(result.value))).toBe(show(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a tagger name that is not UTF-8', () => {
    const bytes = joinBytes(
      text(`object ${id}\ntype commit\ntag t\ntagger J`),
      Uint8Array.of(0xfc),
      text('rg <j@x> 1 +0000\n\nm\n'),
    );
    const result = parseTag(bytes);
    if (!result.ok) throw new Error(result.reason);
    expect(result.value.tagger.name).toBe('J\ufffdrg');
    expect(show(formatTag(result.value))).toBe(show(bytes));
  });

  const replaced = (from: string, to: string): string => `${head}\nm\n`.replace(from, to);
  it.each<[string, string | Uint8Array]>([
    ['an empty object', ''],
    ['an upper-case object id', replaced(id, id.toUpperCase())],
    ['a short object id', replaced(id, id.slice(1))],
    ['an unknown type', replaced('commit', 'note')],
    ['a line more', replaced('tagger', 'encoding x\ntagger')],
    ['a header twice', replaced('type commit', 'type commit\ntype commit')],
    ['another order', `type commit\nobject ${id}\n`],
    ['a header after the tagger', `${head}gpgsig x\n\nm\n`],
    ['no empty line', head],
    ['text where the empty line should be', `${head}m\n`],
    ['CR at the end of a header', replaced('type commit', 'type commit\r')],
    ['CR in the tag name', replaced('release/1', 'release/1\r')],
    ['CR after the offset', replaced('+0100', '+0100\r')],
    ['NUL in the tag name', replaced('release/1', 'rel\0ease')],
    ['NUL in the tagger name', replaced('Alice', 'Al\0ice')],
    ['no tag name', replaced('qms/release/1', '')],
    ['a tag name that Git refuses', replaced('qms/release/1', 'qms/../1')],
    ['no tagger', replaced(head.slice(head.indexOf('tagger')), '')],
    ['no name', replaced('Alice <', '<')],
    ['> in the name', replaced('Alice', 'Al>ice')],
    ['two addresses', replaced('<alice', '<bob@abc.example> <alice')],
    ['an address that is never closed', replaced('example>', 'example')],
    ['a zero-padded time', replaced('1700000000', '01700000000')],
    ['a time after the year 9999', replaced('1700000000', '253402300800')],
    ['a negative time', replaced('1700000000', '-1')],
    ['a short offset', replaced('+0100', '+100')],
    ['two spaces before the time', replaced('> 17', '>  17')],
    ['a control character in the address', replaced('alice@', 'ali\tce@')],
    [
      'an address that is not UTF-8',
      Uint8Array.from(Buffer.from(replaced('alice@', 'ali\xe9@'), 'latin1')),
    ],
    [
      'a name that is not UTF-8',
      Uint8Array.from(Buffer.from(replaced('release/1', 'r\xe9'), 'latin1')),
    ],
  ])('refuses %s', (_what, value) => {
    expect(reasonOf(typeof value === 'string' ? text(value) : value)).not.toBe('accepted');
  });

  it('accepts the tag that the refused ones were made from', () => {
    expect(reasonOf(text(`${head}\nm\n`))).toBe('accepted');
  });
});

describe('formatTag', () => {
  const parts = {
    object: id,
    type: 'commit',
    name: 't',
    tagger: { name: 'Alice', email: 'a@x', seconds: 1, offset: '+0000' },
    message: text('m\n'),
  };
  it.each([
    ['a line break in the name', { tagger: { ...parts.tagger, name: 'A\ntag b' } }],
    ['a bracket in the address', { tagger: { ...parts.tagger, email: 'a> <b' } }],
    ['a broken tag name', { name: 't\ntag u' }],
    ['an armour in the message', { message: text('-----BEGIN SSH SIGNATURE-----\n') }],
  ])('refuses %s instead of writing another tag', (_what, change) => {
    expect(() => formatTag({ ...parts, ...change })).toThrow(QmsError);
  });
});

describe('isStatementTagName', () => {
  it.each(['qms/release/1', 'qms/approve/SOP-001/3/alice.2', 'a'.repeat(120)])(
    'accepts %s',
    (name) => {
      expect(isStatementTagName(name)).toBe(true);
    },
  );
  it.each([
    '',
    '-a',
    'a..b',
    'a.lock',
    'a/b.lock/c',
    '.a',
    'a/.b',
    'a//b',
    '/a',
    'a/',
    'a.',
    'ä',
    'a b',
    'a\n',
    'a@{',
    'a'.repeat(121),
  ])('refuses %j', (name) => {
    expect(isStatementTagName(name)).toBe(false);
  });
});
