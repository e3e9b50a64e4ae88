import type { ContentFile, Digest, FrontMatter } from '../document/document.ts';
import type {
  CountedApproval,
  RegisteredDocument,
  Release,
  ReleaseAct,
  Revision,
} from '../register/register.ts';
import type { DocumentType, Rules } from '../rules/rules.ts';
import type { KeyIdentity } from '../signature/verdict.ts';

/** What of a chain makes a register. */
export interface RegisterParts {
  readonly releases: readonly Release[];
  readonly documents: ReadonlyMap<string, RegisteredDocument>;
  /** Every rules that were ever in force, oldest first. */
  readonly rulesHistory: readonly Rules[];
}

/** What few ask for, of one release. Raw bytes lie behind one another, the release's own first. */
export interface ReleaseDetails {
  readonly rawLength: number;
  readonly comment: string;
  readonly approvals: readonly (Omit<CountedApproval, 'raw'> & { readonly rawLength: number })[];
  readonly acts: readonly {
    readonly filled: ReleaseAct['filled'];
    readonly notCounted: ReleaseAct['notCounted'];
    /** Places in `approvals`. */
    readonly approvals: readonly number[];
    readonly put: PutDetails | undefined;
  }[];
}

interface PutDetails {
  readonly digest: Digest;
  readonly files: readonly ContentFile[];
}

/** The details of the releases, by number, wherever they are kept. */
export interface DetailSource {
  details(release: number): ReleaseDetails;
  /**
   * Raw bytes, of which the release has `rawLength`, then each approval in turn.
   * @param digest Theirs.
   */
  raw(release: number, at: number, length: number, digest: Digest): Uint8Array;
}

/**
 * What most questions ask for, as plain data: numbers in columns, and each text once. That is many
 * times quicker to read than the objects that are made of it.
 */
export interface PackedRegister {
  readonly rules: readonly Rules[];
  readonly types: readonly DocumentType[];
  readonly keys: readonly KeyIdentity[];
  readonly texts: readonly string[];
  /** Front matter without what changes with each revision. */
  readonly matters: readonly FrontMatter[];
  readonly groups: readonly (readonly string[])[];
  readonly releases: {
    readonly tag: readonly string[];
    readonly digest: readonly Digest[];
    readonly commit: readonly string[];
    readonly subject: readonly string[];
    readonly offset: readonly string[];
    readonly person: Uint32Array;
    readonly personName: Uint32Array;
    readonly key: Uint32Array;
    readonly rules: Uint32Array;
    readonly seconds: Float64Array;
    /** How many acts the releases up to this one have. */
    readonly acts: Uint32Array;
  };
  readonly acts: {
    readonly act: Uint8Array;
    readonly document: Uint32Array;
    readonly revision: Uint32Array;
    readonly day: Uint32Array;
    readonly from: Float64Array;
  };
  readonly documents: {
    readonly id: readonly string[];
    readonly type: Uint32Array;
    /** How many revisions the documents up to this one have. */
    readonly revisions: Uint32Array;
    /** Act, counted from 1; 0 for none. */
    readonly end: Uint32Array;
  };
  readonly revisions: {
    readonly put: Uint32Array;
    readonly type: Uint32Array;
    readonly path: Uint32Array;
    readonly title: Uint32Array;
    /** Of people, in `groups`. */
    readonly contributors: Uint32Array;
    /** Counted from 1; 0 for none. */
    readonly matter: Uint32Array;
    /** Counted from 1; 0 for none. */
    readonly changes: Uint32Array;
    readonly effective: Uint32Array;
    /** Revision → the acts that confirmed it. */
    readonly confirmations: ReadonlyMap<number, readonly number[]>;
  };
}

export const actKinds = ['put', 'withdraw', 'confirm', 'dispose'] as const;

/** Values, each once, in the order in which they came. */
class Table<T> {
  readonly list: T[] = [];
  readonly #at = new Map<unknown, number>();

  /** @param same Equal for values that are the same. */
  place(value: T, same: unknown = value): number {
    let at = this.#at.get(same);
    if (at === undefined) {
      at = this.list.length;
      this.list.push(value);
      this.#at.set(same, at);
    }
    return at;
  }

  /** @throws {Error} where it is not there. */
  find(value: T): number {
    const at = this.#at.get(value);
    if (at === undefined) throw new Error('the parts of a register do not belong together');
    return at;
  }
}

/** What stands in front matter besides what changes with each revision. */
const matterOf = (front: FrontMatter): FrontMatter => ({
  ...front,
  revision: '',
  changes: undefined,
  effective: undefined,
});

/** Equal for the same front matter. */
function textOfMatter(front: FrontMatter): string {
  return JSON.stringify([front, [...(front.fields ?? [])]], (_, value: unknown) => value ?? null);
}

/**
 * Pack what most questions ask for.
 * @param matterBehind What the front matter of a revision was unpacked from, where it was.
 * @throws {Error} where acts and releases do not belong together.
 */
export function packRegister(
  parts: RegisterParts,
  matterBehind: (revision: Revision) => FrontMatter | undefined = () => undefined,
): PackedRegister {
  const { releases, documents, rulesHistory } = parts;
  const rules = new Table<Rules>();
  const types = new Table<DocumentType>();
  const keys = new Table<KeyIdentity>();
  const texts = new Table<string>();
  const matters = new Table<FrontMatter>();
  const groups = new Table<readonly string[]>();
  for (const one of rulesHistory) rules.place(one);
  const ids = new Table<string>();
  for (const id of documents.keys()) ids.place(id);
  const acts = new Table<ReleaseAct>();
  const actsUpTo: number[] = [];
  for (const release of releases) {
    for (const act of release.acts) acts.place(act);
    actsUpTo.push(acts.list.length);
  }
  const all = [...documents.values()];
  const revisions = all.flatMap((document) => document.revisions);
  let count = 0;
  const confirmations = new Map<number, readonly number[]>();
  revisions.forEach((revision, at) => {
    if (revision.confirmations.length === 0) return;
    confirmations.set(
      at,
      revision.confirmations.map((act) => acts.find(act)),
    );
  });
  const matterTexts = new Map<FrontMatter, string>();
  const textOf = (matter: FrontMatter): string => {
    const text = matterTexts.get(matter) ?? textOfMatter(matter);
    matterTexts.set(matter, text);
    return text;
  };
  const optional = (text: string | undefined): number =>
    text === undefined ? 0 : texts.place(text) + 1;
  const column = <T>(of: readonly T[], value: (one: T) => number): Uint32Array =>
    Uint32Array.from(of, value);
  return {
    rules: rules.list,
    types: types.list,
    keys: keys.list,
    texts: texts.list,
    matters: matters.list,
    groups: groups.list,
    releases: {
      tag: releases.map((one) => one.tag),
      digest: releases.map((one) => one.digest),
      commit: releases.map((one) => one.commit),
      subject: releases.map((one) => one.subject),
      offset: releases.map((one) => one.time.offset),
      person: column(releases, (one) => texts.place(one.person)),
      personName: column(releases, (one) => texts.place(one.personName)),
      key: column(releases, (one) => keys.place(one.key, JSON.stringify(one.key))),
      rules: column(releases, (one) => rules.find(one.rules)),
      seconds: Float64Array.from(releases, (one) => one.time.seconds),
      acts: Uint32Array.from(actsUpTo),
    },
    acts: {
      act: Uint8Array.from(acts.list, (one) => actKinds.indexOf(one.act)),
      document: column(acts.list, (one) => ids.find(one.document)),
      revision: column(acts.list, (one) => texts.place(one.revision)),
      day: column(acts.list, (one) => texts.place(one.day)),
      from: Float64Array.from(acts.list, (one) => one.from),
    },
    documents: {
      id: all.map((one) => one.id),
      type: column(all, (one) => types.place(one.type)),
      revisions: column(all, (one) => (count += one.revisions.length)),
      end: column(all, (one) => (one.end === undefined ? 0 : acts.find(one.end) + 1)),
    },
    revisions: {
      put: column(revisions, (one) => acts.find(one.put)),
      type: column(revisions, (one) => types.place(one.type)),
      path: column(revisions, (one) => texts.place(one.path)),
      title: column(revisions, (one) => texts.place(one.title)),
      contributors: column(revisions, ({ contributors }) =>
        groups.place(contributors, contributors.join('\n')),
      ),
      matter: column(revisions, (revision) => {
        const { frontMatter } = revision;
        if (frontMatter === undefined) return 0;
        const matter = matterBehind(revision) ?? matterOf(frontMatter);
        return matters.place(matter, textOf(matter)) + 1;
      }),
      changes: column(revisions, ({ frontMatter }) => optional(frontMatter?.changes)),
      effective: column(revisions, ({ frontMatter }) => optional(frontMatter?.effective)),
      confirmations,
    },
  };
}

/**
 * The details of a release, of documents that hold what it put.
 * @throws {Error} where acts and approvals do not belong together.
 */
export function detailsOf(
  release: Release,
  documents: ReadonlyMap<string, RegisteredDocument>,
): ReleaseDetails {
  const approvals = new Table<CountedApproval>();
  for (const approval of release.approvals) approvals.place(approval);
  return {
    rawLength: release.raw.length,
    comment: release.comment,
    approvals: release.approvals.map(({ raw, ...approval }) => ({
      ...approval,
      rawLength: raw.length,
    })),
    acts: release.acts.map((act) => ({
      filled: act.filled,
      notCounted: act.notCounted,
      approvals: act.approvals.map((approval) => approvals.find(approval)),
      put: putDetails(documents.get(act.document)?.revisions.find((one) => one.put === act)),
    })),
  };
}

function putDetails(revision: Revision | undefined): PutDetails | undefined {
  if (revision === undefined) return undefined;
  const { digest, files } = revision;
  return { digest, files };
}
