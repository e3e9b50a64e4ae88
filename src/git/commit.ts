import type { Commit, Identity } from './objects.ts';
import {
  LF,
  SPACE,
  encodeUtf8,
  equalBytes,
  joinAll,
  joinBytes,
  readHeader,
  readIdHeader,
  startsWithAt,
} from './header.ts';
import { type Parsed, parsed, refused } from '../problem/parsed.ts';
import { formatIdentity, parseIdentity, parseLooseIdentity } from './identity.ts';
import { QmsError } from '../problem/problem.ts';

/** `release`: only what a release commit may have; `any`: what ordinary history has. */
export type CommitStrictness = 'release' | 'any';

const CR = 13;
const believedHeaders = ['tree', 'parent', 'author', 'committer'] as const;
const signatureHeaders = ['gpgsig', 'gpgsig-sha256'] as const;

/**
 * Parse a commit (shared register format, "Verification", 1): `tree`, `parent`s, `author`,
 * `committer`, once and in this order. With `release` only an `encoding` and a `gpgsig` may
 * follow, each once, and the identities are as strict as in a tag; with `any` other headers may.
 */
export function parseCommit(bytes: Uint8Array, strictness: CommitStrictness): Parsed<Commit> {
  const tree = readIdHeader(bytes, 0, 'tree');
  if (tree === undefined) {
    return refused('the first line is not "tree" and 40 lower-case hex digits');
  }
  const parents: string[] = [];
  let at = tree.next;
  for (;;) {
    const parent = readIdHeader(bytes, at, 'parent');
    if (parent === undefined) break;
    parents.push(parent.id);
    at = parent.next;
  }
  const author = readHeader(bytes, at, 'author');
  if (author === undefined) return refused('"tree" and "parent" are not followed by "author"');
  const committer = readHeader(bytes, author.next, 'committer');
  if (committer === undefined) return refused('"author" is not followed by "committer"');

  const more = readMoreHeaders(bytes, committer.next);
  if (!more.ok) return more;
  const { end, names, signature, unsigned } = more.value;
  const head = bytes.subarray(0, end);
  if (head.includes(0)) return refused('a header holds NUL');
  if (strictness === 'release') {
    if (head.includes(CR)) return refused('a header holds CR');
    if (names.some((name) => name !== 'encoding' && name !== 'gpgsig')) {
      return refused('there is a header besides tree, parent, author, committer, encoding, gpgsig');
    }
    if (new Set(names).size !== names.length) return refused('a header stands twice');
    if (end === bytes.length) return refused('the headers are not followed by an empty line');
  }
  const identities = readIdentities(author.value, committer.value, strictness);
  if (!identities.ok) return identities;

  const rest = bytes.subarray(end);
  return parsed({
    tree: tree.id,
    parents,
    ...identities.value,
    authorLine: author.value,
    committerLine: committer.value,
    moreHeaders: bytes.subarray(committer.next, end),
    ...(rest.length === 0 ? { endsAtHeaders: true } : {}),
    message: rest.subarray(1),
    signature,
    payload:
      signature === undefined && unsigned.length === end - committer.next
        ? bytes
        : joinBytes(bytes.subarray(0, committer.next), unsigned, rest),
  });
}

interface MoreHeaders {
  /** Where the empty line stands, or the end of the object. */
  readonly end: number;
  /** The headers' names; empty for the continuation of one that is no signature. */
  readonly names: readonly string[];
  readonly signature: Uint8Array | undefined;
  /** The lines that a signature covers: all but the signatures themselves. */
  readonly unsigned: Uint8Array;
}

/** Read what follows `committer` up to the empty line, and take the signature out of it. */
function readMoreHeaders(bytes: Uint8Array, start: number): Parsed<MoreHeaders> {
  const names: string[] = [];
  const signature: Uint8Array[] = [];
  const unsigned: Uint8Array[] = [];
  let inside: 'gpgsig' | 'gpgsig-sha256' | undefined;
  let at = start;
  while (at < bytes.length && bytes[at] !== LF) {
    const next = bytes.indexOf(LF, at) + 1;
    if (next === 0) return refused('the last header does not end with a line feed');
    const continued = bytes[at] === SPACE;
    if (!continued) {
      // Without this, readers that take the first tree and readers that take the last differ.
      const believed = believedHeaders.find((name) => isHeader(bytes, at, name));
      if (believed !== undefined) return refused(`the header "${believed}" is repeated or late`);
      inside = signatureHeaders.find((name) => isHeader(bytes, at, name));
      const end = bytes.subarray(at, next).indexOf(SPACE);
      names.push(String.fromCharCode(...bytes.subarray(at, at + Math.min(end < 0 ? 32 : end, 32))));
    } else if (names.length === 0) {
      return refused('the line "committer" is continued');
    } else if (inside === undefined) {
      names.push('');
    }
    if (inside === 'gpgsig') {
      signature.push(bytes.subarray(continued ? at + 1 : at + 'gpgsig '.length, next));
    } else if (inside === undefined) {
      unsigned.push(bytes.subarray(at, next));
    }
    at = next;
  }
  return parsed({
    end: at,
    names,
    signature: signature.length === 0 ? undefined : joinAll(signature),
    unsigned: joinAll(unsigned),
  });
}

function isHeader(bytes: Uint8Array, at: number, name: string): boolean {
  return startsWithAt(bytes, at, name) && bytes[at + name.length] === SPACE;
}

function readIdentities(
  author: Uint8Array,
  committer: Uint8Array,
  strictness: CommitStrictness,
): Parsed<{ author: Identity; committer: Identity }> {
  const read = (value: Uint8Array): Parsed<Identity> => {
    if (strictness === 'any') return parseLooseIdentity(value);
    const identity = parseIdentity(value);
    return identity.ok ? parsed(identity.value.identity) : identity;
  };
  const first = read(author);
  if (!first.ok) return refused(`in the line "author" ${first.reason}`);
  const second = read(committer);
  if (!second.ok) return refused(`in the line "committer" ${second.reason}`);
  return parsed({ author: first.value, committer: second.value });
}

/**
 * What a commit is made of. For a new one the first five are enough; the others give back the
 * exact bytes of one that was parsed.
 */
export interface CommitDraft {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Identity;
  readonly committer: Identity;
  readonly message: Uint8Array;
  /** Stands in for `author`, `committer`: the header's value as bytes. */
  readonly authorLine?: Uint8Array;
  readonly committerLine?: Uint8Array;
  /** Whole lines that follow `committer`. */
  readonly moreHeaders?: Uint8Array;
  readonly endsAtHeaders?: boolean;
}

/**
 * The bytes of a commit object; the inverse of `parseCommit`.
 * @throws {QmsError} `git/commit-malformed` where the parts make a commit that reads otherwise.
 */
export function formatCommit(draft: CommitDraft): Uint8Array {
  const ids = [`tree ${draft.tree}\n`, ...draft.parents.map((parent) => `parent ${parent}\n`)];
  const bytes = joinBytes(
    encodeUtf8(`${ids.join('')}author `),
    draft.authorLine ?? formatIdentity(draft.author),
    encodeUtf8('\ncommitter '),
    draft.committerLine ?? formatIdentity(draft.committer),
    encodeUtf8('\n'),
    draft.moreHeaders ?? new Uint8Array(),
    draft.endsAtHeaders === true ? new Uint8Array() : encodeUtf8('\n'),
    draft.message,
  );
  // Without this, a line break in somebody's name would write a header of its own.
  const strictness = draft.authorLine === undefined ? 'release' : 'any';
  const again = parseCommit(bytes, strictness);
  if (!again.ok || !equalBytes(again.value.message, draft.message)) {
    throw QmsError.of('git/commit-malformed', {
      message: `A commit can not be made: ${again.ok ? 'the message would begin elsewhere' : again.reason}.`,
      place: {},
      remedy: 'Correct the name and address (git config user.name, user.email).',
    });
  }
  return bytes;
}
