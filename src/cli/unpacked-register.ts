import type { FrontMatter } from '../document/document.ts';
import type {
  CountedApproval,
  RegisteredDocument,
  Release,
  ReleaseAct,
  Revision,
} from '../register/register.ts';
import {
  actKinds,
  type DetailSource,
  matterBehind,
  type PackedRegister,
  type ReleaseDetails,
} from './kept-register.ts';

/** What of a register is the same for each release, document and revision that is unpacked. */
interface Ground {
  readonly packed: PackedRegister;
  readonly source: DetailSource;
  readonly acts: readonly ReleaseAct[];
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
  const acts: ReleaseAct[] = [];
  const ground: Ground = { packed, source, acts };
  const releases = packed.releases.tag.map((_, place) => {
    const first = acts.length;
    const end = at(packed.releases.acts, place);
    for (let act = first; act < end; act++)
      acts.push(unpackAct(act, act - first, place + 1, ground));
    return unpackRelease(place, acts.slice(first, end), ground);
  });
  const documents = new Map<string, RegisteredDocument>();
  packed.documents.id.forEach((id, place) => {
    documents.set(id, unpackDocument(id, place, ground));
  });
  return { releases, documents };
}

function unpackRelease(place: number, acts: readonly ReleaseAct[], ground: Ground): Release {
  const { packed, source } = ground;
  const { releases, texts } = packed;
  const number = place + 1;
  const details = (): ReleaseDetails => source.details(number);
  return {
    number,
    tag: at(releases.tag, place),
    digest: at(releases.digest, place),
    commit: at(releases.commit, place),
    person: at(texts, releases.person[place]),
    personName: at(texts, releases.personName[place]),
    key: at(packed.keys, releases.key[place]),
    time: { seconds: at(releases.seconds, place), offset: at(releases.offset, place) },
    subject: at(releases.subject, place),
    get comment() {
      return details().comment;
    },
    acts,
    get approvals() {
      return approvalsOf(details(), number, source);
    },
    rules: at(packed.rules, releases.rules[place]),
    get raw() {
      return source.raw(number, 0, details().rawLength);
    },
  };
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
          return source.raw(release, from, rawLength);
        },
      };
    });
    approvalsMade.set(details, made);
  }
  return made;
}

/**
 * @param act     Its place among all.
 * @param index   Its place in the release.
 */
function unpackAct(act: number, index: number, release: number, ground: Ground): ReleaseAct {
  const { packed, source } = ground;
  const { acts, texts } = packed;
  const details = () => at(source.details(release).acts, index);
  return {
    act: at(actKinds, acts.act[act]),
    document: at(packed.documents.id, acts.document[act]),
    revision: at(texts, acts.revision[act]),
    release,
    day: at(texts, acts.day[act]),
    from: at(acts.from, act),
    get filled() {
      return details().filled;
    },
    get notCounted() {
      return details().notCounted;
    },
    get approvals() {
      const all = approvalsOf(source.details(release), release, source);
      return details().approvals.map((place) => at(all, place));
    },
  };
}

function unpackDocument(id: string, place: number, ground: Ground): RegisteredDocument {
  const { documents, types } = ground.packed;
  const end = at(documents.end, place);
  let revisions: readonly Revision[] | undefined;
  return {
    id,
    type: at(types, documents.type[place]),
    get revisions() {
      if (revisions === undefined) {
        const made: Revision[] = [];
        const upTo = at(documents.revisions, place);
        for (let one = startOf(documents.revisions, place); one < upTo; one++) {
          made.push(unpackRevision(one, ground));
        }
        revisions = made;
      }
      return revisions;
    },
    end: end === 0 ? undefined : at(ground.acts, end - 1),
  };
}

function unpackRevision(place: number, ground: Ground): Revision {
  const { packed, source, acts } = ground;
  const { revisions, texts } = packed;
  const put = at(acts, revisions.put[place]);
  const index = at(revisions.put, place) - startOf(packed.releases.acts, put.release - 1);
  const details = () => {
    const { put: found } = at(source.details(put.release).acts, index);
    if (found === undefined) throw new RangeError('a packed register holds another act');
    return found;
  };
  const matter = at(revisions.matter, place);
  const day = at(revisions.effective, place);
  let front: FrontMatter | undefined;
  return {
    document: put.document,
    revision: put.revision,
    get digest() {
      return details().digest;
    },
    put,
    path: at(texts, revisions.path[place]),
    get files() {
      return details().files;
    },
    get frontMatter() {
      if (matter === 0) return undefined;
      front ??= unpackMatter(
        at(packed.matters, matter - 1),
        put.revision,
        day === 0 ? undefined : at(texts, day - 1),
        () => details().changes,
      );
      return front;
    },
    title: at(texts, revisions.title[place]),
    type: at(packed.types, revisions.type[place]),
    get contributors() {
      return details().contributors;
    },
    confirmations: (revisions.confirmations.get(place) ?? []).map((act) => at(acts, act)),
    contested: [],
  };
}

function unpackMatter(
  matter: FrontMatter,
  revision: string,
  effective: string | undefined,
  changes: () => string | undefined,
): FrontMatter {
  const front = {
    ...matter,
    revision,
    get changes() {
      return changes();
    },
    effective,
  };
  matterBehind.set(front, matter);
  return front;
}
