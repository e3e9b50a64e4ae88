import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { writeWhole } from './write-whole.ts';

/** Where a part of the file lies, and the SHA-256 of its bytes. */
export interface Span {
  /** Bytes from the beginning of the file. */
  readonly at: number;
  readonly length: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

/** A kept file turned out not to hold what was written: it is of no use. */
export class DamagedKeptFile extends Error {
  override readonly name = 'DamagedKeptFile';
}

/** The closing line: length and digest of the table before it, of a fixed width. */
const closing = (table: Uint8Array): Buffer =>
  Buffer.from(`${String(table.length).padStart(12, '0')} ${sha256(table)}\n`, 'latin1');

const closingLength = 12 + 1 + 64 + 1;

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * A file of named values and of loose bytes, of which each is read by itself, when it is asked
 * for. It stays open, so that it stays what it was when another one takes its place.
 *
 * From its beginning: a head line, the parts, a table of the named ones, a closing line. Every
 * part is read with its digest, so that what a reader is given are the bytes that were written.
 */
export class KeptSections {
  #descriptor: number | undefined;
  readonly #table: ReadonlyMap<string, Span>;

  private constructor(descriptor: number, table: ReadonlyMap<string, Span>) {
    this.#descriptor = descriptor;
    this.#table = table;
  }

  /** Undefined for any doubt: no such file, another head line, one that is cut off or changed. */
  static open(file: string, headLine: string): KeptSections | undefined {
    let descriptor: number | undefined;
    try {
      descriptor = openSync(file, 'r');
      const { size } = fstatSync(descriptor);
      const head = Buffer.from(`${headLine}\n`);
      if (!readAt(descriptor, 0, head.length).equals(head)) throw new DamagedKeptFile();
      const last = readAt(descriptor, size - closingLength, closingLength);
      const length = Number(last.toString('latin1', 0, 12));
      const table = readAt(descriptor, size - closingLength - length, length);
      if (!closing(table).equals(last)) throw new DamagedKeptFile();
      // The digest says that these are the bytes that a writer of this version wrote.
      return new KeptSections(descriptor, deserialize(table) as ReadonlyMap<string, Span>);
    } catch {
      if (descriptor !== undefined) closeSync(descriptor);
      return undefined;
    }
  }

  get names(): Iterable<string> {
    return this.#table.keys();
  }

  /**
   * A value as it was given to the writer.
   * @throws {DamagedKeptFile}
   */
  value(name: string): unknown {
    const span = this.#table.get(name);
    if (span === undefined) throw new DamagedKeptFile(`no ${name}`);
    return deserialize(this.bytes(span));
  }

  /** @throws {DamagedKeptFile} */
  bytes({ at, length, sha256: expected }: Span): Buffer {
    const bytes = this.unchecked(at, length);
    if (sha256(bytes) !== expected) throw new DamagedKeptFile('a part was changed');
    return bytes;
  }

  /**
   * Bytes whose digest the caller compares.
   * @throws {DamagedKeptFile}
   */
  unchecked(at: number, length: number): Buffer {
    const descriptor = this.#descriptor;
    // Without this, the number could be that of another file by now.
    if (descriptor === undefined) throw new DamagedKeptFile('it was closed');
    try {
      return readAt(descriptor, at, length);
    } catch (error) {
      throw new DamagedKeptFile('a part can not be read', { cause: error });
    }
  }

  /** Afterwards nothing more can be read. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

function readAt(descriptor: number, at: number, length: number): Buffer {
  if (!(at >= 0 && length >= 0)) throw new DamagedKeptFile();
  const bytes = Buffer.allocUnsafeSlow(length);
  if (readSync(descriptor, bytes, 0, length, at) !== length) throw new DamagedKeptFile();
  return bytes;
}

/** Bytes that are collected before they are written. */
const bufferBytes = 1024 * 1024;

/** Writes the parts of a kept file, in turn. */
export class SectionWriter {
  readonly #handle: FileHandle;
  readonly #table = new Map<string, Span>();
  #at = 0;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async bytes(bytes: Uint8Array): Promise<void> {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#at += bytes.length;
    if (this.#waitingBytes >= bufferBytes) await this.#flush();
  }

  /** @returns Where the bytes are, for whoever will look for them. */
  async part(bytes: Uint8Array): Promise<Span> {
    const span = { at: this.#at, length: bytes.length, sha256: sha256(bytes) };
    await this.bytes(bytes);
    return span;
  }

  /** Plain data: no classes, no functions. */
  async value(name: string, value: unknown): Promise<void> {
    this.#table.set(name, await this.part(serialize(value)));
  }

  async end(): Promise<void> {
    const table = serialize(this.#table);
    await this.bytes(table);
    await this.bytes(closing(table));
    await this.#flush();
  }

  async #flush(): Promise<void> {
    const waiting = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    await this.#handle.writeFile(waiting);
  }
}

/**
 * Replace a kept file as a whole. Of two that write at once, each writes a file of its own, and
 * the last one stays.
 * @throws {Error} What the file system says; then the old file stays.
 */
export function replaceSections(
  file: string,
  headLine: string,
  write: (writer: SectionWriter) => Promise<void>,
): Promise<void> {
  const writeAll = async (handle: FileHandle): Promise<void> => {
    const writer = new SectionWriter(handle);
    await writer.bytes(Buffer.from(`${headLine}\n`));
    await write(writer);
    await writer.end();
  };
  return writeWhole(file, writeAll, 'replace');
}
