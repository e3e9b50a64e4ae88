import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWhole } from './write-whole.ts';

/** What became of the hook that checks documents before a commit. */
export type HookOutcome =
  | { readonly done: 'installed' | 'present'; readonly path: string }
  /** Somebody else's hook stands there; it stays, and `add` is what to add to it. */
  | { readonly done: 'foreign'; readonly path: string; readonly add: string };

const line = 'qms check --staged';
/** What the script in `hooks/` calls; the same. */
const ours = 'qms hook pre-commit';

const checks = (text: string | undefined): boolean =>
  text !== undefined && (text.includes(line) || text.includes(ours));

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A program that writes the hooks itself, from a file of its own. */
interface Manager {
  /** That file. */
  readonly path: string;
  /** What it holds now. */
  readonly text: string;
  readonly add: string;
}

/**
 * husky and simple-git-hooks write hooks anew whenever packages are installed: what stands in
 * the hook itself would be gone after the next `npm install`.
 */
async function managerIn(top: string): Promise<Manager | undefined> {
  const husky = join(top, '.husky');
  if ((await stat(husky).catch(() => undefined))?.isDirectory() === true) {
    const path = join(husky, 'pre-commit');
    return { path, text: (await readIfThere(path)) ?? '', add: `npx ${line}` };
  }
  const path = join(top, 'package.json');
  const text = await readIfThere(path);
  if (text?.includes('"simple-git-hooks"') !== true) return undefined;
  const before = preCommitOf(text);
  const command = before === undefined ? `npx ${line}` : `${before} && npx ${line}`;
  const add = `"simple-git-hooks": {"pre-commit": ${JSON.stringify(command)}}`;
  return { path, text, add };
}

/** The command that simple-git-hooks runs before a commit. */
function preCommitOf(manifest: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(manifest);
    const hooks = valueOf(parsed, 'simple-git-hooks');
    const command = valueOf(hooks, 'pre-commit');
    return typeof command === 'string' ? command : undefined;
  } catch {
    // A manifest that can not be read is for npm to name; the hook's line can be added all the same.
    return undefined;
  }
}

function valueOf(object: unknown, key: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined;
  return Object.entries(object).find(([name]) => name === key)?.[1];
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
  const manager = await managerIn(top);
  if (manager !== undefined) {
    const { path, text, add } = manager;
    return checks(text) ? { done: 'present', path } : { done: 'foreign', path, add };
  }
  const path = join(hooksPath, 'pre-commit');
  const present = await readIfThere(path);
  if (checks(present)) return { done: 'present', path };
  // Without this look, the hooks of a team that came before us would be gone without a word.
  if (present !== undefined || configured) return { done: 'foreign', path, add: line };
  // The same relative path holds for src/cli/ and dist/cli/.
  const script = await readFile(fileURLToPath(new URL('../../hooks/pre-commit', import.meta.url)));
  await writeWhole(path, script, 'new', 0o755);
  return { done: 'installed', path };
}
