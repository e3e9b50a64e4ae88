import type { Identity, Tag } from './objects.ts';
import {
  LF,
  decodeUtf8,
  displayUtf8,
  encodeUtf8,
  equalBytes,
  joinBytes,
  readHeader,
  readIdHeader,
  startsWithAt,
} from './header.ts';
import { type Parsed, parsed, refused } from '../problem/parsed.ts';
import { formatIdentity, parseIdentity } from './identity.ts';
import { QmsError } from '../problem/problem.ts';
import { isValidRefName } from './ref-name.ts';

/** The lines at which Git takes a signature to begin (git signature format). */
const armourLines = [
  '-----BEGIN SSH SIGNATURE-----',
  '-----BEGIN PGP SIGNATURE-----',
  '-----BEGIN SIGNED MESSAGE-----',
  '-----BEGIN PGP MESSAGE-----',
] as const;

const types: readonly string[] = ['commit', 'tree', 'blob', 'tag'];

/**
 * Parse a tag object: exactly the headers `object`, `type`, `tag`, `tagger`, an empty line, a
 * message, and an armour where there is one (shared register format, "Statements"). At least
 * as strict as `git mktag` and `git fsck --strict`.
 *
 * The armour begins at the first line that looks like the beginning of a signature, where Git
 * looks for the last: an object in which the two differ has two armours, and `signature/`
 * refuses it because an armour must be the last thing in the object.
 */
export function parseTag(bytes: Uint8Array): Parsed<Tag> {
  const object = readIdHeader(bytes, 0, 'object');
  if (object === undefined) {
    return refused('the first line is not "object" and 40 lower-case hex digits');
  }
  const type = readHeader(bytes, object.next, 'type');
  const typeName = type === undefined ? '' : displayUtf8(type.value);
  if (type === undefined || !types.includes(typeName)) {
    return refused('the second line is not "type" and commit, tree, blob or tag');
  }
  const tag = readHeader(bytes, type.next, 'tag');
  const name = tag === undefined ? undefined : decodeUtf8(tag.value);
  if (tag === undefined || name === undefined || !isValidRefName(`refs/tags/${name}`)) {
    return refused('the third line is not "tag" and a name that Git allows');
  }
  const tagger = readHeader(bytes, tag.next, 'tagger');
  if (tagger === undefined) return refused('the fourth line is not "tagger" and an identity');
  const identity = parseIdentity(tagger.value);
  if (!identity.ok) return refused(`in the line "tagger" ${identity.reason}`);
  // Without this, a header that one reader honours and another ignores would be signed unseen.
  if (bytes[tagger.next] !== LF)
    return refused('the line "tagger" is not followed by an empty line');

  const start = tagger.next + 1;
  const end = findArmour(bytes, start);
  return parsed({
    object: object.id,
    type: typeName,
    name,
    tagger: identity.value.identity,
    taggerName: identity.value.name,
    message: bytes.subarray(start, end),
    armour: end === bytes.length ? undefined : bytes.subarray(end),
    payload: bytes.subarray(0, end),
  });
}

/** Where the first line begins that looks like a signature; the end where there is none. */
function findArmour(bytes: Uint8Array, start: number): number {
  let line = start;
  while (line < bytes.length) {
    if (armourLines.some((text) => startsWithAt(bytes, line, text))) return line;
    const end = bytes.indexOf(LF, line);
    if (end < 0) break;
    line = end + 1;
  }
  return bytes.length;
}

/** What a tag is made of. `taggerName` stands in for the tagger's name where it is given. */
export interface TagDraft {
  readonly object: string;
  readonly type: string;
  /** The name below `refs/tags/`. */
  readonly name: string;
  readonly tagger: Identity;
  readonly taggerName?: Uint8Array;
  readonly message: Uint8Array;
  readonly armour?: Uint8Array | undefined;
}

/**
 * The bytes of a tag object; the inverse of `parseTag`. Without an armour they are what is to
 * be signed.
 * @throws {QmsError} `git/tag-malformed` where the parts make a tag that reads otherwise.
 */
export function formatTag(draft: TagDraft): Uint8Array {
  const bytes = joinBytes(
    encodeUtf8(`object ${draft.object}\ntype ${draft.type}\ntag ${draft.name}\ntagger `),
    formatIdentity(draft.tagger, draft.taggerName),
    encodeUtf8('\n\n'),
    draft.message,
    draft.armour ?? new Uint8Array(),
  );
  // Without this, a line break in somebody's name would write a header of its own.
  const again = parseTag(bytes);
  const reason = !again.ok
    ? again.reason
    : again.value.name !== draft.name || !equalBytes(again.value.message, draft.message)
      ? 'the message holds the beginning of a signature or has no line feed at its end'
      : undefined;
  if (reason !== undefined) {
    throw QmsError.of('git/tag-malformed', {
      message: `The tag ${draft.name} can not be made: ${reason}.`,
      place: { ref: `refs/tags/${draft.name}` },
      remedy: 'Correct the name, address (git config user.name, user.email) or text.',
    });
  }
  return bytes;
}

/**
 * Whether a statement may stand under this tag name: `[A-Za-z0-9._/-]`, at most 120
 * characters, valid for Git (shared register format, "Statements").
 *
 * @param name The name below `refs/tags/`: `qms/release/3`.
 */
export function isStatementTagName(name: string): boolean {
  // A leading hyphen is valid for a ref, but git refuses to make such a tag.
  return (
    name.length <= 120 &&
    /^[A-Za-z0-9._/][A-Za-z0-9._/-]*$/.test(name) &&
    isValidRefName(`refs/tags/${name}`)
  );
}
