import { isRelease, parseStatementTag } from '../approval/statement-tag.ts';
import type { Digest } from '../document/document.ts';
import { nodeCryptography } from '../git/node-cryptography.ts';
import type { ObjectStore } from '../git/object-store.ts';
import type { ReleasedDocument } from '../rules/check-released.ts';

interface Lines extends ReleasedDocument {
  readonly revisions: { readonly revision: string; readonly digest: Digest }[];
  end: object | undefined;
}

const folder = 'refs/tags/qms/release/';

/**
 * What the releases of a repository say of each document, by their statements alone and without
 * verifying any: quick enough for a hook, and good enough for advice to authors, who lose nothing
 * by believing it.
 */
export async function readReleasedLines(
  store: ObjectStore,
): Promise<ReadonlyMap<string, ReleasedDocument>> {
  const refs = [...(await store.refs(folder))]
    .filter((ref) => /^[1-9][0-9]*$/u.test(ref.name.slice(folder.length)))
    .sort((a, b) => Number(a.name.slice(folder.length)) - Number(b.name.slice(folder.length)));
  const objects = await store.read(refs.map((ref) => ref.id));
  const documents = new Map<string, Lines>();
  for (const ref of refs) {
    const object = objects.get(ref.id);
    if (object === undefined || 'fault' in object || object.type !== 'tag') continue;
    const name = ref.name.slice('refs/tags/'.length);
    const { tag } = parseStatementTag(object.bytes, name, { ref: ref.name }, nodeCryptography);
    if (tag === undefined || !isRelease(tag)) continue;
    const { put, withdraw, dispose } = tag.statement;
    for (const { id, revision, digest } of put) {
      const known = documents.get(id) ?? { revisions: [], end: undefined };
      known.revisions.push({ revision, digest });
      documents.set(id, known);
    }
    for (const line of [...withdraw, ...dispose]) {
      const known = documents.get(line.id);
      if (known !== undefined) known.end = line;
    }
  }
  return documents;
}
