/**
 * Verifications of the attacks, recorded so that they can be asked again from memory: with real
 * repositories one takes a tenth of a second, and mutation testing asks each thousands of times.
 *
 * A test run with the environment variable `RECORD_VERIFICATIONS=<folder>` leaves a line there for
 * each verification: what it was asked, what the store answered, and what was decided.
 */
import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectStore, ObjectType, Ref, RepositoryState } from '../../src/git/object-store.ts';
import { type Problem, QmsError } from '../../src/problem/problem.ts';
import type { Verification } from '../../src/register/register.ts';
import type { VerifyOptions } from '../../src/register/verify-register.ts';

/** What a verification is asked, apart from the repository. */
export interface Asked {
  readonly anchors: VerifyOptions['anchors'];
  readonly heads: VerifyOptions['heads'];
  readonly now: number;
  /** The id of the case whose result was given as an earlier one. */
  readonly previous?: string;
}

/** What the store answered, apart from the objects themselves. */
export interface Answered {
  readonly state: RepositoryState | Thrown;
  readonly refs: readonly Ref[] | Thrown;
  /** Objects that were asked for and could not be had. */
  readonly faults: readonly { id: string; fault: 'missing' | 'corrupt'; detail: string }[];
  /** Objects of which the store said that they do not exist. */
  readonly absent: readonly string[];
  /** Readings that threw: the ids asked for, and what was thrown. */
  readonly thrown: readonly (Thrown & { readonly ids: readonly string[] })[];
}

/** A `QmsError` as data. */
export interface Thrown {
  readonly problems: readonly Problem[];
}

/** One verification. */
export interface Case {
  readonly id: string;
  /** The test that asked it first. */
  readonly test: string;
  readonly asked: Asked;
  readonly answered: Answered;
  readonly decided: Decided;
}

/** An object of any of the repositories. */
export interface RecordedObject {
  readonly id: string;
  readonly type: ObjectType;
  readonly base64: string;
}

/** What a verification decides, without words and without what follows from the rest. */
export type Decided = ReturnType<typeof decisionsOf>;

/** Reduce a verification to what it decides, outcome, problems and register, as one text. */
export const decidedBy = (verification: Verification): string =>
  JSON.stringify(decisionsOf(verification));

function decisionsOf(verification: Verification) {
  const { outcome, anchor, head, headKnown, headReached, problems, register } = verification;
  return {
    outcome,
    anchor,
    head,
    headKnown,
    headReached,
    problems: problems.map(({ code, severity, release, document, revision, place, related }) => ({
      code,
      severity,
      release,
      document,
      revision,
      place,
      related,
    })),
    releases: register?.releases.map((release) => ({
      number: release.number,
      person: release.person,
      key: release.key,
      time: release.time,
      acts: release.acts.map(({ approvals, ...act }) => ({
        ...act,
        approvals: approvals.map((one) => one.name),
      })),
      approvals: release.approvals.map(({ raw, ...approval }) => approval),
    })),
    documents: [...(register?.documents.values() ?? [])].map(({ id, revisions, end }) => ({
      id,
      end: end?.from,
      revisions: revisions.map((one) => ({
        revision: one.revision,
        digest: one.digest,
        files: one.files,
        contributors: one.contributors,
        confirmations: one.confirmations.length,
        contested: one.contested.length,
      })),
    })),
    loose: verification.approvals.map(({ name }) => name),
  };
}

/** A store that hands everything on and remembers it. */
export interface Recorder {
  readonly store: ObjectStore;
  /** Write down what was asked and decided. */
  keep(asked: Omit<VerifyOptions, 'store' | 'cryptography'>, verification: Verification): void;
}

/** Larger ones take longer to play than they tell: of their objects, and of what else they hold. */
const most = { objects: 2_500_000, text: 60_000 } as const;

const idOf = new WeakMap<object, string>();
const writtenObjects = new Map<string, Set<string>>();
const run = `${String(process.pid)}-${randomUUID()}`;

/**
 * Record what a store answers into a folder.
 * @param test Name of the test that asks.
 */
export function recordInto(folder: string, store: ObjectStore, test: string): Recorder {
  mkdirSync(folder, { recursive: true });
  const objects = new Map<string, RecordedObject>();
  const faults = new Map<string, Answered['faults'][number]>();
  const absent = new Set<string>();
  const thrown: Answered['thrown'][number][] = [];
  let state: Answered['state'] = { problems: [] };
  let refs: Answered['refs'] = { problems: [] };
  let bytes = 0;
  const recording: ObjectStore = {
    async state() {
      const answer = await store.state().catch(asThrown);
      state = answer;
      if (isThrown(answer)) throw errorOf(answer);
      return answer;
    },
    async refs(prefix) {
      const answer = await store.refs(prefix).catch(asThrown);
      refs = answer;
      if (isThrown(answer)) throw errorOf(answer);
      return answer;
    },
    async read(ids, mostBytes) {
      const asked = [...ids];
      const answer = await store.read(asked, mostBytes).catch(asThrown);
      if (isThrown(answer)) {
        thrown.push({ ids: asked, problems: answer.problems });
        throw errorOf(answer);
      }
      for (const object of answer.values()) {
        if ('fault' in object) faults.set(object.id, { ...object });
        else if (!objects.has(object.id)) {
          bytes += object.bytes.length;
          const base64 = Buffer.from(object.bytes).toString('base64');
          objects.set(object.id, { id: object.id, type: object.type, base64 });
        }
      }
      return answer;
    },
    async has(ids) {
      const asked = [...ids];
      const there = await store.has(asked);
      for (const id of asked) if (!there.has(id)) absent.add(id);
      return there;
    },
    close: () => store.close(),
  };
  return {
    store: recording,
    keep(options, verification) {
      const { anchors, heads, now, previous } = options;
      const earlier = previous === undefined ? undefined : idOf.get(previous);
      if (bytes > most.objects || (previous !== undefined && earlier === undefined)) return;
      const asked: Asked = {
        anchors,
        heads,
        now,
        ...(earlier === undefined ? {} : { previous: earlier }),
      };
      const answered: Answered = {
        state,
        refs,
        faults: [...faults.values()],
        absent: [...absent],
        thrown,
      };
      const decided = decisionsOf(verification);
      const text = JSON.stringify({ asked, answered, decided });
      if (text.length > most.text) return;
      const id = createHash('sha256').update(text).digest('hex').slice(0, 16);
      idOf.set(verification, id);
      const written = writtenObjects.get(folder) ?? new Set();
      writtenObjects.set(folder, written);
      const lines = [...objects.values()]
        .filter((object) => !written.has(object.id))
        .map((object) => `${JSON.stringify(object)}\n`);
      for (const objectId of objects.keys()) written.add(objectId);
      appendFileSync(join(folder, `${run}.objects`), lines.join(''));
      const head = JSON.stringify({ id, test });
      appendFileSync(join(folder, `${run}.cases`), `${head.slice(0, -1)},${text.slice(1)}\n`);
    },
  };
}

function asThrown(error: unknown): Thrown {
  if (error instanceof QmsError) return { problems: error.problems };
  throw error;
}

/** The error that was thrown. */
export function errorOf({ problems: [first, ...rest] }: Thrown): Error {
  return first === undefined ? new Error('thrown without a problem') : new QmsError(first, ...rest);
}

/** Whether a store answered by an error. */
export const isThrown = (answer: object): answer is Thrown => 'problems' in answer;
