import { rename } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { unwrap } from '@vitrine/client';
import { generateProducts, renderProduct } from '@vitrine/sample-shop';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drag, drop } from './drag-and-drop.js';
import { type ShopVisit, visitShop } from './shop-visit.js';
import { fillShop, promoteAndIndex, snapshotCatalogue, tinyEncoder, uploadPhoto } from './small-shop.js';

let shop: ShopVisit;
let page: Page;
let photo: Buffer;

const button = (name: string | RegExp) => page.getByRole('button', { name });
const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const found = () => page.getByRole('list', { name: 'Found' });
const crop = () => page.getByRole('application', { name: /Part of the photo/ });
const recent = () => page.getByRole('region', { name: 'Recent searches' });

async function firstProduct(): Promise<string> {
  const query = { sort: 'oldest', limit: 1 } as const;
  return unwrap(await (await shop.client()).GET('/api/v1/products', { params: { query } })).items[0]?.id ?? '';
}

/** Lists a product with one photo. @returns its id */
async function list(title: string, image: string, price?: number): Promise<string> {
  const body = { title, images: [image], ...(price === undefined ? {} : { price, currency: 'EUR' }) };
  return unwrap(await (await shop.client()).POST('/api/v1/products', { body })).id;
}

async function choose(name: string, buffer: Buffer): Promise<void> {
  await page.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'image/jpeg', buffer });
}

/** The numbers of the crop in the address, once there are any. */
async function cropInAddress(): Promise<number[]> {
  await page.waitForURL(/[?&]crop=/);
  return (new URL(page.url()).searchParams.get('crop') ?? '').replaceAll('"', '').split(',').map(Number);
}

beforeAll(async () => {
  shop = await visitShop();
  page = shop.page;
  await fillShop(await shop.client(), { products: 28, photos: 28 });
  await snapshotCatalogue(await shop.client(), 'shop');
  const dress = generateProducts(2, 720).find(({ category }) => category === 'dresses');
  photo = dress ? await renderProduct(dress, { size: 400 }) : Buffer.of();
});

afterAll(async () => {
  await shop?.close();
});

describe('before anything has learnt what looks alike', () => {
  it('says so on a product’s page, with the way to a training', async () => {
    await page.goto(`/products/${await firstProduct()}`);
    const section = page.getByRole('region', { name: 'Looks like this' });
    await section.getByText('Nothing here knows yet what looks alike').waitFor();
    await section.getByRole('link', { name: 'Train it on your photos' }).click();
    await heading('Start a training').waitFor();
    expect(await page.getByLabel('Task').inputValue()).toBe('similar');
  });

  it('says so when one searches', async () => {
    await page.goto('/search');
    await choose('dress.jpg', photo);
    await page.getByText('Nothing here knows yet what looks alike').waitFor();
  });
});

describe('a training of what looks alike', () => {
  it('starts from the form of its own settings', async () => {
    await page.goto('/runs/new?task=similar&dataset=shop');
    await page.getByLabel('Image network', { exact: true }).selectOption(tinyEncoder.backbone);
    for (const [label, value] of [
      ['Picture size', tinyEncoder.size],
      ['Epochs', tinyEncoder.epochs],
      ['Batch size', tinyEncoder.batchSize],
      ['Training vector length', tinyEncoder.projection],
    ] as const)
      await page.getByLabel(label, { exact: true }).fill(String(value));
    await button('Start training').click();
    await heading('Run 1').waitFor();
    await page.getByText('Succeeded', { exact: true }).waitFor();
  });

  it('stands beside pixels and the untrained network', async () => {
    const table = page.getByRole('region', { name: 'Beside what needs no learning' });
    await table.getByRole('row', { name: /This model/ }).waitFor();
    await table.getByRole('row', { name: /Pixels/ }).waitFor();
    await table.getByRole('row', { name: /untrained, averaged/ }).waitFor();
    await table.getByRole('row', { name: /untrained, read out without titles/ }).waitFor();
  });

  it('shows where its encoder puts photos, one by one from the keyboard, laid out either way', async () => {
    await page.getByRole('tab', { name: 'Embedding' }).click();
    const plot = page.getByRole('application', { name: /photos by their vectors/ });
    await plot.focus();
    await page.keyboard.press('ArrowRight');
    await page
      .getByRole('tabpanel')
      .getByText(/, row \d+/)
      .waitFor();
    await page.getByRole('radio', { name: 'PCA' }).click();
    await page.getByText('The two directions in which the vectors vary most').waitFor();
    await page.getByText('As a table').click();
    const labels = page.getByRole('region', { name: 'Labels in the projection' });
    await labels.getByRole('row').nth(2).waitFor();
  });

  it('is watched over by the index’s page once it is in production', async () => {
    const models = unwrap(await (await shop.client()).GET('/api/v1/models'));
    await promoteAndIndex(await shop.client(), models.find(({ task }) => task === 'similar')?.id ?? '');
    await page.goto('/models');
    await page.getByRole('link', { name: 'Search index' }).click();
    await heading('Search index').waitFor();
    const state = page.getByRole('region', { name: 'State' });
    await state.getByText('Ready').waitFor();
    await state.getByText('Version 1', { exact: true }).waitFor();
    await page
      .getByRole('region', { name: 'Thresholds by category' })
      .getByRole('row', { name: /All others/ })
      .waitFor();
    await button('Build anew').click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Build it anew' }).click();
    await page.getByRole('listitem').filter({ hasText: 'The index is being built anew' }).waitFor();
  });
});

describe('search by photo', () => {
  it('is on the way from the products, and refuses what is no photo at the field', async () => {
    await page.goto('/products');
    await page.getByRole('search').getByRole('link', { name: 'Search by photo' }).click();
    await heading('Search by photo').waitFor();
    await choose('letter.jpg', Buffer.from('this is a letter, not a photo'));
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/image|photo|picture/i);
  });

  it('finds products, each with how alike it is', async () => {
    await choose('dress.jpg', photo);
    await found().getByRole('listitem').first().waitFor();
    expect(await found().getByRole('listitem').count()).toBeGreaterThan(4);
    await found()
      .getByText(/Of 100 pairs of photos this alike, \d+ (is|are) of one category/)
      .first()
      .waitFor();
    expect(new URL(page.url()).searchParams.get('search')).toBeTruthy();
  });

  it('searches again for the part that the arrow keys choose, and the address keeps it', async () => {
    await crop().focus();
    for (let press = 0; press < 10; press++) await page.keyboard.press('Shift+ArrowUp');
    for (let press = 0; press < 5; press++) await page.keyboard.press('ArrowDown');
    // The address follows once the keys have rested.
    await expect.poll(async () => (await cropInAddress())[1]).toBeCloseTo(0.1, 2);
    const [x, y, width, height] = await cropInAddress();
    expect([x, width]).toEqual([0, 1]);
    expect(height).toBeCloseTo(0.8, 2);
    await page.reload();
    await found().getByRole('listitem').first().waitFor();
    expect(await cropInAddress()).toEqual([x, y, width, height]);
  });

  it('takes the whole photo again, and a part drawn with the mouse', async () => {
    await button('Whole photo').click();
    await page.waitForURL((url) => !url.searchParams.has('crop'));
    await drag(page, crop(), [0.25, 0.2], [0.75, 0.7]);
    // A slow drag is searched for on its way too: what counts is the part that it ends with.
    const drawn = [0.25, 0.2, 0.5, 0.5];
    await expect
      .poll(async () => (await cropInAddress()).map((value, i) => Math.abs(value - (drawn[i] as number)) < 0.02))
      .toEqual([true, true, true, true]);
    await found().getByRole('listitem').first().waitFor();
  });

  it('narrows what is found to a category and to a price', async () => {
    await page.getByRole('button', { name: /Any category/ }).click();
    await page.getByRole('combobox', { name: 'Category' }).fill('clothing');
    await page.keyboard.press('Enter');
    await page.waitForURL(/category=/);
    await page.getByLabel('Price to').fill('60');
    await page.waitForURL(/maxPrice=60/);
    const prices = async () => (await found().getByText(/€/).allTextContents()).map(priceOf);
    await expect.poll(prices).toSatisfy((all: number[]) => all.length > 0 && all.every((price) => price <= 60));
    await button(/^Clear$/).click();
    await page.waitForURL((url) => !url.searchParams.has('category') && !url.searchParams.has('maxPrice'));
    // Until then what was found before stays, and the next test would follow a link that moves away.
    await expect.poll(prices).toSatisfy((all: number[]) => all.some((price) => price > 60));
  });

  it('leads to what was found', async () => {
    const link = found().getByRole('link').first();
    const title = (await link.textContent()) ?? '';
    await link.click();
    await heading(title).waitFor();
  });

  it('takes a picture that is pasted, and one by its address', async () => {
    await page.goto('/search');
    await heading('Search by photo').waitFor();
    await page.evaluate(
      (bytes) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], 'pasted.jpg', { type: 'image/jpeg' }));
        window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }));
      },
      [...photo],
    );
    await found().getByRole('listitem').first().waitFor();

    const pictures = await servePicture(photo);
    await page.goto('/search');
    await page.getByLabel('Or a picture’s address').fill('dress.jpg');
    await button(/^Search$/).click();
    await page.getByText('Write the whole address').waitFor();
    await page
      .getByLabel('Or a picture’s address')
      .fill(`http://127.0.0.1:${(pictures.address() as AddressInfo).port}/dress.jpg`);
    await button(/^Search$/).click();
    await found().getByRole('listitem').first().waitFor();
    pictures.close();
  });

  it('takes a picture that is dropped', async () => {
    await page.goto('/search');
    await heading('Search by photo').waitFor();
    await drop(page, photo);
    await found().getByRole('listitem').first().waitFor();
  });

  it('says what to do when the camera may not be used', async () => {
    await page.goto('/search');
    await button('Use the camera').click();
    const dialog = page.getByRole('dialog', { name: 'Take a photo' });
    expect(await dialog.getByRole('alert').textContent()).toContain('choose a file');
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    await dialog.waitFor({ state: 'detached' });
  });
});

describe('recent searches', () => {
  it('are one for each photo, however often its part was changed, and lead back to it', async () => {
    await page.goto('/search');
    await recent().waitFor();
    await expect.poll(() => recent().getByRole('listitem').count()).toBe(4);
    await recent().getByRole('listitem').last().getByRole('link').click();
    await found().getByRole('listitem').first().waitFor();
    expect((await cropInAddress()).length).toBe(4);
  });

  it('are deleted one by one, or all at once', async () => {
    await recent().getByRole('listitem').first().hover();
    await recent()
      .getByRole('button', { name: /Delete the search/ })
      .first()
      .click();
    await expect.poll(() => recent().getByRole('listitem').count()).toBe(3);
    await button('Clear all').click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete them' }).click();
    await recent().waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('This search is gone').waitFor();
  });
});

describe('the camera', () => {
  it('takes a photo that is searched with, and is switched off', async () => {
    const own = await shop.context.newPage();
    // A camera that films a red wall: the browser of the tests has none.
    await own.addInitScript(() => {
      const wall = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
      const paint = () => {
        const brush = wall.getContext('2d');
        if (brush) brush.fillStyle = '#c02020';
        brush?.fillRect(0, 0, wall.width, wall.height);
      };
      setInterval(paint, 50);
      const stream = wall.captureStream(20);
      Object.assign(window, { filmed: stream });
      navigator.mediaDevices.getUserMedia = async () => stream;
    });
    await own.goto('/search');
    await own.getByRole('button', { name: 'Use the camera' }).click();
    const dialog = own.getByRole('dialog', { name: 'Take a photo' });
    await dialog.getByRole('button', { name: 'Take the photo' }).click();
    await dialog.waitFor({ state: 'detached' });
    await own.getByRole('application', { name: /Part of the photo/ }).waitFor();
    await own.waitForURL(/[?&]search=/);
    const tracks = await own.evaluate(() =>
      (window as unknown as { filmed: MediaStream }).filmed.getTracks().map(({ readyState }) => readyState),
    );
    expect(tracks).toEqual(['ended']);
    await own.close();
  });
});

describe('a product’s page', () => {
  it('shows what looks like it, narrowed where one likes, and never itself', async () => {
    const id = await firstProduct();
    await page.goto(`/products/${id}`);
    const section = page.getByRole('region', { name: 'Looks like this' });
    await section.getByRole('listitem').first().waitFor();
    const links = await section.getByRole('listitem').getByRole('link').all();
    const targets = await Promise.all(links.map((link) => link.getAttribute('href')));
    expect(targets.length).toBeGreaterThan(3);
    expect(targets).not.toContain(`/products/${id}`);
    await section.getByRole('button', { name: 'Narrow' }).click();
    await section.getByLabel('Price from').fill('100000');
    await section.getByText('Nothing passes these filters').waitFor();
    await section.getByRole('button', { name: 'Clear' }).click();
    await section.getByRole('listitem').first().waitFor();
  });

  it('takes its photo to the search', async () => {
    await button('Search with a part of it').click();
    await heading('Search by photo').waitFor();
    await found().getByRole('listitem').first().waitFor();
    await crop().waitFor();
  });
});

describe('products with nearly the same photo', () => {
  it('take one place among what is found, which opens to the others from the keyboard', async () => {
    const image = await uploadPhoto(await shop.client(), photo);
    const listed = [];
    for (const title of ['Summer dress', 'The same dress again']) listed.push(await list(title, image, 90_000));
    // What is asked for before its turn is put into the index at once.
    for (const id of listed)
      unwrap(await (await shop.client()).GET('/api/v1/products/{id}/similar', { params: { path: { id } } }));
    await page.goto('/search');
    await choose('dress.jpg', photo);
    // Nothing else costs as much: whatever the encoder takes for alike, these two are what is found.
    await page.getByLabel('Price from').fill('90000');
    await page.waitForURL(/minPrice=90000/);
    const first = found().getByRole('listitem').first();
    await expect.poll(() => found().getByRole('listitem').count()).toBe(1);
    await first.getByRole('link', { name: /dress/ }).waitFor();
    await first.getByRole('button', { name: '+1 alike' }).focus();
    await page.keyboard.press('Enter');
    const others = page.getByRole('dialog', { name: 'With nearly the same photo' });
    await others.getByRole('listitem').waitFor();
    const shown = [first.getByRole('link'), others.getByRole('link')].map((link) => link.getAttribute('href'));
    expect((await Promise.all(shown)).sort()).toEqual(listed.map((id) => `/products/${id}`).sort());
    await page.keyboard.press('Escape');
    await others.waitFor({ state: 'detached' });
    const opener = first.getByRole('button', { name: '+1 alike' });
    await expect.poll(() => opener.evaluate((it) => it === document.activeElement)).toBe(true);
  });
});

describe('a photo that cannot be read', () => {
  it('is told on the index’s page with the reason, and tried again there', async () => {
    const dress = await sharp(photo).rotate(90).jpeg().toBuffer();
    const image = await uploadPhoto(await shop.client(), dress);
    const file = join(shop.server.dataDir, 'blobs', 'content', image.slice(0, 2), image);
    await rename(file, `${file}.away`);
    const id = await list('Lost', image);
    await page.goto('/search/index');
    const failed = page.getByRole('region', { name: '1 photo could not be read' });
    await failed.getByRole('link', { name: `Its product ${id}` }).waitFor();
    await rename(`${file}.away`, file);
    await failed.getByRole('button', { name: 'Try again' }).click();
    await failed.waitFor({ state: 'detached' });
  });
});

describe('search by words', () => {
  it('is not offered where the model knows photos only, and explained to who comes by an address', async () => {
    await page.goto('/search');
    await heading('Search by photo').waitFor();
    await button('Use the camera').waitFor();
    expect(await page.getByRole('searchbox', { name: 'Say what you look for' }).count()).toBe(0);
    await page.goto('/search?words=red+dress');
    await page.getByText('The model in production knows photos only').waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Search by photo' }).click();
    await heading('Search by photo').waitFor();
  });
});

it('met no error of its own on the way', () => {
  expect(shop.faults).toEqual([]);
});

const priceOf = (text: string) => Number(text.replace(/[^\d.]/g, ''));

async function servePicture(picture: Buffer): Promise<Server> {
  const pictures = createServer((_, answer) => answer.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture));
  await new Promise<void>((resolve) => pictures.listen(0, '127.0.0.1', resolve));
  return pictures;
}
