import { expect, it } from 'vitest';

import type { CurrentState, Snapshot } from '../../src/publish/snapshot.ts';
import { Library } from '../../src/server/library.ts';
import type { Register } from '../../src/register/register.ts';
import { fixtureNow, fixtureRegister, fixtureSnapshot } from '../support/register-fixture.ts';

/** A library over states that a test puts in place, and how often files were read for it. */
function scene() {
  const whole = fixtureRegister();
  let reads = 0;
  const stateOf = (register: Register): CurrentState => {
    const made = fixtureSnapshot();
    const snapshot: Snapshot = {
      ...made,
      verification: { ...made.verification, register },
      readFile: (file) => {
        reads += 1;
        return made.readFile(file);
      },
    };
    return { snapshot, trouble: undefined };
  };
  let state = stateOf(whole);
  let now = fixtureNow;
  const library = new Library(
    () => state,
    () => now,
  );
  return {
    whole,
    library,
    put: (register: Register) => (state = stateOf(register)),
    tick: (seconds: number) => (now += seconds),
    text: async (id: string) => (await library.document(id)).body.toString(),
    reads: () => reads,
  };
}

it('keeps a text over the next release, and makes the page around it anew', async () => {
  const { library, whole, put, text, reads } = scene();
  expect(await text('WI-004')).toContain('as of release 8');
  expect(reads()).toBe(1);
  put({ ...whole, releases: whole.releases.slice(0, 7) });
  expect(library.finished('/d/WI-004')).toBeUndefined();
  expect(await text('WI-004')).toContain('as of release 7');
  expect(library.finished('/d/WI-004')?.body.toString()).toContain('as of release 7');
  expect(reads()).toBe(1);
});

it('makes pages ahead of what was released last, and of no more than it is told', async () => {
  const { library, whole } = scene();
  const isMade = (id: string): boolean => library.finished(`/d/${id}`) !== undefined;
  await library.prepare(1);
  const [newest, before] = [...whole.releases].reverse().map(({ acts }) => acts[0]?.document ?? '');
  expect([newest, before].map((id) => isMade(id ?? ''))).toEqual([true, false]);
  await library.prepare(99);
  expect([...whole.documents.keys()].filter((id) => !isMade(id))).toEqual([]);
});

it('makes a text anew where what it links to is no longer there, or is another', async () => {
  const { whole, put, text, reads } = scene();
  const link = '<a href="/d/SOP-002"';
  expect(await text('SOP-001')).toContain(link);
  const documents = new Map(whole.documents);
  documents.delete('SOP-002');
  put({ ...whole, documents });
  expect(await text('SOP-001')).not.toContain(link);
  put(whole);
  expect(await text('SOP-001')).toContain(link);
  expect(reads()).toBe(3);
});

it('reads a text again once its document was disposed of: it may be gone', async () => {
  const { whole, library, put, reads } = scene();
  const document = whole.documents.get('WI-004');
  const last = document?.revisions.at(-1);
  if (document === undefined || last === undefined) throw new Error('no such document');
  await library.revision('WI-004', last.revision);
  await library.revision('WI-004', last.revision);
  expect(reads()).toBe(1);
  const end = { ...last.put, act: 'dispose' as const, from: fixtureNow - 1 };
  put({ ...whole, documents: new Map(whole.documents).set('WI-004', { ...document, end }) });
  await library.revision('WI-004', last.revision);
  expect(reads()).toBe(2);
  const page = await library.document('WI-004');
  expect(page.body.toString()).toContain(`See what is left of revision ${last.revision}`);
  const history = (await library.history('WI-004')).body.toString();
  expect(history).toContain('Disposed of');
  expect(history).not.toContain('Withdrawn');
});

it('holds no page finished when the day turns', async () => {
  const { library, text, tick } = scene();
  await text('WI-004');
  expect(library.finished('/d/WI-004')).toBeDefined();
  tick(24 * 3600);
  expect(library.finished('/d/WI-004')).toBeUndefined();
});
