import { afterAll, beforeAll, expect, it } from 'vitest';
import { Collecting } from './testing/collecting.test.fixture.js';

let collecting: Collecting;
beforeAll(async () => {
  collecting = await Collecting.open(5);
});
afterAll(() => collecting.close());

it('a crawl under way says how far it is, its pages a minute and the time left; one that has ended, all its pages', async () => {
  const { shop, send } = collecting;
  const release = shop.hold('/p/4');
  await send('POST', '/collect/sites', { config: shop.config() });
  await send('POST', '/collect/sites/test-shop/start');
  await expect.poll(async () => (await collecting.site()).job.fraction).not.toBeNull();
  const { job } = await collecting.site();
  const [, read, pages, aMinute] = /^(\d) of (\d) pages, (\d+) a minute$/.exec(job.message)?.map(Number) ?? [];
  expect([job.state, pages, job.fraction]).toEqual(['running', 6, Number(read) / 6]);
  // Said in whole pages a minute.
  expect((60 * (6 - Number(read))) / Number(job.secondsLeft)).toBeCloseTo(Number(aMinute), -1);
  release();
  expect((await collecting.ended()).job).toMatchObject({
    ...{ state: 'succeeded', fraction: 1, secondsLeft: null },
    message: expect.stringMatching(/^6 of 6 pages, \d+ a minute$/),
  });
});
