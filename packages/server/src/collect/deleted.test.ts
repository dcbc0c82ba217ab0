import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { purgeProducts } from '../catalogue/products.js';
import { products } from '../catalogue/tables.js';
import { Collecting } from './testing/collecting.test.fixture.js';

let collecting: Collecting;
beforeEach(async () => {
  collecting = await Collecting.open(6);
  await collecting.collect('gone: remove');
});
afterEach(() => collecting.close());

const collect = () => collecting.collect('gone: remove');
const isListed = async (sku: string) => (await collecting.listed()).has(sku);
async function deleteBySku(sku: string): Promise<void> {
  const { send } = collecting;
  const id = (await collecting.listed()).get(sku)?.id;
  expect((await send('DELETE', `/products/${id}`)).status).toBe(204);
}
/** As if it was deleted so long ago that it can't be restored. */
async function longAgo(sku: string): Promise<void> {
  const { db } = collecting.server.context;
  await db.update(products).set({ deletedAt: sql`now() - interval '40 days'` }).where(eq(products.sku, sku));
  await purgeProducts(db);
  expect(await db.$count(products, eq(products.sku, sku))).toBe(0);
}

describe('a product that a person deleted stays deleted', () => {
  it('when the shop shows it no more for a while', async () => {
    const { shop } = collecting;
    await deleteBySku('sku-3');
    shop.prices.delete(3);
    await collect();
    shop.prices.set(3, 13);
    await collect();
    expect(await isListed('sku-3')).toBe(false);
  });

  it('when the shop changes it after it can’t be restored any more', async () => {
    await deleteBySku('sku-3');
    await longAgo('sku-3');
    for (const price of [13, 50]) {
      collecting.shop.prices.set(3, price);
      expect(await collect()).toMatchObject({ changed: price === 50 ? 1 : 0 });
      expect(await isListed('sku-3')).toBe(false);
    }
  });
});

describe('a product that the shop showed no more for long', () => {
  it('is listed once the shop shows it again as it was', async () => {
    const { shop } = collecting;
    shop.prices.delete(3);
    await collect();
    await longAgo('sku-3');
    shop.prices.set(3, 13);
    expect(await collect()).toMatchObject({ products: 6, new: 0, gone: 0 });
    expect(await isListed('sku-3')).toBe(true);
  });

  it('is listed from a page that is unchanged, though the catalogue forgot it', async () => {
    const { db } = collecting.server.context;
    await db.delete(products).where(eq(products.sku, 'sku-3'));
    await collect();
    expect(await isListed('sku-3')).toBe(true);
    expect(collecting.shop.unchanged).toHaveLength(5);
  });

  it('is listed again though the config leaves listed by now what is gone', async () => {
    const { shop } = collecting;
    shop.prices.delete(3);
    await collect();
    shop.prices.set(3, 13);
    await collecting.collect('gone: keep');
    expect(await isListed('sku-3')).toBe(true);
  });
});
