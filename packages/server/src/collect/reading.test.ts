import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Collecting } from './testing/collecting.test.fixture.js';

let collecting: Collecting;
beforeEach(async () => {
  collecting = await Collecting.open(6);
  await collecting.collect();
});
afterEach(() => collecting.close());

const titles = async () => new Set([...(await collecting.listed()).values()].map(({ title }) => title));

describe('pages that the shop says are unchanged', () => {
  it('are read anew once, where the config reads them otherwise', async () => {
    const { shop } = collecting;
    const config = 'product: { fields: { name: h1 } }';
    expect(await collecting.collect(config)).toMatchObject({ products: 6, changed: 6 });
    expect(shop.unchanged).toEqual([]);
    expect(await titles()).toEqual(new Set(['Dress']));
    expect(await collecting.collect(config)).toMatchObject({ products: 6, changed: 0 });
    expect(shop.unchanged).toHaveLength(6);
  });

  it('are not read where the config alone changed that says what becomes of products that are gone', async () => {
    await collecting.collect('gone: remove');
    expect(collecting.shop.unchanged).toHaveLength(6);
  });
});
