import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Collecting } from './testing/collecting.test.fixture.js';

const SOLD = 6;

let collecting: Collecting;
beforeEach(async () => {
  collecting = await Collecting.open(12);
  await collecting.collect('gone: remove');
});
afterEach(() => collecting.close());

const wall = { body: '<html>Are you human?</html>' };
const collect = (acceptGone = false) => collecting.collect('gone: remove', acceptGone);

describe('a start page that tells of no products any more', () => {
  it('holds what it held, crawl after crawl', async () => {
    const { shop } = collecting;
    shop.answers.set('/women', wall);
    for (const crawl of [2, 3]) {
      const report = await collect();
      expect(report).toMatchObject({ crawl, products: 12, gone: 0, failed: 1 });
      expect(report.withheld).toBe(`What a start page held is kept: ${shop.url}/women tells of no products any more.`);
      expect(report.problems).toEqual([
        { url: `${shop.url}/women`, problem: 'It tells of no products any more, and leads to none.' },
      ]);
    }
    expect((await collecting.listed()).size).toBe(12);
  });

  it('makes nothing gone that its products’ own pages don’t show', async () => {
    const { shop } = collecting;
    shop.answers.set('/women', { status: 404 }).set('/p/2', wall);
    const { gone, withheld } = await collect();
    expect(gone).toBe(0);
    expect(withheld).toContain('A product was not found, and is not taken for gone');
    expect(withheld).toContain(`${shop.url}/women`);
    expect((await collecting.listed()).size).toBe(12);
  });
});

describe('most products at once', () => {
  it('are not taken for gone, unless a person says that they are', async () => {
    const { shop } = collecting;
    for (let number = 1; number <= SOLD + 1; number++) shop.prices.delete(number);
    for (let crawl = 2; crawl < 4; crawl++)
      expect(await collect()).toMatchObject({
        ...{ products: 12, gone: 0 },
        withheld: expect.stringMatching(/^7 products were not found.*more than half of the 12 that were there\.$/),
      });
    expect((await collecting.listed()).size).toBe(12);
    expect(await collect(true)).toMatchObject({ products: 5, gone: 7, withheld: null });
    expect((await collecting.listed()).size).toBe(5);
  });

  it('are every product, where a person accepts that the start page tells of none', async () => {
    const { shop } = collecting;
    shop.answers.set('/women', wall);
    expect(await collect(true)).toMatchObject({ products: 0, gone: 12, withheld: null });
    expect((await collecting.listed()).size).toBe(0);
  });

  it('are not accepted by a crawl that is under way already', async () => {
    const { send, shop } = collecting;
    const release = shop.hold('/women');
    await send('POST', '/collect/sites/test-shop/start');
    const { status, body } = await send('POST', '/collect/sites/test-shop/start', { acceptGone: true });
    release();
    expect([status, body.error?.code]).toEqual([409, 'collect.underWay']);
  });

  it('are half of them at most, for a crawl to take them for gone', async () => {
    const { shop } = collecting;
    for (let number = 1; number <= SOLD; number++) shop.prices.delete(number);
    expect(await collect()).toMatchObject({ products: 6, gone: 6, withheld: null });
  });
});
