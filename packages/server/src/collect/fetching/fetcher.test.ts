import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSite, type Site } from '../config.js';
import { TestClock } from '../testing/clock.test.fixture.js';
import { TestShop } from '../testing/shop.test.fixture.js';
import { Fetcher } from './fetcher.js';

let shop: TestShop;
let clock: TestClock;
let fetcher: Fetcher;

beforeEach(async () => {
  shop = await new TestShop(3).open();
  clock = new TestClock();
});
afterEach(async () => {
  await fetcher.close();
  shop.close();
});

function open(more: Partial<Site['limits']> = {}): void {
  const { limits, userAgent } = parseSite(shop.config());
  fetcher = new Fetcher({ ...limits, ...more }, userAgent, () => true, new AbortController().signal, clock);
}
const kindOf = async (url: string) => (await fetcher.page(url)).kind;

describe('between two requests to a host', () => {
  const everyone = 'User-agent: *\n';

  it.each<[string, string, number, number[]]>([
    ['nothing is waited without a rate and a delay', everyone, 0, []],
    ['lies the time of the config’s rate', everyone, 4, [250, 250]],
    ['lies the delay robots.txt asks for', `${everyone}Crawl-delay: 2`, 0, [2000, 2000]],
    ['lies the delay where the rate is faster', `${everyone}Crawl-delay: 2`, 4, [2000, 2000]],
    ['lies the time of the rate where it is slower than the delay', `${everyone}Crawl-delay: 2`, 0.25, [4000, 4000]],
    [
      'lies the delay that we are asked for by name',
      `${everyone}\nUser-agent: vitrine\nCrawl-delay: 3`,
      0,
      [3000, 3000],
    ],
    ['lies no delay that others are asked for', `User-agent: another\nCrawl-delay: 9\n\n${everyone}`, 0, []],
  ])('%s', async (_, robots, perSecond, waits) => {
    shop.robots = robots;
    open({ perSecond });
    for (const number of [1, 2, 3]) expect(await kindOf(`${shop.url}/p/${number}`)).toBe('page');
    expect(clock.waits).toEqual(waits);
  });

  it('those to others don’t count', async () => {
    const other = await new TestShop(2).open();
    open({ perSecond: 1 });
    for (const number of [1, 2]) for (const { url } of [shop, other]) await kindOf(`${url}/p/${number}`);
    other.close();
    expect(clock.waits).toEqual([1000]);
  });
});

describe('a host that can’t answer now', () => {
  it('is asked again after ever longer waits', async () => {
    shop.answers.set('/p/1', { status: 503 });
    open({ retries: 3, retrySeconds: 1 });
    expect(await kindOf(`${shop.url}/p/1`)).toBe('failed');
    expect(clock.waits).toEqual([1000, 2000, 4000]);
    expect(shop.asked.filter((path) => path === '/p/1')).toHaveLength(4);
  });

  it('is left alone for as long as it says', async () => {
    let asked = 0;
    shop.answers.set('/p/1', () => (asked++ ? { body: 'Dress' } : { status: 429, headers: { 'retry-after': '70' } }));
    open();
    expect(await kindOf(`${shop.url}/p/1`)).toBe('page');
    expect(clock.waits).toEqual([70_000]);
  });
});

describe('the photos of a host that fails again and again', () => {
  const pictured = async () => (await fetcher.picture(`${shop.url}/photo/1`)).kind;
  const asked = () => shop.asked.filter((path) => path === '/photo/1').length;

  it('are left alone for ever longer, and then asked for again', async () => {
    shop.answers.set('/photo/1', { isCut: true });
    open({ retries: 0 });
    for (let failure = 0; failure < 5; failure++) expect(await pictured()).toBe('owed');
    expect(asked()).toBe(3);
    for (const [seconds, times] of [
      [30, 4],
      [30, 4],
      [30, 5],
      [90, 5],
      [30, 6],
    ] as const) {
      await clock.sleep(seconds * 1000);
      expect([await pictured(), asked()]).toEqual(['owed', times]);
    }
    shop.answers.delete('/photo/1');
    await clock.sleep(240_000);
    for (let more = 0; more < 3; more++) expect(await pictured()).toBe('picture');
  });

  it('are asked for after its rules, which it could not tell for a while', async () => {
    shop.answers.set('/robots.txt', { status: 500 });
    open({ retries: 0 });
    for (let failure = 0; failure < 3; failure++) expect(await pictured()).toBe('owed');
    expect(shop.asked).toEqual(['/robots.txt']);
    shop.answers.delete('/robots.txt');
    await clock.sleep(30_000);
    expect(await pictured()).toBe('picture');
  });

  it('are not owed where the host says that there are none, or that nobody is to ask', async () => {
    shop.robots = 'User-agent: *\nDisallow: /photo/2\n';
    open({ retries: 0 });
    for (const status of [404, 410, 403, 400]) {
      shop.answers.set('/photo/1', { status });
      expect(await pictured()).toBe('none');
    }
    shop.answers.set('/photo/1', { status: 429 });
    expect(await pictured()).toBe('owed');
    expect(await fetcher.picture(`${shop.url}/photo/2`)).toEqual({ kind: 'none' });
  });
});
