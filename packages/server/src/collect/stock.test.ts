import { afterEach, beforeEach, expect, it } from 'vitest';
import { Collecting } from './testing/collecting.test.fixture.js';

let collecting: Collecting;
beforeEach(async () => {
  collecting = await Collecting.open(3);
});
afterEach(() => collecting.close());

it('a product that the shop says is sold out has a stock of 0, until the shop has it again', async () => {
  const { shop } = collecting;
  const stocks = async () => {
    await collecting.collect();
    const listed = await collecting.listed();
    return [1, 2, 3].map((number) => listed.get(`sku-${number}`)?.stock);
  };
  shop.soldOut.add(2);
  expect(await stocks()).toEqual([null, 0, null]);
  shop.soldOut.clear();
  shop.prices.set(2, 9);
  expect(await stocks()).toEqual([null, null, null]);
});
