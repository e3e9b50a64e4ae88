import fc from 'fast-check';
import { encodeUtf8 } from '../../src/git/header.ts';

/** Arbitrary bytes without those given; for names and lines. */
export function bytesWithout(
  excluded: readonly number[],
  maxLength = 20,
): fc.Arbitrary<Uint8Array> {
  return fc
    .array(
      fc.integer({ min: 0, max: 255 }).filter((byte) => !excluded.includes(byte)),
      { maxLength },
    )
    .map((bytes) => Uint8Array.from(bytes));
}

export const objectId = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .filter((bytes) => bytes.some((byte) => byte !== 0))
  .map((bytes) => Buffer.from(bytes).toString('hex'));

export const email = fc
  .string({ maxLength: 20, unit: 'binary' })
  .map((text) => text.replace(/[\p{Cc}<>\p{Cs}]/gu, ''));

export const identity = fc.record({
  name: fc.string({ maxLength: 20 }).map((text) => text.replace(/[<>\n\0]/g, '')),
  email,
  seconds: fc.integer({ min: 0, max: 253_402_300_799 }),
  offset: fc
    .record({ sign: fc.constantFrom('+', '-'), minutes: fc.integer({ min: 0, max: 9999 }) })
    .map(({ sign, minutes }) => sign + String(minutes).padStart(4, '0')),
});

/** One byte of a text replaced, removed or inserted: what a parser must not misread. */
export function mutated(source: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc
    .record({
      bytes: source,
      where: fc.nat(),
      byte: fc.oneof(fc.constantFrom(0, 10, 13, 32, 60, 62), fc.integer({ min: 0, max: 255 })),
      how: fc.constantFrom('replace', 'insert', 'remove', 'cut'),
    })
    .map(({ bytes, where, byte, how }) => {
      const at = bytes.length === 0 ? 0 : where % bytes.length;
      const list = Array.from(bytes);
      if (how === 'replace') list[at] = byte;
      else if (how === 'insert') list.splice(at, 0, byte);
      else if (how === 'remove') list.splice(at, 1);
      else list.length = at;
      return Uint8Array.from(list);
    });
}

export const messageBytes = fc.oneof(
  fc.string({ maxLength: 200 }).map(encodeUtf8),
  fc.uint8Array({ maxLength: 200 }),
);
