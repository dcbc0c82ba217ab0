import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyDatabase } from '../database/embedded/empty-database.js';

/** A temporary data directory with the empty embedded database of the build in it; the caller removes it. */
export async function testDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-test-'));
  await mkdir(join(dataDir, 'database'));
  await cp(emptyDatabase, join(dataDir, 'database', 'pgdata'), { recursive: true });
  return dataDir;
}

export function removeDir(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true, maxRetries: 3 });
}
