import { RawRepository, type TreeFiles } from './raw-repository.ts';
import { type SignatureParts, type SigningKey, sshSignature } from './ssh-keys.ts';
import { byBytes, contentDigest, prefixOf, seconds, sha256, subject } from './statement-text.ts';

/** Files by path from the repository root. */
export type Files = Readonly<Record<string, string | Buffer>>;

/** One revision of one document with its whole content. */
export interface Edition {
  readonly id: string;
  readonly revision: string;
  readonly files: Files;
  /** A record stands in the tree of the release that puts it, and leaves it with the next. */
  readonly record?: boolean;
}

/** Somebody who commits and signs. */
export interface Actor {
  readonly name: string;
  readonly email: string;
  readonly key: SigningKey;
}

function signatureBy(key: SigningKey, bytes: Buffer, how: SignatureParts = {}): Buffer {
  return key.armour?.(bytes) ?? sshSignature(key, bytes, how);
}

/** What can be made wrong about a tag, from the inside out. */
export interface TagChange {
  /** The message before it is signed. */
  readonly text?: (message: string) => string;
  /** Headers and message before they are signed. */
  readonly payload?: (payload: string) => string | Buffer;
  /** The key that signs; null for no signature. */
  readonly key?: SigningKey | null;
  readonly signature?: SignatureParts;
  /** The armour, made over the payload. */
  readonly armour?: (armour: Buffer) => Buffer;
  /** The whole object after signing. */
  readonly raw?: (raw: Buffer) => Buffer;
  /** The tagger's name or address. */
  readonly tagger?: { readonly name?: string; readonly email?: string };
  /** The ref below refs/tags/ that gets the tag, instead of its name. */
  readonly ref?: string;
  /** Object type in the header. */
  readonly type?: string;
}

export interface Approval {
  readonly name: string;
  readonly raw: Buffer;
  readonly commit: string;
  readonly tag: string;
}

export type Decision = 'approve' | 'reject' | 'withdraw' | 'confirm' | 'dispose';

export interface ApprovalOptions {
  readonly by: string;
  /** `role meaning` */
  readonly as: string | readonly string[];
  readonly decision?: Decision;
  /** The commit; by default the newest on main. */
  readonly at?: string;
  readonly date?: number;
  /** Name below refs/tags/. */
  readonly name?: string;
  readonly comment?: string;
  readonly register?: string;
  readonly change?: TagChange;
}

export interface ReleaseChange extends TagChange {
  /** The files of the release commit's tree. */
  readonly tree?: (files: TreeFiles) => void;
  /** The id of the release commit's tree. */
  readonly treeId?: (id: string) => string;
  readonly parents?: (parents: string[]) => string[];
  /** The raw release commit. */
  readonly commit?: (raw: string) => string | Buffer;
}

export interface ReleaseOptions {
  readonly put?: readonly Edition[];
  readonly withdraw?: readonly Edition[];
  readonly confirm?: readonly Edition[];
  readonly dispose?: readonly Edition[];
  readonly approvals?: readonly Approval[];
  readonly by?: string;
  readonly date?: number;
  /** The day of every line; by default the day of signing. */
  readonly day?: string;
  /** The commit that holds what is put; by default the newest on main. */
  readonly source?: string;
  readonly number?: number;
  readonly comment?: string;
  readonly change?: ReleaseChange;
}

export interface CommitOptions {
  readonly by?: string;
  readonly author?: { readonly name: string; readonly email: string };
  readonly committer?: { readonly name: string; readonly email: string };
  readonly message?: string;
  readonly parents?: readonly string[];
  readonly date?: number;
  /** Paths that the commit removes. */
  readonly remove?: readonly string[];
  /** The files of the parent are gone. */
  readonly fresh?: boolean;
  /** Signs the commit. */
  readonly key?: SigningKey;
  /** The whole object. */
  readonly raw?: (raw: string) => string | Buffer;
  /** Whether main moves to it; it does by default. */
  readonly main?: boolean;
}

/**
 * A register in a repository of its own, built after the shared register format from raw objects,
 * never through the code that is tested. Each step can be made wrong at any point.
 */
export class StockRegister {
  readonly repository: RawRepository;
  readonly actors: Record<string, Actor>;
  readonly timezone: string;
  /** Seconds; each step is a minute later than the one before. */
  clock = seconds('2026-01-05T15:00:00Z');
  /** The newest commit on main, and the files that it holds. */
  main = '';
  readonly mainFiles = new Map<string, Files>();
  /** SHA-256 of the raw tag of release 1. */
  anchor = '';
  readonly releases: { commit: string; raw: Buffer; tag: string }[] = [];
  readonly documents = new Map<string, Edition>();

  constructor(
    actors: Record<string, Actor>,
    timezone = 'America/Detroit',
    repository = new RawRepository(),
  ) {
    this.actors = actors;
    this.timezone = timezone;
    this.repository = repository;
  }

  /** A copy of the register and its repository, which goes on by itself. */
  fork(): StockRegister {
    const copy = new StockRegister(this.actors, this.timezone, this.repository.fork());
    copy.clock = this.clock;
    copy.main = this.main;
    copy.anchor = this.anchor;
    copy.releases.push(...this.releases);
    for (const [id, files] of this.mainFiles) copy.mainFiles.set(id, files);
    for (const [id, edition] of this.documents) copy.documents.set(id, edition);
    for (const name of this.taken) copy.taken.add(name);
    return copy;
  }

  actor(id: string): Actor {
    const actor = this.actors[id];
    if (actor === undefined) throw new Error(`There is no ${id} in this story.`);
    return actor;
  }

  /** A minute later. */
  tick(): number {
    this.clock += 60;
    return this.clock;
  }

  /** The day of an instant in the time zone of the rules. */
  dayOf(instant: number): string {
    return new Intl.DateTimeFormat('en-CA', { timeZone: this.timezone }).format(instant * 1000);
  }

  /** `42:sha256:…` of a release, as `--head` takes it. */
  head(number = this.releases.length): { release: number; digest: string } {
    const release = this.releases[number - 1];
    if (release === undefined) throw new Error(`There is no release ${String(number)}.`);
    return { release: number, digest: sha256(release.raw) };
  }

  release1(): string {
    return this.releases[0]?.commit ?? '';
  }

  lastRelease(): string {
    return this.releases.at(-1)?.commit ?? '';
  }

  /** Commit files on top of main (or of the parents given). */
  commit(files: Files, options: CommitOptions = {}): string {
    const parents = options.parents ?? (this.main === '' ? [] : [this.main]);
    const [base = ''] = parents;
    const kept = options.fresh === true ? {} : (this.mainFiles.get(base) ?? {});
    const removed = new Set(options.remove);
    const all = Object.fromEntries(
      Object.entries({ ...kept, ...files }).filter(([path]) => !removed.has(path)),
    );
    const tree: TreeFiles = new Map();
    for (const [path, bytes] of Object.entries(all)) {
      tree.set(path, { mode: '100644', id: this.repository.object('blob', bytes) });
    }
    const id = this.commitTree(this.repository.treeOf(tree), parents, options);
    this.mainFiles.set(id, all);
    if (options.main !== false) this.main = id;
    return id;
  }

  /** Commit a tree. */
  commitTree(tree: string, parents: readonly string[], options: CommitOptions = {}): string {
    const date = String(options.date ?? this.tick());
    const author = options.author ?? this.actor(options.by ?? 'dave');
    const committer = options.committer ?? author;
    const headers = [
      `tree ${tree}`,
      ...parents.map((parent) => `parent ${parent}`),
      `author ${author.name} <${author.email}> ${date} +0000`,
      `committer ${committer.name} <${committer.email}> ${date} +0000`,
    ].join('\n');
    const message = options.message ?? 'Work on documents\n';
    let raw = `${headers}\n\n${message}`;
    if (options.key !== undefined) {
      const armour = signatureBy(options.key, Buffer.from(raw)).toString().replace(/\n$/, '');
      raw = `${headers}\ngpgsig ${armour.replace(/\n/g, '\n ')}\n\n${message}`;
    }
    return this.repository.rawCommit(options.raw?.(raw) ?? raw, parents);
  }

  /** Make a signed tag and store it. */
  tag(
    name: string,
    object: string,
    message: string,
    actor: Actor,
    date: number,
    change: TagChange = {},
  ): { raw: Buffer; tag: string } {
    const text = change.text?.(message) ?? message;
    const tagger = { ...actor, ...change.tagger };
    const headers = [
      `object ${object}`,
      `type ${change.type ?? 'commit'}`,
      `tag ${name}`,
      `tagger ${tagger.name} <${tagger.email}> ${String(date)} +0000`,
    ].join('\n');
    const unsigned = `${headers}\n\n${text}`;
    const payload = Buffer.from(change.payload?.(unsigned) ?? unsigned);
    const key = change.key === undefined ? actor.key : change.key;
    let armour = key === null ? Buffer.alloc(0) : signatureBy(key, payload, change.signature ?? {});
    armour = change.armour?.(armour) ?? armour;
    const signed = Buffer.concat([payload, armour]);
    const raw = change.raw?.(signed) ?? signed;
    const tag = this.repository.object('tag', raw);
    this.repository.ref(`refs/tags/${change.ref ?? name}`, tag);
    return { raw, tag };
  }

  /** Sign an approval (or rejection, …) of one or more editions. */
  approve(what: Edition | readonly Edition[], options: ApprovalOptions): Approval {
    const editions = ('id' in what ? [what] : [...what]).sort((a, b) => byBytes(a.id, b.id));
    const { by, decision = 'approve' } = options;
    const first = editions[0];
    if (first === undefined) throw new Error('An approval speaks of something.');
    const space = decision === 'reject' ? 'reject' : 'approve';
    const usual = `qms/${space}/${first.id}/${first.revision}/${by}`;
    const verbs = {
      approve: 'Approve ',
      reject: 'Reject ',
      withdraw: 'Withdraw ',
      confirm: 'Confirm ',
      dispose: 'Dispose of ',
    };
    const fields = [
      'Qms-Statement: approval/1',
      `Register: ${options.register ?? this.anchor}`,
      ...editions.map(
        ({ id, revision, files }) => `Document: ${id} ${revision} ${contentDigest(files)}`,
      ),
      `Decision: ${decision}`,
      ...[options.as]
        .flat()
        .sort(byBytes)
        .map((as) => `As: ${as}`),
      `Person: ${by}`,
    ];
    const message = this.message(
      subject(
        verbs[decision],
        editions.map(({ id, revision }) => `${id} revision ${revision}`),
      ),
      options.comment,
      fields,
    );
    const name = options.name ?? this.freeName(usual);
    const commit = options.at ?? this.main;
    const date = options.date ?? this.tick();
    const made = this.tag(name, commit, message, this.actor(by), date, options.change);
    this.taken.add(name);
    return { name, commit, ...made };
  }

  private readonly taken = new Set<string>();

  private freeName(usual: string): string {
    let name = usual;
    for (let count = 2; this.taken.has(name); count += 1) name = `${usual}.${String(count)}`;
    return name;
  }

  private message(first: string, comment: string | undefined, fields: readonly string[]): string {
    const paragraphs = [first, ...(comment === undefined ? [] : [comment]), fields.join('\n')];
    return `${paragraphs.join('\n\n')}\n`;
  }

  /** Make the next release. */
  release(options: ReleaseOptions): void {
    const { put = [], withdraw = [], confirm = [], dispose = [], change = {} } = options;
    const number = options.number ?? this.releases.length + 1;
    const date = options.date ?? this.tick();
    const day = options.day ?? this.dayOf(date);
    const approvals = [...(options.approvals ?? [])].sort((a, b) => byBytes(a.name, b.name));
    const byId = (a: Edition, b: Edition) => byBytes(a.id, b.id);

    for (const [id, { record }] of this.documents) if (record) this.documents.delete(id);
    for (const edition of put) this.documents.set(edition.id, edition);
    for (const { id } of withdraw) this.documents.delete(id);
    const tree: TreeFiles = new Map();
    for (const { id, files } of this.documents.values()) {
      for (const [path, bytes] of Object.entries(files)) {
        const blob = this.repository.object('blob', bytes);
        tree.set(`documents/${prefixOf(id)}/${id}/${path}`, { mode: '100644', id: blob });
      }
    }
    for (const { raw } of approvals) {
      const blob = this.repository.object('blob', raw);
      tree.set(`evidence/${sha256(raw).slice(7)}`, { mode: '100644', id: blob });
    }
    change.tree?.(tree);
    const treeId = this.repository.treeOf(tree);

    const parents = number === 1 ? [] : [this.lastRelease()];
    if (number > 1 && put.length > 0) parents.push(options.source ?? this.main);
    for (const { commit } of approvals) {
      if (!parents.some((parent) => this.repository.reaches(parent, commit))) parents.push(commit);
    }
    const commit = this.commitTree(
      change.treeId?.(treeId) ?? treeId,
      change.parents?.(parents) ?? parents,
      {
        by: options.by ?? 'carol',
        date,
        message: `Release ${String(number)}\n`,
        ...(change.commit === undefined ? {} : { raw: change.commit }),
      },
    );

    const acts = (name: string, editions: readonly Edition[]) =>
      [...editions].sort(byId).map(({ id, revision }) => `${name}: ${id} ${revision} ${day}`);
    const fields = [
      'Qms-Statement: release/1',
      ...(number === 1 ? [] : [`Register: ${this.anchor}`]),
      `Release: ${String(number)}`,
      ...(number === 1 ? [] : [`Previous: ${sha256(this.releases.at(-1)?.raw ?? '')}`]),
      `Person: ${options.by ?? 'carol'}`,
      ...[...put]
        .sort(byId)
        .map(({ id, revision, files }) => `Put: ${id} ${revision} ${contentDigest(files)} ${day}`),
      ...acts('Withdraw', withdraw),
      ...acts('Confirm', confirm),
      ...acts('Dispose', dispose),
      ...approvals.map(({ name, raw }) => `Approval: ${sha256(raw)} ${name}`),
    ];
    const items = [
      ...[...put].sort(byId).map(({ id, revision }) => `${id} revision ${revision}`),
      ...[...withdraw].sort(byId).map(({ id }) => `${id} withdrawn`),
      ...[...confirm].sort(byId).map(({ id }) => `${id} confirmed`),
      ...[...dispose].sort(byId).map(({ id }) => `${id} disposed of`),
    ];
    const message = this.message(
      subject(`Release ${String(number)}: `, items),
      options.comment,
      fields,
    );
    const actor = this.actor(options.by ?? 'carol');
    const made = this.tag(`qms/release/${String(number)}`, commit, message, actor, date, change);
    this.releases.push({ commit, ...made });
    if (number === 1) this.anchor = sha256(made.raw);
    this.repository.ref('refs/heads/register', commit);
    this.repository.ref('refs/heads/main', this.main);
  }
}
