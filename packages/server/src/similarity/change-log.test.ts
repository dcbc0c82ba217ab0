import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { categories, products } from '../catalogue/tables.js';
import type { Database } from '../platform/database/database.js';
import { migrate } from '../platform/database/migrate.js';
import { describeOnEachDatabase } from '../platform/testing/each-database.test.fixture.js';
import { ChangeLog, pruneChanges } from './change-log.js';

describeOnEachDatabase('the log of changed products', (test) => {
  let database: Database;
  let log: ChangeLog;
  beforeAll(async () => {
    database = await test.open();
    await migrate(database.pool);
    await database.db.insert(products).values({ id: 'early', title: 'Early' });
    log = await ChangeLog.fromNow(database.db);
  });
  afterAll(() => database.close());

  const change = (id: string, set: Partial<typeof products.$inferInsert>) =>
    database.db.update(products).set(set).where(sql`id = ${id}`);

  it('tells what was added, changed and removed since the last look, each once', async () => {
    await database.db.insert(products).values([
      { id: 'a', title: 'A' },
      { id: 'b', title: 'B' },
    ]);
    await change('a', { price: 3 });
    expect((await log.read()).products.sort()).toEqual(['a', 'b']);
    expect((await log.read()).products).toEqual([]);
    await change('b', { deletedAt: new Date() });
    await change('a', { images: ['photo'] });
    expect((await log.read()).products.sort()).toEqual(['a', 'b']);
    await database.db.delete(products).where(sql`id = 'b'`);
    expect((await log.read()).products).toEqual(['b']);
  });

  it('keeps quiet about words, which no search by photo looks at', async () => {
    await change('a', { title: 'Another', description: 'words', updatedAt: new Date() });
    expect(await log.read()).toEqual({ products: [], categories: false });
  });

  it('tells that categories moved', async () => {
    await database.db.insert(categories).values({ code: 'boots', name: 'Boots' });
    expect(await log.read()).toEqual({ products: [], categories: true });
    await database.db.update(categories).set({ name: 'Bootees' });
    expect((await log.read()).categories).toBe(false);
  });

  it('is gone on with where it was left', async () => {
    const { cursor } = log;
    await change('a', { stock: 1 });
    const later = await ChangeLog.since(database.db, cursor);
    expect((await later?.read())?.products).toContain('a');
    expect(await ChangeLog.since(database.db, { xmin: '99999999', at: Date.now() })).toBeUndefined();
    expect(await ChangeLog.since(database.db, { ...cursor, at: Date.now() - 86_400_000 })).toBeUndefined();
    await pruneChanges(database.db);
    expect((await log.read()).products).toContain('a');
  });

  if (test.kind === 'postgresql')
    it('misses none that was committed late, however many came after it', async () => {
      const slow = await database.pool.connect();
      await slow.query('BEGIN');
      await slow.query("INSERT INTO products (id, title) VALUES ('slow', 'Slow')");
      await database.db.insert(products).values({ id: 'quick', title: 'Quick' });
      expect((await log.read()).products).toEqual(['quick']);
      expect((await log.read()).products).toEqual([]);
      await slow.query('COMMIT');
      slow.release();
      expect((await log.read()).products).toEqual(['slow']);
      expect((await log.read()).products).toEqual([]);
    });
});
