import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Schedule } from '../schedules/schedules.js';
import { Collecting } from './testing/collecting.test.fixture.js';

let collecting: Collecting;
beforeAll(async () => {
  collecting = await Collecting.open(3);
});
afterAll(() => collecting.close());

it('a site is collected by the clock, each time anew, and not again while it still is', async () => {
  const { shop, send, server } = collecting;
  const schedule = async () => ((await send('GET', '/schedules')).body as unknown as Schedule[])[0];
  const look = async (msEarly = 0) => {
    const due = Date.parse((await schedule())?.nextAt ?? '');
    await server.context.schedules.startDue(new Date(due - msEarly));
  };
  await send('POST', '/collect/sites', { config: shop.config('gone: remove') });
  await send('POST', '/schedules', { kind: 'collect', target: { site: 'test-shop' }, cron: '0 3 * * *' });
  await look(1);
  expect((await schedule())?.lastJob).toBeNull();

  const release = shop.hold('/women');
  await look();
  const { job } = await collecting.site();
  await look();
  expect((await collecting.site()).job.id).toBe(job.id);
  expect(await schedule()).toMatchObject({ lastJob: job.id, problem: null });
  release();
  expect(await collecting.ended()).toMatchObject({ job: { state: 'succeeded' }, report: { crawl: 1, new: 3 } });

  shop.prices.set(4, 14);
  shop.prices.delete(1);
  await look();
  const { job: later, report } = await collecting.ended();
  expect((await schedule())?.lastJob).toBe(later.id);
  expect(later.id).not.toBe(job.id);
  expect(report).toMatchObject({ crawl: 2, products: 3, new: 1, gone: 1 });
  expect([...(await collecting.listed()).keys()].toSorted()).toEqual(['sku-2', 'sku-3', 'sku-4']);
});
