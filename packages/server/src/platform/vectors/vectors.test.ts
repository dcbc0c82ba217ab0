import { describe, expect, test } from 'vitest';
import { MemoryIndex } from './memory-index.js';
import { clusteredVectors, unit } from './testing/clustered.test.fixture.js';
import type { VectorIndex } from './vector-index.js';

/** Every adapter passes the same suite. */
const adapters: [name: string, open: (dimension: number) => Promise<VectorIndex>][] = [
  ['exact', async (dimension) => new MemoryIndex(dimension)],
];

const across = unit([1, 0, 0]);
const up = unit([0, 1, 0]);

describe.each(adapters)('vectors, %s', (_name, open) => {
  test('the nearest come first, with the cosine of their angle', async () => {
    const index = await open(3);
    await index.upsert([
      { id: 'up', vector: up },
      { id: 'across', vector: across },
      { id: 'between', vector: unit([1, 1, 0]) },
    ]);
    const hits = await index.search(across, { limit: 2 });
    expect(hits.map(({ id }) => id)).toEqual(['across', 'between']);
    expect(hits[1]?.score).toBeCloseTo(Math.SQRT1_2, 5);
    await index.close();
  });

  test('equal scores come in the order of their ids, also where the limit cuts them', async () => {
    const index = await open(3);
    await index.upsert(['d', 'b', 'e', 'a', 'c'].map((id) => ({ id, vector: across })));
    expect((await index.search(across, { limit: 3 })).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    await index.close();
  });

  test('an id upserted again is there once, as it was said last', async () => {
    const index = await open(3);
    await index.upsert([{ id: 'a', vector: across, filter: { price: 5 } }]);
    await index.upsert([
      { id: 'a', vector: across },
      { id: 'a', vector: up, filter: { price: 7 } },
    ]);
    expect(index.size).toBe(1);
    expect((await index.search(up, { limit: 5, where: { minPrice: 6 } })).map(({ score }) => score)).toEqual([1]);
    await index.close();
  });

  test('what was removed is not found; the rest is', async () => {
    const index = await open(3);
    await index.upsert(['a', 'b', 'c'].map((id) => ({ id, vector: across })));
    await index.remove(['a', 'nobody']);
    expect([await index.has('a'), await index.has('b'), (await index.ids()).sort()]).toEqual([false, true, ['b', 'c']]);
    expect((await index.search(across, { limit: 5 })).map(({ id }) => id)).toEqual(['b', 'c']);
    await index.close();
  });

  test('filters hold together, a category with all below it, a missing price passing no limit', async () => {
    const index = await open(3);
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
    await index.close();
  });

  test.each([
    ['of another length', unit([1, 1])],
    ['with NaN', Float32Array.of(Number.NaN, 0, 0)],
    ['with infinity', Float32Array.of(Infinity, 0, 0)],
    ['of zeros', new Float32Array(3)],
    ['that was not divided by its length', Float32Array.of(3, 4, 0)],
  ])('a vector %s is refused, and with it all that came along', async (_what, vector) => {
    const index = await open(3);
    const bad = [
      { id: 'good', vector: across },
      { id: 'bad', vector },
    ];
    await expect(index.upsert(bad)).rejects.toMatchObject({ code: 'vector.invalid', status: 422 });
    await expect(index.search(vector, { limit: 1 })).rejects.toMatchObject({ code: 'vector.invalid' });
    expect(index.size).toBe(0);
    await index.close();
  });

  test.each([0, -1, 1.5, 1001, Number.NaN])('%s hits can’t be asked for', async (limit) => {
    const index = await open(3);
    await expect(index.search(across, { limit })).rejects.toMatchObject({ code: 'vector.limit' });
    expect(await index.search(across, { limit: 1000 })).toEqual([]);
    await index.close();
  });

  test('among many, at least 95 of 100 nearest are found, with and without filters', async () => {
    const { entries, queries } = clusteredVectors({ count: 3000, dimension: 32, queries: 50, seed: 1 });
    const index = await open(32);
    await index.upsert(entries);
    const wheres = [undefined, { category: 'half' }, { category: 'tenth' }, { category: 'rare' }, { maxPrice: 20 }];
    for (const where of wheres) {
      let found = 0;
      let wanted = 0;
      for (const query of queries) {
        const right = entries
          .filter(({ filter }) => !where?.category || filter.categories.includes(where.category))
          .filter(({ filter }) => filter.price <= (where?.maxPrice ?? Infinity))
          .map(({ id, vector }) => ({ id, score: vector.reduce((sum, x, i) => sum + x * (query[i] as number), 0) }))
          .sort((one, other) => other.score - one.score)
          .slice(0, 10);
        const hits = await index.search(query, { limit: 10, where });
        expect(hits.length).toBe(right.length);
        wanted += right.length;
        found += right.filter(({ id }) => hits.some((hit) => hit.id === id)).length;
      }
      expect(found / wanted).toBeGreaterThanOrEqual(0.95);
    }
    await index.close();
  });
});
