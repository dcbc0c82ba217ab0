import { afterEach, beforeEach, expect, it } from 'vitest';
import { Collecting } from './testing/collecting.test.fixture.js';

let collecting: Collecting;
beforeEach(async () => {
  collecting = await Collecting.open(4);
});
afterEach(() => collecting.close());

it('photos that could not be had are fetched by the next crawl, from pages that are unchanged too', async () => {
  const { shop } = collecting;
  const photosOf = async (sku: string) => (await collecting.listed()).get(sku)?.images.length;
  shop.answers.set('/photo/1', { status: 503 }).set('/photo/2', { isCut: true }).set('/photo/3', { status: 404 });
  expect(await collecting.collect()).toMatchObject({ products: 4, photosOwed: 2 });
  expect([await photosOf('sku-1'), await photosOf('sku-2'), await photosOf('sku-3')]).toEqual([0, 0, 0]);
  shop.answers.clear();
  const before = shop.asked.length;
  expect(await collecting.collect()).toMatchObject({ products: 4, changed: 2, photosOwed: 0 });
  expect([await photosOf('sku-1'), await photosOf('sku-2'), await photosOf('sku-3')]).toEqual([1, 1, 0]);
  expect(shop.unchanged.toSorted()).toEqual(['/p/3', '/p/4']);
  const photos = shop.asked.slice(before).filter((path) => path.startsWith('/photo/'));
  expect(photos.toSorted()).toEqual(['/photo/1', '/photo/2']);
});

it('a product keeps the photos it has while those of its changed page can’t be had', async () => {
  const { shop } = collecting;
  await collecting.collect();
  const dress = { '@type': 'Product', sku: 'sku-1', name: 'Dress number 1', image: '/photo/9', offers: { price: 5 } };
  shop.answers.set('/p/1', { body: `<script type="application/ld+json">${JSON.stringify(dress)}</script>` });
  shop.answers.set('/photo/9', { status: 503 });
  expect(await collecting.collect()).toMatchObject({ changed: 1, photosOwed: 1 });
  expect((await collecting.listed()).get('sku-1')).toMatchObject({ price: 5, images: [expect.any(String)] });
});
