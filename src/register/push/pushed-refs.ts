import { compareCodePoints } from '../../git/code-point-order.ts';
import type { ObjectStore, Ref } from '../../git/object-store.ts';
import { type Parsed, parsed, refused } from '../../problem/parsed.ts';

/** One command of a push: what a ref is, as the pusher knows it, and what it shall be. */
export interface PushedRef {
  /** Full name, `refs/heads/main`. */
  readonly name: string;
  /** Undefined where it is to be created. */
  readonly from: string | undefined;
  /** Undefined where it is to be deleted. */
  readonly to: string | undefined;
}

/** The tags of the register. */
export const registerTags = 'refs/tags/qms/';
/** The tags of releases. */
export const releaseTags = 'refs/tags/qms/release/';

const absent = '0'.repeat(40);

/**
 * Parse what Git gives a `pre-receive` hook on its standard input: `<old> <new> <ref>` lines
 * (githooks, "pre-receive"), with forty zeros for a ref that is not there.
 */
export function parsePushedRefs(text: string): Parsed<readonly PushedRef[]> {
  const pushed: PushedRef[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const [from = '', to = '', ...name] = line.split(' ');
    const ids = [from, to].every((id) => /^[0-9a-f]{40}$/.test(id));
    if (!ids || name.length !== 1 || !line.includes(' refs/')) {
      return refused(`line ${String(at + 1)} is not "<old> <new> refs/…" with ids of 40 digits`);
    }
    const idOf = (id: string) => (id === absent ? undefined : id);
    pushed.push({ name: name.join(' '), from: idOf(from), to: idOf(to) });
  }
  return parsed(pushed);
}

/** The repository as the push would leave it: the same objects, and the refs with the changes. */
export function storeAfter(store: ObjectStore, pushed: readonly PushedRef[]): ObjectStore {
  const changed = new Set(pushed.map((one) => one.name));
  const created = pushed.flatMap(({ name, to }): Ref[] =>
    to === undefined ? [] : [{ name, id: to }],
  );
  return {
    state: () => store.state(),
    async refs(prefix) {
      const kept = (await store.refs(prefix)).filter((ref) => !changed.has(ref.name));
      const added = created.filter((ref) => ref.name.startsWith(prefix));
      return [...kept, ...added].sort((a, b) => compareCodePoints(a.name, b.name));
    },
    read: (ids, mostBytes) => store.read(ids, mostBytes),
    has: (ids) => store.has(ids),
    close: () => store.close(),
  };
}
