import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateProducts, renderProduct } from '@vitrine/sample-shop';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ShopVisit, visitShop } from './shop-visit.js';

const products = generateProducts(3, 3).map(({ title, price }, index) => ({
  path: `/p/${index + 1}`,
  name: `${title} (${index + 1})`,
  price,
}));
let site: Server;
let address: string;
let shop: ShopVisit;
let page: Page;

const button = (name: string | RegExp) => page.getByRole('button', { name });
const panel = () => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'little-shop' }) });

/** A shop of three products, as search engines read it: a list of links, and JSON-LD on each page. */
async function openSite(): Promise<Server> {
  const shop = generateProducts(3, 3);
  const photos = await Promise.all(shop.map((product) => renderProduct(product, { size: 96 })));
  const opened = createServer(({ url = '/' }, answer) => {
    const number = Number(/^\/(?:p|photo)\/(\d)/.exec(url)?.[1] ?? 0);
    const product = products[number - 1];
    if (url.startsWith('/photo/') && product)
      return void answer.writeHead(200, { 'content-type': 'image/jpeg' }).end(photos[number - 1]);
    const body = url === '/' ? products.map(({ path }) => `<a class="product" href="${path}">Look</a>`).join('') : '';
    const data = product && {
      ...{ '@type': 'Product', sku: `no-${number}`, name: product.name, image: [`/photo/${number}`] },
      offers: [{ price: String(product.price / 100), priceCurrency: 'EUR' }],
    };
    answer.writeHead(url === '/' || product ? 200 : 404, { 'content-type': 'text/html' });
    answer.end(`<html><head><script type="application/ld+json">${JSON.stringify(data ?? {})}</script></head>
      <body>${body}</body></html>`);
  });
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
  return opened;
}

beforeAll(async () => {
  [site, shop] = await Promise.all([openSite(), visitShop()]);
  address = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  page = shop.page;
});

afterAll(async () => {
  await shop?.close();
  site?.close();
});

describe('collecting a shop’s site', () => {
  it('refuses a config that makes no sense in words, and keeps what was written', async () => {
    await page.goto('/collect');
    await page.getByText('No site yet').waitFor();
    await button('Add a site').click();
    const config = page.getByLabel('Config');
    await config.fill('name: little-shop\nstart: nowhere\n');
    await button('Save and collect').click();
    expect(await page.getByRole('dialog').getByRole('alert').textContent()).toMatch(/start/);
    expect(await config.inputValue()).toContain('nowhere');
    await config.press('Escape');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Go on with it' }).press('Enter');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    expect(await config.inputValue()).toContain('nowhere');
    await expect.poll(() => config.evaluate((field) => field === document.activeElement)).toBe(true);
  });

  it('shows what the config reads from one page before anything is collected', async () => {
    await page.getByLabel('Config').fill(`name: little-shop
start:
  - { url: '${address}/', category: [Women, Finds] }
listing: { links: 'a.product' }
limits: { perSecond: 0 }
`);
    await page.getByLabel('Try it on a page').fill(`${address}/p/1`);
    await button('Preview').click();
    const read = page.getByRole('region', { name: products[0]?.name ?? '' });
    await read
      .getByRole('row', { name: /sku|id.*no-1/ })
      .first()
      .waitFor();
    await read.getByRole('row', { name: /price/ }).first().waitFor();
  });

  it('collects it, and reports what is new', async () => {
    await button('Save and collect').click();
    await panel().getByText('3 products').waitFor();
    await panel().getByRole('button', { name: '3 new' }).click();
    for (const { name } of products) await panel().getByRole('link', { name }).waitFor();
  });

  it('has put its products into the shop, in their category and with their photo', async () => {
    await panel()
      .getByRole('link', { name: products[1]?.name ?? '' })
      .click();
    await page.getByRole('heading', { level: 1, name: products[1]?.name ?? '' }).waitFor();
    await page.getByRole('link', { name: 'Women › Finds' }).waitFor();
    await page.getByRole('img', { name: products[1]?.name ?? '' }).waitFor();
  });

  it('reports nothing new when nothing changed', async () => {
    await page.goto('/collect');
    await button('Collect now').click();
    await panel().getByRole('button', { name: '0 new' }).waitFor();
    await panel().getByRole('button', { name: '0 gone' }).waitFor();
  });
});
