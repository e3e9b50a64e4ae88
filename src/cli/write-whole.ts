import { randomBytes } from 'node:crypto';
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Write a file so that an end at any point leaves the old file, none, or the whole new one: it is
 * written beside, under a name that starts with a dot and bears the number of this process, and
 * only then gets its own. What a killed run left beside is taken away.
 *
 * @param content What it is to hold, or what writes it.
 * @param mode Permissions, where they matter.
 * @throws {Error} `EEXIST` where `kind` is `new` and the file is there; what the system says.
 */
export async function writeWhole(
  file: string,
  content: string | Uint8Array | ((handle: FileHandle) => Promise<void>),
  kind: 'new' | 'replace',
  mode = 0o666,
): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  await removeLeftovers(folder);
  const unique = `${String(process.pid)}-${randomBytes(4).toString('hex')}`;
  const beside = join(folder, `.${basename(file)}.${unique}.new`);
  writing.add(beside);
  try {
    const handle = await open(beside, 'wx', mode);
    try {
      if (typeof content === 'function') await content(handle);
      else await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // A link never replaces: of two who make the same file at once, one is told.
    if (kind === 'replace' || !(await linked(beside, file))) await rename(beside, file);
  } finally {
    await rm(beside, { force: true });
    writing.delete(beside);
  }
}

/** What this process writes just now. */
const writing = new Set<string>();
/** Milliseconds after which nobody writes into such a file any more. */
const leftOverAge = 60 * 60 * 1000;

/** False where the file system knows no links, as on a memory stick, and the name is free. */
async function linked(beside: string, file: string): Promise<boolean> {
  try {
    await link(beside, file);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST') || (await stat(file).catch(() => undefined)) !== undefined) {
      throw error;
    }
    return false;
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** Without these looks, the file of somebody who writes just now would be taken. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    const pid = /^\..*\.([0-9]+)-[0-9a-f]{8}\.new$/u.exec(entry)?.[1];
    const file = join(folder, entry);
    if (pid === undefined || writing.has(file)) continue;
    // In a container each run may have the same number.
    const isOver = Number(pid) === process.pid || !isRunning(Number(pid)) || (await isOld(file));
    if (isOver) await rm(file, { force: true });
  }
}

/** A number is given again to another process, so a running one says nothing for ever. */
async function isOld(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > leftOverAge;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isCode(error, 'ESRCH');
  }
}
