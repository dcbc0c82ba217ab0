import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeDir, testDataDir } from '../platform/testing/data-dir.test.fixture.js';
import { openServer, type Server } from '../server.js';
import { type Send, sender } from '../testing/http.test.fixture.js';
import type { Report } from './report.js';
import { TestShop } from './testing/shop.test.fixture.js';

let dataDir: string;
let server: Server | undefined;
let send: Send;
let shop: TestShop;

async function open(collectFrom: string[] = ['127.0.0.1']): Promise<void> {
  server = await openServer({
    ...{ dataDir, listen: false, logLevel: 'error', sampleShop: false, serveModels: false, requestsPerMinute: 0 },
    collectFrom,
  });
  send = sender(server);
}
beforeEach(async () => {
  dataDir = await testDataDir();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  shop.close();
  await removeDir(dataDir);
});

interface Site {
  job: { state: string; error: { code: string; message: string } | null };
  report: Report;
}
async function ended(): Promise<Site> {
  for (;;) {
    const site = (await send('GET', '/collect/sites/test-shop')).body as unknown as Site;
    if (site.job.state !== 'queued' && site.job.state !== 'running') return site;
    await sleep(20);
  }
}
async function collected(config: string): Promise<Site> {
  const put = await send('POST', '/collect/sites', { config });
  expect(put.body.error).toBeUndefined();
  await send('POST', '/collect/sites/test-shop/start');
  return ended();
}
/** A server in a process of its own, which is killed once it has found so many products. */
async function killedAfter(many: number): Promise<void> {
  const child = fork(new URL('./testing/collect.test.main.js', import.meta.url), [dataDir, shop.config()]);
  const ended = once(child, 'exit');
  const early = ended.then(() => Promise.reject(new Error('The process ended by itself.')));
  early.catch(() => undefined);
  for (let found = 0; found < many; ) [found] = (await Promise.race([once(child, 'message'), early])) as [number];
  child.kill('SIGKILL');
  await ended;
}
interface Listed {
  sku: string;
  title: string;
  price: number;
  images: string[];
  categoryName: string;
  attributes: { page: string };
}
async function products(): Promise<Listed[]> {
  const items: Listed[] = [];
  for (let page = 1; ; page++) {
    const { body } = await send('GET', `/products?limit=200&page=${page}`);
    items.push(...(body.items as Listed[]));
    if (items.length >= (body.total as number)) return items;
  }
}
/** The paths of all products but some. */
const pagesOf = ({ prices }: TestShop, but: number[] = []) =>
  [...prices.keys()].flatMap((number) => (but.includes(number) ? [] : `/p/${number}`)).toSorted();
const changes = async (change: string) =>
  ((await send('GET', `/collect/sites/test-shop/changes?change=${change}`)).body.items as { name: string }[]).map(
    ({ name }) => name,
  );

describe('a site that is collected', () => {
  it('becomes products with price, category, page and photos, every page fetched once', async () => {
    shop = await new TestShop(45).open();
    await open();
    const { job, report } = await collected(shop.config());
    expect(job).toMatchObject({ state: 'succeeded', error: null });
    expect(report).toMatchObject({ crawl: 1, pages: 48, failed: 0, products: 45, new: 45, changed: 0, gone: 0 });
    const listed = await products();
    expect(new Set(listed.map(({ sku }) => sku)).size).toBe(45);
    expect(listed.find(({ sku }) => sku === 'sku-7')).toMatchObject({
      ...{ title: 'Dress number 7', price: 17, currency: 'EUR', brand: 'Loom', categoryName: 'Women' },
      ...{ images: [expect.stringMatching(/^[0-9a-f]{64}$/)], attributes: { page: `${shop.url}/p/7` } },
    });
    expect(new Set(shop.asked).size).toBe(shop.asked.length);
    expect(shop.asked[0]).toBe('/robots.txt');
  });

  it('is listed without the characters that no database takes, in its pages and in its config', async () => {
    shop = await new TestShop(2).open();
    const broken = { '@type': 'Product', name: 'Dr\0ess', sku: 's\0ku', brand: 'Lo\0om', color: 'r\ud800ed' };
    const body = `<script type="application/ld+json">${JSON.stringify(broken)}</script>`;
    shop.answers.set('/p/1', { body });
    await open();
    const { job, report } = await collected(shop.config().replace('[Women]', '["Wo\\0men"]'));
    expect([job.state, report.products]).toEqual(['succeeded', 2]);
    expect((await products()).find(({ sku }) => sku === 'sku')).toMatchObject({
      ...{ title: 'Dress', brand: 'Loom', colour: 'r\ufffded', categoryName: 'Women' },
    });
  });

  it('is asked again only for what changed, and tells what is new, changed and gone', async () => {
    shop = await new TestShop(30).open();
    await open();
    const config = shop.config('gone: remove');
    await collected(config);
    shop.prices.set(3, 99).set(31, 5);
    shop.prices.delete(4);
    const before = shop.asked.length;
    const { report } = await collected(config);
    expect(report).toMatchObject({ crawl: 2, products: 30, new: 1, changed: 1, gone: 1 });
    expect([await changes('new'), await changes('changed'), await changes('gone')]).toEqual([
      ['Dress number 31'],
      ['Dress number 3'],
      ['Dress number 4'],
    ]);
    expect(shop.unchanged.splice(0).toSorted()).toEqual(pagesOf(shop, [3, 31]));
    expect(shop.asked.slice(before).filter((path) => path.startsWith('/photo/'))).toEqual(['/photo/31']);
    const listed = await products();
    expect(listed.find(({ sku }) => sku === 'sku-3')?.price).toBe(99);
    expect(listed.some(({ sku }) => sku === 'sku-4')).toBe(false);

    shop.prices.set(4, 14);
    expect((await collected(config)).report).toMatchObject({ products: 31, gone: 0 });
    expect((await products()).filter(({ sku }) => sku === 'sku-4')).toHaveLength(1);
    expect(shop.unchanged.toSorted()).toEqual(pagesOf(shop));
  });

  it('keeps the products of pages that fail for now', async () => {
    shop = await new TestShop(5).open();
    await open();
    await collected(shop.config());
    shop.answers.set('/p/2', { status: 503 });
    shop.answers.set('/women', { status: 500 });
    const { report } = await collected(shop.config());
    expect(report).toMatchObject({ products: 5, gone: 0, failed: 2 });
    expect(report.problems.map(({ problem }) => problem)).toContain('The shop answers 503.');
  });

  it('of a server killed twice has every product once', async () => {
    shop = await new TestShop(110).open();
    for (const many of [30, 80]) await killedAfter(many);
    await open();
    const { job, report } = await ended();
    expect(job).toMatchObject({ state: 'succeeded' });
    expect(report).toMatchObject({ crawl: 1, products: 110, new: 110, changed: 0, duplicates: 0 });
    const skus = (await products()).map(({ sku }) => sku);
    expect(skus).toHaveLength(110);
    expect(new Set(skus).size).toBe(110);
  });

  it('goes on after a page that can’t be read in time, or is too large', async () => {
    shop = await new TestShop(30).open();
    const nested = '<div>'.repeat(200_000);
    shop.answers.set('/p/2', { body: nested }).set('/p/3', { body: '<p>'.repeat(2_000_000) });
    await open();
    // Read to its end, the second page takes minutes; the others take less than this on a busy machine, too.
    const config = shop.config().replace('limits: {', 'limits: { readSeconds: 3,');
    const { job, report } = await collected(config);
    expect(job.state).toBe('succeeded');
    expect(report).toMatchObject({ products: 28, failed: 2 });
    expect(report.problems.map(({ problem }) => problem).sort()).toEqual([
      'It is over 5 MB.',
      expect.stringContaining('more than 3 s'),
    ]);
    const preview = await send('POST', '/collect/preview', { config, url: `${shop.url}/p/2` });
    expect([preview.status, preview.body.error]).toMatchObject([422, { code: 'collect.slow' }]);
    const next = await send('POST', '/collect/preview', { config, url: `${shop.url}/p/4` });
    expect(next.body.products).toMatchObject([{ product: { id: 'sku-4' } }]);
  });

  it('lists a product that stands under two ids with one name and photo once', async () => {
    shop = await new TestShop(3).open();
    const twin = { '@type': 'Product', sku: 'other', name: 'Dress number 2', image: '/photo/2', offers: { price: 12 } };
    const body = `<script type="application/ld+json">${JSON.stringify(twin)}</script>`;
    shop.answers.set('/p/3?utm_source=list', { status: 404 }).set('/p/3', { body });
    await open();
    const { report } = await collected(shop.config());
    expect(report).toMatchObject({ products: 2, duplicates: 1 });
    expect(await products()).toHaveLength(2);
  });
});

describe('a crawl is polite', () => {
  it('robots.txt is obeyed, and rules that can’t be had forbid', async () => {
    shop = await new TestShop(3).open();
    shop.robots = 'User-agent: *\nDisallow: /p/2\n';
    await open();
    const { report } = await collected(shop.config());
    expect(report).toMatchObject({ products: 2, failed: 1 });
    expect(shop.asked).not.toContain('/p/2');
    shop.answers.set('/robots.txt', { status: 500 });
    const { job } = await collected(shop.config());
    expect(job.error).toMatchObject({ code: 'collect.nothing', message: expect.stringContaining('robots.txt') });
  });

  it('a shop that asks for a pause is asked again, and loses no product by it', async () => {
    shop = await new TestShop(2).open();
    let asked = 0;
    shop.answers.set('/women', () =>
      asked++ ? { body: '<a class="product" href="/p/1">' } : { status: 429, headers: { 'retry-after': '1' } },
    );
    await open();
    expect((await collected(shop.config())).report.products).toBe(1);
    expect(asked).toBe(2);
  });

  it('private addresses are refused: named, or by a redirect', async () => {
    shop = await new TestShop(1).open();
    await open([]);
    const refused = await collected(shop.config());
    expect(refused.job.error).toMatchObject({ code: 'collect.nothing', message: expect.stringContaining('public') });
    expect(shop.asked).toEqual([]);
    const byName = shop.config().replaceAll('127.0.0.1', 'localhost');
    expect((await collected(byName)).job.error?.message).toContain('public');
    await server?.close();
    await open();
    shop.answers.set('/women', { status: 302, headers: { location: 'http://127.0.0.2/women' } });
    expect((await collected(shop.config())).job.error?.message).toContain('public');
    expect(shop.asked).toEqual(['/robots.txt', '/women']);
  });

  it('photos on private addresses are refused, and the product is listed with its others', async () => {
    shop = await new TestShop(1).open();
    // The shop under another address than the one it may be collected from: it would answer.
    const inside = shop.url.replace('127.0.0.1', '[::ffff:127.0.0.1]');
    const image = ['/moved', `${inside}/photo/2`, '/photo/1'];
    const dress = { '@type': 'Product', sku: 'sku-1', name: 'Dress', image };
    const body = `<script type="application/ld+json">${JSON.stringify(dress)}</script>`;
    shop.answers.set('/p/1', { body });
    shop.answers.set('/moved', { status: 302, headers: { location: `${inside}/photo/3` } });
    await open();
    expect((await collected(shop.config())).report).toMatchObject({ products: 1, failed: 0 });
    expect(shop.asked).toEqual(['/robots.txt', '/women', '/p/1', '/moved', '/photo/1']);
    expect((await products()).map(({ images }) => images.length)).toEqual([1]);
  });
});

describe('a config', () => {
  it('shows in a preview what it reads from one page, and where from', async () => {
    shop = await new TestShop(25).open();
    await open();
    const config = shop.config("product: { fields: { name: [{ css: 'h2' }, h1] } }");
    const page = await send('POST', '/collect/preview', { config, url: `${shop.url}/p/1` });
    expect(page.body.products).toMatchObject([
      { product: { id: 'sku-1', name: 'Dress', price: 11 }, origins: { name: { css: 'h1' }, id: { jsonld: 'sku' } } },
    ]);
    const listing = await send('POST', '/collect/preview', { config, url: `${shop.url}/women` });
    expect(listing.body.links).toHaveLength(21);
    expect((await send('GET', '/products')).body.total).toBe(0);
  });

  it('with a selector that is none is refused', async () => {
    shop = await new TestShop(1).open();
    await open();
    const config = shop.config("product: { fields: { name: 'h1[' } }");
    for (const [path, more] of [['/collect/preview', { url: `${shop.url}/p/1` }], ['/collect/sites']] as const) {
      const { status, body } = await send('POST', path, { config, ...more });
      const message = expect.stringContaining('product.fields.name: “h1[” is no CSS selector');
      expect([status, body.error]).toMatchObject([422, { code: 'collect.config', message }]);
    }
  });
});
