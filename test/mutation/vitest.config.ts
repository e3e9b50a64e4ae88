import { defineConfig } from 'vitest/config';

/** Quick tests only: each mutant runs all those that reach it. */
export default defineConfig({
  test: {
    include: [
      'test/approval/*.test.ts',
      'test/signature/{allowed-signers,forged,forms,ssh-key,verify,openpgp*,armour*}.test.ts',
      'test/git/{commit,tag,tree,node-cryptography}.test.ts',
      'test/register/{in-force,push/*}.test.ts',
      'test/rules/{matching,parse-rules}.test.ts',
    ],
    setupFiles: ['test/support/environment.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    env: { TZ: 'Pacific/Auckland', LC_ALL: 'C' },
  },
});
