import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { parseSite } from './config.js';
import { decodeText } from './extract/decode.js';
import { Page } from './extract/page.js';
import type { ShopProduct } from './extract/product.js';
import { readPage } from './extract/read-page.js';
import { Fetcher } from './fetching/fetcher.js';
import { Collecting } from './testing/collecting.test.fixture.js';

const data = process.env.VITRINE_TEST_DATA ?? fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const isThere = existsSync(`${data}/html/hm_listing.json.gz`);
if (!isThere) console.warn(`The ready configs are NOT tested: no saved pages in ${data}/html (VITRINE_TEST_DATA).`);

/** The saved pages as their shops would answer. */
const server = createServer((request, response) => {
  const name = (request.url ?? '').replace(/^.*\/|\?.*$/g, '');
  if (!existsSync(`${data}/html/${name}.gz`)) return response.writeHead(404).end();
  const type = name.endsWith('.json') ? 'application/json' : 'text/html; charset=utf-8';
  response.writeHead(200, { 'content-type': type }).end(gunzipSync(readFileSync(`${data}/html/${name}.gz`)));
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

async function read(shop: string, file: string): Promise<ShopProduct[]> {
  const config = readFileSync(new URL(`../../sites/${shop}.yaml`, import.meta.url), 'utf8');
  const { userAgent, limits, ...site } = parseSite(config);
  const fetcher = new Fetcher({ ...limits, perSecond: 0 }, userAgent, () => true, AbortSignal.timeout(30_000));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/es_mx/${file}`;
  const answer = await fetcher.page(url).finally(() => fetcher.close());
  if (answer.kind !== 'page') throw new Error(`The page ${file} is not there.`);
  const page = new Page(answer.url, decodeText(answer.bytes, answer.contentType), answer.contentType);
  return readPage(page, { ...site, userAgent, limits }).products.map(({ product }) => product);
}

describe.runIf(isThere)('the ready configs read the saved pages of', () => {
  it.each([
    ['hm', 'hm_femme-robe.html', '1061531002', 34.99, 1, 3],
    ['zalando', 'zalando_fr_pants.html', 'H0721A01M-K11', 159.95, 7, 0],
    ['otto', 'otto_damen-pullover.html', 'S0I100N7', 29.99, 8, 4],
    ['otto', 'otto_damen-shirt.html', '645503675', 12.99, 2, 4],
    ['otto', 'otto_herren-shirt.html', '1379261103', 29.99, 3, 4],
    ['amazon', 'amazon_shoes.html', 'B09SBKK614', 69.8, 7, 4],
    ['amazon', 'amazon_jeans_sample.html', 'B08NL166KZ', 59.45, 3, 3],
    ['amazon', 'amazon_jacket-detail-list.html', 'B0987RL46N', 28.07, 6, 4],
  ])('%s: %s', async (shop, file, id, price, photos, depth) => {
    const [product, ...others] = await read(shop, file);
    expect(others).toEqual([]);
    expect(product).toMatchObject({ id, price, currency: 'EUR' });
    expect(product?.name.length).toBeGreaterThan(10);
    expect(product?.brand).toBeTruthy();
    expect(product?.availability).toBe(shop === 'amazon' ? null : 'in stock');
    expect(product?.images.length).toBeGreaterThanOrEqual(photos);
    expect(product?.category.length).toBeGreaterThanOrEqual(depth);
    expect(product?.url).toMatch(/^http/);
  });

  it('H&M’s listing in JSON, page by page to the last', async () => {
    const collecting = await Collecting.open(0);
    try {
      const { shop } = collecting;
      const text = gunzipSync(readFileSync(`${data}/html/hm_listing.json.gz`)).toString('utf8');
      const saved = JSON.parse(text) as { products: unknown[] };
      const pageOf = (offset: number) => {
        const products = saved.products.slice(offset, offset + 16);
        const page = { ...saved, products, total: 40, itemsShown: offset + products.length };
        return { type: 'application/json', body: JSON.stringify(page) };
      };
      const list = '/es_mx/list.json';
      shop.answers.set(`${list}?page-size=16`, pageOf(0));
      for (const offset of [16, 32, 40]) shop.answers.set(`${list}?offset=${offset}&page-size=16`, pageOf(offset));
      const config = parseDocument(readFileSync(new URL('../../sites/hm.yaml', import.meta.url), 'utf8'));
      config.set('name', 'test-shop');
      config.set('start', [`${shop.url}${list}?page-size=16`]);
      config.set('limits', { perSecond: 0 });
      config.set('images', { max: 0 });
      expect(await collecting.collectBy(config.toString())).toMatchObject({ products: 40, new: 40 });
      expect(shop.asked.filter((path) => path.startsWith(list))).toEqual([
        `${list}?page-size=16`,
        `${list}?offset=16&page-size=16`,
        `${list}?offset=32&page-size=16`,
      ]);
      expect((await collecting.listed()).get('0888573019')).toMatchObject({ title: 'Bailarinas', price: 329 });
    } finally {
      await collecting.close();
    }
  });

  it('H&M’s listing, in JSON', async () => {
    const products = await read('hm', 'hm_listing.json');
    expect(products).toHaveLength(40);
    for (const { id, name, price, currency, images, url } of products) {
      expect(id).toMatch(/^\d{10}$/);
      expect(name).not.toBe('');
      expect(price).toBeGreaterThan(10);
      expect(currency).toBe('MXN');
      expect(images.length).toBeGreaterThan(0);
      expect(url).toContain(`productpage.${id}.html`);
    }
  });
});
