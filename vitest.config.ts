import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/support/environment.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Far from most machines, so that an answer that hangs on the zone or the language shows.
    env: { TZ: 'Pacific/Auckland', LC_ALL: 'C' },
    // A test that asserts nothing fails.
    expect: { requireAssertions: true },
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text-summary', 'html'] },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
