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

function beyond(): never {
  throw new RangeError('a packed register points beyond its end');
}

/** What a place in a table holds; the table was packed together with the place. */
function at<T>(list: readonly T[], place: number | undefined): T {
  return (place === undefined ? undefined : list[place]) ?? beyond();
}

/** The same of a column. */
const numberAt = (column: Uint32Array, place: number): number => column[place] ?? beyond();

/** Where the group at a place begins, in a column that says how many there are up to each. */
const startOf = (upTo: Uint32Array, place: number): number =>
  place === 0 ? 0 : numberAt(upTo, place - 1);

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
    const end = numberAt(packed.releases.acts, place);
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

/** Like a release, nothing that anybody copies by spreading: that would leave out its getters. */
class UnpackedAct implements ReleaseAct {
  readonly act: ReleaseAct['act'];
  readonly document: string;
  readonly revision: string;
  readonly release: number;
  readonly day: string;
  readonly from: number;
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
    this.from = acts.from[place] ?? beyond();
  }

  get filled(): ReleaseAct['filled'] {
    return this.#details().filled;
  }

  get notCounted(): ReleaseAct['notCounted'] {
    return this.#details().notCounted;
  }

  get approvals(): ReleaseAct['approvals'] {
    const { source } = this.#ground;
    const all = approvalsOf(source.details(this.release), this.release, source);
    return this.#details().approvals.map((place) => at(all, place));
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
  readonly number: number;
  readonly tag: string;
  readonly digest: Digest;
  readonly commit: string;
  readonly person: string;
  readonly personName: string;
  readonly key: KeyIdentity;
  readonly time: Instant;
  readonly subject: string;
  readonly acts: readonly UnpackedAct[];
  readonly rules: Rules;
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
    this.time = {
      seconds: releases.seconds[place] ?? beyond(),
      offset: at(releases.offset, place),
    };
    this.subject = at(releases.subject, place);
    this.acts = acts;
    this.rules = at(packed.rules, releases.rules[place]);
  }

  get comment(): string {
    return this.#details().comment;
  }

  get approvals(): readonly CountedApproval[] {
    return approvalsOf(this.#details(), this.number, this.#source);
  }

  get raw(): Uint8Array {
    return this.#source.raw(this.number, 0, this.#details().rawLength, this.digest);
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
  readonly contributors: readonly string[];
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
    this.contributors = at(packed.groups, revisions.contributors[place]);
    this.type = at(packed.types, revisions.type[place]);
    this.confirmations = revisions.confirmations.get(place)?.map((act) => at(acts, act)) ?? none;
    Object.defineProperty(this, 'digest', UnpackedRevision.#digest);
    Object.defineProperty(this, 'files', UnpackedRevision.#files);
    Object.defineProperty(this, 'frontMatter', UnpackedRevision.#frontMatter);
  }

  /** What its front matter was unpacked from, if it was unpacked. */
  static readonly matterBehind = (revision: Revision): FrontMatter | undefined =>
    revision instanceof UnpackedRevision ? revision.#behind() : undefined;

  #behind(): FrontMatter | undefined {
    const matter = numberAt(this.#packed.revisions.matter, this.#place);
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
        changes: text(numberAt(revisions.changes, this.#place)),
        effective: text(numberAt(revisions.effective, this.#place)),
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
    const end = numberAt(documents.end, place);
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
      const upTo = numberAt(revisions, this.#place);
      for (let one = startOf(revisions, this.#place); one < upTo; one++) {
        made.push(new UnpackedRevision(one, this.#ground));
      }
      this.#made = made;
    }
    return this.#made;
  }
}
