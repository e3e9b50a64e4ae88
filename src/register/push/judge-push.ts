import type { Cryptography } from '../../git/cryptography.ts';
import type { ObjectStore, Ref } from '../../git/object-store.ts';
import { latin1Text } from '../../git/header.ts';
import { makeProblem, type Problem } from '../../problem/problem.ts';
import { readLooseTags } from '../loose-tags.ts';
import { ObjectReader } from '../object-reader.ts';
import type { Verification } from '../register.ts';
import { registerBranch } from '../register-branch.ts';
import type { GivenAnchor, GivenHead } from '../trust.ts';
import { verifyRegister } from '../verify-register.ts';
import { judgeName, type NameRules } from './judge-names.ts';
import {
  isGoodRelease,
  judgeDeletedRelease,
  judgeFooting,
  judgeReleases,
} from './judge-releases.ts';
import { judgeCreated, judgeDeleted } from './judge-statements.ts';
import { type PushedRef, registerTags, releaseTags, storeAfter } from './pushed-refs.ts';

export interface PushOptions extends NameRules {
  readonly pushed: readonly PushedRef[];
  /** Sees the objects that the push brought; its refs are those before the push. */
  readonly store: ObjectStore;
  readonly cryptography: Cryptography;
  readonly anchors: readonly GivenAnchor[];
  readonly heads: readonly GivenHead[];
  /** Seconds since the epoch, by the server's clock. */
  readonly now: number;
  /** Whether the server copies another: it then takes what that one took, however old. */
  readonly mirror: boolean;
  /** What was verified before, to go on from. */
  readonly previous?: Verification;
}

/** What is to be said to the pusher. */
export interface PushVerdict {
  /** Nothing of the push is taken where there is one; each names the pushed ref in its place. */
  readonly refusals: readonly Problem[];
  /** The state before the push, where the push asked for it; to be kept for the next one. */
  readonly before: Verification | undefined;
}

/**
 * Decide whether a server takes a push, by the same verification as everywhere, on the state that
 * the push would leave. Pushes that touch nothing of the register are not kept waiting by it.
 *
 * Uncounted approvals are judged under the rules after the push: one under new rules may come
 * together with the release that brings them, and one under the old ones is counted by then.
 * @see shared register format, "The server's hook"
 */
export async function judgePush(options: PushOptions): Promise<PushVerdict> {
  const { pushed, anchors } = options;
  const refusals: Problem[] = [];
  for (const one of pushed) {
    const problem = await judgeName(one, options);
    if (problem !== undefined) refusals.push(problem);
  }
  const [first, ...more] = pushed.filter(
    ({ name, to }) =>
      name.startsWith(registerTags) || (name === registerBranch && to !== undefined),
  );
  if (first === undefined) return { refusals, before: undefined };
  if (anchors.length === 0) {
    const message = 'The server does not know the anchor of the register that it keeps.';
    const remedy = 'Whoever keeps the server sets it there: git config qms.anchor sha256:…';
    const place = { ref: first.name };
    refusals.push(makeProblem('anchor/missing', { message, remedy, place }));
    return { refusals, before: undefined };
  }
  const { problems, before } = await judgeRegisterRefs([first, ...more], options);
  return { refusals: [...refusals, ...problems], before };
}

interface Judged {
  readonly problems: readonly Problem[];
  readonly before: Verification;
}

async function judgeRegisterRefs(
  touched: readonly PushedRef[],
  options: PushOptions,
): Promise<Judged> {
  const { store, mirror, now, previous } = options;
  const present = new Map((await store.refs(registerTags)).map(({ name, id }) => [name, id]));
  const before = await verifyRegister({
    ...options,
    store,
    ...(previous === undefined ? {} : { previous }),
  });
  const { created, deleted, moved } = sortTags(touched, present, before);
  const inRelease = ({ name }: { readonly name: string }) => name.startsWith(releaseTags);
  const changes: PushedRef[] = [
    ...created,
    ...deleted.map(({ name, id }) => ({ name, from: id, to: undefined })),
  ];
  const after = changes.some(inRelease)
    ? await verifyRegister({ ...options, store: storeAfter(store, changes), previous: before })
    : before;
  const footing = judgeFooting(after);
  if (footing.length > 0) return { problems: footing, before };

  const problems: Problem[] = [...moved, ...judgeFolders(created, present)];
  const asksAge = !mirror && before.register !== undefined;
  const ground = { before, after, present, now, asksAge };
  const refusedReleases = judgeReleases(created.filter(inRelease), ground);
  problems.push(...refusedReleases);
  for (const { name, id } of deleted.filter(inRelease)) {
    const problem = judgeDeletedRelease(name, id, before, await saysRelease(id, store));
    if (problem !== undefined) problems.push(problem);
  }
  const { chain } = after;
  // With all its rules: without them, an OpenPGP signature would be by nobody, and anybody could
  // delete a rejection. What a release of the chain has counted was judged by that release.
  const read = (refs: readonly Ref[]) =>
    readLooseTags(refs, chain, undefined, new ObjectReader(store), options.cryptography);
  const made = created.filter((one) => !inRelease(one)).map(({ name, to }) => ({ name, id: to }));
  const gone = deleted.filter((one) => !inRelease(one));
  if (made.length > 0) problems.push(...judgeCreated(await read(made), { chain, now, asksAge }));
  if (gone.length > 0) problems.push(...judgeDeleted(await read(gone), before.chain));
  // Behind a release that is refused, the branch that points at it is no news.
  if (refusedReleases.length === 0) {
    for (const one of touched) problems.push(...judgeRegisterBranch(one, after));
  }
  return { problems, before };
}

interface SortedTags {
  readonly created: readonly (PushedRef & { readonly to: string })[];
  /** As the server holds them. */
  readonly deleted: readonly Ref[];
  readonly moved: readonly Problem[];
}

/** Sort the commands by what the server holds: what a pusher says about it is only a claim. */
function sortTags(
  touched: readonly PushedRef[],
  present: ReadonlyMap<string, string>,
  before: Verification,
): SortedTags {
  const created: (PushedRef & { to: string })[] = [];
  const deleted: Ref[] = [];
  const moved: Problem[] = [];
  for (const one of touched) {
    const { name, from, to } = one;
    if (!name.startsWith(registerTags)) continue;
    const id = present.get(name);
    // Git would leave out just this command and do the rest. Without this, somebody could delete an
    // approval beside a release that counts it and is never made.
    if (from !== id) {
      moved.push(movedTag(name, id, before));
    } else if (to === undefined) {
      if (id !== undefined) deleted.push({ name, id });
    } else if (id === undefined) {
      created.push({ ...one, to });
    } else if (id !== to) {
      moved.push(movedTag(name, id, before));
    }
  }
  return { created, deleted, moved };
}

/** @param id What the server holds there. */
function movedTag(name: string, id: string | undefined, before: Verification): Problem {
  const short = name.slice('refs/tags/'.length);
  if (id === undefined) {
    const message = `The push would change ${short}, which the server does not hold.`;
    const remedy = 'Fetch and push again: git fetch origin --tags --prune';
    return makeProblem('push/tag-moved', { message, remedy, place: { ref: name } });
  }
  const message = `The server holds another ${short} already.`;
  const place = { ref: name };
  if (!name.startsWith(releaseTags)) return makeProblem('push/tag-moved', { message, place });
  if (!isGoodRelease(name, id, before)) {
    const remedy = `What the server holds there is no release. Delete it there, and push again: git push origin :${name}`;
    return makeProblem('push/tag-moved', { message, remedy, place });
  }
  const remedy = `Another release was faster. Delete your own tag (git tag -d ${short}), fetch (git fetch origin --tags), and release again.`;
  return makeProblem('push/tag-moved', { message, remedy, place });
}

/** Git keeps each ref in a file of its name, so no name can be a folder of another. */
function judgeFolders(
  created: readonly PushedRef[],
  present: ReadonlyMap<string, string>,
): readonly Problem[] {
  // Folder → a name in it. Both may be many, so neither is looked through for each of the other.
  const inFolder = new Map<string, string>();
  if (created.length > 0) {
    for (const one of present.keys())
      for (const folder of foldersOf(one)) inFolder.set(folder, one);
  }
  return created.flatMap(({ name }) => {
    const other = inFolder.get(name) ?? foldersOf(name).find((folder) => present.has(folder));
    if (other === undefined) return [];
    const message = `The server holds ${other}; one of the two names would be a folder of the other.`;
    const remedy =
      'Delete your tag and sign under another name: qms approve <documents> --change-order <name>';
    return makeProblem('push/tag-name', { message, remedy, place: { ref: name } });
  });
}

/** The folders that a ref's name stands in: `refs/tags/qms`, `refs/tags`, … of `refs/tags/qms/x`. */
function foldersOf(name: string): readonly string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
}

/** Whether an object may be a release, of this or a later format. What can't be read may be one. */
async function saysRelease(id: string, store: ObjectStore): Promise<boolean> {
  const object = (await store.read([id])).get(id);
  if (object === undefined || 'fault' in object) return true;
  if (object.type !== 'tag') return false;
  return latin1Text(object.bytes).includes('\nQms-Statement: release/');
}

function judgeRegisterBranch({ name, to }: PushedRef, after: Verification): readonly Problem[] {
  if (name !== registerBranch || to === undefined) return [];
  if (after.chain?.releases.some((release) => release.commit === to) === true) return [];
  const message = `The branch register would point at ${to.slice(0, 12)}, which is the commit of no release.`;
  return [makeProblem('push/register-branch', { message, place: { ref: name } })];
}
