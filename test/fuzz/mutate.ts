import type { Random } from '../support/random.ts';

/** The longest input that is made: what a parser must answer about within a second. */
export const mostInputBytes = 64 * 1024;

const lineFeed = 10;

/** Bytes at which parsers decide something. */
const telling = Buffer.from('\0\t\n\r "#\'+-./0123456789:;<=>@AZ[\\]_az{|}~\x7f\x80\xbf\xc2\xff');

/** Whole numbers at the edges of what lengths and counts can be. */
const edges = [0, 1, 2, 3, 4, 7, 8, 32, 64, 127, 128, 255, 256, 65_535, 65_536, 0x7fffffff];

type Mutation = (bytes: Buffer, random: Random, tokens: readonly Buffer[], other: Buffer) => Buffer;

/** The bytes from `from` to `to` replaced. */
function replaced(bytes: Buffer, from: number, to: number, by: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);
}

/** Beginning and end of a short range. */
function range(bytes: Buffer, random: Random): [from: number, to: number] {
  const from = random.below(bytes.length + 1);
  return [from, Math.min(bytes.length, from + random.below(random.oneIn(4) ? 200 : 12))];
}

/** Beginning and end of one line, its line feed included. */
function line(bytes: Buffer, random: Random): [from: number, to: number] {
  const inside = random.below(bytes.length + 1);
  const from = inside === 0 ? 0 : bytes.lastIndexOf(lineFeed, inside - 1) + 1;
  const end = bytes.indexOf(lineFeed, inside);
  return [from, end < 0 ? bytes.length : end + 1];
}

const mutations: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const copy = Buffer.from(bytes);
    const at = random.below(copy.length);
    if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    return copy;
  },
  function setByte(bytes, random) {
    const copy = Buffer.from(bytes);
    const to = random.oneIn(3) ? random.below(256) : random.pick([...telling]);
    if (copy.length > 0) copy[random.below(copy.length)] = to;
    return copy;
  },
  function insertBytes(bytes, random) {
    const at = random.below(bytes.length + 1);
    const made = Array.from({ length: random.between(1, 4) }, () => random.pick([...telling]));
    return replaced(bytes, at, at, Buffer.from(made));
  },
  function insertToken(bytes, random, tokens) {
    const at = random.below(bytes.length + 1);
    return replaced(bytes, at, at, random.pick(tokens));
  },
  function replaceByToken(bytes, random, tokens) {
    return replaced(bytes, ...range(bytes, random), random.pick(tokens));
  },
  function exchangeToken(bytes, random, tokens) {
    const token = random.pick(tokens);
    const at = bytes.indexOf(token, random.below(bytes.length + 1));
    return at < 0 ? bytes : replaced(bytes, at, at + token.length, random.pick(tokens));
  },
  function takeOut(bytes, random) {
    return replaced(bytes, ...range(bytes, random), Buffer.alloc(0));
  },
  function copyElsewhere(bytes, random) {
    const part = bytes.subarray(...range(bytes, random));
    const at = random.below(bytes.length + 1);
    return replaced(bytes, at, at, part);
  },
  function cutOff(bytes, random) {
    return Buffer.from(bytes.subarray(0, random.below(bytes.length + 1)));
  },
  function splice(bytes, random, _tokens, other) {
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length + 1))]);
  },
  function takeFromOther(bytes, random, _tokens, other) {
    return replaced(bytes, ...range(bytes, random), other.subarray(...range(other, random)));
  },
  function dropLine(bytes, random) {
    return replaced(bytes, ...line(bytes, random), Buffer.alloc(0));
  },
  function doubleLine(bytes, random) {
    const [from, to] = line(bytes, random);
    return replaced(bytes, from, from, bytes.subarray(from, to));
  },
  function moveLine(bytes, random) {
    const [from, to] = line(bytes, random);
    const moved = Buffer.from(bytes.subarray(from, to));
    const rest = replaced(bytes, from, to, Buffer.alloc(0));
    const [at] = line(rest, random);
    return replaced(rest, at, at, moved);
  },
  function lineOfOther(bytes, random, _tokens, other) {
    return replaced(bytes, ...line(bytes, random), other.subarray(...line(other, random)));
  },
  function endOfLine(bytes, random) {
    const [, to] = line(bytes, random);
    return replaced(bytes, Math.max(0, to - 1), to, Buffer.from('\r\n'));
  },
  function setLength(bytes, random) {
    if (bytes.length < 4) return bytes;
    const copy = Buffer.from(bytes);
    const at = random.below(copy.length - 3);
    const near = copy.readUInt32BE(at) + random.between(-2, 2);
    const made = random.oneIn(2) ? near : random.pick(edges);
    copy.writeUInt32BE(made >>> 0, at);
    return copy;
  },
  function setNumber(bytes, random) {
    const text = bytes.toString('latin1');
    const numbers = [...text.matchAll(/[0-9]+/g)];
    if (numbers.length === 0) return bytes;
    const { 0: digits, index } = random.pick(numbers);
    const made = random.oneIn(2) ? String(random.pick(edges)) : `${digits}${random.below(10)}`;
    return replaced(bytes, index, index + digits.length, Buffer.from(made));
  },
  function repeat(bytes, random, tokens) {
    const part = random.oneIn(2) ? random.pick(tokens) : bytes.subarray(...range(bytes, random));
    const most = random.oneIn(20) ? mostInputBytes : 600;
    const room = Math.min(most, mostInputBytes - bytes.length);
    const times = Math.floor(random.below(Math.max(1, room)) / Math.max(1, part.length));
    const at = random.below(bytes.length + 1);
    return replaced(bytes, at, at, Buffer.concat(Array.from({ length: times }, () => part)));
  },
];

/**
 * Change bytes once or a few times in ways that parsers meet: bits, tokens of the format, lines,
 * lengths, numbers, parts of another input.
 * @returns At most `mostInputBytes`.
 */
export function mutate(
  bytes: Buffer,
  random: Random,
  tokens: readonly Buffer[],
  other: Buffer,
): Buffer {
  let result = bytes;
  const times = random.oneIn(3) ? random.between(2, 5) : 1;
  for (let time = 0; time < times; time += 1) {
    result = random.pick(mutations)(result, random, tokens, other);
  }
  return result.length > mostInputBytes ? result.subarray(0, mostInputBytes) : result;
}
