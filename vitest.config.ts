import { defineConfig } from 'vitest/config';

/** Real processes on two cores: one file after the other, and deadlines that a busy machine keeps. */
export default defineConfig({
  test: {
    globalSetup: ['test/support/journalFolder.ts'],
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      {
        test: {
          name: 'window',
          // Each step stands on the one before.
          bail: 1,
          include: ['test/editor/window/**/*.test.ts'],
          setupFiles: ['test/support/ownProfileFolder.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
