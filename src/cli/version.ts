import { createRequire } from 'node:module';

/** The version of the installed package, from its `package.json`. */
export function readVersion(): string {
  // The same relative path holds for src/cli/ and dist/cli/.
  const manifest: unknown = createRequire(import.meta.url)('../../package.json');
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    return String(manifest.version);
  }
  return 'unknown';
}
