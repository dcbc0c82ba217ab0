import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { eq, sql } from 'drizzle-orm';
import { integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { databaseKinds, type TestDatabase, testDatabase } from '../testing/databases.test.fixture.js';
import type { Database } from './database.js';
import { migrate } from './migrate.js';

const things = pgTable('things', {
  id: integer().primaryKey(),
  name: text().notNull(),
  tags: text().array(),
  data: jsonb(),
  at: timestamp({ withTimezone: true }),
});

describe.each(databaseKinds)('the database, %s', async (kind) => {
  const holder: TestDatabase | undefined = await testDatabase(kind);
  let database: Database;
  beforeAll(async () => {
    database = await holder.open();
    // The embedded one comes with the product's tables.
    await database.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await database.pool.query(
      'CREATE TABLE things (id int PRIMARY KEY, name text NOT NULL, tags text[], data jsonb, at timestamptz)',
    );
  });
  beforeEach(async () => void (await database.db.delete(things)));
  afterAll(async () => {
    await database.close();
    await holder.remove();
  });

  test('gives back what it was given', async () => {
    const row = {
      id: 1,
      name: 'Écharpe 🧣 عربي',
      tags: ['a "b"', 'c,d'],
      data: { deep: [1, null, 'x'] },
      at: new Date(0),
    };
    await database.db.insert(things).values(row);
    expect(await database.db.select().from(things)).toEqual([row]);
  });

  test('a failed statement leaves the connection usable and says its code', async () => {
    await database.db.insert(things).values({ id: 1, name: 'one' });
    await expect(database.db.insert(things).values({ id: 1, name: 'again' })).rejects.toMatchObject({
      cause: { code: '23505' },
    });
    await expect(database.pool.query('SELECT broken')).rejects.toMatchObject({ code: '42703' });
    expect(await database.db.select().from(things)).toHaveLength(1);
  });

  test('a transaction that throws leaves nothing', async () => {
    const failing = database.db.transaction(async (tx) => {
      await tx.insert(things).values({ id: 1, name: 'one' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await database.db.select().from(things)).toEqual([]);
  });

  test('transactions at the same time don’t lose an update', async () => {
    await database.db.insert(things).values({ id: 1, name: '0' });
    const increment = () =>
      database.db.transaction(async (tx) => {
        const [row] = await tx.select().from(things).where(eq(things.id, 1)).for('update');
        await tx.update(things).set({ name: String(Number(row?.name) + 1) });
      });
    await Promise.all(Array.from({ length: 10 }, increment));
    expect((await database.db.select().from(things))[0]?.name).toBe('10');
  });

  test('what a transaction has not committed is invisible to others', async () => {
    const writer = await database.pool.connect();
    await writer.query('BEGIN');
    await writer.query("INSERT INTO things (id, name) VALUES (1, 'one')");
    const reading = database.db.select().from(things);
    await writer.query('ROLLBACK');
    writer.release();
    expect(await reading).toEqual([]);
  });

  test('a connection that ends inside a transaction rolls it back', async () => {
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query("INSERT INTO things (id, name) VALUES (1, 'one')");
    client.release(true);
    expect(await database.db.select().from(things)).toEqual([]);
  });

  if (kind === 'postgresql')
    test('a connection cut within a transaction fails that alone, not the process', async () => {
      const writer = await database.pool.connect();
      await writer.query('BEGIN');
      const { rows } = await writer.query('SELECT pg_backend_pid() AS pid');
      const ended = new Promise<void>((resolve) => writer.once('end', () => resolve()));
      await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
      await ended;
      await expect(writer.query("INSERT INTO things (id, name) VALUES (1, 'one')")).rejects.toThrow();
      writer.release(true);
      expect(await database.db.select().from(things)).toEqual([]);
    });

  test('connections that break before a transaction begins are not lost', async () => {
    const { pool } = database;
    const breaking = (client: PoolClient) => {
      (client as unknown as { connection: { stream: Duplex } }).connection.stream.destroy();
    };
    pool.on('acquire', breaking);
    const most = pool.options.max;
    for (let i = 0; i <= most; i++) await expect(database.db.transaction(async () => undefined)).rejects.toThrow();
    pool.off('acquire', breaking);
    expect(pool.totalCount).toBeLessThan(most);
    expect(await database.db.select().from(things)).toEqual([]);
  });

  test('prepared statements of one name live side by side on several connections', async () => {
    const clients = await Promise.all([database.pool.connect(), database.pool.connect()]);
    const [first, second] = await Promise.all(
      clients.map((client, index) =>
        client.query({ name: 'same', text: `SELECT $1::int * ${index + 1} AS n`, values: [21] }),
      ),
    );
    for (const client of clients) client.release();
    expect([first?.rows, second?.rows]).toEqual([[{ n: 21 }], [{ n: 42 }]]);
  });

  test('carries a megabyte of text, in and out', async () => {
    const name = 'é'.repeat(1 << 20);
    await database.db.insert(things).values({ id: 1, name });
    expect((await database.db.select().from(things))[0]?.name).toBe(name);
  });

  describe('migrations', () => {
    let directory: string;
    const file = (name: string, content: string) => writeFile(join(directory, name), content);
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'vitrine-migrations-'));
      await database.pool.query('DROP TABLE IF EXISTS migrations, m1, m2');
      await file('0001_a.sql', 'CREATE TABLE m1 (id int); INSERT INTO m1 VALUES (1);');
      return () => rm(directory, { recursive: true });
    });

    test('run once, in order, also when two ask at the same time', async () => {
      await file('0002_b.sql', 'CREATE TABLE m2 AS SELECT * FROM m1;');
      const ran = await Promise.all([migrate(database.pool, directory), migrate(database.pool, directory)]);
      expect(ran.flat()).toEqual(['0001_a.sql', '0002_b.sql']);
      expect(await migrate(database.pool, directory)).toEqual([]);
      expect((await database.db.execute(sql`SELECT * FROM m2`)).rows).toEqual([{ id: 1 }]);
    });

    test('one that fails leaves the database as it was', async () => {
      await file('0002_b.sql', 'CREATE TABLE m2 (id int); SELECT broken;');
      await expect(migrate(database.pool, directory)).rejects.toThrow('broken');
      await file('0002_b.sql', 'CREATE TABLE m2 (id int);');
      expect(await migrate(database.pool, directory)).toEqual(['0001_a.sql', '0002_b.sql']);
    });

    test('a database of a newer release, or of changed files, is refused', async () => {
      await migrate(database.pool, directory);
      await file('0001_a.sql', 'CREATE TABLE m1 (id bigint);');
      await expect(migrate(database.pool, directory)).rejects.toMatchObject({ code: 'database.migration' });
      await rm(join(directory, '0001_a.sql'));
      await expect(migrate(database.pool, directory)).rejects.toMatchObject({ code: 'database.newer' });
    });

    test('those of the product apply, and again', async () => {
      expect((await migrate(database.pool)).length).toBeGreaterThan(1);
      expect(await migrate(database.pool)).toEqual([]);
    });
  });
});
