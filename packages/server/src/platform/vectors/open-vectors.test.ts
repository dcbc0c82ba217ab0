import { afterAll, expect, test } from 'vitest';
import { DiskBlobStore } from '../blobs/disk-blob-store.js';
import { openLog } from '../log.js';
import { testDatabase } from '../testing/databases.test.fixture.js';
import { openVectors } from './open-vectors.js';

const opened: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of opened) await close();
});

test('a PostgreSQL says what it searches with: pgvector where it has it, else the log says that memory does', async () => {
  const given = await testDatabase('postgresql');
  const database = await given.open();
  opened.push(() => database.close().then(() => given.remove()));
  const { rows } = await database.pool.query(`SELECT 1 FROM pg_available_extensions WHERE name = 'vector'`);
  const lines: string[] = [];
  const log = openLog('warn', { write: (line) => void lines.push(line) });
  const { dataDir } = given.options;
  const vectors = await openVectors({ database, dataDir, log, blobs: await DiskBlobStore.open(`${dataDir}/blobs`) });
  const index = await vectors.open('model', 2);
  expect(index.backend).toBe(rows.length ? 'pgvector' : 'exact');
  expect(lines.some((line) => line.includes('PostgreSQL has no pgvector'))).toBe(!rows.length);
  await index.upsert([{ id: 'a', vector: Float32Array.of(1, 0) }]);
  expect(await index.search(Float32Array.of(1, 0), { limit: 1 })).toEqual([{ id: 'a', score: 1 }]);
  await index.close();
});
