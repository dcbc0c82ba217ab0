import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { categories } from '../catalogue/tables.js';
import type { Queries } from '../platform/database/database.js';
import type { VectorIndex } from '../platform/vectors/vector-index.js';
import { uncalibrated } from './calibration.js';
import { LiveIndex } from './live-index.js';
import { type Breakable, breakable } from './testing/breakable.test.fixture.js';
import { alike, openCatalogue, type TestCatalogue } from './testing/catalogue.test.fixture.js';

/** One page and a product more. */
const MANY = 501;

let catalogue: TestCatalogue;
let db: Breakable<Queries>;
let vectors: Breakable<VectorIndex>;
let index: LiveIndex;

/** As a server that starts: from the file that was kept last. */
async function open(): Promise<void> {
  const { model, encoder, database } = catalogue;
  db = breakable(database.db);
  vectors = breakable(await catalogue.vectors.open(model.id, encoder.dimension));
  const parts = { db: db.it, vectors: vectors.it, model, encoder, calibration: uncalibrated, revision: 0 };
  index = await LiveIndex.open(parts);
}

const below = async (category: string) =>
  (await index.search(alike, { limit: 10, where: { category } })).hits.map(({ productId }) => productId);
const move = (code: string, parent: string) =>
  catalogue.database.db.update(categories).set({ parent }).where(eq(categories.code, code));

beforeAll(async () => {
  catalogue = await openCatalogue();
  await catalogue.database.db.insert(categories).values([
    { code: 'women', name: 'Women' },
    { code: 'men', name: 'Men' },
  ]);
  await catalogue.database.db.insert(categories).values({ code: 'boots', name: 'Boots', parent: 'women' });
  await catalogue.keep(['first', 'second']);
  await catalogue.list([{ id: 'a', title: 'A', category: 'boots', images: ['first'] }]);
});
afterAll(() => catalogue.remove());

describe('a look that fails', () => {
  beforeEach(open);

  it('leaves products to the next one, which tells all that were taken in', async () => {
    await catalogue.list(Array.from({ length: MANY }, (_, at) => ({ id: `p${at}`, title: 'P', images: ['first'] })));
    // The log, a page of products, another.
    db.breakAt('execute', 3);
    await expect(index.sync()).rejects.toThrow('Connection terminated');
    expect(await index.sync()).toHaveLength(MANY);
    expect(vectors.it.size).toBe(MANY + 1);
    expect(await index.sync()).toEqual([]);
  });

  it('is not kept as if it had succeeded: a start takes in what it left', async () => {
    await catalogue.change('a', { images: ['first', 'second'] });
    db.breakAt('execute', 2);
    await expect(index.sync()).rejects.toThrow('Connection terminated');
    await index.save();
    await open();
    expect(await vectors.it.has('a#1')).toBe(true);
  });

  it('leaves moved categories to the next one', async () => {
    await move('boots', 'men');
    vectors.breakAt('refilter');
    await expect(index.sync()).rejects.toThrow('Connection terminated');
    expect(await below('men')).toEqual([]);
    await index.sync();
    expect([await below('women'), await below('men')]).toEqual([[], ['a']]);
  });

  it('that filtered some products anew leaves none by a tree that is gone again', async () => {
    await move('boots', 'women');
    vectors.breakAt('refilter', 2);
    await expect(index.sync()).rejects.toThrow('Connection terminated');
    expect(await below('women')).toEqual(['a']);
    await move('boots', 'men');
    await index.sync();
    expect([await below('women'), await below('men')]).toEqual([[], ['a']]);
  });
});

it('filters by categories that moved while no server ran', async () => {
  await open();
  await index.sync();
  await index.save();
  await move('boots', 'women');
  await open();
  expect([await below('women'), await below('men')]).toEqual([['a'], []]);
});
