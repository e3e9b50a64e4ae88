/**
 * A register made by a second writer of the format: `git fast-import`, signatures from
 * `sshsig.ts`, and the register's format as its description says, with nothing from `src/`.
 *
 * Always the same bytes for the same size, kept in the user's cache.
 */
import { spawn, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { hasPicture, idOf, picture, procedureText, rulesText } from './documents.ts';
import { keyOf, signPayload } from './sshsig.ts';

export interface CorpusSize {
  readonly documents: number;
  /** Revisions of each document. */
  readonly revisions: number;
  /** Documents that one release puts in force. */
  readonly perRelease: number;
}

export interface Corpus {
  /** The repository, with `main` checked out. */
  readonly folder: string;
  readonly anchor: string;
  /** `101:sha256:…`. */
  readonly head: string;
  /** For `gpg.ssh.allowedSignersFile`. */
  readonly allowedSigners: string;
  readonly releases: number;
  readonly approvals: number;
  /** In words, for the table. */
  readonly name: string;
}

export const people = ['alice', 'bob', 'carol', 'dave'] as const;
type PersonId = (typeof people)[number];
const keys = Object.fromEntries(people.map((id) => [id, keyOf(id)])) as Record<
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

interface Put {
  readonly id: string;
  readonly revision: number;
  readonly files: readonly Bytes[];
  readonly digest: string;
}

/** A commit that Git has named: fast-import knows what it just wrote only by its mark. */
interface Written {
  readonly mark: string;
  readonly id: string;
}

interface SignedTag {
  readonly name: string;
  readonly raw: Buffer;
  readonly sha256: string;
}

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const identity = (id: PersonId, seconds: number) => `${id} <${id}@corpus.example> ${seconds} +0000`;
const dayOf = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);

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

/** Write the whole register: the founding release, then every revision in change orders. */
async function writeRegister(folder: string, size: CorpusSize) {
  const git = new Importer(folder);
  const rules: Bytes = { path: 'qms-docs/qms.yaml', bytes: Buffer.from(rulesText(keys)) };
  let main = await git.commit('main', {
    who: 'dave',
    seconds: founded,
    message: 'Found the corpus\n',
    from: undefined,
    files: [rules],
  });
  let register = await git.commit('register', {
    who: 'carol',
    seconds: founded,
    message: 'Release 1\n',
    from: undefined,
    files: [{ path: `documents/QMS/QMS/${rules.path}`, bytes: rules.bytes }],
  });
  const foundingMessage = [
    'Release 1: QMS revision 1',
    '',
    'Qms-Statement: release/1',
    'Release: 1',
    'Person: carol',
    `Put: QMS 1 ${contentDigest([rules])} ${dayOf(founded)}`,
    '',
  ].join('\n');
  let last = git.tag('qms/release/1', register, 'carol', founded, foundingMessage);
  const anchor = last.sha256;
  let releases = 1;
  let approvals = 0;
  for (let revision = 1; revision <= size.revisions; revision += 1) {
    for (let first = 1; first <= size.documents; first += size.perRelease) {
      releases += 1;
      const seconds = founded + (releases - 1) * daySeconds;
      const count = Math.min(size.perRelease, size.documents - first + 1);
      const puts = Array.from({ length: count }, (_, i) => put(first + i, revision)).sort((a, b) =>
        byText(a.id, b.id),
      );
      main = await git.commit('main', {
        who: 'dave',
        seconds: seconds - 7200,
        message: `Change order ${releases}\n`,
        from: main,
        files: puts.flatMap((each) => each.files),
      });
      const tags = puts.flatMap((each) =>
        (
          [
            ['alice', 'process-owner reviewed'],
            ['bob', 'quality-manager approved'],
          ] as const
        ).map(([person, as]) => {
          const name = `qms/approve/${each.id}/${each.revision}/${person}`;
          const message = approvalMessage(anchor, each, person, as);
          return git.tag(name, main, person, seconds - 3600, message);
        }),
      );
      tags.sort((a, b) => byText(a.name, b.name));
      approvals += tags.length;
      register = await git.commit('register', {
        who: 'carol',
        seconds,
        message: `Release ${releases}\n`,
        from: register,
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
        `Release ${releases}: ${told(puts.map((each) => `${each.id} revision ${each.revision}`))}`,
        '',
        'Qms-Statement: release/1',
        `Register: ${anchor}`,
        `Release: ${releases}`,
        `Previous: ${last.sha256}`,
        'Person: carol',
        ...puts.map((p) => `Put: ${p.id} ${p.revision} ${p.digest} ${dayOf(seconds)}`),
        ...tags.map((tag) => `Approval: ${tag.sha256} ${tag.name}`),
        '',
      ].join('\n');
      last = git.tag(`qms/release/${releases}`, register, 'carol', seconds, message);
    }
  }
  await git.end();
  return { anchor, head: `${releases}:${last.sha256}`, releases, approvals };
}

/** An environment in which Git obeys nothing but what the command line says. */
export const gitEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  TZ: 'UTC',
};

/**
 * Make a corpus at `folder`, which must not exist.
 *
 * @param folder Becomes a repository as a user has it: packed, `main` checked out.
 */
export async function makeCorpus(folder: string, size: CorpusSize): Promise<Corpus> {
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', folder, ...args], { env: gitEnvironment, stdio: 'pipe' });
  mkdirSync(folder, { recursive: true });
  git('init', '-q', '-b', 'main');
  const written = await writeRegister(folder, size);
  git('reset', '-q', '--hard', 'main');
  git('gc', '-q', '--prune=now');
  const allowedSigners = path.join(folder, '.git', 'allowed_signers');
  const lines = people.map((id) => `${id}@corpus.example namespaces="git" ${keys[id].line}\n`);
  writeFileSync(allowedSigners, lines.join(''));
  const { documents, revisions } = size;
  const name = `${documents} documents, ${revisions} revisions each, ${written.releases} releases, ${written.approvals} approvals`;
  const corpus: Corpus = { folder, ...written, allowedSigners, name };
  writeFileSync(path.join(folder, '.git', 'corpus.json'), JSON.stringify(corpus));
  return corpus;
}

/** The corpus of that size from the cache, or made and kept there. */
export async function cachedCorpus(size: CorpusSize): Promise<Corpus> {
  const cache = path.join(
    process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'),
    'git-qms-bench',
  );
  // What makes the corpus is part of its name: a changed writer makes another corpus.
  const writers = ['corpus.ts', 'documents.ts', 'sshsig.ts'].map((file) =>
    readFileSync(path.join(import.meta.dirname, file), 'utf8'),
  );
  const version = sha256(JSON.stringify([size, writers])).slice(0, 12);
  const folder = path.join(cache, `${size.documents}-${version}`);
  const facts = path.join(folder, '.git', 'corpus.json');
  if (!existsSync(facts)) {
    if (existsSync(cache)) {
      for (const old of readdirSync(cache)) {
        if (old.startsWith(`${size.documents}-`)) {
          rmSync(path.join(cache, old), { recursive: true, force: true });
        }
      }
    }
    const unfinished = `${folder}.${process.pid}`;
    await makeCorpus(unfinished, size);
    renameSync(unfinished, folder);
  }
  const kept = JSON.parse(readFileSync(facts, 'utf8')) as Corpus;
  return { ...kept, folder, allowedSigners: path.join(folder, '.git', 'allowed_signers') };
}
