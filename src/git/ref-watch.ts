import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from './repository.ts';

/** Folders in which something stirs when a ref below them comes or goes, outermost first. */
const foldersTo = (folder: string): readonly string[] => {
  const parts = folder.split('/');
  return parts.map((_, depth) => parts.slice(0, depth + 1).join('/'));
};

/**
 * Be told when refs in a folder may have changed. Only a hint: where a file system tells nothing,
 * or the machine has no watch left, nothing is told, so who wants to be sure looks now and then.
 *
 * @param folder `refs/tags/qms/release`; need not exist yet.
 * @param changed Called often, also for nothing.
 * @returns Ends it.
 */
export function watchRefs(repository: Repository, folder: string, changed: () => void): () => void {
  const paths = ['', ...foldersTo(folder)];
  let watchers: readonly FSWatcher[] = [];
  let stirred: NodeJS.Immediate | undefined;
  const stop = (): void => {
    for (const one of watchers) one.close();
  };
  const begin = (): void => {
    // Anew each time, before anybody looks: a folder may have come, or be another one.
    const old = watchers;
    watchers = paths.flatMap((path) => watchOne(repository, path, stir));
    for (const one of old) one.close();
  };
  const stir = (): void => {
    stirred ??= setImmediate(() => {
      stirred = undefined;
      begin();
      changed();
    });
  };
  begin();
  return () => {
    clearImmediate(stirred);
    stop();
  };
}

function watchOne(repository: Repository, path: string, stir: () => void): readonly FSWatcher[] {
  try {
    const watcher = watch(join(repository.commonDir, path), { persistent: false }, (_, name) => {
      // The Git folder itself holds much that stirs and is no ref.
      if (path !== '' || name === null || name === 'packed-refs') stir();
    });
    watcher.on('error', () => {
      watcher.close();
    });
    return [watcher];
  } catch {
    return [];
  }
}
