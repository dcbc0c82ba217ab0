import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/**
 * Tests run from the compiled files, so that workers and child processes are those that ship. What the web app works
 * out by itself, apart from a browser, is tested from its sources: they are bundled, never compiled file by file.
 */
export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('packages/web/src', import.meta.url)) } },
  test: {
    include: ['packages/*/dist/**/*.test.js', 'packages/web/src/**/*.test.{ts,tsx}', 'tests/dist/**/*.test.js'],
    // Node loads what is under test, as it does for users, and in half the time; but for what tests replace imports of.
    server: { deps: { external: [/\/packages\/[^/]+\/dist\/(?!.*(\.test|\/image-model|\/bag)\.js$)/] } },
    pool: 'forks',
    maxWorkers: 2,
    // What ends a test that hangs, not what a test may take: other machines are several times as slow.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
