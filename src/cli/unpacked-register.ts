import type { ContentFile, Digest, FrontMatter } from '../document/document.ts';
import type {
  CountedApproval,
  Instant,
  RegisteredDocument,
  Release,
  ReleaseAct,
  Revision,
} from '../register/register.ts';
import type { DocumentType, Rules } from '../rules/rules.ts';
import type { KeyIdentity } from '../signature/verdict.ts';
import {
  actKinds,
  type DetailSource,
  type PackedRegister,
  type ReleaseDetails,
} from './kept-register.ts';

/** What of a register is the same for each release, document and revision that is unpacked. */
interface Ground {
  readonly packed: PackedRegister;
  readonly source: DetailSource;
  readonly acts: readonly UnpackedAct[];
}

/** What a place in a table holds; the table was packed together with the place. */
function at<T>(list: ArrayLike<T>, place: number | undefined): T {
  const found = place === undefined ? undefined : list[place];
  if (found === undefined) throw new RangeError('a packed register points beyond its end');
  return found;
}

/** Where the group at a place begins, in a column that says how many there are up to each. */
const startOf = (upTo: Uint32Array, place: number): number =>
  place === 0 ? 0 : at(upTo, place - 1);

/**
 * The releases and documents of a packed register, as good as those that were packed. What few ask
 * for is read from the source when it is asked for, also where an object is copied by spreading.
 */
export function unpackRegister(
  packed: PackedRegister,
  source: DetailSource,
): { releases: readonly Release[]; documents: ReadonlyMap<string, RegisteredDocument> } {
  const acts: UnpackedAct[] = [];
  const ground: Ground = { packed, source, acts };
  const releases = packed.releases.tag.map((_, place) => {
    const first = acts.length;
    const end = at(packed.releases.acts, place);
    for (let act = first; act < end; act++)
      acts.push(new UnpackedAct(act, act - first, place + 1, ground));
    return new UnpackedRelease(place, acts.slice(first, end), ground);
  });
  const documents = new Map<string, RegisteredDocument>();
  packed.documents.id.forEach((id, place) => {
    documents.set(id, new UnpackedDocument(id, place, ground));
  });
  return { releases, documents };
}

/** Made once for what was read once, so that an approval is the same wherever it is counted. */
const approvalsMade = new WeakMap<ReleaseDetails, readonly CountedApproval[]>();

function approvalsOf(
  details: ReleaseDetails,
  release: number,
  source: DetailSource,
): readonly CountedApproval[] {
  let made = approvalsMade.get(details);
  if (made === undefined) {
    let next = details.rawLength;
    made = details.approvals.map(({ rawLength, ...approval }) => {
      const from = next;
      next += rawLength;
      return {
        ...approval,
        get raw() {
          return source.raw(release, from, rawLength, approval.digest);
        },
      };
    });
    approvalsMade.set(details, made);
  }
  return made;
}

/**
 * A property that is read when it is asked for, and is its object's own: so it is there as well
 * where the object is copied by spreading. That all objects share one makes them cheap.
 */
const lazy = (read: (of: never) => unknown): PropertyDescriptor => ({
  enumerable: true,
  get(this: never) {
    return read(this);
  },
});

class UnpackedAct implements ReleaseAct {
  static readonly #filled = lazy((act: UnpackedAct) => act.#details().filled);
  static readonly #notCounted = lazy((act: UnpackedAct) => act.#details().notCounted);
  static readonly #approvals = lazy((act: UnpackedAct) => {
    const { source } = act.#ground;
    const all = approvalsOf(source.details(act.release), act.release, source);
    return act.#details().approvals.map((place) => at(all, place));
  });

  readonly act: ReleaseAct['act'];
  readonly document: string;
  readonly revision: string;
  readonly release: number;
  readonly day: string;
  readonly from: number;
  declare readonly filled: ReleaseAct['filled'];
  declare readonly notCounted: ReleaseAct['notCounted'];
  declare readonly approvals: ReleaseAct['approvals'];
  readonly #ground: Ground;
  readonly #index: number;

  /**
   * @param place Among all acts.
   * @param index In the release.
   */
  constructor(place: number, index: number, release: number, ground: Ground) {
    const { acts, texts, documents } = ground.packed;
    this.#ground = ground;
    this.#index = index;
    this.act = at(actKinds, acts.act[place]);
    this.document = at(documents.id, acts.document[place]);
    this.revision = at(texts, acts.revision[place]);
    this.release = release;
    this.day = at(texts, acts.day[place]);
    this.from = at(acts.from, place);
    Object.defineProperty(this, 'filled', UnpackedAct.#filled);
    Object.defineProperty(this, 'notCounted', UnpackedAct.#notCounted);
    Object.defineProperty(this, 'approvals', UnpackedAct.#approvals);
  }

  #details(): ReleaseDetails['acts'][number] {
    return at(this.#ground.source.details(this.release).acts, this.#index);
  }

  /** What is kept of what it put. */
  static putOf(act: UnpackedAct): NonNullable<ReleaseDetails['acts'][number]['put']> {
    const { put } = act.#details();
    if (put === undefined) throw new RangeError('a packed register holds another act');
    return put;
  }
}

export class UnpackedRelease implements Release {
  static readonly #comment = lazy((one: UnpackedRelease) => one.#details().comment);
  static readonly #approvals = lazy((one: UnpackedRelease) =>
    approvalsOf(one.#details(), one.number, one.#source),
  );
  static readonly #raw = lazy((one: UnpackedRelease) =>
    one.#source.raw(one.number, 0, one.#details().rawLength, one.digest),
  );

  readonly number: number;
  readonly tag: string;
  readonly digest: Digest;
  readonly commit: string;
  readonly person: string;
  readonly personName: string;
  readonly key: KeyIdentity;
  readonly time: Instant;
  readonly subject: string;
  declare readonly comment: string;
  readonly acts: readonly UnpackedAct[];
  declare readonly approvals: readonly CountedApproval[];
  readonly rules: Rules;
  declare readonly raw: Uint8Array;
  readonly #source: DetailSource;

  constructor(place: number, acts: readonly UnpackedAct[], { packed, source }: Ground) {
    const { releases, texts } = packed;
    this.#source = source;
    this.number = place + 1;
    this.tag = at(releases.tag, place);
    this.digest = at(releases.digest, place);
    this.commit = at(releases.commit, place);
    this.person = at(texts, releases.person[place]);
    this.personName = at(texts, releases.personName[place]);
    this.key = at(packed.keys, releases.key[place]);
    this.time = { seconds: at(releases.seconds, place), offset: at(releases.offset, place) };
    this.subject = at(releases.subject, place);
    this.acts = acts;
    this.rules = at(packed.rules, releases.rules[place]);
    Object.defineProperty(this, 'comment', UnpackedRelease.#comment);
    Object.defineProperty(this, 'approvals', UnpackedRelease.#approvals);
    Object.defineProperty(this, 'raw', UnpackedRelease.#raw);
  }

  /** Where its details are kept, if it was unpacked. */
  static readonly sourceOf = (release: Release): DetailSource | undefined =>
    release instanceof UnpackedRelease ? release.#source : undefined;

  #details(): ReleaseDetails {
    return this.#source.details(this.number);
  }
}

/** Of revisions that nobody doubts and nobody confirmed, which is most. */
const none: readonly never[] = [];

export class UnpackedRevision implements Revision {
  static readonly #digest = lazy((one: UnpackedRevision) => UnpackedAct.putOf(one.put).digest);
  static readonly #files = lazy((one: UnpackedRevision) => UnpackedAct.putOf(one.put).files);
  static readonly #contributors = lazy(
    (one: UnpackedRevision) => UnpackedAct.putOf(one.put).contributors,
  );
  static readonly #frontMatter = lazy((one: UnpackedRevision) => one.#matter());

  readonly document: string;
  readonly revision: string;
  declare readonly digest: Digest;
  readonly put: UnpackedAct;
  readonly path: string;
  declare readonly files: readonly ContentFile[];
  declare readonly frontMatter: FrontMatter | undefined;
  readonly title: string;
  readonly type: DocumentType;
  declare readonly contributors: readonly string[];
  readonly confirmations: readonly ReleaseAct[];
  readonly contested: readonly string[] = none;
  readonly #packed: PackedRegister;
  readonly #place: number;
  #front: FrontMatter | undefined;

  constructor(place: number, { packed, acts }: Ground) {
    const { revisions, texts } = packed;
    this.#packed = packed;
    this.#place = place;
    this.put = at(acts, revisions.put[place]);
    this.document = this.put.document;
    this.revision = this.put.revision;
    this.path = at(texts, revisions.path[place]);
    this.title = at(texts, revisions.title[place]);
    this.type = at(packed.types, revisions.type[place]);
    this.confirmations = revisions.confirmations.get(place)?.map((act) => at(acts, act)) ?? none;
    Object.defineProperty(this, 'digest', UnpackedRevision.#digest);
    Object.defineProperty(this, 'files', UnpackedRevision.#files);
    Object.defineProperty(this, 'contributors', UnpackedRevision.#contributors);
    Object.defineProperty(this, 'frontMatter', UnpackedRevision.#frontMatter);
  }

  /** What its front matter was unpacked from, if it was unpacked. */
  static readonly matterBehind = (revision: Revision): FrontMatter | undefined =>
    revision instanceof UnpackedRevision ? revision.#behind() : undefined;

  #behind(): FrontMatter | undefined {
    const matter = at(this.#packed.revisions.matter, this.#place);
    return matter === 0 ? undefined : at(this.#packed.matters, matter - 1);
  }

  #matter(): FrontMatter | undefined {
    const behind = this.#behind();
    if (behind !== undefined && this.#front === undefined) {
      const { revisions, texts } = this.#packed;
      const text = (place: number): string | undefined =>
        place === 0 ? undefined : at(texts, place - 1);
      this.#front = {
        ...behind,
        revision: this.revision,
        changes: text(at(revisions.changes, this.#place)),
        effective: text(at(revisions.effective, this.#place)),
      };
    }
    return this.#front;
  }
}

class UnpackedDocument implements RegisteredDocument {
  static readonly #revisions = lazy((one: UnpackedDocument) => one.#unpacked());

  readonly id: string;
  readonly type: DocumentType;
  declare readonly revisions: readonly Revision[];
  readonly end: ReleaseAct | undefined;
  readonly #ground: Ground;
  readonly #place: number;
  #made: readonly Revision[] | undefined;

  constructor(id: string, place: number, ground: Ground) {
    const { documents, types } = ground.packed;
    const end = at(documents.end, place);
    this.#ground = ground;
    this.#place = place;
    this.id = id;
    this.type = at(types, documents.type[place]);
    this.end = end === 0 ? undefined : at(ground.acts, end - 1);
    Object.defineProperty(this, 'revisions', UnpackedDocument.#revisions);
  }

  #unpacked(): readonly Revision[] {
    if (this.#made === undefined) {
      const { revisions } = this.#ground.packed.documents;
      const made: Revision[] = [];
      const upTo = at(revisions, this.#place);
      for (let one = startOf(revisions, this.#place); one < upTo; one++) {
        made.push(new UnpackedRevision(one, this.#ground));
      }
      this.#made = made;
    }
    return this.#made;
  }
}
