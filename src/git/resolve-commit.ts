import { isObjectId } from './header.ts';
import { ObjectFiles } from './object-files.ts';
import type { ObjectStore } from './object-store.ts';
import { parseTag } from './tag.ts';
import { QmsError } from '../problem/problem.ts';
import { readRefFile } from './ref-files.ts';
import type { Repository } from './repository.ts';

/** Tags on tags end somewhere. */
const tagDepth = 5;

/**
 * The commit that a name means: `HEAD`, a ref, a tag, a branch, a remote branch (in Git's
 * order), or at least four hex digits with which exactly one commit's id begins. Expressions
 * like `main~2` are not read.
 *
 * @returns The commit's id, 40 hex digits.
 * @throws {QmsError} `git/name-unknown`, `git/object-missing`, `git/object-type` where the
 *   name means something that is no commit.
 */
export async function resolveCommit(
  repository: Repository,
  store: ObjectStore,
  name: string,
): Promise<string> {
  if (isObjectId(name)) return peel(store, name, name);
  const names =
    name === 'HEAD'
      ? ['HEAD']
      : ['', 'refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/']
          .map((start) => start + name)
          .filter((full) => full.startsWith('refs/'));
  for (const full of names) {
    const id = await readRefFile(repository, full);
    if (id !== undefined) return peel(store, id, name);
  }
  if (/^[0-9a-f]{4,39}$/.test(name)) {
    const ids = await new ObjectFiles(repository).withPrefix(name);
    const commits: string[] = [];
    for (const [id, object] of await store.read(ids)) {
      if ('type' in object && object.type === 'commit') commits.push(id);
    }
    const [only, ...others] = commits;
    if (only !== undefined && others.length === 0) return only;
    if (only !== undefined)
      throw unknownName(name, `${String(commits.length)} commits begin with it`);
  }
  throw unknownName(name, name === 'HEAD' ? 'there is no commit yet' : 'nothing has this name');
}

/** Follow tags to the commit. */
async function peel(store: ObjectStore, start: string, name: string): Promise<string> {
  let id = start;
  for (let depth = 0; depth <= tagDepth; depth++) {
    const object = (await store.read([id])).get(id);
    if (object === undefined || 'fault' in object) {
      const corrupt = object?.fault === 'corrupt';
      throw QmsError.of(corrupt ? 'git/object-corrupt' : 'git/object-missing', {
        message: `${name} leads to the object ${id}, which is ${corrupt ? 'damaged' : 'missing'}: ${object?.detail ?? ''}.`,
        place: { object: id },
      });
    }
    if (object.type === 'commit') return id;
    const tag = object.type === 'tag' ? parseTag(object.bytes) : undefined;
    if (tag?.ok !== true) {
      throw QmsError.of('git/object-type', {
        message: `${name} leads to ${object.type === 'tag' ? 'a malformed tag' : `a ${object.type}`}; a commit was expected.`,
        place: { object: id },
        remedy: 'Name a commit, branch or tag.',
      });
    }
    id = tag.value.object;
  }
  throw unknownName(name, 'it is a tag on a tag on a tag, too often');
}

function unknownName(name: string, what: string): QmsError {
  return QmsError.of('git/name-unknown', {
    message: `${JSON.stringify(name)} is no commit: ${what}.`,
    place: {},
  });
}
