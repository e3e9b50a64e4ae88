import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What became of the hook that checks documents before a commit. */
export type HookOutcome =
  | { readonly done: 'installed' | 'present'; readonly path: string }
  /** Somebody else's hook stands there; it stays, and `add` is what to add to it. */
  | { readonly done: 'foreign'; readonly path: string; readonly add: string };

const line = 'qms check --staged';

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether the folder's `package.json` gives its hooks to simple-git-hooks, which rewrites them. */
async function managedByPackage(top: string): Promise<boolean> {
  const manifest = await readIfThere(join(top, 'package.json'));
  return manifest?.includes('"simple-git-hooks"') ?? false;
}

/**
 * Put the hook `pre-commit` in place, unless somebody else's stands there.
 *
 * @param top        Top folder of the working tree.
 * @param hooksPath  Folder of the hooks, absolute.
 * @param configured Whether the folder comes from `core.hooksPath`: then somebody manages it.
 */
export async function installHook(
  top: string,
  hooksPath: string,
  configured: boolean,
): Promise<HookOutcome> {
  const path = join(hooksPath, 'pre-commit');
  const present = await readIfThere(path);
  if (present?.includes(line) === true) return { done: 'present', path };
  // Without this look, the hooks of a team that came before us would be gone without a word.
  if (present !== undefined || configured) return { done: 'foreign', path, add: line };
  if (await managedByPackage(top)) {
    const add = `"simple-git-hooks": {"pre-commit": "npx ${line}"}`;
    return { done: 'foreign', path: join(top, 'package.json'), add };
  }
  // The same relative path holds for src/cli/ and dist/cli/.
  const script = await readFile(fileURLToPath(new URL('../../hooks/pre-commit', import.meta.url)));
  await mkdir(hooksPath, { recursive: true });
  await writeFile(path, script, { flag: 'wx' });
  await chmod(path, 0o755);
  return { done: 'installed', path };
}
