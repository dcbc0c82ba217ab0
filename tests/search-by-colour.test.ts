import { generateProducts, renderProduct } from '@vitrine/sample-shop';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { promoteColours } from './colour-encoder.js';
import { drop } from './drag-and-drop.js';
import { type ShopVisit, visitShop } from './shop-visit.js';
import { fillShop } from './small-shop.js';

let shop: ShopVisit;
let page: Page;
let photo: Buffer;

const button = (name: string | RegExp) => page.getByRole('button', { name });
const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const found = () => page.getByRole('list', { name: 'Found' });
const words = () => page.getByRole('searchbox', { name: 'Say what you look for' });

beforeAll(async () => {
  shop = await visitShop();
  page = shop.page;
  await fillShop(await shop.client(), { products: 8, photos: 8 });
  await promoteColours(shop.server);
  const [product] = generateProducts(7, 8);
  photo = product ? await renderProduct(product, { size: 256 }) : Buffer.of();
});

afterAll(async () => {
  await shop?.close();
});

describe('search by photo', () => {
  it('says when nothing looks like it before it shows what comes nearest, and else does not', async () => {
    const noMatch = page.getByRole('status').getByText('No good match');
    await page.goto('/search');
    await heading('Search by photo or words').waitFor();
    // The shop's photos are bright: one in the dark is as far from them as can be.
    await drop(page, await plain('#000'));
    await noMatch.waitFor();
    expect(await found().getByRole('listitem').count()).toBeGreaterThan(0);
    await drop(page, photo);
    await noMatch.waitFor({ state: 'detached' });
    expect(await found().getByRole('listitem').count()).toBeGreaterThan(0);
  });
});

describe('search by words', () => {
  it('finds what they say from the keyboard alone', async () => {
    await page.goto('/search');
    await heading('Search by photo or words').waitFor();
    await words().focus();
    await page.keyboard.type('red dress');
    await page.keyboard.press('Enter');
    await heading('Search by words').waitFor();
    await found().getByRole('listitem').first().waitFor();
    expect(new URL(page.url()).searchParams.get('words')).toBe('red dress');
    expect(await words().evaluate((field) => field === document.activeElement)).toBe(true);
    expect(
      await found()
        .getByText(/Of 100 pairs/)
        .count(),
    ).toBe(0);
  });

  it('is narrowed, said again in other words, and gone back through', async () => {
    await page.getByLabel('Price from').fill('100000');
    await page.getByText('Nothing passes these filters').waitFor();
    await button(/^Clear$/).click();
    await found().getByRole('listitem').first().waitFor();
    await words().fill('blue');
    await button(/^Search$/).click();
    await page.waitForURL(/words=blue/);
    await found().getByRole('listitem').first().waitFor();
    await page.goBack();
    await expect.poll(() => words().inputValue()).toBe('red dress');
    await words().fill('  ');
    expect(await button(/^Search$/).isDisabled()).toBe(true);
  });
});

it('met no error of its own on the way', () => {
  expect(shop.faults).toEqual([]);
});

function plain(background: string): Promise<Buffer> {
  return sharp({ create: { width: 200, height: 200, channels: 3, background } })
    .jpeg()
    .toBuffer();
}
