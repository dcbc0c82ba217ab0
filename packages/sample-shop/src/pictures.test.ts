import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { renderBanner } from './banner.js';
import { generateProducts } from './catalogue/generate.js';
import { LEAVES } from './categories.js';
import { renderProduct } from './garments/render.js';
import { renderStreet } from './street/render.js';
import { generateScenes, MASK_CLASSES } from './street/scene.js';

const products = generateProducts('test', 90);

describe('product pictures', () => {
  it('are the same bytes for the same product', async () => {
    const [product] = products;
    const first = await renderProduct(product!, { size: 128 });
    expect((await renderProduct(product!, { size: 128 })).equals(first)).toBe(true);
    expect((await renderProduct(products[1]!, { size: 128 })).equals(first)).toBe(false);
  });

  it('have the size and format asked for, odd sizes included', async () => {
    const { width, height, format } = await sharp(
      await renderProduct(products[0]!, { size: 131, format: 'webp' }),
    ).metadata();
    expect({ width, height, format }).toEqual({ width: 131, height: 131, format: 'webp' });
  });

  it.each(LEAVES)('show %s on a calm paper, clear of the edges', async (leaf) => {
    const product = products.find(({ truth }) => truth.category === leaf)!;
    const { data } = await sharp(await renderProduct(product, { size: 96, format: 'png' }))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const edge = Array.from({ length: 96 }, (_, i) => data[i] as number);
    expect(Math.max(...edge) - Math.min(...edge)).toBeLessThan(40);
    const { stdev } = (await sharp(data, { raw: { width: 96, height: 96, channels: 1 } }).stats()).channels[0]!;
    expect(stdev).toBeGreaterThan(4);
  });
});

describe('street photos', () => {
  const scenes = generateScenes('test', 3, products);

  it('dress everyone in two to five products of the shop', () => {
    for (const { passers } of scenes)
      for (const { wears } of passers) {
        expect(wears.length).toBeGreaterThanOrEqual(2);
        expect(wears.length).toBeLessThanOrEqual(5);
        for (const { id } of wears) expect(products.some((product) => product.id === id)).toBe(true);
      }
  });

  it('come with masks of their size that agree with their garments', async () => {
    const photo = await renderStreet(scenes[0]!, { size: 192 });
    const image = await sharp(photo.image).metadata();
    expect([image.width, image.height]).toEqual([192, 192]);
    const read = async (png: Buffer) => sharp(png).extractChannel(0).raw().toBuffer();
    const [mask, instances] = await Promise.all([read(photo.mask), read(photo.instances)]);
    expect(mask.length).toBe(192 * 192);
    const classOf = new Map(photo.garments.map(({ index, category }) => [index, MASK_CLASSES.indexOf(category)]));
    const areas = new Map<number, number>();
    instances.forEach((index, i) => {
      expect(mask[i]).toBe(index === 0 ? 0 : classOf.get(index));
      areas.set(index, (areas.get(index) ?? 0) + 1);
    });
    for (const { index, area } of photo.garments) expect(areas.get(index)).toBe(area);
  });
});

it('the banner is a wide JPEG', async () => {
  const { width, height, format } = await sharp(await renderBanner(products, { width: 400 })).metadata();
  expect({ width, height, format }).toEqual({ width: 400, height: 160, format: 'jpeg' });
});
