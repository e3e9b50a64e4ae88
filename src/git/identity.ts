import type { Identity } from './objects.ts';
import { type Parsed, parsed, refused } from '../problem/parsed.ts';
import { SPACE, decodeUtf8, displayUtf8, encodeUtf8, joinBytes } from './header.ts';

const LESS = 60;
const GREATER = 62;

/** The last second that RFC 3339 can write: 9999-12-31T23:59:59Z. */
const lastSecond = 253_402_300_799;

/** An identity together with its name's bytes, which are what is written again. */
export interface ParsedIdentity {
  readonly identity: Identity;
  readonly name: Uint8Array;
}

/**
 * Parse `<name> <<address>> <seconds> <offset>` as strictly as `git fsck --strict` and more:
 * the address is UTF-8 without control characters, the time at most the year 9999.
 * The name is any bytes but NUL, LF, `<` and `>`.
 *
 * @param value The header's value, without name and LF.
 */
export function parseIdentity(value: Uint8Array): Parsed<ParsedIdentity> {
  const open = value.indexOf(LESS);
  if (open < 1 || value[open - 1] !== SPACE) {
    return refused('there is no name and one space before the address');
  }
  const name = value.subarray(0, open - 1);
  // Without this, readers that look for the first and for the last bracket see other addresses.
  if (name.includes(GREATER) || name.includes(0)) return refused('the name holds > or NUL');
  const close = value.indexOf(GREATER, open);
  if (close < 0 || value.subarray(open + 1, close).includes(LESS)) {
    return refused('the address is not between one < and one >');
  }
  const email = decodeUtf8(value.subarray(open + 1, close));
  if (email === undefined || /\p{Cc}/u.test(email)) {
    return refused('the address is not UTF-8 without control characters');
  }
  const rest = displayUtf8(value.subarray(close + 1));
  const time = /^ (0|[1-9][0-9]{0,11}) ([+-][0-9]{4})$/.exec(rest);
  if (time === null) return refused('the time is not seconds and an offset like +0100');
  const seconds = Number(time[1]);
  if (seconds > lastSecond) return refused('the time is after the year 9999');
  return parsed({
    identity: { name: displayUtf8(name), email, seconds, offset: time[2] ?? '' },
    name,
  });
}

/**
 * Read an identity the way Git does, for commits that nobody promised to be strict: the name
 * ends at the first `<`, the address at the next `>`, the time stands after the last `>`.
 * A time that is none becomes the beginning of 1970, as Git shows it.
 */
export function parseLooseIdentity(value: Uint8Array): Parsed<Identity> {
  const open = value.indexOf(LESS);
  const close = value.indexOf(GREATER, open + 1);
  if (open < 0 || close < 0) return refused('there is no address between < and >');
  const rest = displayUtf8(value.subarray(value.lastIndexOf(GREATER) + 1));
  const time = /^ *([0-9]{1,18})(?: +([+-][0-9]{4}))?/.exec(rest);
  const seconds = Number(time?.[1] ?? '0');
  return parsed({
    name: displayUtf8(value.subarray(0, open)).trim(),
    email: displayUtf8(value.subarray(open + 1, close)).trim(),
    seconds: seconds > lastSecond ? 0 : seconds,
    offset: time?.[2] ?? '+0000',
  });
}

/** The header's value for an identity; `name` stands in for the identity's own where given. */
export function formatIdentity(identity: Identity, name?: Uint8Array): Uint8Array {
  return joinBytes(
    name ?? encodeUtf8(identity.name),
    encodeUtf8(` <${identity.email}> ${String(identity.seconds)} ${identity.offset}`),
  );
}

/**
 * Whether two e-mail addresses are the same: equal after A–Z became a–z, nothing else.
 * Unicode lower-casing would make the Kelvin sign a k, and so one person's address another's.
 */
export function sameAddress(a: string, b: string): boolean {
  return a === b || lowerAscii(a) === lowerAscii(b);
}

/** The address with A–Z as a–z and every other character as it stands; a key for maps. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
