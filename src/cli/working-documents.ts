import type { DocumentSource } from '../document/source.ts';
import { workingTree } from '../document/working-tree.ts';
import { nodeCryptography } from '../git/node-cryptography.ts';
import type { ObjectStore } from '../git/object-store.ts';
import { openStore } from '../git/open-store.ts';
import { openRepository, type Repository } from '../git/repository.ts';
import { QmsError } from '../problem/problem.ts';
import { findRoot, readRules } from '../rules/read-rules.ts';
import type { Rules } from '../rules/rules.ts';
import type { Session } from './session.ts';

/** A repository with files, in which documents are written. */
export interface WritingPlace {
  readonly repository: Repository;
  readonly store: ObjectStore;
  /** Top of the working tree. */
  readonly top: string;
}

/** A documents root in a source. */
export interface DocumentsRoot {
  readonly source: DocumentSource;
  /** Folder of `qms.yaml`, empty for the top. */
  readonly root: string;
}

/**
 * Open the repository in which the command runs, for writing; the store is closed afterwards.
 * @throws {QmsError} `cli/no-rules` in a bare repository, which has no files.
 */
export async function withWritingPlace<T>(
  session: Session,
  use: (place: WritingPlace) => Promise<T>,
): Promise<T> {
  const repository = await openRepository(session.folder, session.surroundings.env);
  const top = repository.workTree;
  if (top === undefined) {
    throw QmsError.of('cli/no-rules', {
      message: `${repository.gitDir} is a bare repository and has no files to work on.`,
      place: { file: repository.gitDir },
      remedy: 'Run the command in a clone of it.',
    });
  }
  const store = await openStore(repository);
  try {
    return await use({ repository, store, top });
  } finally {
    await store.close();
  }
}

/** The working tree and its documents root. @throws {QmsError} `rules/missing`, `rules/several` */
export async function workingRoot(top: string): Promise<DocumentsRoot> {
  return rootOf(workingTree(top));
}

/** The documents root of a source. @throws {QmsError} `rules/missing`, `rules/several` */
export async function rootOf(source: DocumentSource): Promise<DocumentsRoot> {
  const { root, problems } = await findRoot(source);
  if (root !== undefined) return { source, root };
  const [first, ...rest] = problems;
  if (first === undefined) throw new Error('a root that was not found is a problem');
  throw new QmsError(first, ...rest);
}

/** The rules as they stand in a source. @throws {QmsError} every mistake in them. */
export async function rulesIn({ source, root }: DocumentsRoot): Promise<Rules> {
  const { rules, problems } = await readRules(source, root, nodeCryptography);
  if (rules !== undefined) return rules;
  const [first, ...rest] = problems;
  if (first === undefined) throw new Error('rules that can not be read are a problem');
  throw new QmsError(first, ...rest);
}
