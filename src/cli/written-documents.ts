import { isControlledPath } from '../document/controlled-path.ts';
import type { Digest, Document } from '../document/document.ts';
import { rulesId } from '../document/identity.ts';
import { didYouMean } from '../document/near-miss.ts';
import { objectSource } from '../document/object-source.ts';
import { readContent, readDocuments, readRulesContent } from '../document/read-documents.ts';
import type { DocumentSource } from '../document/source.ts';
import { parseCommit } from '../git/commit.ts';
import { nodeCryptography } from '../git/node-cryptography.ts';
import type { ObjectStore } from '../git/object-store.ts';
import { listTree, readObject } from '../git/tree-walk.ts';
import { makeProblem, type Problem, QmsError } from '../problem/problem.ts';
import type { WrittenRevision } from '../register/making/plan-lines.ts';
import type { RegisteredDocument } from '../register/register.ts';
import { checkForRelease } from '../rules/document-rules.ts';
import { parseRules } from '../rules/parse-rules.ts';
import { rulesFileName } from '../rules/rules-file-name.ts';
import type { Rules } from '../rules/rules.ts';
import { typeOfId } from '../rules/type-of.ts';

/**
 * A commit's tree as a source of documents.
 * @throws {QmsError} where it can't be read.
 */
export async function commitSource(store: ObjectStore, commit: string): Promise<DocumentSource> {
  const parsed = parseCommit((await readObject(store, commit, 'commit')).bytes, 'any');
  if (!parsed.ok) {
    throw QmsError.of('git/commit-malformed', {
      message: `The commit ${commit}: ${parsed.reason}.`,
      place: { object: commit },
    });
  }
  const files = await listTree(store, parsed.value.tree);
  return objectSource(store, files, `commit ${commit.slice(0, 12)}`);
}

/** The controlled documents that a commit holds, as they would be approved and released. */
export class WrittenDocuments {
  readonly commit: string;
  readonly #source: DocumentSource;
  /** In force. */
  readonly #rules: Rules;
  /** Folder of `qms.yaml`, empty for the top. */
  readonly #root: string;
  /** Id → documents that bear it; more than one is a mistake. */
  readonly #byId = new Map<string, Document[]>();
  /** What was read already: id and number of released revisions → document. */
  readonly #known = new Map<string, Promise<WrittenRevision>>();
  /** Why other documents can't be read. */
  readonly #broken: readonly Problem[];

  private constructor(
    commit: string,
    source: DocumentSource,
    rules: Rules,
    root: string,
    read: Awaited<ReturnType<typeof readDocuments>>,
  ) {
    this.commit = commit;
    this.#source = source;
    this.#rules = rules;
    this.#root = root;
    this.#broken = read.problems;
    for (const document of read.documents) {
      const its = this.#byId.get(document.frontMatter.id) ?? [];
      this.#byId.set(document.frontMatter.id, [...its, document]);
    }
  }

  /**
   * Read the documents of a commit.
   * @param rules Those in force.
   * @param root  Folder of `qms.yaml` in force, empty for the top.
   */
  static async read(
    store: ObjectStore,
    commit: string,
    rules: Rules,
    root: string,
  ): Promise<WrittenDocuments> {
    const source = await commitSource(store, commit);
    const read = await readDocuments(source, root);
    return new WrittenDocuments(commit, source, rules, root, read);
  }

  /** Ids of documents that could be read, without `QMS`, ascending. */
  get ids(): readonly string[] {
    return [...this.#byId.keys()].sort();
  }

  /** Revision that a document bears, without looking further. */
  revisionOf(id: string): string | undefined {
    return this.#byId.get(id)?.[0]?.frontMatter.revision;
  }

  /**
   * A document with its content, as it would be released.
   * @param released  What the register holds of it.
   * @throws {QmsError} `cli/document-unknown`, or every mistake that keeps it from being released.
   */
  get(
    id: string,
    released: Pick<RegisteredDocument, 'revisions'> | undefined,
  ): Promise<WrittenRevision> {
    const key = `${id} ${String(released?.revisions.length ?? 0)}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = id === rulesId ? this.#getRules() : this.#getDocument(id, released);
      this.#known.set(key, known);
    }
    return known;
  }

  async #getDocument(
    id: string,
    released: Pick<RegisteredDocument, 'revisions'> | undefined,
  ): Promise<WrittenRevision> {
    const [document, second] = this.#byId.get(id) ?? [];
    if (document === undefined) throw this.#unknown(id);
    const { frontMatter, path } = document;
    const problems: Problem[] = [];
    if (second !== undefined) {
      problems.push(
        makeProblem('document/duplicate-id', {
          message: `The id ${id} stands in ${path} and in ${second.path}.`,
          place: { file: second.path },
          related: { file: path },
          document: id,
        }),
      );
    }
    const first = released?.revisions[0];
    const laterRevision = first !== undefined && first.revision !== frontMatter.revision;
    problems.push(...checkForRelease(document, this.#rules, { laterRevision }));
    const isControlled = (other: string): boolean =>
      other === this.#rulesPath || isControlledPath(other, this.#root);
    const content = await readContent(this.#source, document, isControlled, nodeCryptography);
    problems.push(...content.problems);
    const digest = requireGood(problems, content.digest);
    const type = typeOfId(this.#rules, id);
    if (type === undefined) throw new Error('an id without a type is a problem');
    const { revision, title } = frontMatter;
    const { files } = content;
    return { id, revision, type, path, title, digest, files, frontMatter, rules: undefined };
  }

  #unknown(id: string): QmsError {
    const [broken] = this.#broken;
    const perhaps =
      broken === undefined
        ? ''
        : ` It may be one that can not be read: ${broken.place.file ?? ''}: ${broken.message}`;
    return QmsError.of('cli/document-unknown', {
      message: `The commit ${this.commit.slice(0, 12)} holds no document ${id.slice(0, 60)}.${didYouMean(id, this.ids)}${perhaps}`,
      place: {},
    });
  }

  get #rulesPath(): string {
    return this.#root === '' ? rulesFileName : `${this.#root}/${rulesFileName}`;
  }

  async #getRules(): Promise<WrittenRevision> {
    const path = this.#rulesPath;
    const bytes = (await this.#source.read([path])).get(path);
    if (bytes === undefined) {
      throw QmsError.of('rules/missing', {
        message: `The commit ${this.commit.slice(0, 12)} holds no ${path}.`,
        place: { file: path },
      });
    }
    const { rules, problems } = await parseRules(path, bytes, nodeCryptography);
    const content = await readRulesContent(this.#source, path, nodeCryptography);
    const digest = requireGood([...problems, ...content.problems], content.digest);
    const type = this.#rules.types.get('rules');
    if (rules === undefined || type === undefined) throw new Error('rules without a problem');
    const { revision, title } = rules;
    const { files } = content;
    return {
      id: rulesId,
      revision,
      type,
      path,
      title,
      digest,
      files,
      frontMatter: undefined,
      rules,
    };
  }
}

/** The digest, unless an error stands among the problems. */
function requireGood(problems: readonly Problem[], digest: Digest | undefined): Digest {
  const [first, ...rest] = problems.filter((problem) => problem.severity === 'error');
  if (first !== undefined) throw new QmsError(first, ...rest);
  if (digest === undefined) throw new Error('content without a problem has a digest');
  return digest;
}
