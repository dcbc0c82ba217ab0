import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../platform/database/database.js';
import { migrate } from '../platform/database/migrate.js';
import { describeOnEachDatabase } from '../platform/testing/each-database.test.fixture.js';
import { categoryTree, createCategory, deleteCategory, updateCategory } from './categories.js';
import { searchProducts } from './product-search.js';
import { createProduct, deleteProduct, getProduct, restoreProduct, updateProduct } from './products.js';

describeOnEachDatabase('the catalogue', (holder) => {
  let database: Database;

  beforeAll(async () => {
    database = await holder.open();
    await migrate(database.pool);
    const { db } = database;
    await createCategory(db, { code: 'clothing', name: 'Clothing' });
    await createCategory(db, { code: 'tops', name: 'Tops', parent: 'clothing' });
    await createCategory(db, { code: 'shirts', name: 'Shirts', parent: 'tops' });
    await createCategory(db, { code: 'boots', name: 'Boots' });
    const list = (title: string, category: string | null, price: number | null, description = '') =>
      createProduct(db, { title, category, price, description });
    await list('Chemise en lin blanche', 'shirts', 49, '<p>Légère, <b>été</b></p>');
    await list('Blue cotton shirt', 'shirts', 29);
    await list('Chelsea boots, leather', 'boots', 120);
    await list('Something without a place', null, null);
  });
  afterAll(() => database.close());

  const titles = async (query: Partial<Parameters<typeof searchProducts>[1]>) =>
    (await searchProducts(database.db, { page: 1, limit: 24, ...query })).items.map(({ title }) => title);

  test('search finds beginnings of words, without accents, in title and description', async () => {
    expect(await titles({ q: 'chem' })).toEqual(['Chemise en lin blanche']);
    expect(await titles({ q: 'ETE' })).toEqual(['Chemise en lin blanche']);
    expect(await titles({ q: 'leather chel' })).toEqual(['Chelsea boots, leather']);
  });

  test('search forgives typing errors when nothing is spelt like that', async () => {
    expect(await titles({ q: 'leater bots' })).toEqual(['Chelsea boots, leather']);
    expect(await titles({ q: 'xylophone' })).toEqual([]);
  });

  test.each(['&', "'; DROP TABLE products; --", ':* | !', '👗', '\0', '<zz></zz>', 'مرحبا'])(
    'search survives %j',
    async (q) => {
      await expect(titles({ q })).resolves.toEqual([]);
    },
  );

  test('a category holds what its descendants hold; `none` what has no category', async () => {
    expect((await titles({ category: 'clothing' })).sort()).toEqual(['Blue cotton shirt', 'Chemise en lin blanche']);
    expect(await titles({ category: 'none' })).toEqual(['Something without a place']);
    expect(await titles({ category: 'unheard of' })).toEqual([]);
  });

  test('sorting by price leaves what has none to the end, both ways', async () => {
    expect(await titles({ sort: 'price' })).toEqual([
      'Blue cotton shirt',
      'Chemise en lin blanche',
      'Chelsea boots, leather',
      'Something without a place',
    ]);
    expect((await titles({ sort: '-price' }))[0]).toBe('Chelsea boots, leather');
  });

  test('pages cut the list and tell the total', async () => {
    const page = await searchProducts(database.db, { page: 2, limit: 3, sort: 'title' });
    expect(page).toMatchObject({ total: 4, items: [{ title: 'Something without a place' }] });
  });

  test('the category tree lists parents first, with counts', async () => {
    expect((await categoryTree(database.db)).map(({ code, products }) => [code, products])).toEqual([
      ['clothing', 0],
      ['tops', 0],
      ['shirts', 2],
      ['boots', 1],
    ]);
  });

  test('categories refuse cycles, duplicates and being deleted while used', async () => {
    const { db } = database;
    await expect(updateCategory(db, 'clothing', { parent: 'shirts' })).rejects.toMatchObject({
      code: 'category.cycle',
    });
    await expect(createCategory(db, { code: 'boots', name: 'More' })).rejects.toMatchObject({
      code: 'category.exists',
    });
    await expect(deleteCategory(db, 'boots')).rejects.toMatchObject({ code: 'category.used' });
    await expect(deleteCategory(db, 'nothing')).rejects.toMatchObject({ code: 'category.unknown' });
  });

  test('a change leaves out what it does not name, and search follows it', async () => {
    const { db } = database;
    const { id } = await createProduct(db, { title: 'Grey hat', description: 'wool', brand: 'Ondine' });
    const changed = await updateProduct(db, id, { title: 'Green hat' });
    expect(changed).toMatchObject({ title: 'Green hat', description: 'wool', brand: 'Ondine' });
    expect(await titles({ q: 'green' })).toEqual(['Green hat']);
    expect(await titles({ q: 'ondine' })).toEqual(['Green hat']);
    await deleteProduct(db, id);
  });

  test('a deleted product is gone until it is restored', async () => {
    const { db } = database;
    const { id } = await createProduct(db, { title: 'Umbrella', description: '' });
    await deleteProduct(db, id);
    await expect(getProduct(db, id)).rejects.toMatchObject({ code: 'product.unknown', status: 404 });
    await expect(deleteProduct(db, id)).rejects.toMatchObject({ code: 'product.unknown' });
    expect(await titles({ q: 'umbrella' })).toEqual([]);
    await restoreProduct(db, id);
    expect(await titles({ q: 'umbrella' })).toEqual(['Umbrella']);
    await deleteProduct(db, id);
  });

  test('unknown categories and photos are refused; NUL bytes are dropped', async () => {
    const { db } = database;
    const product = { title: 'A\0B', description: '\0', attributes: { 'k\0': 'v\0' } };
    await expect(createProduct(db, { ...product, category: 'nothing' })).rejects.toMatchObject({ status: 422 });
    await expect(createProduct(db, { ...product, images: ['0'.repeat(64)] })).rejects.toMatchObject({
      code: 'image.unknown',
    });
    await expect(createProduct(db, { ...product, title: '\0 ' })).rejects.toMatchObject({ code: 'product.title' });
    const created = await createProduct(db, product);
    expect(created).toMatchObject({ title: 'AB', description: '', attributes: { k: 'v' } });
    await deleteProduct(db, created.id);
  });
});
