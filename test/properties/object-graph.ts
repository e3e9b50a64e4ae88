import { MemoryRepository } from '../support/memory-repository.ts';
import type { Edition } from '../support/stock-register.ts';

/** Ids that an object names, read in the plainest way. */
function namedBy(repository: MemoryRepository, id: string): readonly string[] {
  const { type, bytes } = repository.objects.get(id) ?? {};
  if (bytes === undefined || type === 'blob') return [];
  if (type === 'tree') {
    const ids: string[] = [];
    for (let at = 0; at < bytes.length;) {
      const end = bytes.indexOf(0, at);
      ids.push(bytes.toString('hex', end + 1, end + 21));
      at = end + 21;
    }
    return ids;
  }
  const head = bytes.toString('latin1', 0, bytes.indexOf('\n\n'));
  return [...head.matchAll(/^(?:tree|parent|object) ([0-9a-f]{40})$/gm)].map((one) => one[1] ?? '');
}

/**
 * What the releases hold and rest on: their tags, commits, trees and files, and every commit of the
 * work behind them. Not the trees of that work (drafts, foreign files), and not the files of records
 * that were disposed of, which may be gone.
 */
export function heldByReleases(
  repository: MemoryRepository,
  disposed: readonly Edition[],
): ReadonlySet<string> {
  const gone = new Set(
    disposed.flatMap(({ files }) => Object.values(files).map((bytes) => bytes.toString())),
  );
  const held = new Set<string>();
  const releases = new Set<string>();
  const open: string[] = [];
  for (const [name, id] of repository.refs) {
    if (!name.startsWith('refs/tags/qms/release/')) continue;
    open.push(id);
    for (const commit of namedBy(repository, id)) releases.add(commit);
  }
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (held.has(id)) continue;
    const { type, bytes } = repository.objects.get(id) ?? {};
    if (type === undefined || (type === 'blob' && gone.has(bytes?.toString() ?? ''))) continue;
    held.add(id);
    const names = namedBy(repository, id);
    // The first that a commit names is its tree.
    open.push(...(type === 'commit' && !releases.has(id) ? names.slice(1) : names));
  }
  return held;
}

/**
 * The repository with one object replaced and every object and ref that names it, straight or
 * through others, written anew, so that all names fit again.
 */
export function rewritten(
  repository: MemoryRepository,
  changed: string,
  bytes: Buffer,
): MemoryRepository {
  const copy = new MemoryRepository();
  const now = new Map<string, string>();
  const write = (id: string): string => {
    const known = now.get(id);
    if (known !== undefined) return known;
    const object = repository.objects.get(id);
    if (object === undefined) return id;
    let content = id === changed ? bytes : object.bytes;
    for (const named of namedBy(repository, id)) {
      const other = write(named);
      if (other === named) continue;
      const isTree = object.type === 'tree';
      content = replaceAll(
        content,
        Buffer.from(named, isTree ? 'hex' : 'latin1'),
        Buffer.from(other, isTree ? 'hex' : 'latin1'),
      );
    }
    const made = copy.object(object.type, content);
    now.set(id, made);
    return made;
  };
  for (const [name, id] of repository.refs) copy.ref(name, write(id));
  return copy;
}

function replaceAll(bytes: Buffer, from: Buffer, to: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + to.length)) {
    to.copy(copy, at);
  }
  return copy;
}
