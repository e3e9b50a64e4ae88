import { encodeUtf8, joinBytes } from '../git/header.ts';
/**
 * The data types of the SSH protocol (RFC 4251, section 5) over bytes. Every read answers
 * undefined where the bytes end too early or are not canonical, and then the reader is spent.
 */
export class SshReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** True when every byte was read. Trailing bytes are never signed, so callers ask. */
  get done(): boolean {
    return this.at === this.bytes.length;
  }

  /** The next `length` bytes as they stand. */
  take(length: number): Uint8Array | undefined {
    if (length > this.bytes.length - this.at) return undefined;
    const taken = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return taken;
  }

  byte(): number | undefined {
    return this.take(1)?.[0];
  }

  uint32(): number | undefined {
    const taken = this.take(4);
    if (taken === undefined) return undefined;
    return new DataView(taken.buffer, taken.byteOffset, 4).getUint32(0);
  }

  /** A length and as many bytes. */
  string(): Uint8Array | undefined {
    const length = this.uint32();
    return length === undefined ? undefined : this.take(length);
  }

  /** A string of printable ASCII: names of algorithms. */
  name(): string | undefined {
    const bytes = this.string();
    return bytes === undefined ? undefined : asciiText(bytes);
  }

  /**
   * A positive integer, big-endian, without its leading zero. Refused are zero, negative numbers
   * and zeros in front that the encoding does not need.
   */
  positive(): Uint8Array | undefined {
    const bytes = this.string();
    const first = bytes?.[0];
    if (bytes === undefined || first === undefined || first >= 0x80) return undefined;
    if (first !== 0) return bytes;
    const second = bytes[1];
    // Without this, r and s of one ECDSA signature could be written in many ways.
    if (second === undefined || second < 0x80) return undefined;
    return bytes.subarray(1);
  }
}

/** Bytes as text where all of them are printable ASCII, undefined otherwise. */
export function asciiText(bytes: Uint8Array): string | undefined {
  let text = '';
  for (const byte of bytes) {
    if (byte < 0x20 || byte > 0x7e) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Write one SSH string: its length in four bytes, and the bytes. */
export function sshString(content: Uint8Array | string): Uint8Array {
  const bytes = typeof content === 'string' ? encodeUtf8(content) : content;
  return joinBytes(sshUint32(bytes.length), bytes);
}

/** Write a number below 2^32 in four bytes, big-endian. */
export function sshUint32(value: number): Uint8Array {
  return new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);
}
