import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { QmsError } from '../problem/problem.ts';
import { ObjectFiles } from './object-files.ts';
import type { RepositoryState } from './object-store.ts';
import {
  type Repository,
  isAbsence,
  isFolder,
  readOwnConfig,
  readText,
  unreadable,
} from './repository.ts';
import { isTrue } from './config-file.ts';
import { PackedRefsFile } from './packed-refs.ts';
import { readRefFiles } from './ref-files.ts';

/** What the configuration says about formats; cheap, and needs neither refs nor objects. */
export interface RepositoryFormat {
  readonly objectFormat: string;
  readonly refStorage: string;
  /** What Git calls the version of the layout. */
  readonly version: string;
  /** Names below `extensions.`, in lower case. */
  readonly extensions: readonly string[];
}

/** Extensions that change nothing in how refs and objects are read, or are looked at by themselves. */
const knownExtensions: ReadonlySet<string> = new Set([
  'noop',
  'noop-v1',
  'objectformat',
  'partialclone',
  'preciousobjects',
  'refstorage',
  'relativeworktrees',
  'worktreeconfig',
]);

/** Read how the repository names its objects and stores its refs. */
export async function readRepositoryFormat(repository: Repository): Promise<RepositoryFormat> {
  const config = await readOwnConfig(repository);
  const last = new Map(config.map(({ key, value }) => [key, value]));
  return {
    objectFormat: last.get('extensions.objectformat') ?? 'sha1',
    refStorage: last.get('extensions.refstorage') ?? 'files',
    version: last.get('core.repositoryformatversion') ?? '0',
    extensions: [...last.keys()].flatMap((key) => /^extensions\.(.+)$/.exec(key)?.[1] ?? []),
  };
}

/**
 * Refuse formats that can't be read, before anything is guessed from them.
 * @throws {QmsError} `git/object-format-unsupported`, `git/ref-storage-unsupported`,
 *   `git/repository-format-unsupported`
 */
export function requireReadable(format: RepositoryFormat, repository: Repository): void {
  const place = { file: join(repository.commonDir, 'config') };
  if (format.objectFormat !== 'sha1') {
    throw QmsError.of('git/object-format-unsupported', {
      message: `The repository names its objects by ${format.objectFormat}; only sha1 can be read.`,
      place,
    });
  }
  if (format.refStorage !== 'files') {
    throw QmsError.of('git/ref-storage-unsupported', {
      message: `The repository stores its refs as ${format.refStorage}; only files can be read.`,
      place,
    });
  }
  // A later Git says by these that a program which does not know them must not go on.
  if (!/^[01]$/.test(format.version)) {
    throw QmsError.of('git/repository-format-unsupported', {
      message: `The repository has the layout version ${format.version}; only 0 and 1 can be read.`,
      place,
    });
  }
  const unknown = format.extensions.filter((name) => !knownExtensions.has(name));
  if (format.version === '1' && unknown.length > 0) {
    throw QmsError.of('git/repository-format-unsupported', {
      message: `The repository uses extensions of Git that are not known here: ${unknown.sort().join(', ')}.`,
      place,
    });
  }
}

/**
 * Read what the repository itself says that bears on whether it can be believed.
 * @throws {QmsError} where it has a format that can't be read.
 */
export async function readRepositoryState(
  repository: Repository,
  packedRefs = new PackedRefsFile(repository),
): Promise<RepositoryState> {
  return {
    ...(await readCompleteness(repository)),
    replaceRefs: (await readRefFiles(repository, 'refs/replace/', packedRefs)).map(
      ({ name }) => name,
    ),
  };
}

/**
 * The same but for what stands in refs.
 * @throws {QmsError} where it has a format that can't be read.
 */
export async function readCompleteness(
  repository: Repository,
): Promise<Omit<RepositoryState, 'replaceRefs'>> {
  const { commonDir } = repository;
  const config = await readOwnConfig(repository);
  requireReadable(await readRepositoryFormat(repository), repository);
  const shallow = await readText(join(commonDir, 'shallow'));
  const grafts = await readText(join(commonDir, 'info', 'grafts'));
  const promised = config.some(
    ({ key, value }) =>
      key === 'extensions.partialclone' || (/^remote\..*\.promisor$/.test(key) && isTrue(value)),
  );
  return {
    shallow: shallow !== undefined && shallow.trim() !== '',
    partial: promised || (await hasPromisorPack(join(commonDir, 'objects', 'pack'))),
    grafts: (grafts ?? '').split('\n').some((line) => line.trim() !== '' && !line.startsWith('#')),
    missingAlternates: await missingAlternates(repository),
  };
}

async function missingAlternates(repository: Repository): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const folder of (await new ObjectFiles(repository).folders()).slice(1)) {
    if (!(await isFolder(folder))) missing.push(folder);
  }
  return missing;
}

async function hasPromisorPack(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).some((name) => name.endsWith('.promisor'));
  } catch (error) {
    if (isAbsence(error)) return false;
    throw unreadable(folder, error);
  }
}
