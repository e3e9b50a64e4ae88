import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Socket } from 'node:net';
import { gitFailure, startFailure, startGit } from './git-program.ts';
import type { ObjectType } from './object-store.ts';
import type { Repository } from './repository.ts';

/** What `git cat-file` answered about one object; nothing of it is checked yet. */
export type CatFileAnswer =
  | { readonly kind: 'object'; readonly type: ObjectType; readonly bytes: Uint8Array }
  | { readonly kind: 'missing' }
  | { readonly kind: 'too-large'; readonly size: number }
  | { readonly kind: 'unreadable'; readonly detail: string };

interface Request {
  readonly id: string;
  readonly answered: (answer: CatFileAnswer) => void;
  readonly failed: (error: unknown) => void;
  /** How often git has ended while this was the oldest open request. */
  deaths: number;
}

/** Names that git has been given and not yet answered: enough to keep it busy. */
const windowSize = 2048;
/** The longest header line: 40 digits, type, size. */
const headerLimit = 128;
const stderrLimit = 8192;
const types: readonly string[] = ['commit', 'tree', 'blob', 'tag'];
const args = ['cat-file', '--batch'];
/** No object has this name (Git's null id). */
const nobody = '0'.repeat(40);

function isObjectType(text: string | undefined): text is ObjectType {
  return text !== undefined && types.includes(text);
}

/**
 * One long-lived `git cat-file --batch`. Names go in and objects come out independently of each
 * other, so neither side waits for the other; at most `windowSize` names are under way.
 *
 * If git dies or says something that is no answer, another one is started for the requests that
 * are still open; a request with which git dies twice is answered as unreadable.
 */
export class CatFile {
  readonly #repository: Repository;
  readonly #largest: number;
  #child: ChildProcessWithoutNullStreams | undefined;
  /** Open requests, oldest first; the first `#sent` of them have been written. */
  readonly #open = new Queue<Request>();
  #sent = 0;
  #isSending = false;
  #stderr = '';
  /** Whether this process has answered its first question. */
  #greeted = false;
  #reader: AnswerReader;

  constructor(repository: Repository, largest: number) {
    this.#repository = repository;
    this.#largest = largest;
    this.#reader = new AnswerReader(largest);
  }

  /** Ask for objects; each answer comes through `answered`, in the order of the ids. */
  request(
    ids: readonly string[],
    answered: (id: string, answer: CatFileAnswer) => void,
  ): Promise<void> {
    if (ids.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      let left = ids.length;
      for (const id of ids) {
        this.#open.push({
          id,
          deaths: 0,
          failed: reject,
          answered: (answer) => {
            answered(id, answer);
            left--;
            if (left === 0) resolve();
          },
        });
      }
      this.#sendSoon();
    });
  }

  /** End the process; open requests fail. */
  close(): void {
    const child = this.#child;
    this.#child = undefined;
    child?.kill();
    this.#failAll(gitFailure(args, 'nothing', 'the repository was closed meanwhile'));
  }

  /** Whoever asks in the same turn is served by one write. */
  #sendSoon(): void {
    if (this.#isSending) return;
    this.#isSending = true;
    setImmediate(() => {
      this.#isSending = false;
      if (this.#open.length > 0) this.#send();
    });
  }

  #send(): void {
    const child = (this.#child ??= this.#start());
    if (this.#sent === 0 && this.#open.length > 0) hold(child, true);
    // Refilling only when half is answered makes for few and large writes.
    if (this.#sent > windowSize / 2) return;
    const next = this.#open.slice(this.#sent, windowSize);
    if (next.length === 0) return;
    this.#sent += next.length;
    child.stdin.write(next.map(({ id }) => `${id}\n`).join(''));
  }

  #start(): ChildProcessWithoutNullStreams {
    const { gitDir, workTree, env } = this.#repository;
    const cwd = workTree ?? gitDir;
    const child = startGit(args, { cwd, gitDir, env });
    this.#sent = 0;
    this.#stderr = '';
    this.#greeted = false;
    this.#reader = new AnswerReader(this.#largest);
    child.stdin.write(`${nobody}\n`);
    const current = (): boolean => this.#child === child;
    child.stdin.on('error', () => undefined);
    child.stderr.on('data', (chunk: Buffer) => {
      if (this.#stderr.length < stderrLimit) this.#stderr += chunk.toString('utf8');
    });
    child.stdout.on('data', (chunk: Buffer) => {
      if (current()) this.#receive(chunk);
    });
    child.on('error', (error) => {
      if (!current()) return;
      this.#child = undefined;
      startFailure(error, cwd).then(
        (failure) => {
          this.#failAll(failure);
        },
        (failure: unknown) => {
          this.#failAll(failure);
        },
      );
    });
    child.on('close', (exit, signal) => {
      if (current()) this.#ended(exit ?? signal ?? 'unknown');
    });
    return child;
  }

  #receive(chunk: Buffer): void {
    this.#reader.add(chunk);
    if (!this.#greeted && !this.#greet()) return;
    for (;;) {
      const request = this.#open.first();
      if (request === undefined || this.#sent === 0) {
        // What nobody asked for is what stands behind an object that is longer than it says.
        if (this.#reader.hasRest()) this.#restart();
        break;
      }
      const answer = this.#reader.next(request.id);
      if (answer === 'more') break;
      if (answer === 'disorder') {
        this.#restart();
        return;
      }
      this.#answerOldest(request, answer);
    }
    if (this.#open.length > 0) this.#send();
    else if (this.#child !== undefined) hold(this.#child, false);
  }

  /** Whether the process is one that answers as git does; without this, objects would look damaged. */
  #greet(): boolean {
    const answer = this.#reader.next(nobody);
    if (answer === 'more') return false;
    this.#greeted = typeof answer === 'object' && answer.kind === 'missing';
    if (this.#greeted) return true;
    const child = this.#child;
    this.#child = undefined;
    child?.kill();
    this.#failAll(gitFailure(args, 'an answer that git does not give', this.#stderr.trim()));
    return false;
  }

  #answerOldest(request: Request, answer: CatFileAnswer): void {
    this.#open.shift();
    this.#sent--;
    request.answered(answer);
  }

  /** Go on with another process, because the answers of this one can't be told apart any more. */
  #restart(): void {
    const child = this.#child;
    this.#child = undefined;
    child?.kill();
    this.#retry('git gave an answer that is none');
  }

  #ended(exit: number | string): void {
    this.#child = undefined;
    const oldest = this.#open.first();
    if (oldest === undefined) return;
    const said = this.#stderr.trim();
    // Without this, a git that can't work at all would make every object look damaged.
    if (!said.includes(oldest.id) && oldest.deaths > 0) {
      this.#failAll(gitFailure(args, exit, said));
      return;
    }
    // Git named what it died of: asking again would only kill the next one.
    if (said.includes(oldest.id)) oldest.deaths++;
    this.#retry(said);
  }

  #retry(detail: string): void {
    this.#sent = 0;
    const oldest = this.#open.first();
    if (oldest === undefined) return;
    oldest.deaths++;
    if (oldest.deaths > 1) {
      this.#open.shift();
      oldest.answered({ kind: 'unreadable', detail });
    }
    if (this.#open.length > 0) this.#send();
  }

  #failAll(error: unknown): void {
    this.#sent = 0;
    for (const request of this.#open.clear()) request.failed(error);
  }
}

/** First in, first out; `shift` of a long array moves all of it. */
class Queue<T> {
  #items: T[] = [];
  #start = 0;

  get length(): number {
    return this.#items.length - this.#start;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  first(): T | undefined {
    return this.#items[this.#start];
  }

  shift(): void {
    this.#start++;
    if (this.#start > 1024 && this.#start > this.#items.length / 2) {
      this.#items = this.#items.slice(this.#start);
      this.#start = 0;
    }
  }

  slice(from: number, to: number): readonly T[] {
    return this.#items.slice(this.#start + from, this.#start + to);
  }

  clear(): readonly T[] {
    const items = this.#items.slice(this.#start);
    this.#items = [];
    this.#start = 0;
    return items;
  }
}

/** Whether the process keeps Node alive: only while somebody waits for an answer. */
function hold(child: ChildProcessWithoutNullStreams, keep: boolean): void {
  for (const part of [child, child.stdin, child.stdout, child.stderr]) {
    if (part !== child && !(part instanceof Socket)) continue;
    if (keep) part.ref();
    else part.unref();
  }
}

/**
 * Small objects share memory, this many bytes together: a buffer for each costs more to be made
 * and taken away than its bytes. Those that are read together are mostly dropped together.
 */
const slabBytes = 64 * 1024;

const newline = 10;

/** Cuts the output of `git cat-file --batch` into answers. */
class AnswerReader {
  readonly #largest: number;
  #rest: Buffer = Buffer.alloc(0);
  /** How far it was read. */
  #at = 0;
  /** What is left of the memory that small objects share. */
  #slab = new Uint8Array();
  /** An object whose header was read and whose bytes come in. */
  #body: { type: ObjectType; bytes: Uint8Array; filled: number } | undefined;
  /** Bytes of an object over the limit that are still to be passed over. */
  #skip: { left: number; readonly size: number } | undefined;

  constructor(largest: number) {
    this.#largest = largest;
  }

  add(chunk: Buffer): void {
    this.#rest = this.hasRest() ? Buffer.concat([this.#rest.subarray(this.#at), chunk]) : chunk;
    this.#at = 0;
  }

  hasRest(): boolean {
    return this.#left > 0;
  }

  get #left(): number {
    return this.#rest.length - this.#at;
  }

  next(id: string): CatFileAnswer | 'more' | 'disorder' {
    if (this.#skip !== undefined) return this.#passOver(this.#skip);
    if (this.#body === undefined) {
      const header = this.#readHeader(id);
      return header ?? this.next(id);
    }
    const body = this.#body;
    const part = Math.min(body.bytes.length - body.filled, this.#left);
    body.bytes.set(this.#rest.subarray(this.#at, this.#at + part), body.filled);
    body.filled += part;
    this.#at += part;
    if (body.filled < body.bytes.length || this.#left === 0) return 'more';
    this.#body = undefined;
    if (this.#rest[this.#at] !== newline) return 'disorder';
    this.#at++;
    return { kind: 'object', type: body.type, bytes: body.bytes };
  }

  #readHeader(id: string): CatFileAnswer | 'more' | 'disorder' | undefined {
    const end = this.#rest.indexOf(newline, this.#at);
    if (end < 0 && this.#left < headerLimit) return 'more';
    if (end < 0 || end - this.#at >= headerLimit) return 'disorder';
    const header = this.#rest.toString('latin1', this.#at, end);
    this.#at = end + 1;
    if (header === `${id} missing`) return { kind: 'missing' };
    const [type, size = '', ...more] = header.slice(id.length + 1).split(' ');
    const isOurs = header.startsWith(`${id} `) && more.length === 0;
    if (!isOurs || !isObjectType(type) || !/^[0-9]{1,15}$/.test(size)) return 'disorder';
    const length = Number(size);
    if (length > this.#largest) this.#skip = { left: length + 1, size: length };
    else this.#body = { type, bytes: this.#room(length), filled: 0 };
    return undefined;
  }

  /** Memory for an object. */
  #room(length: number): Uint8Array {
    if (length > slabBytes / 16) return new Uint8Array(length);
    if (this.#slab.length < length) this.#slab = new Uint8Array(slabBytes);
    const bytes = this.#slab.subarray(0, length);
    this.#slab = this.#slab.subarray(length);
    return bytes;
  }

  #passOver(skip: { left: number; readonly size: number }): CatFileAnswer | 'more' {
    const part = Math.min(skip.left, this.#left);
    skip.left -= part;
    this.#at += part;
    if (skip.left > 0) return 'more';
    this.#skip = undefined;
    return { kind: 'too-large', size: skip.size };
  }
}
