import { generateProducts, renderProduct } from '@vitrine/sample-shop';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ShopVisit, visitShop } from './shop-visit.js';

let shop: ShopVisit;
let page: Page;
let photo: { name: string; mimeType: string; buffer: Buffer };

const table = { name: 'hats.csv', mimeType: 'text/csv', buffer: Buffer.from('id,title\n1,Straw hat\n2,Felt hat\n') };
const operation = () => page.locator('.opblock.is-open');
const field = (name: string) => operation().locator(`[data-property-name="${name}"]`);
const files = (name: string) => field(name).locator('input[type=file]');

/** Opens an operation on the page that tries the API, its body sent as a form. */
async function open(tag: string, id: string): Promise<void> {
  // From elsewhere: the page reads its address only when it is opened.
  await page.goto('about:blank');
  await page.goto(`/docs#/${encodeURIComponent(tag)}/${id}`);
  await operation().getByRole('button', { name: 'Try it out' }).click();
  await operation().getByRole('combobox', { name: 'Request content type' }).selectOption('multipart/form-data');
}

async function execute(): Promise<{ status: string; body: string }> {
  await operation().getByRole('button', { name: 'Execute' }).click();
  const answer = operation().locator('.live-responses-table .response');
  const [status, body] = await Promise.all(
    ['.response-col_status', '.response-col_description'].map((part) => answer.locator(part).innerText()),
  );
  return { status: status?.trim() ?? '', body: body ?? '' };
}

beforeAll(async () => {
  shop = await visitShop();
  page = shop.page;
  const [product] = generateProducts(5, 1);
  photo = { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: await renderProduct(product!, { size: 128 }) };
});

afterAll(async () => {
  await shop?.close();
});

describe('the page that tries the API', () => {
  it('stores a photo that is chosen there', async () => {
    await open('Catalogue', 'uploadImage');
    await files('image').setInputFiles(photo);
    const { status, body } = await execute();
    expect(status).toBe('201');
    expect(body).toContain('"width": 128');
  });

  it('imports a table that is chosen there, with photos beside it or without', async () => {
    await open('Data sets', 'uploadDataset');
    await field('name').locator('input').fill('hats');
    await files('file').setInputFiles(table);
    expect(await files('labels').count()).toBe(1);
    await field('images').getByRole('button', { name: 'Add' }).click();
    await files('images').setInputFiles(photo);
    const { status, body } = await execute();
    expect(status).toBe('202');
    expect(body).toContain('"dataset.import"');
  });

  it.each([
    ['Predictions', 'predictClassify'],
    ['Search by photo', 'searchByPhoto'],
    ['Search by photo', 'searchByPhotos'],
  ])('asks with a photo alone, all else left as it is: %s, %s', async (tag, id) => {
    await open(tag, id);
    await files('image').setInputFiles(photo);
    // No model is there to answer; the form itself was taken.
    const { status, body } = await execute();
    expect(status).toBe('409');
    expect(body).toContain('model.none');
  });
});
