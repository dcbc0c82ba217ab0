import { generateProducts, renderProduct } from '@vitrine/sample-shop';
import type { Browser, Page } from 'playwright-core';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, pageOptions } from './browser.js';
import { type ShopServer, startShopServer } from './shop-server.js';
import { owner } from './small-shop.js';

const products = generateProducts(5, 60);
let server: ShopServer;
let browser: Browser;
const photos: { name: string; mimeType: string; buffer: Buffer }[] = [];

/** A shop's export as it comes: columns named otherwise, a row too short, an id twice. */
function table(): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const rows = products.map(({ id, title, category }, index) =>
    [id, quoted(title), category, photos[index]?.name ?? ''].join(';'),
  );
  return ['No.;Wording;Shelf;Snapshot', ...rows, 'broken;row', rows[0]].join('\n');
}

async function archive(): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: 'export/products.csv' }, table().replace('No.;Wording;Shelf;Snapshot', 'id;title;category;image'));
  for (const { name, buffer } of photos) tar.entry({ name: `export/images/${name}` }, buffer);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

beforeAll(async () => {
  [server, browser] = await Promise.all([startShopServer(), launchBrowser()]);
  for (const product of products.slice(0, 3))
    photos.push({
      name: `${product.id}.jpg`,
      mimeType: 'image/jpeg',
      buffer: await renderProduct(product, { size: 128 }),
    });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe.each([
  ['wide', { width: 1280, height: 900 }],
  ['of a phone', { width: 390, height: 844 }],
])('on a screen %s', (_, viewport) => {
  const suffix = viewport.width;
  let page: Page;

  beforeAll(async () => {
    const context = await browser.newContext({ ...pageOptions, baseURL: server.url, viewport });
    page = await context.newPage();
    page.setDefaultTimeout(90_000);
    const headers = { origin: server.url };
    const registered = await context.request.post('/api/v1/auth/register', { data: owner, headers });
    if (!registered.ok()) await context.request.post('/api/v1/auth/login', { data: owner, headers });
  });
  afterAll(() => page.context().close());

  const choose = (files: typeof photos) => page.getByRole('dialog').locator('input[type=file]').setInputFiles(files);
  const openDialog = async () => {
    await page.goto('/data');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('heading', { name: 'Import a data set' }).waitFor();
  };

  it('a table with photos becomes a data set, its columns named by hand', async () => {
    await openDialog();
    await choose([{ name: `Autumn ${suffix}.csv`, mimeType: 'text/csv', buffer: Buffer.from(table()) }, ...photos]);
    await page.getByText('3 photos').waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe(`autumn-${suffix}`);
    for (const [field, column] of Object.entries({ Id: 'No.', Title: 'Wording', Category: 'Shelf', Photo: 'Snapshot' }))
      await page.getByRole('group', { name: 'Columns' }).getByLabel(field).selectOption(column);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: `autumn-${suffix}` }).waitFor();
    await page.getByText('snapshot').waitFor();
    const fact = (name: string) => page.locator('dl > div').filter({ hasText: name }).locator('dd').textContent();
    expect(await fact('Rows')).toBe('60');
    expect(await fact('With a photo')).toBe('3');
  });

  it('says which rows were refused, and why', async () => {
    await page.getByRole('tab', { name: 'Rejected (2)' }).click();
    await page.getByRole('row', { name: /61 broken .*2 fields where the header has 4/ }).waitFor();
    await page.getByRole('row', { name: /came before, in row 1/ }).waitFor();
  });

  it('an archive of both needs nothing said', async () => {
    await openDialog();
    await choose([{ name: `packed-${suffix}.tar`, mimeType: 'application/x-tar', buffer: await archive() }]);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('snapshot').waitFor();
    await page.locator('dl > div').filter({ hasText: 'With a photo' }).getByText('3').waitFor();
  });

  it('is trained on from there', async () => {
    await page.getByRole('link', { name: 'Train on it' }).click();
    await page.getByRole('heading', { level: 1, name: 'Start a training' }).waitFor();
    expect(await page.getByLabel('Data set').inputValue()).toBe(`packed-${suffix}`);
  });

  it('a file that is no data is refused on its page with what to do, and can be mended there', async () => {
    await openDialog();
    const name = `wrong-${suffix}`;
    await choose([{ name: `${name}.csv`, mimeType: 'text/csv', buffer: Buffer.from('weight;height\n1;2\n') }]);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: 'weight, height' }).waitFor();
    await page.getByText('No rows came in').waitFor();
    await page.getByRole('button', { name: 'Import again' }).click();
    await choose([{ name: 'mended.csv', mimeType: 'text/csv', buffer: Buffer.from('title;height\nMug;2\nCup;3\n') }]);
    await page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.getByText('snapshot').waitFor();
  });
});
