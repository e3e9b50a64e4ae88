import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setFrontMatter } from '../../document/edit-front-matter.ts';
import { writeConfig } from '../../git/configuration.ts';
import { runGit } from '../../git/git-program.ts';
import { nodeCryptography } from '../../git/node-cryptography.ts';
import type { ObjectStore } from '../../git/object-store.ts';
import { openStore } from '../../git/open-store.ts';
import { openRepository, type Repository } from '../../git/repository.ts';
import { QmsError } from '../../problem/problem.ts';
import { matchPeople } from '../../rules/matching.ts';
import { contentDigest, describeFile } from '../../document/content.ts';
import { dayOf } from '../../document/day.ts';
import { foundingDraft } from '../../register/making/founding-release.ts';
import { makeRelease } from '../../register/making/make-release.ts';
import { type ReleaseWish, requirementsOf } from '../../register/making/plan-lines.ts';
import type { Verification } from '../../register/register.ts';
import { peopleWhoMay } from '../../rules/who-may.ts';
import { parseRules } from '../../rules/parse-rules.ts';
import { openSigner } from '../../signature/signing.ts';
import { planApprovalOf, signApprovals } from '../approving.ts';
import { gitOffset } from '../git-user.ts';
import type { MakingGround } from '../making-ground.ts';
import { recordRelease } from '../record-made.ts';
import { planReleaseOf, signRelease } from '../releasing.ts';
import type { SigningPerson } from '../signing-person.ts';
import type { Surroundings } from '../surroundings.ts';
import { WrittenDocuments } from '../written-documents.ts';
import type { DemoPeople, DemoPerson } from './people.ts';
import type { TextChange } from './story.ts';

const timezone = 'America/Detroit';
const rulesFile = 'qms-docs/qms.yaml';

/** What an approval in the demo decides, and with which words. */
export interface DemoDecision {
  readonly decision: 'approve' | 'reject' | 'withdraw' | 'confirm';
  readonly comment: string;
  readonly changeOrder?: string;
}

/**
 * The shop of the demo: a real repository, in which people commit with git and sign with the same
 * functions as the commands, each at an instant of the past.
 */
export class DemoShop {
  readonly top: string;
  readonly #env: Surroundings['env'];
  readonly #people: ReadonlyMap<string, DemoPerson>;
  /** Whether people sign their commits; documents then ask for it. */
  readonly signsCommits: boolean;
  #repository: Repository | undefined;
  #store: ObjectStore | undefined;
  #verification: Verification | undefined;
  #written: WrittenDocuments | undefined;
  readonly #signers = new Map<string, SigningPerson['signer']>();

  constructor(
    top: string,
    { people, env }: Pick<DemoPeople, 'people' | 'env'>,
    signsCommits: boolean,
  ) {
    this.top = top;
    this.#people = people;
    this.#env = env;
    this.signsCommits = signsCommits;
  }

  /** Make the repository. */
  async open(): Promise<void> {
    await mkdir(this.top, { recursive: true });
    const options = { cwd: this.top, env: this.#env };
    await runGit(['init', '--quiet', '--initial-branch=main'], options);
    const repository = await openRepository(this.top, this.#env);
    this.#store = await openStore(repository);
    // Hundreds of objects: written in this process, without starting git for each.
    this.#repository = { ...repository, env: { ...this.#env, QMS_GIT_STORE: 'isomorphic' } };
    // Whoever looks around in the folder acts as the quality manager.
    const alice = this.#person('alice');
    const settings = [
      ['user.name', alice.name],
      ['user.email', alice.email],
      ['gpg.format', alice.format],
      ['user.signingkey', alice.signingKey],
      ['commit.gpgsign', String(this.signsCommits)],
      ['gc.auto', '0'],
    ] as const;
    for (const [key, value] of settings) await writeConfig(this.#repository, key, value);
  }

  async close(): Promise<void> {
    await this.#store?.close();
  }

  get verification(): Verification | undefined {
    return this.#verification;
  }

  #person(id: string): DemoPerson {
    const person = this.#people.get(id);
    if (person === undefined) throw new Error(`the demo knows no ${id}`);
    return person;
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    const file = join(this.top, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.top, path));
  }

  /** Change a text that must be there. */
  async change(path: string, from: string, to: string): Promise<void> {
    const text = await readFile(join(this.top, path), 'utf8');
    if (!text.includes(from)) throw new Error(`the demo does not find in ${path}: ${from}`);
    await this.write(
      path,
      text.replace(from, () => to),
    );
  }

  /** Take a later text back to the earlier one. */
  async undo(path: string, change: TextChange): Promise<void> {
    await this.change(path, change.later, change.earlier);
  }

  /** Raise the revision and make the change, as `qms revise` and an editor do. */
  async revise(
    path: string,
    revision: string,
    reason: string,
    change: TextChange,
    effective?: string,
  ): Promise<void> {
    const text = await readFile(join(this.top, path), 'utf8');
    const raised = setFrontMatter(text, { revision, changes: reason, effective });
    await this.write(path, raised);
    if (change.earlier === '') {
      await this.#insert(path, change.later);
    } else await this.change(path, change.earlier, change.later);
  }

  /** Put back a text that the earlier revision did not have: the original file knows where. */
  async #insert(path: string, later: string): Promise<void> {
    const original = this.#originals.get(path) ?? '';
    const at = original.indexOf(later);
    const before = original.slice(Math.max(0, at - 40), at);
    await this.change(path, before, before + later);
  }

  readonly #originals = new Map<string, string>();

  /** Remember the sample's text of a file, from which insertions are taken. */
  remember(path: string, text: string): void {
    this.#originals.set(path, text);
  }

  /** Commit everything in the folder. @param at Seconds since the epoch. */
  async commit(author: string, at: number, message: string): Promise<void> {
    const { name, email, format, signingKey } = this.#person(author);
    const date = `${String(at)} ${gitOffset(at, timezone)}`;
    const env = {
      ...this.#env,
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
      GIT_COMMITTER_DATE: date,
    };
    await runGit(['add', '--all'], { cwd: this.top, env });
    const key = ['-c', `gpg.format=${format}`, '-c', `user.signingkey=${signingKey}`];
    const sign = this.signsCommits ? '--gpg-sign' : '--no-gpg-sign';
    await runGit([...key, 'commit', '--quiet', sign, '-m', message], { cwd: this.top, env });
    this.#written = undefined;
  }

  async #signing(id: string, at: number): Promise<SigningPerson> {
    const { format, signingKey, name, email } = this.#person(id);
    let signer = this.#signers.get(id);
    if (signer === undefined) {
      const settings = new Map([
        ['gpg.format', format],
        ['user.signingkey', signingKey],
      ]);
      signer = await openSigner({
        readConfig: (key) => Promise.resolve(settings.get(key)),
        env: this.#env,
        cwd: this.top,
        terminal: false,
        cryptography: nodeCryptography,
      });
      this.#signers.set(id, signer);
    }
    const person = this.#verification?.register?.rules.people.get(id);
    return {
      person: person ?? { id, name, email: [email], roles: [], keys: [] },
      signer,
      tagger: { name, email, seconds: at, offset: gitOffset(at, timezone) },
    };
  }

  /** Release 1. @returns The anchor. */
  async found(person: string, at: number): Promise<string> {
    const { repository, store } = this.#opened();
    const bytes = new Uint8Array(await readFile(join(this.top, rulesFile)));
    const { rules, problems } = await parseRules(rulesFile, bytes, nodeCryptography);
    const [first, ...rest] = problems;
    if (first !== undefined) throw new QmsError(first, ...rest);
    if (rules === undefined) throw new Error('rules without a problem can be read');
    const file = describeFile(rulesFile, bytes, nodeCryptography);
    const digest = contentDigest([file], nodeCryptography);
    const { signer, tagger } = await this.#signing(person, at);
    const draft = foundingDraft(file, digest, dayOf(at, timezone), person);
    const made = await makeRelease(draft, tagger, signer.sign, nodeCryptography);
    this.#verification = await recordRelease(made, [], {
      repository,
      store,
      trust: { anchors: [{ digest: made.digest, source: 'the demo' }], heads: [] },
      now: at,
      previous: undefined,
    });
    await writeConfig(repository, 'qms.anchor', made.digest);
    await writeConfig(repository, 'qms.head', `1:${made.digest}`);
    return made.digest;
  }

  #opened(): { readonly repository: Repository; readonly store: ObjectStore } {
    const repository = this.#repository;
    const store = this.#store;
    if (repository === undefined || store === undefined) throw new Error('the demo is not open');
    return { repository, store };
  }

  #ground(): MakingGround {
    const verification = this.#verification;
    const { register, chain, anchor } = verification ?? {};
    if (verification === undefined || register === undefined || chain === undefined) {
      throw new Error('the demo has no release yet');
    }
    const anchors = [{ digest: anchor ?? '', source: 'the demo' }];
    return { ...this.#opened(), trust: { anchors, heads: [] }, verification, register, chain };
  }

  async #documents(): Promise<WrittenDocuments> {
    if (this.#written !== undefined) return this.#written;
    const { store, register, chain } = this.#ground();
    const { stdout } = await runGit(['rev-parse', 'HEAD'], { cwd: this.top, env: this.#env });
    const commit = new TextDecoder().decode(stdout).trim();
    this.#written = await WrittenDocuments.read(store, commit, register.rules, chain.root);
    return this.#written;
  }

  async #wish(decision: DemoDecision['decision'], ids: readonly string[]): Promise<ReleaseWish> {
    const wish = { put: [], withdraw: [], confirm: [], dispose: [], effective: undefined };
    if (decision === 'withdraw' || decision === 'confirm') return { ...wish, [decision]: ids };
    const documents = await this.#documents();
    const { register } = this.#ground();
    const put = [];
    for (const id of ids) put.push(await documents.get(id, register.documents.get(id)));
    return { ...wish, put };
  }

  /** One person signs a decision about documents. */
  async sign(
    person: string,
    ids: readonly string[],
    { decision, comment, changeOrder }: DemoDecision,
    at: number,
  ): Promise<void> {
    const ground = this.#ground();
    const signing = await this.#signing(person, at);
    const { commit } = await this.#documents();
    const plan = await planApprovalOf(
      { subjects: await this.#wish(decision, ids), commit, decision, as: [], comment, changeOrder },
      ground,
      signing,
    );
    this.#verification = (await signApprovals([plan], ground, signing)).verification;
  }

  /**
   * Distinct people for the requirements of a document, none of whom wrote it.
   * @returns Their ids.
   */
  async approvers(id: string, author: string): Promise<readonly string[]> {
    const { register } = this.#ground();
    const written = await (await this.#documents()).get(id, register.documents.get(id));
    const slots = requirementsOf(written.type, written.frontMatter).flatMap((requirement) => {
      const people = peopleWhoMay(requirement, register.rules).map((one) => one.id);
      const free = people.filter((one) => one !== author);
      return Array.from({ length: requirement.count }, () => free);
    });
    return matchPeople(slots).filter((person) => person !== undefined);
  }

  /** Everybody who is needed signs a decision about documents, each with one signature. */
  async approve(
    ids: readonly string[],
    author: string,
    { decision, comment, changeOrder }: DemoDecision,
    at: number,
  ): Promise<void> {
    const documentsOf = new Map<string, string[]>();
    for (const id of ids) {
      for (const person of await this.approvers(id, author)) {
        documentsOf.set(person, [...(documentsOf.get(person) ?? []), id]);
      }
    }
    let minute = 0;
    for (const [person, its] of [...documentsOf].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const order = changeOrder ?? (its.length > 1 ? `CO-${dayOf(at, timezone)}` : undefined);
      const said: DemoDecision = {
        decision,
        comment: minute === 0 ? comment : '',
        ...(order === undefined ? {} : { changeOrder: order }),
      };
      await this.sign(person, its, said, at + 60 * minute);
      minute += 7;
    }
  }

  /** A release of documents, or of what the decisions withdraw or confirm. */
  async release(
    ids: readonly string[],
    at: number,
    options: {
      readonly as?: 'withdraw' | 'confirm';
      readonly comment?: string;
      readonly by?: string;
    } = {},
  ): Promise<void> {
    const ground = this.#ground();
    const signing = await this.#signing(options.by ?? 'carol', at);
    const wish = await this.#wish(options.as ?? 'approve', ids);
    const { commit } = await this.#documents();
    const plan = await planReleaseOf(wish, commit, options.comment ?? '', ground, signing);
    if (plan.draft === undefined) {
      const [first, ...rest] = plan.problems;
      if (first === undefined) throw new Error('the demo released nothing');
      throw new QmsError(first, ...rest);
    }
    this.#verification = (await signRelease(plan.draft, ground, signing)).verification;
    // New rules may change what a document needs.
    if (ids.includes('QMS')) this.#written = undefined;
  }
}
