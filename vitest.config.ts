import { defineConfig } from 'vitest/config';

/** Tests run from the compiled files, so that workers and child processes are those that ship. */
export default defineConfig({
  test: {
    include: ['packages/*/dist/**/*.test.js', 'tests/dist/**/*.test.js'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
