import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Digest } from '../document/document.ts';
import type { KnownReferences } from '../document/known-files.ts';
import type { Repository } from '../git/repository.ts';
import type { ReleasedDocument } from '../rules/check-released.ts';
import type { KnownUnderRules, ReadRules } from '../rules/read-rules.ts';
import { KeptHead, packHead } from './kept-head.ts';
import type { KeptLines } from './released-lines.ts';
import { writeWhole } from './write-whole.ts';

/** To be raised with every change of what is kept, or of what is asked of a document. */
const format = 4;

/** Files that may be read anew in each check before the file is written again. */
const mostAnew = 16;

/** What is known of a file, as flat as can be: there are thousands, and lists of lists read slowly. */
interface Row {
  readonly id?: string;
  readonly revision?: string;
  /** See `packHead`. */
  readonly head?: string;
  /** See `KeptReferences`. */
  readonly links?: string;
  readonly headings?: string;
  readonly size?: number;
  readonly sha256?: string;
  readonly digest?: Digest;
  readonly others?: string;
  readonly fits?: string;
  /** Bytes in Base64: rules are of more than JSON can hold. */
  readonly rules?: string;
}

type Links = readonly [KnownReferences['references'], KnownReferences['problems']];
const noLinks: Links = [[], []];

/** References that are unpacked when somebody asks for them: most documents have few or none. */
class KeptReferences implements KnownReferences {
  /** References and problems as JSON, empty where there are none. */
  readonly links: string;
  /** Names of headings as JSON, empty where nobody asked for them. */
  readonly named: string;
  #links: Links | undefined;
  #headings: ReadonlySet<string> | undefined;

  constructor(links: string, named: string) {
    this.links = links;
    this.named = named;
  }

  static pack(known: KnownReferences): KeptReferences {
    if (known instanceof KeptReferences) return known;
    const { references, problems, headings } = known;
    const isEmpty = references.length === 0 && problems.length === 0;
    return new KeptReferences(
      isEmpty ? '' : JSON.stringify([references, problems] satisfies Links),
      headings === undefined ? '' : JSON.stringify([...headings]),
    );
  }

  get references(): KnownReferences['references'] {
    return this.#unpacked()[0];
  }

  get problems(): KnownReferences['problems'] {
    return this.#unpacked()[1];
  }

  get headings(): ReadonlySet<string> | undefined {
    if (this.named === '') return undefined;
    // What `pack` made, as the file's digest says.
    return (this.#headings ??= new Set(JSON.parse(this.named) as readonly string[]));
  }

  #unpacked(): Links {
    return (this.#links ??= this.links === '' ? noLinks : (JSON.parse(this.links) as Links));
  }
}

/** What the file holds. */
interface Kept {
  /** By blob and path. */
  readonly files: readonly (readonly [key: string, row: Row])[];
  readonly releases?: Omit<KeptLines, 'documents'>;
  readonly lines: readonly (readonly [id: string, ReleasedDocument])[];
}

function rowOf({ head, references, file, content, fits, rules }: KnownUnderRules): Row {
  const packed = references && KeptReferences.pack(references);
  return {
    ...(head && { id: head.id, revision: head.revision, head: packHead(head) }),
    ...(packed && { links: packed.links, headings: packed.named }),
    ...(file && { size: file.size, sha256: file.sha256 }),
    ...content,
    ...(fits && { fits }),
    ...(rules && { rules: serialize(rules).toString('base64') }),
  };
}

function knownOf(path: string, blob: string, row: Row | undefined): KnownUnderRules {
  const known: KnownUnderRules = {};
  if (row === undefined) return known;
  const { id, revision, head, links, headings, size, sha256, digest, others, fits, rules } = row;
  if (id !== undefined && revision !== undefined && head !== undefined) {
    known.head = new KeptHead(path, id, revision, head);
  }
  if (links !== undefined && headings !== undefined) {
    known.references = new KeptReferences(links, headings);
  }
  if (size !== undefined && sha256 !== undefined) known.file = { path, size, sha256, blob };
  if (digest !== undefined && others !== undefined) known.content = { digest, others };
  if (fits !== undefined) known.fits = fits;
  // The digest of the file says that these are the bytes of rules.
  if (rules !== undefined) known.rules = deserialize(Buffer.from(rules, 'base64')) as ReadRules;
  return known;
}

/**
 * What checks read of files and releases, kept below the Git folder so that the next check reads
 * what has changed. Derived: it goes by Git's names of blobs and tags, deleting it costs nothing
 * but time, and only `qms check` reads it, which is advice to authors.
 */
export class KeptCheck {
  readonly #file: string;
  readonly #headLine: string;
  readonly #rows: ReadonlyMap<string, Row>;
  readonly lines: KeptLines | undefined;
  /** What this check asked for. */
  readonly #asked = new Map<string, KnownUnderRules>();

  private constructor(file: string, headLine: string, kept: Kept | undefined) {
    this.#file = file;
    this.#headLine = headLine;
    this.#rows = new Map(kept?.files);
    this.lines = kept?.releases && { ...kept.releases, documents: new Map(kept.lines) };
  }

  /** Nothing is known for any doubt: another version, a file that is cut off or changed. */
  static async open({ commonDir }: Repository, version: string): Promise<KeptCheck> {
    const file = join(commonDir, 'qms', 'checked');
    const headLine = `git-qms ${version} checked ${String(format)} node ${process.version}`;
    try {
      const bytes = await readFile(file);
      const end = bytes.indexOf(10);
      const body = bytes.subarray(end + 1);
      if (bytes.toString('latin1', 0, end) === `${headLine} ${sha256(body)}`) {
        // The digest says that these are the bytes that `write` wrote.
        const kept = JSON.parse(body.toString('utf8')) as Kept;
        return new KeptCheck(file, headLine, kept);
      }
    } catch {
      // Without the file, everything is read.
    }
    return new KeptCheck(file, headLine, undefined);
  }

  /** What is known of a file; what reading finds out is written into it. */
  known(path: string, blob: string): KnownUnderRules {
    const key = `${blob} ${path}`;
    let known = this.#asked.get(key);
    if (known === undefined) {
      known = knownOf(path, blob, this.#rows.get(key));
      this.#asked.set(key, known);
    }
    return known;
  }

  /** Keep what this check asked for, where much of it is new; what can't be written is not kept. */
  async write(lines: KeptLines): Promise<void> {
    // Until it is written, every check parses all refs.
    const isSame = lines.refFiles === this.lines?.refFiles;
    let anew = isSame ? lines.releases - (this.lines?.releases ?? 0) : Infinity;
    for (const [key, { rules }] of this.#asked) {
      // Rules are rare, and to read them takes as long as many documents.
      if (!this.#rows.has(key)) anew += rules === undefined ? 1 : mostAnew + 1;
    }
    if (anew <= mostAnew) return;
    const { documents, ...releases } = lines;
    try {
      const body = Buffer.from(
        JSON.stringify({
          files: [...this.#asked].map(([key, known]) => [key, rowOf(known)] as const),
          lines: [...documents],
          releases,
        } satisfies Kept),
      );
      const head = Buffer.from(`${this.#headLine} ${sha256(body)}\n`);
      // Two checks at once: each file is whole, and the last one stays.
      await writeWhole(this.#file, Buffer.concat([head, body]), 'replace');
    } catch {
      // A folder that can only be read, a full disk.
    }
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
