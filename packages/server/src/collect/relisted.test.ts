import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Collecting } from './testing/collecting.test.fixture.js';

let collecting: Collecting;
beforeEach(async () => {
  collecting = await Collecting.open(12);
});
afterEach(() => collecting.close());

const idsOf = async () => [...(await collecting.listed()).values()].map(({ id }) => id).toSorted();

describe.each(['gone: keep', 'gone: remove'])('with %s', (gone) => {
  it('products that the shop gives new ids go on as the same, told anew', async () => {
    const { shop } = collecting;
    await collecting.collect(gone);
    const ids = await idsOf();
    shop.prefix = 'article';
    shop.prices.set(3, 99);
    const report = await collecting.collect(gone);
    expect(report).toMatchObject({ products: 12, new: 0, changed: 12, gone: 0, duplicates: 0 });
    expect(await idsOf()).toEqual(ids);
    const listed = await collecting.listed();
    expect([...listed.keys()].filter((sku) => sku.startsWith('article-'))).toHaveLength(12);
    expect(listed.get('article-3')?.price).toBe(99);
    expect(await collecting.collect(gone)).toMatchObject({ products: 12, new: 0, changed: 0, gone: 0 });

    shop.prefix = 'sku';
    expect(await collecting.collect(gone)).toMatchObject({ products: 12, new: 0, gone: 0 });
    expect(await idsOf()).toEqual(ids);
    expect((await collecting.listed()).get('sku-3')?.price).toBe(99);
  });

  it('a product shown under two ids is listed for as long as one of them is shown', async () => {
    const { shop } = collecting;
    const twin = { '@type': 'Product', sku: 'other', name: 'Dress number 2', image: '/photo/2', offers: { price: 7 } };
    shop.answers.set('/p/3', { body: `<script type="application/ld+json">${JSON.stringify(twin)}</script>` });
    expect(await collecting.collect(gone)).toMatchObject({ products: 11, duplicates: 1 });
    const before = await collecting.listed();
    const [original] = [before.get('sku-2') ?? before.get('other')];
    const dropped = before.has('sku-2') ? '/p/2' : '/p/3';
    shop.answers.set(dropped, { status: 404 });
    expect(await collecting.collect(gone)).toMatchObject({ products: 11, gone: 0, changed: 1, duplicates: 0 });
    const after = await collecting.listed();
    const [heir] = [after.get(dropped === '/p/2' ? 'other' : 'sku-2')];
    expect(heir?.id).toBe(original?.id);
    expect(after.size).toBe(11);
  });

  it('a product that comes back under a new id, when its old one was gone already, is a new one', async () => {
    const { shop } = collecting;
    await collecting.collect(gone);
    shop.prices.delete(2);
    expect(await collecting.collect(gone)).toMatchObject({ products: 11, gone: 1 });
    shop.prefix = 'article';
    shop.prices.set(2, 12);
    expect(await collecting.collect(gone)).toMatchObject({ products: 12, new: 1, gone: 0 });
    expect((await collecting.listed()).has('article-2')).toBe(true);
  });
});
