import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { leadingIndex } from '../../src/audit/document-facts.ts';
import {
  effectiveRevision,
  inForce,
  nextChange,
  type RevisionState,
  stateOf,
} from '../../src/register/in-force.ts';
import type { RegisteredDocument } from '../../src/register/register.ts';
import { fixtureNow, fixtureRegister } from '../support/register-fixture.ts';

const [pattern] = fixtureRegister().documents.get('SOP-001')?.revisions ?? [];

/** A document whose revisions take effect at the instants given, with an end or without. */
function documentOf(from: readonly number[], end?: number): RegisteredDocument {
  if (pattern === undefined) throw new Error('the fixture has no SOP-001');
  const act = pattern.put;
  return {
    id: 'SOP-001',
    type: pattern.type,
    revisions: from.map((seconds, index) => ({
      ...pattern,
      revision: String(index + 1),
      put: { ...act, revision: String(index + 1), from: seconds },
    })),
    end: end === undefined ? undefined : { ...act, act: 'withdraw', from: end },
  };
}

const instant = fc.integer({ min: 0, max: 50 });
const anyDocument = fc
  .tuple(fc.array(instant, { minLength: 1, maxLength: 6 }), fc.option(instant, { nil: undefined }))
  .map(([from, end]) => documentOf(from, end));

const statesOf = (document: RegisteredDocument, at: number): readonly RevisionState[] =>
  document.revisions.map((_, index) => stateOf(document, index, at));

describe('the state of a revision', () => {
  it('is pending before its day, effective from it, superseded by the next, withdrawn at the end', () => {
    const document = documentOf([10, 20], 30);
    const at = (seconds: number): string[] => statesOf(document, seconds).map((each) => each.state);
    expect(at(9)).toEqual(['pending', 'pending']);
    expect(at(10)).toEqual(['effective', 'pending']);
    expect(at(19)).toEqual(['effective', 'pending']);
    expect(at(20)).toEqual(['superseded', 'effective']);
    expect(at(29)).toEqual(['superseded', 'effective']);
    expect(at(30)).toEqual(['withdrawn', 'withdrawn']);
  });

  it('says since when and until when', () => {
    const document = documentOf([10, 20], 30);
    expect(stateOf(document, 0, 5)).toEqual({ state: 'pending', since: undefined, until: 10 });
    expect(stateOf(document, 0, 15)).toEqual({ state: 'effective', since: 10, until: 20 });
    expect(stateOf(document, 0, 25)).toEqual({ state: 'superseded', since: 20, until: 30 });
    expect(stateOf(document, 1, 25)).toEqual({ state: 'effective', since: 20, until: 30 });
    expect(stateOf(document, 1, 35)).toEqual({ state: 'withdrawn', since: 30, until: undefined });
  });

  it('lets a later revision with an earlier day win as soon as it is effective', () => {
    const document = documentOf([20, 10]);
    expect(statesOf(document, 15).map((each) => each.state)).toEqual(['superseded', 'effective']);
    expect(statesOf(document, 25).map((each) => each.state)).toEqual(['superseded', 'effective']);
  });

  it('ends a revision that never came into force together with its document', () => {
    expect(stateOf(documentOf([10, 40], 30), 1, 35).state).toBe('withdrawn');
  });

  it('is refused for a revision that there is not', () => {
    expect(() => stateOf(documentOf([10]), 1, 0)).toThrow(RangeError);
  });

  it('is effective for at most one revision at any instant', () => {
    fc.assert(
      fc.property(anyDocument, instant, (document, at) => {
        const effective = statesOf(document, at).filter((each) => each.state === 'effective');
        expect(effective.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is led to where it is effective, then where it is planned first, then at the end', () => {
    fc.assert(
      fc.property(anyDocument, instant, (document, at) => {
        const states = statesOf(document, at).map((each) => each.state);
        const [effective, pending] = [states.indexOf('effective'), states.indexOf('pending')];
        const last = states.length - 1;
        const led = effective >= 0 ? effective : pending >= 0 ? pending : last;
        expect(leadingIndex(document, at)).toBe(led);
        expect(effectiveRevision(document, at)).toBe(document.revisions[effective]);
      }),
    );
  });

  it('only ever moves on: pending, effective, superseded, withdrawn', () => {
    const rank = { pending: 0, effective: 1, superseded: 2, withdrawn: 3 };
    fc.assert(
      fc.property(anyDocument, instant, fc.nat(20), (document, at, later) => {
        document.revisions.forEach((_, index) => {
          const before = stateOf(document, index, at).state;
          expect(rank[stateOf(document, index, at + later).state]).toBeGreaterThanOrEqual(
            rank[before],
          );
        });
      }),
    );
  });

  it('changes exactly at the instant that it names as its end', () => {
    fc.assert(
      fc.property(anyDocument, instant, (document, at) => {
        document.revisions.forEach((_, index) => {
          const { state, until } = stateOf(document, index, at);
          if (until === undefined) {
            expect(stateOf(document, index, 1_000_000).state).toBe(state);
          } else {
            expect(until).toBeGreaterThan(at);
            expect(stateOf(document, index, until - 1).state).toBe(state);
            expect(stateOf(document, index, until).state).not.toBe(state);
          }
        });
      }),
    );
  });

  it('began at the instant that it names as its beginning', () => {
    fc.assert(
      fc.property(anyDocument, instant, (document, at) => {
        document.revisions.forEach((_, index) => {
          const { state, since } = stateOf(document, index, at);
          expect(since === undefined).toBe(state === 'pending');
          if (since === undefined) return;
          expect(since).toBeLessThanOrEqual(at);
          expect(stateOf(document, index, since).state).toBe(state);
          expect(stateOf(document, index, since - 1).state).not.toBe(state);
        });
      }),
    );
  });
});

describe('what is in force', () => {
  it('is the one effective revision of each document, by id', () => {
    const register = fixtureRegister();
    const found = inForce(register, fixtureNow).map((each) => `${each.document} ${each.revision}`);
    expect(found).toEqual([
      'EXT-001 1',
      'NCR-2026-014 1',
      'POL-001 1',
      'QMS 1',
      'SOP-001 2',
      'SOP-002 1',
      'SOP-003 1',
      'SOP-004 1',
      'WI-004 B',
      'WI-010 A',
    ]);
  });

  it('changes next when a planned day begins, and says nothing where none is planned', () => {
    const register = fixtureRegister();
    const next = nextChange(register, fixtureNow) ?? 0;
    expect(new Date(next * 1000).toISOString()).toBe('2026-12-01T05:00:00.000Z');
    const sop = register.documents.get('SOP-001');
    expect(sop && effectiveRevision(sop, next - 1)?.revision).toBe('2');
    expect(sop && effectiveRevision(sop, next)?.revision).toBe('3');
    expect(nextChange(register, 4_000_000_000)).toBeUndefined();
  });

  it('stays the same until the next change, whatever the document', () => {
    fc.assert(
      fc.property(anyDocument, instant, (document, at) => {
        const register = { documents: new Map([[document.id, document]]) };
        const next = nextChange(register, at) ?? 1000;
        expect(next).toBeGreaterThan(at);
        expect(inForce(register, next - 1)).toEqual(inForce(register, at));
      }),
    );
  });
});
