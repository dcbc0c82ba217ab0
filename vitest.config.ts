import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));
const tests = ['packages/*/dist/**/*.test.js', 'packages/web/src/**/*.test.{ts,tsx}', 'tests/dist/**/*.test.js'];
/** Tests that put something in the place of an import, or the tests' own task in that of `classify`. */
const replaces = /\bvi\.mock\(|\/(words\.test\.fixture|loop\.test\.fixture)\.js'/;

/** What must meet nothing that others replaced, nor leave behind what it replaces itself. */
function replacingTests(): string[] {
  const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name));
  const folders = [...packages.map((folder) => join(folder, 'dist')), 'packages/web/src', 'tests/dist'];
  return folders
    .flatMap((folder) => filesIn(folder).map((file) => join(folder, file)))
    .filter((file) => /\.test\.(js|tsx?)$/.test(file) && replaces.test(readFileSync(join(root, file), 'utf8')));
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}

const replacing = replacingTests();

/**
 * Tests run from the compiled files, so that workers and child processes are those that ship. What the web app works
 * out by itself, apart from a browser, is tested from its sources: they are bundled, never compiled file by file.
 */
export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('packages/web/src', import.meta.url)) } },
  test: {
    // Node loads what is under test, as it does for users, and in half the time; but for what tests replace imports of.
    server: { deps: { external: [/\/packages\/[^/]+\/dist\/(?!.*(\.test|\/image-model|\/bag)\.js$)/] } },
    pool: 'forks',
    // One more than the cores of a small machine: tests also wait, for disks, browsers and one another's processes.
    maxWorkers: 3,
    // What ends a test that hangs, not what a test may take: other machines are several times as slow.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      // A few processes load the engine, the server and PostgreSQL once, where each of 200 files would by itself.
      { extends: true, test: { name: 'together', include: tests, exclude: replacing, isolate: false } },
      { extends: true, test: { name: 'apart', include: replacing } },
    ],
  },
});
