import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { QmsError } from '../problem/problem.ts';
import type { RepositoryState } from './object-store.ts';
import { type Repository, isAbsence, readOwnConfig, readText, unreadable } from './repository.ts';
import { isTrue } from './config-file.ts';

/** What the configuration says about formats; cheap, and needs neither refs nor objects. */
export interface RepositoryFormat {
  readonly objectFormat: string;
  readonly refStorage: string;
}

/** Read how the repository names its objects and stores its refs. */
export async function readRepositoryFormat(repository: Repository): Promise<RepositoryFormat> {
  const last = new Map((await readOwnConfig(repository)).map(({ key, value }) => [key, value]));
  return {
    objectFormat: last.get('extensions.objectformat') ?? 'sha1',
    refStorage: last.get('extensions.refstorage') ?? 'files',
  };
}

/**
 * Refuse formats that can't be read, before anything is guessed from them.
 * @throws {QmsError} `git/object-format-unsupported`, `git/ref-storage-unsupported`
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
}

function isReadable({ objectFormat, refStorage }: RepositoryFormat): boolean {
  return objectFormat === 'sha1' && refStorage === 'files';
}

/**
 * Read what the repository itself says that bears on whether it can be believed.
 * @param replaceRefs Lists the names below `refs/replace/`; asked only where refs can be read.
 */
export async function readRepositoryState(
  repository: Repository,
  replaceRefs: () => Promise<readonly string[]>,
): Promise<RepositoryState> {
  const { commonDir } = repository;
  const config = await readOwnConfig(repository);
  const format = await readRepositoryFormat(repository);
  const shallow = await readText(join(commonDir, 'shallow'));
  const grafts = await readText(join(commonDir, 'info', 'grafts'));
  const promised = config.some(
    ({ key, value }) =>
      key === 'extensions.partialclone' || (/^remote\..*\.promisor$/.test(key) && isTrue(value)),
  );
  return {
    ...format,
    shallow: shallow !== undefined && shallow.trim() !== '',
    partial: promised || (await hasPromisorPack(join(commonDir, 'objects', 'pack'))),
    grafts: (grafts ?? '').split('\n').some((line) => line.trim() !== '' && !line.startsWith('#')),
    replaceRefs: isReadable(format) ? await replaceRefs() : [],
  };
}

async function hasPromisorPack(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).some((name) => name.endsWith('.promisor'));
  } catch (error) {
    if (isAbsence(error)) return false;
    throw unreadable(folder, error);
  }
}
