import { afterEach, beforeEach, expect, it } from 'vitest';
import { Collecting } from './testing/collecting.test.fixture.js';

let collecting: Collecting;
beforeEach(async () => {
  collecting = await Collecting.open(3);
});
afterEach(() => collecting.close());

it('a product moves to where its own page says, unless a person chose its category', async () => {
  const { shop, send } = collecting;
  const categoryOf = async (sku: string) => (await collecting.listed()).get(sku)?.category;
  await collecting.collect();
  expect(await categoryOf('sku-1')).toBe('women');
  const chosen = (await collecting.listed()).get('sku-2')?.id;
  await send('POST', '/categories', { code: 'chosen', name: 'Chosen' });
  expect((await send('PATCH', `/products/${chosen}`, { category: 'chosen' })).status).toBe(200);
  shop.crumbs = ['Home', 'Women', 'Dresses'];
  for (const number of [1, 2]) shop.prices.set(number, 50);
  await collecting.collect();
  expect([await categoryOf('sku-1'), await categoryOf('sku-2')]).toEqual(['women/dresses', 'chosen']);
});
