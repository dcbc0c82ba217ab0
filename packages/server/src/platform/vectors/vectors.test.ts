import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { DiskBlobStore } from '../blobs/disk-blob-store.js';
import { emptyDatabase } from '../database/embedded/empty-database.js';
import { openLog } from '../log.js';
import { testDataDir } from '../testing/data-dir.test.fixture.js';
import { GraphPolicy } from './memory/graph-policy.js';
import { MemoryIndex } from './memory/memory-index.js';
import { MemoryVectors } from './memory/memory-vectors.js';
import { Pgvector } from './pgvector/pgvector.js';
import type { SqlPool } from './pgvector/sql.js';
import { type ClusteredEntry, clusteredVectors, unit } from './testing/clustered.test.fixture.js';
import type { VectorIndex } from './vector-index.js';
import type { Vectors } from './vectors.js';

const made: string[] = [];
let engine: PGlite | undefined;
afterAll(async () => {
  await engine?.close();
  for (const directory of made) await rm(directory, { recursive: true, force: true });
});

/** A store of a temporary directory, and indexes of either kind that are saved there. */
async function inMemory(limits?: { graphFrom: number; newcomers: number }): Promise<Vectors> {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-vectors-'));
  made.push(directory);
  const blobs = await DiskBlobStore.open(join(directory, 'blobs'));
  const options = { blobs, scratch: join(directory, 'scratch'), log: openLog('silent') };
  return MemoryVectors.open(limits ? { ...options, policy: new GraphPolicy(limits) } : options);
}

/** The embedded engine with the extension, as one connection; each time empty. */
async function inPostgres(): Promise<Vectors> {
  if (!engine) {
    const directory = await testDataDir();
    made.push(directory);
    await cp(emptyDatabase(), join(directory, 'pgdata'), { recursive: true });
    engine = await PGlite.create(join(directory, 'pgdata'), { extensions: { vector } });
  }
  await engine.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  const { query } = engine;
  const sql: SqlPool = {
    query: query.bind(engine),
    connect: async () => ({ query: query.bind(engine), release: () => undefined }),
  };
  const vectors = await Pgvector.open(sql, openLog('silent'));
  if (!vectors) throw new Error('The embedded engine has no pgvector.');
  return vectors;
}

/** Every adapter passes the same suite. */
const adapters: [name: string, open: () => Promise<Vectors>][] = [
  ['exact', () => inMemory()],
  ['usearch', () => inMemory({ graphFrom: 500, newcomers: 100 })],
  ['pgvector', inPostgres],
];

const across = unit([1, 0, 0]);
const up = unit([0, 1, 0]);

describe.each(adapters)('vectors, %s', (name, openVectors) => {
  let vectors: Vectors;
  let index: VectorIndex;
  const open = async (dimension: number) => {
    vectors = await openVectors();
    index = await vectors.open('model', dimension);
  };
  afterEach(() => index.close());

  test('the nearest come first, with the cosine of their angle', async () => {
    await open(3);
    await index.upsert([
      { id: 'up', vector: up },
      { id: 'across', vector: across },
      { id: 'between', vector: unit([1, 1, 0]) },
    ]);
    const hits = await index.search(across, { limit: 2 });
    expect(hits.map(({ id }) => id)).toEqual(['across', 'between']);
    expect(hits[1]?.score).toBeCloseTo(Math.SQRT1_2, 5);
  });

  test('equal scores come in the order of their ids, also where the limit cuts them', async () => {
    await open(3);
    const ids = [...'mbvtaxhzgkeyfwqnlrpdjucosi'].flatMap((id) => [id, id.repeat(2)]);
    await index.upsert(ids.map((id) => ({ id, vector: across })));
    expect((await index.search(across, { limit: 3 })).map(({ id }) => id)).toEqual(['a', 'aa', 'b']);
  });

  test('an id upserted again is there once, as it was said last', async () => {
    await open(3);
    await index.upsert([{ id: 'a', vector: across, filter: { price: 5 } }]);
    await index.upsert([
      { id: 'a', vector: across },
      { id: 'a', vector: up, filter: { price: 7 } },
    ]);
    expect(index.size).toBe(1);
    expect((await index.search(up, { limit: 5, where: { minPrice: 6 } })).map(({ score }) => score)).toEqual([1]);
  });

  test('what was removed is not found; the rest is', async () => {
    await open(3);
    await index.upsert(['a', 'b', 'c'].map((id) => ({ id, vector: across })));
    await index.remove(['a', 'nobody']);
    expect([await index.has('a'), await index.has('b'), (await index.ids()).sort()]).toEqual([false, true, ['b', 'c']]);
    expect((await index.search(across, { limit: 5 })).map(({ id }) => id)).toEqual(['b', 'c']);
  });

  test('filters hold together, a category with all below it, a missing price passing no limit', async () => {
    await open(3);
    const filters = {
      shirt: { categories: ['clothes', 'shirts'], price: 10, inStock: true },
      dear: { categories: ['clothes', 'shirts'], price: 90, inStock: true },
      gone: { categories: ['clothes', 'shirts'], price: 20, inStock: false },
      cup: { categories: ['kitchen'], price: 10, inStock: true },
      unpriced: { categories: ['clothes'], inStock: true },
      bare: {},
    };
    await index.upsert(Object.entries(filters).map(([id, filter]) => ({ id, vector: across, filter })));
    const found = async (where: object) => (await index.search(across, { limit: 9, where })).map(({ id }) => id);
    expect(await found({ category: 'clothes' })).toEqual(['dear', 'gone', 'shirt', 'unpriced']);
    expect(await found({ category: 'shirts', maxPrice: 20, inStock: true })).toEqual(['shirt']);
    expect(await found({ minPrice: 20, maxPrice: 90 })).toEqual(['dear', 'gone']);
    expect(await found({ category: 'hats' })).toEqual([]);
    expect(await found({ inStock: false })).toEqual(['bare', 'gone']);
    await index.refilter([
      { id: 'cup', filter: { categories: ['hats'] } },
      { id: 'nobody', filter: {} },
    ]);
    expect(await found({ category: 'hats' })).toEqual(['cup']);
  });

  test.each([
    ['of another length', unit([1, 1])],
    ['with NaN', Float32Array.of(Number.NaN, 0, 0)],
    ['with infinity', Float32Array.of(Infinity, 0, 0)],
    ['of zeros', new Float32Array(3)],
    ['that was not divided by its length', Float32Array.of(3, 4, 0)],
  ])('a vector %s is refused, and with it all that came along', async (_what, vector) => {
    await open(3);
    const bad = [
      { id: 'good', vector: across },
      { id: 'bad', vector },
    ];
    await expect(index.upsert(bad)).rejects.toMatchObject({ code: 'vector.invalid', status: 422 });
    await expect(index.search(vector, { limit: 1 })).rejects.toMatchObject({ code: 'vector.invalid' });
    expect(index.size).toBe(0);
  });

  test.each([0, -1, 1.5, 1001, Number.NaN])('%s hits can’t be asked for', async (limit) => {
    await open(3);
    await expect(index.search(across, { limit })).rejects.toMatchObject({ code: 'vector.limit' });
    expect(await index.search(across, { limit: 1000 })).toEqual([]);
  });

  test('among many, at least 95 of 100 nearest are found, with and without filters, also when opened again', async () => {
    const { entries, queries } = clusteredVectors({ count: 1500, dimension: 32, queries: 20, seed: 1 });
    await open(32);
    await index.upsert(entries);
    await built(index);
    expect(index.backend).toBe(name);
    const wheres = [undefined, { category: 'half' }, { category: 'tenth' }, { category: 'rare' }, { maxPrice: 20 }];
    for (const where of wheres) expect(await recall(index, entries, queries, where)).toBeGreaterThanOrEqual(0.95);
    await index.save('as of today');
    await index.close();
    index = await vectors.open('model', 32);
    expect([index.stamp, index.size, index.backend]).toEqual(['as of today', 1500, name]);
    for (const where of wheres) expect(await recall(index, entries, queries, where)).toBeGreaterThanOrEqual(0.95);
  });

  test('what changes is in the next search, however large the index', async () => {
    const { entries, queries } = clusteredVectors({ count: 1200, dimension: 32, queries: 20, seed: 2 });
    await open(32);
    await index.upsert(entries.slice(0, 900));
    const early = index.upsert(entries.slice(900, 1100));
    await index.remove(entries.slice(0, 100).map(({ id }) => id));
    await early;
    await built(index);
    const moved = entries.slice(100, 200).map((entry, place) => ({ ...entry, vector: entries[place]?.vector ?? up }));
    await index.upsert([...entries.slice(1100), ...moved]);
    await index.remove(entries.slice(200, 300).map(({ id }) => id));
    const now = [...entries.slice(300), ...moved];
    expect((await index.ids()).sort()).toEqual(now.map(({ id }) => id).sort());
    expect(await recall(index, now, queries)).toBeGreaterThanOrEqual(0.95);
    for (const { id, vector } of moved.slice(0, 10))
      expect((await index.search(vector, { limit: 1 }))[0]).toMatchObject({ id, score: expect.closeTo(1, 5) });
    await built(index);
    expect(await recall(index, now, queries)).toBeGreaterThanOrEqual(0.95);
  });

  test('what was saved last is there again; dropped, or of another dimension, it begins empty', async () => {
    await open(3);
    await index.upsert([{ id: 'a', vector: across, filter: { categories: ['hats'], price: 3, inStock: true } }]);
    expect(index.stamp).toBeUndefined();
    await index.save('first');
    await index.upsert([{ id: 'b', vector: up }]);
    await index.save('second');
    expect(index.stamp).toBe('second');
    await index.close();
    index = await vectors.open('model', 3);
    expect([index.stamp, (await index.ids()).sort()]).toEqual(['second', ['a', 'b']]);
    const where = { category: 'hats', minPrice: 3, maxPrice: 3, inStock: true };
    expect((await index.search(up, { limit: 3, where })).map(({ id }) => id)).toEqual(['a']);
    const other = await vectors.open('other', 3);
    expect([other.stamp, other.size]).toEqual([undefined, 0]);
    await other.close();
    await index.close();
    index = await vectors.open('model', 2);
    expect([index.stamp, index.size]).toEqual([undefined, 0]);
    await index.close();
    await vectors.drop('model');
    index = await vectors.open('model', 3);
    expect([index.stamp, index.size]).toEqual([undefined, 0]);
  });
});

/** Once no graph is being built any more. */
async function built(index: VectorIndex): Promise<void> {
  if (index instanceof MemoryIndex) await index.settled();
}

/** The share of the true ten nearest that are found. */
async function recall(
  index: VectorIndex,
  entries: ClusteredEntry[],
  queries: Float32Array[],
  where: { category?: string; maxPrice?: number } = {},
): Promise<number> {
  const passing = entries
    .filter(({ filter }) => !where.category || filter.categories.includes(where.category))
    .filter(({ filter }) => filter.price <= (where.maxPrice ?? Infinity));
  let found = 0;
  let wanted = 0;
  for (const query of queries) {
    const right = passing
      .map(({ id, vector }) => ({ id, score: vector.reduce((sum, x, place) => sum + x * (query[place] ?? 0), 0) }))
      .sort((one, other) => other.score - one.score)
      .slice(0, 10);
    const hits = await index.search(query, { limit: 10, where });
    expect(hits.length).toBe(right.length);
    const ids = new Set(hits.map(({ id }) => id));
    wanted += right.length;
    found += right.filter(({ id }) => ids.has(id)).length;
  }
  return found / wanted;
}
