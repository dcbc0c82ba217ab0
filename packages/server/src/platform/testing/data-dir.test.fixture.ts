import { cp, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openDatabase } from '../database/database.js';

const require = createRequire(import.meta.url);
const { version } = require(join(dirname(require.resolve('@electric-sql/pglite')), '../package.json')) as {
  version: string;
};

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/** An empty embedded database to copy: making one takes seconds, so it's kept in the system's temporary folder. */
async function template(): Promise<string> {
  const path = join(tmpdir(), `vitrine-test-database-${version}`);
  if (await exists(path)) return path;
  const making = await mkdtemp(join(tmpdir(), 'vitrine-making-'));
  const database = await openDatabase({ dataDir: making });
  await database.close();
  // Another test process may have been faster; then its copy serves.
  await rename(join(making, 'database', 'pgdata'), path).catch(() => undefined);
  await rm(making, { recursive: true, force: true });
  return path;
}

/** A temporary data directory with an empty embedded database already made; the caller removes it. */
export async function testDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-test-'));
  const from = await template();
  await mkdir(join(dataDir, 'database'));
  await cp(from, join(dataDir, 'database', 'pgdata'), { recursive: true });
  return dataDir;
}

export function removeDir(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true, maxRetries: 3 });
}
