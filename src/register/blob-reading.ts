import { parseStatementTag, type StatementTag } from '../approval/statement-tag.ts';
import type { FrontMatter } from '../document/document.ts';
import { parseDocument } from '../document/parse-document.ts';
import { parsePlainDocument } from '../document/plain-document.ts';
import type { Cryptography } from '../git/cryptography.ts';
import type { Tag } from '../git/objects.ts';
import { type Problem, QmsError } from '../problem/problem.ts';
import type { SignatureVerdict } from '../signature/verdict.ts';
import { verifySignatures } from '../signature/verify.ts';
import { type FileFact, factOf } from './content.ts';
import { documentIdsIn } from './document-lines.ts';
import type { ObjectReader } from './object-reader.ts';

/** A blob of a release tree, and what it is there. */
export interface BlobTask {
  readonly kind: 'document' | 'approval';
  readonly blob: string;
  /** The path of the document, or the name of the tag whose bytes it holds. */
  readonly name: string;
}

/** What a Markdown file says by itself, whatever stands around it. */
export interface DocumentReading {
  readonly fact: FileFact;
  /** Undefined where there are problems. */
  readonly frontMatter: FrontMatter | undefined;
  readonly problems: readonly Problem[];
  /** Ids that its front matter names, read leniently (`documentIdsIn`). */
  readonly ids: readonly string[];
}

/** A statement that was read from a release's evidence, without what only its reading needs. */
export interface ReadStatement extends Pick<
  StatementTag,
  'name' | 'statement' | 'digest' | 'payload' | 'raw'
> {
  readonly tag: Pick<Tag, 'object' | 'tagger'>;
}

/** What the bytes of a tag say by themselves. */
export interface ApprovalReading {
  /** SHA-256 of the bytes, 64 hex digits. */
  readonly sha256: string;
  readonly statement: ReadStatement | undefined;
  /** Without certificates: an OpenPGP signature by a key of the rules is `key-unknown` still. */
  readonly verdict: SignatureVerdict | undefined;
  /** Why it is no statement. */
  readonly problem: Problem | undefined;
}

/** What was read of a blob, or why it could not be. */
export type BlobReading =
  | { readonly kind: 'document'; readonly document: DocumentReading }
  | { readonly kind: 'approval'; readonly approval: ApprovalReading }
  | { readonly kind: 'fault'; readonly problems: readonly [Problem, ...Problem[]] };

/**
 * Read blobs as what they are taken for: each by itself, so that it makes no difference where and
 * in what order it is done.
 * @returns One reading for each task, in their order.
 */
export async function readBlobs(
  tasks: readonly BlobTask[],
  reader: ObjectReader,
  cryptography: Cryptography,
): Promise<readonly BlobReading[]> {
  await reader.prefetch(tasks.map((task) => task.blob));
  const approvals: { readonly at: number; readonly tag: StatementTag }[] = [];
  const readings: BlobReading[] = [];
  for (const [at, { kind, blob, name }] of tasks.entries()) {
    try {
      const { bytes } = await reader.object(blob, 'blob');
      if (kind === 'document') {
        readings.push({ kind, document: readDocument(name, bytes, cryptography) });
        continue;
      }
      const place = { ref: `refs/tags/${name}` };
      const { tag, problem } = parseStatementTag(bytes, name, place, cryptography);
      if (tag !== undefined) approvals.push({ at, tag });
      const sha256 = tag?.digest.slice('sha256:'.length) ?? cryptography.sha256(bytes);
      const nothing = { statement: undefined, verdict: undefined };
      readings.push({ kind, approval: { sha256, ...nothing, problem } });
    } catch (error) {
      if (!(error instanceof QmsError)) throw error;
      readings.push({ kind: 'fault', problems: error.problems });
    }
  }
  const verdicts = await verifySignatures(
    approvals.map(({ tag }) => tag.tag),
    cryptography,
  );
  for (const [index, { at, tag }] of approvals.entries()) {
    const { name, statement, digest, payload, raw } = tag;
    const { object, tagger } = tag.tag;
    readings[at] = {
      kind: 'approval',
      approval: {
        sha256: digest.slice('sha256:'.length),
        // Kept for long, so without what shares its memory.
        statement: { name, statement, digest, payload, raw: raw.slice(), tag: { object, tagger } },
        verdict: verdicts[index],
        problem: undefined,
      },
    };
  }
  return readings;
}

function readDocument(
  path: string,
  bytes: Uint8Array,
  cryptography: Cryptography,
): DocumentReading {
  const plain = parsePlainDocument(path, bytes);
  const { document, problems } =
    plain === undefined ? parseDocument(path, bytes) : { document: plain, problems: [] };
  return {
    fact: factOf(bytes, cryptography),
    frontMatter: document?.frontMatter,
    problems,
    ids: documentIdsIn(bytes),
  };
}
