import { type Parsed, parsed, refused } from '../problem/parsed.ts';

/** Packets that are read or named; numbers as in RFC 9580, section 5. */
export const packetTypes = {
  signature: 2,
  secretKey: 5,
  publicKey: 6,
  secretSubkey: 7,
  userId: 13,
  publicSubkey: 14,
  userAttribute: 17,
} as const;

export interface PgpPacket {
  readonly type: number;
  readonly body: Uint8Array;
}

/**
 * Take apart a sequence of OpenPGP packets, to the last byte (RFC 9580, section 4.2). Headers of
 * the old and the new format are taken, with the shortest form of length that holds the number;
 * partial and indeterminate lengths are refused.
 */
export function parsePackets(bytes: Uint8Array): Parsed<readonly PgpPacket[]> {
  const packets: PgpPacket[] = [];
  const reader = new PgpReader(bytes);
  while (!reader.done) {
    const header = reader.number(1) ?? 0;
    if ((header & 0x80) === 0) return refused('where a packet should begin there is none');
    const isNew = (header & 0x40) !== 0;
    const length = isNew ? newLength(reader, 224) : oldLength(reader, header & 3);
    if (length === undefined) return refused('the length of a packet is not in its shortest form');
    const body = reader.take(length);
    if (body === undefined) return refused('a packet ends too early');
    packets.push({ type: isNew ? header & 0x3f : (header >> 2) & 0x0f, body });
  }
  return parsed(packets);
}

function oldLength(reader: PgpReader, form: number): number | undefined {
  const size = [1, 2, 4][form];
  const length = size === undefined ? undefined : reader.number(size);
  // Without this, anybody could write one signature in several ways.
  const least = [0, 0x100, 0x10000][form] ?? 0;
  return length === undefined || length < least ? undefined : length;
}

/**
 * A length in one, two or five bytes.
 * @param bound The first byte from which on it is no length in two bytes: 224 for packets, 255
 *   for subpackets.
 */
function newLength(reader: PgpReader, bound: 224 | 255): number | undefined {
  const first = reader.number(1);
  if (first === undefined || first < 192) return first;
  if (first < bound) {
    const second = reader.number(1);
    return second === undefined ? undefined : ((first - 192) << 8) + second + 192;
  }
  const length = first === 255 ? reader.number(4) : undefined;
  return length === undefined || length < ((bound - 192) << 8) + 192 ? undefined : length;
}

/** One subpacket of a signature. */
export interface PgpSubpacket {
  readonly type: number;
  readonly critical: boolean;
  readonly body: Uint8Array;
}

/** Take apart an area of subpackets (RFC 9580, section 5.2.3.7); undefined where it is malformed. */
export function parseSubpackets(bytes: Uint8Array): readonly PgpSubpacket[] | undefined {
  const subpackets: PgpSubpacket[] = [];
  const reader = new PgpReader(bytes);
  while (!reader.done) {
    const length = newLength(reader, 255);
    const type = reader.number(1);
    const body = length === undefined || length === 0 ? undefined : reader.take(length - 1);
    if (type === undefined || body === undefined) return undefined;
    subpackets.push({ type: type & 0x7f, critical: (type & 0x80) !== 0, body });
  }
  return subpackets;
}

/** Numbers and bytes from the front; undefined where the bytes end too early. */
export class PgpReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** True when every byte was read. */
  get done(): boolean {
    return this.at === this.bytes.length;
  }

  /** How many bytes were read. */
  get position(): number {
    return this.at;
  }

  take(length: number): Uint8Array | undefined {
    if (length > this.bytes.length - this.at) return undefined;
    const taken = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return taken;
  }

  /** A number of one to four bytes, big-endian. */
  number(size: number): number | undefined {
    const taken = this.take(size);
    return taken?.reduce((value, byte) => value * 256 + byte, 0);
  }

  /** The number of bits and the number (RFC 9580, section 3.2), which is positive and canonical. */
  integer(): Uint8Array | undefined {
    const bits = this.number(2);
    const taken = bits === undefined ? undefined : this.take((bits + 7) >> 3);
    const first = taken?.[0];
    // Without this, r and s of one signature could be written in many ways.
    if (bits === undefined || first === undefined) return undefined;
    return 32 - Math.clz32(first) === ((bits - 1) & 7) + 1 ? taken : undefined;
  }
}
