import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeDir, testDataDir } from '../../testing/data-dir.test.fixture.js';
import { type Database, openDatabase } from '../database.js';
import { Upkeep } from './upkeep.js';

let dataDir: string;
let database: Database;
beforeEach(async () => {
  dataDir = await testDataDir();
  database = await openDatabase({ dataDir });
});
afterEach(async () => {
  await database.close();
  await removeDir(dataDir);
});

const ask = async <Row extends pg.QueryResultRow>(sql: string) => (await database.pool.query<Row>(sql)).rows;
const counted = async () =>
  (await ask<{ rows: number }>(`SELECT reltuples::int AS rows FROM pg_class WHERE relname = 'things'`))[0]?.rows;
const pages = async () =>
  (await ask<{ pages: number }>(`SELECT (pg_relation_size('things') / 8192)::int AS pages`))[0]?.pages ?? 0;

async function logFiles(): Promise<number> {
  const directory = join(dataDir, 'database', 'pgdata', 'pg_wal');
  const sizes = (await readdir(directory)).map(async (name) => (await stat(join(directory, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

test('a table that grew is counted anew, also where another process filled it; one that did not, is left alone', async () => {
  await ask('CREATE TABLE things (n int)');
  await ask('INSERT INTO things SELECT generate_series(1, 3000)');
  await database.close();
  database = await openDatabase({ dataDir });
  const upkeep = new Upkeep(database.pool);
  await upkeep.tend();
  expect(await counted()).toBe(3000);
  await ask('INSERT INTO things SELECT generate_series(1, 30)');
  await upkeep.tend();
  expect(await counted()).toBe(3000);
  await ask('INSERT INTO things SELECT generate_series(1, 9000)');
  await upkeep.tend();
  expect(await counted()).toBe(12_030);
});

test('dead rows make room for others', async () => {
  const upkeep = new Upkeep(database.pool);
  await ask('CREATE TABLE things (n int)');
  await ask('INSERT INTO things SELECT generate_series(1, 5000)');
  await upkeep.tend();
  const before = await pages();
  for (let round = 0; round < 6; round++) {
    await ask('UPDATE things SET n = n + 1');
    await upkeep.tend();
  }
  expect(await pages()).toBeLessThan(3 * before);
});

test('the log is shortened when it is long, and what was written stays', async () => {
  const upkeep = new Upkeep(database.pool, 20 << 20);
  await ask('CREATE TABLE things (n int, filler text)');
  let most = 0;
  for (let round = 0; round < 8; round++) {
    await ask(`INSERT INTO things SELECT ${round}, repeat(md5(g::text), 30) FROM generate_series(1, 20000) g`);
    await upkeep.tend();
    most = Math.max(most, await logFiles());
  }
  // 160 MB were written.
  expect(most).toBeLessThan(140 << 20);
  await database.close();
  database = await openDatabase({ dataDir });
  expect(await ask('SELECT count(*)::int AS rows FROM things')).toEqual([{ rows: 160_000 }]);
});
