/**
 * Asks recorded verifications again, with a store in memory. `packRecording` makes one file of
 * cases and one of objects out of what many test files left.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cryptography, PrimitiveCheck } from '../../src/git/cryptography.ts';
import type { ObjectStore, ObjectType, RawObject, Ref } from '../../src/git/object-store.ts';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import type { Verification } from '../../src/register/register.ts';
import { verifyRegister } from '../../src/register/verify-register.ts';
import { type Answered, type Case, errorOf, isThrown, type RecordedObject } from './recording.ts';

/** Where an object's bytes stand in the file of objects. */
type Row = readonly [id: string, type: ObjectType, start: number, end: number];

/** Every case once, and every object of any repository. */
export interface Recording {
  readonly cases: readonly Case[];
  readonly objects: ReadonlyMap<string, RawObject>;
}

/** Merge what test files left in a folder. @returns The number of cases and of objects. */
export function packRecording(folder: string): { cases: number; objects: number } {
  const lines = (ending: string): unknown[] =>
    readdirSync(folder)
      .filter((name) => name.endsWith(ending))
      .sort()
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line));
  const cases = new Map<string, Case>();
  for (const one of lines('.cases') as Case[]) if (!cases.has(one.id)) cases.set(one.id, one);
  const rows = new Map<string, Row>();
  const parts: Buffer[] = [];
  let at = 0;
  for (const { id, type, base64 } of lines('.objects') as RecordedObject[]) {
    if (rows.has(id)) continue;
    const bytes = Buffer.from(base64, 'base64');
    rows.set(id, [id, type, at, at + bytes.length]);
    parts.push(bytes);
    at += bytes.length;
  }
  writeCases(folder, differentFirst([...cases.values()]));
  writeFileSync(join(folder, 'objects.json'), JSON.stringify([...rows.values()]));
  writeFileSync(join(folder, 'objects.bin'), Buffer.concat(parts));
  return { cases: cases.size, objects: rows.size };
}

/** Write down which cases there are to be asked again. */
export function writeCases(folder: string, cases: readonly Case[]): void {
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases));
}

/** Of each group of attacks a case with each set of problems, then the second of each, and so on. */
function differentFirst(cases: readonly Case[]): readonly Case[] {
  const met = new Map<string, number>();
  const turns = cases.map((one) => {
    const found = JSON.stringify(
      one.decided.problems.map(({ code, severity }) => [code, severity]),
    );
    const turn = met.get(found) ?? 0;
    met.set(found, turn + 1);
    return { one, turn };
  });
  return turns.sort((a, b) => a.turn - b.turn).map(({ one }) => one);
}

/** Read what `packRecording` wrote. */
export function readRecording(folder: string): Recording {
  const bytes = new Uint8Array(readFileSync(join(folder, 'objects.bin')));
  const rows = JSON.parse(readFileSync(join(folder, 'objects.json'), 'utf8')) as Row[];
  const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as Case[];
  const objects = new Map(
    rows.map(([id, type, start, end]) => [id, { id, type, bytes: bytes.subarray(start, end) }]),
  );
  return { cases, objects };
}

/**
 * Ask a case again, and before it the one that it goes on from.
 * @param share Whether a beginning that many cases have in common is verified once for all.
 */
export async function replay(
  recording: Recording,
  one: Case,
  share = false,
): Promise<Verification> {
  const { previous, ...asked } = one.asked;
  const earlier = recording.cases.find(({ id }) => id === previous);
  const before =
    earlier === undefined
      ? share && (await beginningOf(recording, one))
      : await replay(recording, earlier, share);
  return verifyRegister({
    ...asked,
    store: storeOf(recording.objects, one.answered),
    cryptography: rememberingCryptography,
    ...(before ? { previous: before } : {}),
  });
}

const releaseTags = 'refs/tags/qms/release/';
const beginnings = new Map<string, Promise<Verification>>();

/** Verify beginnings again: from here on the code is another one. */
export function forgetBeginnings(): void {
  beginnings.clear();
}

/** Later than anything: whether a release is from the future is asked of the newest only. */
const endOfTime = 4_000_000_000;

/** The verification of all releases but the newest, where nothing is amiss with the objects. */
function beginningOf(recording: Recording, one: Case): Promise<Verification> | undefined {
  const { refs, faults, absent, thrown } = one.answered;
  if (isThrown(refs) || faults.length + absent.length + thrown.length > 0) return undefined;
  const releases = refs.filter(({ name }) => name.startsWith(releaseTags)).slice(0, -1);
  if (releases.length === 0 || releases.length > 8) return undefined;
  return verifyAll(recording, { ...one.answered, refs: releases }, releases);
}

/** Verify releases, and the ones before the last of them only once for all. */
function verifyAll(
  recording: Recording,
  answered: Answered,
  refs: readonly Ref[],
): Promise<Verification> {
  const key = JSON.stringify(refs);
  const known = beginnings.get(key);
  if (known !== undefined) return known;
  const verified = (async () => {
    const before = refs.length > 1 && (await verifyAll(recording, answered, refs.slice(0, -1)));
    return verifyRegister({
      now: endOfTime,
      anchors: [],
      heads: [],
      store: storeOf(recording.objects, { ...answered, refs }),
      cryptography: rememberingCryptography,
      ...(before ? { previous: before } : {}),
    });
  })();
  beginnings.set(key, verified);
  return verified;
}

/** A store in memory that answers as the recorded one did, and has every other object as well. */
function storeOf(objects: Recording['objects'], answered: Answered): ObjectStore {
  const faults = new Map(answered.faults.map((fault) => [fault.id, fault]));
  const absent = new Set(answered.absent);
  const state = answered.state;
  const refs = answered.refs;
  return {
    state: () => (isThrown(state) ? Promise.reject(errorOf(state)) : Promise.resolve(state)),
    refs: (prefix) =>
      isThrown(refs)
        ? Promise.reject(errorOf(refs))
        : Promise.resolve(refs.filter(({ name }) => name.startsWith(prefix))),
    read(ids, mostBytes) {
      const asked = [...ids];
      // Reading ahead leaves out what is over the limit.
      const thrown =
        mostBytes === undefined &&
        answered.thrown.find((one) => one.ids.every((id) => asked.includes(id)));
      if (thrown) return Promise.reject(errorOf(thrown));
      return Promise.resolve(
        new Map(
          asked.map((id) => [
            id,
            faults.get(id) ??
              objects.get(id) ?? { id, fault: 'missing' as const, detail: 'it is not recorded' },
          ]),
        ),
      );
    },
    has: (ids) =>
      Promise.resolve(new Set([...ids].filter((id) => !absent.has(id) && objects.has(id)))),
    close: () => Promise.resolve(),
  };
}

const known = new Map<string, boolean>();

/** The real checks, each done once: the registers of many cases begin alike. */
const rememberingCryptography: Cryptography = {
  ...nodeCryptography,
  async verify(checks) {
    const keys = checks.map(keyOf);
    const fresh = checks.filter((_, at) => !known.has(keys[at] ?? ''));
    const answers = await nodeCryptography.verify(fresh);
    for (const [at, check] of fresh.entries()) known.set(keyOf(check), answers[at] === true);
    return keys.map((key) => known.get(key) === true);
  },
};

function keyOf(check: PrimitiveCheck): string {
  return JSON.stringify(check, (_, value: unknown) =>
    value instanceof Uint8Array ? nodeCryptography.sha256(value) : value,
  );
}
