import { afterEach, describe } from 'vitest';
import type { ObjectFault, ObjectStore, RawObject } from '../../src/git/object-store.ts';
import { QmsError } from '../../src/problem/problem.ts';
import type { Repository } from '../../src/git/repository.ts';
import type { ScratchRepository } from './scratch-repository.ts';
import { openGitProcessStore } from '../../src/git/git-process-store.ts';
import { openIsomorphicStore } from '../../src/git/isomorphic-store.ts';

/** An id that no object has. */
export const absent = '1'.repeat(40);

export function asText(object: RawObject | ObjectFault | undefined): string {
  return object !== undefined && 'bytes' in object
    ? Buffer.from(object.bytes).toString('utf8')
    : JSON.stringify(object);
}

export function faultOf(object: RawObject | ObjectFault | undefined): string | undefined {
  return object !== undefined && 'fault' in object ? object.fault : undefined;
}

/** The code of the QmsError that a promise ends with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof QmsError ? error.code : String(error);
  }
  return 'no error';
}

export interface Opening {
  readonly kind: 'git' | 'isomorphic-git';
  readonly open: (repository: Repository) => ObjectStore;
  readonly openAt: (scratch: ScratchRepository) => Promise<ObjectStore>;
}

/** The same tests for both implementations of the port; stores are closed after each test. */
export function describeBothStores(what: string, tests: (opening: Opening) => void): void {
  const stores = [
    { kind: 'git', openKind: openGitProcessStore },
    { kind: 'isomorphic-git', openKind: openIsomorphicStore },
  ] as const;
  describe.each(stores)(`${what} through $kind`, ({ kind, openKind }) => {
    const opened: ObjectStore[] = [];
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });
    const open = (repository: Repository): ObjectStore => {
      const store = openKind(repository);
      opened.push(store);
      return store;
    };
    tests({ kind, open, openAt: async (scratch) => open(await scratch.open()) });
  });
}
