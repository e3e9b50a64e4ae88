import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
/** What belongs to nobody's test, or is linked. */
const left = new Set(['.git', 'node_modules', 'dist', 'coverage', 'test-results']);

/**
 * Copy the project, as it stands now, into a temporary folder in which it can be changed. The
 * packages are linked.
 * @returns The folder, which whoever asked for it removes.
 */
export function copyTree(): string {
  const folder = mkdtempSync(join(tmpdir(), 'qms-tree-'));
  for (const name of readdirSync(root)) {
    if (!left.has(name)) cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Remove a copied tree. */
export function removeTree(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
