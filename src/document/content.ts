import type { Cryptography } from '../git/cryptography.ts';
import { type Problem, makeProblem } from '../problem/problem.ts';
import type { ContentFile, Digest } from './document.ts';
import { compareCodePoints } from '../git/code-point-order.ts';
import { encodeUtf8, latin1Text } from '../git/header.ts';
import { objectName } from '../git/object-name.ts';
import { checkContentPath, collidingPaths } from './path-rules.ts';

/** Sizes of content (shared register format, "Documents"). */
export const contentLimits = {
  fileBytes: 64 * 1024 * 1024,
  files: 1000,
  totalBytes: 256 * 1024 * 1024,
} as const;

const plainFile = '100644';

const lfsPointerStarts = [
  'version https://git-lfs.github.com/spec/',
  'version https://hawser.github.com/spec/',
  'version http://git-media.io/v/',
];

/**
 * The digest that people approve: `sha256:` and the SHA-256 of `qms-content 1` and one line
 * `<sha256> <size> <path>` for each file, sorted by path (shared register format, "Content and
 * its digest"). The same comes from `sha256sum` over a file with these lines.
 *
 * @param files The content; paths must have passed `checkContentPath`, or a line break in a
 *   path could make two lists of files look alike.
 */
export function contentDigest(
  files: readonly Pick<ContentFile, 'path' | 'size' | 'sha256'>[],
  cryptography: Pick<Cryptography, 'sha256'>,
): Digest {
  return `sha256:${cryptography.sha256(encodeUtf8(formatContent(files)))}`;
}

/** The text whose SHA-256 is the content digest. */
export function formatContent(
  files: readonly Pick<ContentFile, 'path' | 'size' | 'sha256'>[],
): string {
  const lines = [...files]
    .sort((a, b) => compareCodePoints(a.path, b.path))
    .map(({ path, size, sha256 }) => `${sha256} ${size} ${path}\n`);
  return `qms-content 1\n${lines.join('')}`;
}

/** Bytes of a file as one of content: its size, SHA-256 and Git's id for its blob. */
export function describeFile(
  path: string,
  bytes: Uint8Array,
  cryptography: Pick<Cryptography, 'sha1' | 'sha256'>,
): ContentFile {
  return {
    path,
    size: bytes.length,
    sha256: cryptography.sha256(bytes),
    blob: objectName('blob', bytes, cryptography),
  };
}

/** What a tree says about a file that is to be content. */
export interface ContentCandidate {
  /** From the repository root. */
  readonly path: string;
  /** Git's mode: `100644`, `100755`, `120000`, `160000`. */
  readonly mode: string;
  /** Bytes. */
  readonly size: number;
  /** The file, or at least its first 100 bytes; without it a Git LFS pointer is not noticed. */
  readonly bytes?: Uint8Array;
}

/**
 * Check what content may hold: plain files with plain paths, no two that a system takes for one,
 * no Git LFS pointers, within the limits (shared register format, "Documents").
 */
export function checkContent(files: readonly ContentCandidate[]): readonly Problem[] {
  const problems: Problem[] = [];
  const sorted = [...files].sort((a, b) => compareCodePoints(a.path, b.path));
  for (const file of sorted) {
    const place = { file: file.path };
    const reason = checkContentPath(file.path);
    if (reason !== undefined) {
      const message = `The path ${JSON.stringify(file.path)} can not belong to a document: ${reason}.`;
      problems.push(makeProblem('content/path', { message, place }));
    }
    if (file.mode !== plainFile) {
      const message = `${file.path} is ${modeInWords(file.mode)}; expected is a plain file.`;
      problems.push(makeProblem('content/mode', { message, place }));
    } else if (file.bytes !== undefined && isLfsPointer(file.bytes)) {
      const message = `${file.path} is a Git LFS pointer, not the file itself.`;
      problems.push(makeProblem('content/lfs-pointer', { message, place }));
    }
    if (file.size > contentLimits.fileBytes) {
      const message = `${file.path} has ${file.size} bytes; the limit is ${contentLimits.fileBytes}.`;
      problems.push(makeProblem('content/file-too-large', { message, place }));
    }
  }
  for (const collision of collidingPaths(sorted.map((file) => file.path))) {
    const message = `${collision.path} and ${collision.with} are one path where case or Unicode form is ignored.`;
    problems.push(
      makeProblem('content/collision', {
        message,
        place: { file: collision.path },
        related: { file: collision.with },
      }),
    );
  }
  return [...problems, ...checkTotals(sorted)];
}

function checkTotals(files: readonly ContentCandidate[]): readonly Problem[] {
  const problems: Problem[] = [];
  const place = { file: files[0]?.path ?? '' };
  if (files.length > contentLimits.files) {
    const message = `The content has ${files.length} files; the limit is ${contentLimits.files}.`;
    problems.push(makeProblem('content/too-many-files', { message, place }));
  }
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total > contentLimits.totalBytes) {
    const message = `The content has ${total} bytes; the limit is ${contentLimits.totalBytes}.`;
    problems.push(makeProblem('content/too-large', { message, place }));
  }
  return problems;
}

function modeInWords(mode: string): string {
  switch (mode) {
    case '100755':
      return 'executable';
    case '120000':
      return 'a symbolic link';
    case '160000':
      return 'a submodule';
    case '040000':
    case '40000':
      return 'a folder';
    default:
      return `a file of mode ${mode}`;
  }
}

/** Whether a file is what Git LFS leaves in the place of a large one: a few lines of text. */
export function isLfsPointer(bytes: Uint8Array): boolean {
  const start = latin1Text(bytes.subarray(0, 64));
  return lfsPointerStarts.some((each) => start.startsWith(each));
}
