import { setTimeout as sleep } from 'node:timers/promises';
import { count, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { products } from '../../catalogue/tables.js';
import type { Database, Queries } from '../../platform/database/database.js';
import { migrate } from '../../platform/database/migrate.js';
import type { Progress } from '../../platform/jobs/job.js';
import { type TestDatabase, testDatabase } from '../../platform/testing/databases.test.fixture.js';
import { parseSite } from '../config.js';
import type { ShopProduct } from '../extract/product.js';
import type { FetchedPage } from '../fetching/fetcher.js';
import { collectPages, collectProducts, collectSites } from '../tables.js';
import { TestClock } from '../testing/clock.test.fixture.js';
import { Crawl, type CrawlOptions } from './crawl.js';
import { Frontier } from './frontier.js';
import { Keeper } from './keeper.js';
import type { Sighting, Visit } from './visit.js';

let holder: TestDatabase;
let database: Database;
let db: Queries;

beforeAll(async () => {
  holder = await testDatabase('embedded');
  database = await holder.open();
  db = database.db;
  await migrate(database.pool);
  const names = ['progress', 'photos', 'keeping', 'outage', 'cancelled', 'links', 'room', 'feed', 'many'];
  await db.insert(collectSites).values(names.map((name) => ({ name, config: '' })));
});
afterAll(async () => {
  await database.close();
  await holder.remove();
});

const none = { photos: [], owed: 0 };
const START = 'https://shop.example/';
const pageOf = (number: number) => `${START}p/${number}`;
const siteOf = (name: string, limits = '', concurrency = 4) =>
  parseSite(`name: ${name}\nstart: ['${START}']\nlimits: { perSecond: 0, concurrency: ${concurrency}${limits} }`);
const productOf = (number: number): ShopProduct => ({
  ...{ id: `sku-${number}`, name: `Dress ${number}`, description: '', images: [], price: number, currency: 'EUR' },
  ...{ url: pageOf(number), category: ['Women'], brand: null, colour: null, availability: null },
});

/** A shop whose start page leads to so many products' pages. */
class Shop {
  readonly asked: string[] = [];
  readonly #pages: number;

  constructor(pages: number) {
    this.#pages = pages;
  }

  async page(url: string): Promise<FetchedPage> {
    this.asked.push(url);
    await sleep(1);
    return { kind: 'page', url, bytes: new Uint8Array(), contentType: 'text/html', etag: null, lastModified: null };
  }

  crawl(name: string, changes: Partial<CrawlOptions> = {}): Crawl {
    return new Crawl({
      ...{ db, site: siteOf(name), crawl: 1, signal: new AbortController().signal, progress: () => undefined },
      fetcher: { page: (url) => this.page(url) },
      reader: {
        read: async ({ url }) => {
          const numbers = Array.from({ length: this.#pages }, (_, index) => index + 1);
          if (url === START) return { products: [], links: numbers.map(pageOf), isProductPage: false };
          const product = productOf(Number(url.split('/').at(-1)));
          return { products: [{ product, origins: {} }], links: [], isProductPage: true };
        },
      },
      photos: { of: async () => none, note: async () => undefined },
      ...changes,
    });
  }
}

async function foundBy(site: string): Promise<number> {
  const [row] = await db.select({ found: count() }).from(collectProducts).where(eq(collectProducts.site, site));
  return row?.found ?? 0;
}

describe('a crawl', () => {
  it('tells how far it is, how many pages it reads a minute and how long those that wait will take', async () => {
    const shop = new Shop(3);
    const clock = new TestClock();
    const told: Progress[] = [];
    const page = async (url: string): Promise<FetchedPage> => {
      // What was fetched before is kept by then, and told of.
      await expect.poll(() => told.length).toBe(shop.asked.length);
      await clock.sleep(2000);
      const answer = await shop.page(url);
      return url === pageOf(2) ? { kind: 'failed', problem: 'The shop answers 503.' } : answer;
    };
    const progress = (now: Progress) => void told.push(now);
    await shop.crawl('progress', { site: siteOf('progress', '', 1), fetcher: { page }, clock, progress }).run();
    const whole = { fraction: 1, message: '4 of 4 pages, 30 a minute, 1 failed', secondsLeft: 0 };
    expect(told).toEqual([
      { fraction: 0.25, message: '1 of 4 pages, 30 a minute', secondsLeft: 6 },
      { fraction: 0.5, message: '2 of 4 pages, 30 a minute', secondsLeft: 4 },
      { fraction: 0.75, message: '3 of 4 pages, 30 a minute, 1 failed', secondsLeft: 2 },
      ...[whole, whole],
    ]);
  });

  it('whose photos can’t be stored ends with the reason, and goes on later where it was', async () => {
    const shop = new Shop(60);
    const full = new Error('The disk is full.');
    const of = async () => (shop.asked.length > 30 ? Promise.reject(full) : none);
    const failing = shop.crawl('photos', { photos: { of, note: async () => undefined } });
    await expect(failing.run()).rejects.toBe(full);
    const kept = await foundBy('photos');
    expect(kept).toBeGreaterThan(20);
    const before = shop.asked.length;
    expect(await shop.crawl('photos').run()).toBe(true);
    expect(await foundBy('photos')).toBe(60);
    expect(shop.asked.length - before).toBe(60 - kept);
  });

  it('whose visits can’t be kept ends with the reason, though nobody waits for them just then', async () => {
    const shop = new Shop(60);
    const broken = new Error('It can’t be kept.');
    const note = async () => (shop.asked.length > 30 ? Promise.reject(broken) : undefined);
    const failing = shop.crawl('keeping', { photos: { of: async () => none, note } });
    await expect(failing.run()).rejects.toBe(broken);
    expect(await shop.crawl('keeping').run()).toBe(true);
    expect(await foundBy('keeping')).toBe(60);
  });

  it('waits for a database that is away for a moment, and counts what was kept unheard once', async () => {
    const shop = new Shop(60);
    let cuts = 0;
    const cut = () => Object.assign(new Error('Connection terminated unexpectedly'), { code: '57P01' });
    const flaky = new Proxy(db, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name !== 'transaction') return value.bind(target);
        return async (work: Parameters<Queries['transaction']>[0]) => {
          const done = await target.transaction(work);
          // The commit went through; its answer did not.
          if (cuts++ < 2) throw cut();
          return done;
        };
      },
    });
    const isWhole = await shop.crawl('outage', { db: flaky, site: siteOf('outage', ', pages: 40') }).run();
    expect(cuts).toBeGreaterThan(2);
    // The limit was reached: more pages are there, and none may count as gone.
    expect(isWhole).toBe(false);
    expect(await foundBy('outage')).toBe(39);
    expect(new Set(shop.asked).size).toBe(shop.asked.length);
  });

  it('that is cancelled while the database is away ends', async () => {
    const stop = new AbortController();
    const note = async () => {
      stop.abort(new Error('cancelled'));
      throw Object.assign(new Error('terminating connection'), { code: '57P01' });
    };
    const crawl = new Shop(5).crawl('cancelled', { signal: stop.signal, photos: { of: async () => none, note } });
    await expect(crawl.run()).rejects.toThrow('cancelled');
  });
});

describe('one page', () => {
  const numbers = (many: number) => Array.from({ length: many }, (_, index) => index + 1);
  const visitOf = (site: string, links: string[], sightings: Sighting[]): Visit => ({
    page: {
      ...{ site, url: START, crawl: 1, state: 'done', depth: 0, category: [], problem: null, etag: null },
      ...{ lastModified: null, links, products: sightings.map(({ key }) => key), emptied: false },
    },
    alias: undefined,
    sightings,
  });

  it('gives the room that is left to pages that were not met yet', async () => {
    const frontier = new Frontier('room', 1);
    const targets = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => ({ url: pageOf(from + i), depth: 1, category: [] }));
    expect(await frontier.add(db, targets(0, 5), 10)).toBe(5);
    expect(await frontier.add(db, targets(0, 20), 5)).toBe(5);
    expect(await frontier.count(db)).toMatchObject({ waiting: 10 });
  });

  it('may lead to more pages than one statement takes', async () => {
    const frontier = new Frontier('links', 1);
    const targets = numbers(9000).map((number) => ({ url: pageOf(number), depth: 1, category: [] }));
    expect(await frontier.add(db, targets, 8990)).toBe(8990);
    expect(await frontier.add(db, targets, 9000)).toBe(10);
    expect((await frontier.count(db)).waiting).toBe(9000);
  });

  it('may hold more products than one statement takes', async () => {
    const sightings = numbers(5100).map((number): Sighting => {
      const product = { ...productOf(number), category: ['Feed', `Shelf ${number}`] };
      return { key: `sku-${number}`, content: `${number}`, paged: false, product, photos: [], owed: 0 };
    });
    const keeper = new Keeper(db, siteOf('feed'), 1, new Frontier('feed', 1));
    expect(await keeper.keep([visitOf('feed', [], sightings)], 10)).toBe(0);
    expect(await foundBy('feed')).toBe(5100);
    const [listed] = await db.select({ many: count() }).from(products).where(eq(products.title, 'Dress 5100'));
    expect(listed?.many).toBe(1);
  });

  it('may show more known products again than one statement has parameters', async () => {
    const visit = visitOf('many', [], []);
    const keys = numbers(66_000).map((number) => `sku-${number}`);
    const keeper = new Keeper(db, siteOf('many'), 1, new Frontier('many', 1));
    await keeper.keep([{ ...visit, page: { ...visit.page, products: keys } }], 10);
    const [page] = await db.select().from(collectPages).where(eq(collectPages.site, 'many'));
    expect(page?.products).toHaveLength(66_000);
  });
});
