/**
 * A second writer of the register's format: `git fast-import`, signatures from `sshsig.ts`, and
 * the format as its description says, with nothing from `src/`. It founds a register and appends
 * releases to one, and writes always the same bytes for the same revisions.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { hasPicture, idOf, picture, procedureText, rulesText } from './documents.ts';
import { keyOf, signPayload } from './sshsig.ts';

export const people = ['alice', 'bob', 'carol', 'dave'] as const;
type PersonId = (typeof people)[number];
export const keys = Object.fromEntries(people.map((id) => [id, keyOf(id)])) as Record<
  PersonId,
  ReturnType<typeof keyOf>
>;

/** 2020-01-01T12:00:00Z: the founding release; each later one is a day later. */
const founded = 1_577_880_000;
const daySeconds = 86_400;

interface Bytes {
  readonly path: string;
  readonly bytes: Buffer;
}

/** One revision that a release puts in force. */
interface Put {
  readonly id: string;
  readonly revision: number;
  readonly files: readonly Bytes[];
  readonly digest: string;
}

/** A commit: how fast-import finds it (a mark, or its name again), and its name. */
interface Written {
  readonly mark: string;
  readonly id: string;
}

interface SignedTag {
  readonly name: string;
  readonly raw: Buffer;
  readonly sha256: string;
}

/** Where a register stands: all that the next release builds on. */
export interface RegisterState {
  readonly anchor: string;
  /** The number of the newest release. */
  readonly releases: number;
  /** `sha256:` of the raw bytes of its tag object. */
  readonly newest: string;
  /** The names of the newest commits of the branches `main` and `register`. */
  readonly main: string;
  readonly register: string;
}

/** What one release brought: the refs that a push of it carries. */
export interface WrittenRelease {
  readonly number: number;
  /** The documents that it puts in force, in the order of their numbers. */
  readonly documents: readonly string[];
  readonly revision: number;
  readonly approvals: readonly string[];
  readonly state: RegisterState;
}

/** What stands in one change order: one revision of documents with successive numbers. */
export interface ChangeOrder {
  readonly first: number;
  readonly count: number;
  readonly revision: number;
}

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const identity = (id: PersonId, seconds: number) => `${id} <${id}@corpus.example> ${seconds} +0000`;
const dayOf = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
/** When release n is signed. */
const secondsOf = (release: number) => founded + (release - 1) * daySeconds;

/** `sha256:` of `qms-content 1` and one line a file. */
export function contentDigest(files: readonly Bytes[]): string {
  const lines = files.map((file) => ({
    path: file.path,
    line: `${sha256(file.bytes)} ${file.bytes.length} ${file.path}\n`,
  }));
  const sorted = lines.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  return `sha256:${sha256(`qms-content 1\n${sorted.map(({ line }) => line).join('')}`)}`;
}

function put(number: number, revision: number): Put {
  const id = idOf(number);
  const text = Buffer.from(procedureText(number, revision));
  const files: Bytes[] = [{ path: `qms-docs/sops/${id}.md`, bytes: text }];
  if (hasPicture(number)) files.push({ path: `qms-docs/sops/images/${id}.png`, bytes: picture });
  return { id, revision, files, digest: contentDigest(files) };
}

/** A list as a subject tells it: ten entries, then how many more. */
function told(entries: readonly string[]): string {
  const more = entries.length - 10;
  return entries.slice(0, 10).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** `git fast-import`, fed in order; it answers what a mark became. */
class Importer {
  readonly #child;
  readonly #answers: AsyncIterator<string>;
  readonly #ended: Promise<number | null>;
  #marks = 0;

  constructor(folder: string) {
    this.#child = spawn('git', ['-C', folder, 'fast-import', '--quiet', '--done'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject).on('close', resolve);
    });
  }

  #send(...parts: readonly (string | Buffer)[]): void {
    for (const part of parts) this.#child.stdin.write(part);
  }

  /** A commit on a branch; `files` replace what has their paths, `gone` goes first. */
  async commit(
    branch: string,
    facts: {
      readonly who: PersonId;
      readonly seconds: number;
      readonly message: string;
      readonly from: Written | undefined;
      readonly merge?: Written;
      readonly gone?: string;
      readonly files: readonly Bytes[];
    },
  ): Promise<Written> {
    this.#marks += 1;
    const mark = `:${this.#marks}`;
    const who = identity(facts.who, facts.seconds);
    const message = Buffer.from(facts.message);
    this.#send(`commit refs/heads/${branch}\nmark ${mark}\nauthor ${who}\ncommitter ${who}\n`);
    this.#send(`data ${message.length}\n`, message, '\n');
    if (facts.from !== undefined) this.#send(`from ${facts.from.mark}\n`);
    if (facts.merge !== undefined) this.#send(`merge ${facts.merge.mark}\n`);
    if (facts.gone !== undefined) this.#send(`D ${facts.gone}\n`);
    for (const file of facts.files) {
      this.#send(`M 100644 inline ${file.path}\ndata ${file.bytes.length}\n`, file.bytes, '\n');
    }
    this.#send(`\nget-mark ${mark}\n`);
    const answer = await this.#answers.next();
    if (answer.done === true) throw new Error('git fast-import ended early');
    return { mark, id: answer.value };
  }

  /** A signed annotated tag, and its raw bytes. */
  tag(name: string, commit: Written, who: PersonId, seconds: number, message: string): SignedTag {
    const head = `object ${commit.id}\ntype commit\ntag ${name}\ntagger ${identity(who, seconds)}\n\n`;
    const { armour } = signPayload(Buffer.from(head + message), keys[who]);
    const body = Buffer.from(message + armour);
    this.#send(`tag ${name}\nfrom ${commit.mark}\ntagger ${identity(who, seconds)}\n`);
    this.#send(`data ${body.length}\n`, body, '\n');
    const raw = Buffer.concat([Buffer.from(head), body]);
    return { name, raw, sha256: `sha256:${sha256(raw)}` };
  }

  async end(): Promise<void> {
    this.#send('done\n');
    this.#child.stdin.end();
    const code = await this.#ended;
    if (code !== 0) throw new Error(`git fast-import ended with ${code ?? 'a signal'}`);
  }
}

/** The statement of one approval of one revision. */
function approvalMessage(anchor: string, what: Put, person: PersonId, as: string): string {
  return [
    `Approve ${what.id} revision ${what.revision}`,
    '',
    'Qms-Statement: approval/1',
    `Register: ${anchor}`,
    `Document: ${what.id} ${what.revision} ${what.digest}`,
    'Decision: approve',
    `As: ${as}`,
    `Person: ${person}`,
    '',
  ].join('\n');
}

/** Writes a register into a repository. Nothing is there for sure before `end`. */
export class RegisterWriter {
  readonly #git: Importer;
  #main: Written;
  #register: Written;
  #anchor: string;
  #newest: string;
  #releases: number;

  private constructor(git: Importer, state: RegisterState) {
    this.#git = git;
    this.#main = { mark: state.main, id: state.main };
    this.#register = { mark: state.register, id: state.register };
    this.#anchor = state.anchor;
    this.#newest = state.newest;
    this.#releases = state.releases;
  }

  /** Found a register: the rules, and release 1 that puts them in force. */
  static async found(folder: string): Promise<RegisterWriter> {
    const git = new Importer(folder);
    const rules: Bytes = { path: 'qms-docs/qms.yaml', bytes: Buffer.from(rulesText(keys)) };
    const main = await git.commit('main', {
      who: 'dave',
      seconds: founded,
      message: 'Found the corpus\n',
      from: undefined,
      files: [rules],
    });
    const register = await git.commit('register', {
      who: 'carol',
      seconds: founded,
      message: 'Release 1\n',
      from: undefined,
      files: [{ path: `documents/QMS/QMS/${rules.path}`, bytes: rules.bytes }],
    });
    const message = [
      'Release 1: QMS revision 1',
      '',
      'Qms-Statement: release/1',
      'Release: 1',
      'Person: carol',
      `Put: QMS 1 ${contentDigest([rules])} ${dayOf(founded)}`,
      '',
    ].join('\n');
    const { sha256: anchor } = git.tag('qms/release/1', register, 'carol', founded, message);
    const state = { anchor, newest: anchor, releases: 1, main: main.id, register: register.id };
    const writer = new RegisterWriter(git, state);
    writer.#main = main;
    writer.#register = register;
    return writer;
  }

  /** Go on with a register whose objects and branches stand in the repository. */
  static goOn(folder: string, state: RegisterState): RegisterWriter {
    return new RegisterWriter(new Importer(folder), state);
  }

  get state(): RegisterState {
    return {
      anchor: this.#anchor,
      releases: this.#releases,
      newest: this.#newest,
      main: this.#main.id,
      register: this.#register.id,
    };
  }

  /** A change order: written on `main`, approved by two people, released by a third. */
  async release(order: ChangeOrder): Promise<WrittenRelease> {
    const git = this.#git;
    const number = this.#releases + 1;
    const seconds = secondsOf(number);
    const numbers = Array.from({ length: order.count }, (_, i) => order.first + i);
    const puts = numbers
      .map((each) => put(each, order.revision))
      .sort((a, b) => byText(a.id, b.id));
    const main = await git.commit('main', {
      who: 'dave',
      seconds: seconds - 7200,
      message: `Change order ${number}\n`,
      from: this.#main,
      files: puts.flatMap((each) => each.files),
    });
    const tags = puts.flatMap((each) => this.#approvals(each, main, seconds - 3600));
    tags.sort((a, b) => byText(a.name, b.name));
    const register = await git.commit('register', {
      who: 'carol',
      seconds,
      message: `Release ${number}\n`,
      from: this.#register,
      merge: main,
      gone: 'evidence',
      files: [
        ...puts.flatMap((each) =>
          each.files.map((file) => ({
            path: `documents/SOP/${each.id}/${file.path}`,
            bytes: file.bytes,
          })),
        ),
        ...tags.map((tag) => ({
          path: `evidence/${tag.sha256.slice('sha256:'.length)}`,
          bytes: tag.raw,
        })),
      ],
    });
    const message = [
      `Release ${number}: ${told(puts.map((each) => `${each.id} revision ${each.revision}`))}`,
      '',
      'Qms-Statement: release/1',
      `Register: ${this.#anchor}`,
      `Release: ${number}`,
      `Previous: ${this.#newest}`,
      'Person: carol',
      ...puts.map((p) => `Put: ${p.id} ${p.revision} ${p.digest} ${dayOf(seconds)}`),
      ...tags.map((tag) => `Approval: ${tag.sha256} ${tag.name}`),
      '',
    ].join('\n');
    const tag = git.tag(`qms/release/${number}`, register, 'carol', seconds, message);
    this.#main = main;
    this.#register = register;
    this.#newest = tag.sha256;
    this.#releases = number;
    return {
      number,
      documents: numbers.map(idOf),
      revision: order.revision,
      approvals: tags.map(({ name }) => name),
      state: this.state,
    };
  }

  #approvals(what: Put, commit: Written, seconds: number): readonly SignedTag[] {
    const needed = [
      ['alice', 'process-owner reviewed'],
      ['bob', 'quality-manager approved'],
    ] as const;
    return needed.map(([person, as]) => {
      const name = `qms/approve/${what.id}/${what.revision}/${person}`;
      const message = approvalMessage(this.#anchor, what, person, as);
      return this.#git.tag(name, commit, person, seconds, message);
    });
  }

  async end(): Promise<void> {
    await this.#git.end();
  }
}
