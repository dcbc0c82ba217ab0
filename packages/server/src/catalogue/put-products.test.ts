import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../platform/database/database.js';
import { migrate } from '../platform/database/migrate.js';
import { type TestDatabase, testDatabase } from '../platform/testing/databases.test.fixture.js';
import { createCategory } from './categories.js';
import { searchProducts } from './product-search.js';
import { getProduct, updateProduct } from './products.js';
import { putProducts, type SourcedProduct } from './put-products.js';

let holder: TestDatabase;
let database: Database;

beforeAll(async () => {
  holder = await testDatabase('embedded');
  database = await holder.open();
  await migrate(database.pool);
  for (const code of ['dresses', 'skirts', 'sale']) await createCategory(database.db, { code, name: code });
});
afterAll(async () => {
  await database.close();
  await holder.remove();
});

const put = (product: Partial<SourcedProduct> & { id: string }) =>
  putProducts(database.db, [
    {
      ...{ sku: product.id, title: 'A dress', description: '', category: null, price: null, currency: null },
      ...{ brand: null, colour: null, images: [], stock: null, attributes: {}, ...product },
    },
  ]);
const categoryOf = async (id: string) => (await getProduct(database.db, id)).category;

test('a product is where its source says, and moves when it says otherwise', async () => {
  for (const category of ['dresses', 'skirts', null, 'sale']) await put({ id: 'moving', category });
  expect(await categoryOf('moving')).toBe('sale');
});

test('a category that a person chose stays, none too', async () => {
  const { db } = database;
  for (const [id, chosen] of [['chosen', 'sale'] as const, ['taken out', null] as const]) {
    await put({ id, category: 'dresses' });
    await updateProduct(db, id, { category: chosen });
    await put({ id, category: 'dresses' });
    await put({ id, category: 'skirts' });
    expect(await categoryOf(id)).toBe(chosen);
  }
});

test('a product that a person put where its source says moves with it', async () => {
  await put({ id: 'agreed', category: 'dresses' });
  await updateProduct(database.db, 'agreed', { category: 'skirts' });
  await put({ id: 'agreed', category: 'skirts' });
  await put({ id: 'agreed', category: 'sale' });
  expect(await categoryOf('agreed')).toBe('sale');
});

test('what a source doesn’t tell stays as it was typed in, and is found by it', async () => {
  const { db } = database;
  const bare: SourcedProduct = {
    ...{ id: 'bare', sku: '4711', title: '4711', description: '', category: null, price: null, currency: null },
    ...{ brand: null, colour: null, images: [], stock: null, attributes: { page: 'https://shop.example/4711' } },
  };
  await putProducts(db, [bare]);
  const typed = {
    title: 'Corduroy coat',
    description: 'Warm',
    price: 80,
    currency: 'EUR',
    brand: 'Loom',
    colour: 'red',
  };
  await updateProduct(db, 'bare', { ...typed, attributes: { fit: 'wide' } });
  await putProducts(db, [bare]);
  expect(await getProduct(db, 'bare')).toMatchObject({
    ...typed,
    attributes: { fit: 'wide', page: 'https://shop.example/4711' },
  });
  for (const q of ['loom', 'corduroy', 'warm', '4711'])
    expect((await searchProducts(db, { q, page: 1, limit: 5 })).items.map(({ id }) => id)).toEqual(['bare']);
});

test('what a source tells replaces what was typed in, a price with its currency', async () => {
  const { db } = database;
  await put({ id: 'told', price: 10, currency: 'EUR', brand: 'Loom' });
  await updateProduct(db, 'told', { price: 20, currency: 'SEK', brand: 'Other' });
  await put({ id: 'told', currency: 'EUR' });
  expect(await getProduct(db, 'told')).toMatchObject({ price: 20, currency: 'SEK', brand: 'Other' });
  await put({ id: 'told', price: 12, currency: 'EUR', brand: 'Loom' });
  expect(await getProduct(db, 'told')).toMatchObject({ price: 12, currency: 'EUR', brand: 'Loom' });
});

test('what its source has no more is out of stock, and what it has again is in stock, a count that was typed in kept', async () => {
  const { db } = database;
  const stockOf = async (stock: number | boolean | null) => {
    await put({ id: 'stocked', stock });
    return (await getProduct(db, 'stocked')).stock;
  };
  expect(await stockOf(true)).toBe(null);
  await updateProduct(db, 'stocked', { stock: 3 });
  for (const told of [null, true]) expect(await stockOf(told)).toBe(3);
  for (const told of [false, null]) expect(await stockOf(told)).toBe(0);
  expect(await stockOf(true)).toBe(null);
});
