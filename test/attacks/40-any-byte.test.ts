/**
 * Threat: Any one byte of a release, an approval or a released file is changed.
 * Decision: It is found, whichever byte it is.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectVerified, inWords, verify } from '../support/expect-verification.ts';
import type { TreeFiles } from '../support/raw-repository.ts';
import { imagePath, pathOf, revise, shop } from '../support/shop.ts';

/** A byte put in the place of another, put in, or taken out. */
interface Edit {
  readonly at: number;
  readonly byte: number;
  readonly kind: 'replace' | 'insert' | 'delete';
}
const edits: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  byte: fc.integer({ min: 0, max: 255 }),
  kind: fc.constantFrom('replace', 'insert', 'delete'),
});

function edited(bytes: Buffer, { at, byte, kind }: Edit): Buffer {
  const place = Math.floor(at * bytes.length);
  const put = kind === 'delete' ? [] : [byte];
  return Buffer.concat([
    bytes.subarray(0, place),
    Buffer.from(put),
    bytes.subarray(kind === 'insert' ? place : place + 1),
  ]);
}

const runs = { numRuns: 40, seed: 20260105 };

describe('changing any one byte is found', () => {
  test('of a release tag', async () => {
    await fc.assert(
      fc.asyncProperty(edits, async (edit) => {
        const register = shop();
        const change = { raw: (raw: Buffer) => edited(raw, edit) };
        const honest = register.fork();
        revise(honest);
        revise(register, { release: { change } });
        fc.pre(honest.head().digest !== register.head().digest);
        const verification = await verify(register);
        expect(verification.outcome, inWords(verification.problems).join('\n')).not.toBe(
          'verified',
        );
        expect(verification.register?.releases).toHaveLength(3);
      }),
      runs,
    );
  });

  test('of the part of a release tag that only the signature covers', async () => {
    const register = shop();
    const raw = (bytes: Buffer) => {
      const at = bytes.indexOf('tagger ') + 'tagger '.length;
      return edited(bytes, { at: at / bytes.length, byte: 0x58, kind: 'replace' });
    };
    revise(register, { release: { change: { raw } } });
    const { outcome, problems } = await verify(register);
    expect(outcome, inWords(problems).join('\n')).toBe('problems');
  });

  test('of an approval, though the releaser counts it and names its new digest', async () => {
    await fc.assert(
      fc.asyncProperty(edits, async (edit) => {
        const register = shop();
        let changed = false;
        const raw = (bytes: Buffer) => {
          const other = edited(bytes, edit);
          changed = !other.equals(bytes);
          return other;
        };
        revise(register, { alice: { change: { raw } } });
        fc.pre(changed);
        const verification = await verify(register);
        expect(verification.outcome, inWords(verification.problems).join('\n')).not.toBe(
          'verified',
        );
        expect(verification.register?.releases).toHaveLength(3);
      }),
      runs,
    );
  });

  test.each([pathOf('SOP-001'), imagePath])('of the released file %s', async (path) => {
    await fc.assert(
      fc.asyncProperty(edits, async (edit) => {
        const register = shop();
        let changed = false;
        const tree = (files: TreeFiles) => {
          const place = `documents/SOP/SOP-001/${path}`;
          const { repository } = register;
          const bytes = repository.blobs.get(files.get(place)?.id ?? '') ?? Buffer.alloc(0);
          const other = edited(bytes, edit);
          changed = !other.equals(bytes);
          files.set(place, { mode: '100644', id: repository.object('blob', other) });
        };
        revise(register, { release: { change: { tree } } });
        fc.pre(changed);
        const verification = await verify(register);
        expect(verification.outcome).toBe('problems');
        expect(verification.register?.releases).toHaveLength(3);
      }),
      { ...runs, numRuns: 15 },
    );
  });

  test('and with nothing changed the same story is verified', async () => {
    const register = shop();
    revise(register);
    expectVerified(await verify(register));
  });
});
