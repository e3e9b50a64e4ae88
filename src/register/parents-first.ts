import type { Commit } from '../git/objects.ts';

/** Order commits so that each stands after those of its parents that are among them. */
export function parentsFirst(
  commits: readonly { id: string; commit: Commit }[],
): readonly { id: string; commit: Commit }[] {
  const byId = new Map(commits.map((one) => [one.id, one]));
  const children = new Map<string, string[]>();
  const waiting = new Map<string, number>();
  for (const { id, commit } of commits) {
    const parents = new Set(commit.parents.filter((parent) => byId.has(parent)));
    waiting.set(id, parents.size);
    for (const parent of parents) {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [id]);
      else known.push(id);
    }
  }
  const ready = commits.filter((one) => waiting.get(one.id) === 0).map((one) => one.id);
  const ordered = [];
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    const one = byId.get(id);
    if (one !== undefined) ordered.push(one);
    for (const child of children.get(id) ?? []) {
      const left = (waiting.get(child) ?? 1) - 1;
      waiting.set(child, left);
      if (left === 0) ready.push(child);
    }
  }
  return ordered;
}
