import type { Database } from '../database/database.js';
import { openDatabase } from '../database/database.js';
import { removeDir, testDataDir } from './data-dir.test.fixture.js';
import { testPostgres } from './postgres.test.fixture.js';

/** A database of either kind that a contract is checked on; `open` may be called again after closing. */
export interface TestDatabase {
  kind: Database['kind'];
  /** What a child process needs to open the same one. */
  options: { dataDir: string; url?: string };
  open(): Promise<Database>;
  remove(): Promise<void>;
}

export const databaseKinds: Database['kind'][] = ['embedded', 'postgresql'];

/** An empty database of the kind. */
export async function testDatabase(kind: Database['kind']): Promise<TestDatabase> {
  const postgres = kind === 'postgresql' ? await testPostgres() : undefined;
  const dataDir = await testDataDir();
  const options = { dataDir, ...(postgres ? { url: postgres.url } : {}) };
  return {
    kind,
    options,
    open: () => openDatabase(options),
    remove: async () => {
      await postgres?.close();
      await removeDir(dataDir);
    },
  };
}
